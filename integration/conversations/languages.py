"""Which of our languages a text is in, by its letters: only where they leave no doubt."""

_HEBREW = range(0x05D0, 0x05EB)
_GREEK = range(0x0370, 0x0400)
_CZECH_ONLY = frozenset("ěřů")
_POLISH_ONLY = frozenset("ąęłńśźż")
_MOST_READ = 4000
_FEW_LETTERS = 3


def language_of(text: str) -> str | None:
    """el, he, cs or pl where the letters say so, else None; a word or two in a script is enough."""
    counts = {"he": 0, "el": 0, "cs": 0, "pl": 0}
    latin = 0
    for character in text[:_MOST_READ].lower():
        code = ord(character)
        if code in _HEBREW:
            counts["he"] += 1
        elif code in _GREEK:
            counts["el"] += 1
        elif character in _CZECH_ONLY:
            counts["cs"] += 1
        elif character in _POLISH_ONLY:
            counts["pl"] += 1
        elif "a" <= character <= "z":
            latin += 1
    for language in ("he", "el"):
        if counts[language] >= _FEW_LETTERS and counts[language] * 2 > latin:
            return language
    if counts["cs"] and not counts["pl"]:
        return "cs"
    if counts["pl"] and not counts["cs"]:
        return "pl"
    return None
