"""Greek words and Latin ones in a form where they meet, however people transliterate.

    form   Greek                       Latin
    v      β, φ, μπ, υ of αυ and ευ    b, v, f, ph, mp, u of au and eu
    d      δ, ντ, νδ                   d, dh, nt, nd
    g      γ, γγ, γκ                   g, gh, gg, gk, ng
    h      χ, ξ                        h, x, ch, kh, ks
    t      τ, θ                        t, th
    k      κ                           k, c, q
    i      η, ι, υ, ει, οι             i, y, ei, oi
    o      ο, ω                        o, w
    u      ου                          u, ou, oy
    e      ε, αι                       e, ai

Doubled letters are one, and γι before a vowel at the beginning is i (Giannis, Yiannis, Yannis). So
Papadopoulou, Papadopulu and Παπαδοπούλου meet, as do Chatzidakis, Xatzidakis and Χατζηδάκης.
Not met: other forms of a name (Georgios and Γιώργος, Michael and Μιχαήλ), digits for letters
(8anasis), η typed as h, υ typed as u. Different names may meet (Θώμη and Τομή): it is for finding.
"""

import re
from functools import lru_cache

_GREEK = {
    "α": "a",
    "β": "v",
    "γ": "g",
    "δ": "d",
    "ε": "e",
    "ζ": "z",
    "η": "i",
    "θ": "th",
    "ι": "i",
    "κ": "k",
    "λ": "l",
    "μ": "m",
    "ν": "n",
    "ξ": "x",
    "ο": "o",
    "π": "p",
    "ρ": "r",
    "σ": "s",
    "τ": "t",
    "υ": "y",
    "φ": "f",
    "χ": "ch",
    "ψ": "ps",
    "ω": "w",
}
_SPELLED = str.maketrans(_GREEK)
_PAIRS = {
    "ai": "e",
    "au": "av",
    "ay": "av",
    "ch": "h",
    "dh": "d",
    "ei": "i",
    "eu": "ev",
    "ey": "ev",
    "gg": "g",
    "gh": "g",
    "gk": "g",
    "kh": "h",
    "ks": "h",
    "mp": "v",
    "nd": "d",
    "ng": "g",
    "nt": "d",
    "oi": "i",
    "ou": "u",
    "oy": "u",
    "ph": "v",
    "rh": "r",
    "th": "t",
}
_SINGLE = {"b": "v", "c": "k", "f": "v", "q": "k", "w": "o", "x": "h", "y": "i"}
_SOUND = re.compile("|".join(_PAIRS) + "|.")
_LATIN_OR_GREEK = re.compile(f"[a-z{''.join(_GREEK)}]+")
_DOUBLED = re.compile(r"(.)\1+")
_SOFT = re.compile("^gi(?=[aeouw])")


@lru_cache(maxsize=16384)
def latin(word: str) -> str | None:
    """The form of a folded word in which Greek and Latin spellings of it meet, else None.

    None for a word with other letters or with digits. See the module for what meets.
    """
    if not _LATIN_OR_GREEK.fullmatch(word):
        return None
    return _sounded(word.translate(_SPELLED))


def latin_beginnings(word: str) -> tuple[str, ...]:
    """The forms with which that of any longer word begins, where `word` is its beginning.

    `konstan` may go on to konstant, whose form has no n: so there are several, the word's own
    first. Nothing for a word that has no form.
    """
    own = latin(word)
    if own is None:
        return ()
    spelled = word.translate(_SPELLED)
    # Greek pairs are those of their Latin letters, and no Greek letter ends in the midst of one.
    going_on = [_sounded(spelled + pair[1]) for pair in _PAIRS if spelled.endswith(pair[0])]
    if spelled in ("g", "gi"):
        going_on.append("i")
    shortest: list[str] = []
    for form in sorted({own, *going_on}, key=lambda form: (form != own, form)):
        if form and not any(form.startswith(other) for other in shortest):
            shortest.append(form)
    return tuple(shortest)


def is_greek(word: str) -> bool:
    """Whether a folded word has a Greek letter."""
    return not word.isascii() and not _GREEK.keys().isdisjoint(word)


def _sounded(spelled: str) -> str:
    soft = _SOFT.sub("i", spelled)
    sounds = (_PAIRS.get(sound) or _SINGLE.get(sound, sound) for sound in _SOUND.findall(soft))
    return _DOUBLED.sub(r"\1", "".join(sounds))
