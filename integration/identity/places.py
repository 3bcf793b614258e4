"""Postal addresses and names of people in the forms by which suggestions compare them."""

import re
from collections.abc import Iterable, Set
from itertools import combinations

from integration.texts.folding import fold, latin, words

# Words that say what a person is, not who.
_TITLES = frozenset(
    "mr mrs ms miss dr prof sir κος κα κυριος κυρια pan pani panna panie ing mgr bc judr mudr phdr "
    "phd inz מר גב דר פרופ".split()
)
# Words by which a father and a son of one name are told apart.
_GENERATIONS = frozenset("jr sr junior senior ml st mladsi starsi mlodszy ii iii".split())
# Words of an address that some write and some leave out.
_OF_DOORS = frozenset(
    "flat apt apartment unit suite floor fl room no nr m lok lokal byt patro dvere c cp co "
    "οροφος διαμερισμα orofos דירה כניסה קומה".split()
)
_OF_STREETS = {
    "st": "street",
    "str": "street",
    "rd": "road",
    "ave": "avenue",
    "av": "avenue",
    "ln": "lane",
    "dr": "drive",
    "sq": "square",
    "blvd": "boulevard",
}
_LEFT_OUT = frozenset(
    "ul ulica ulice al aleja os osiedle pl plac nam namesti tr trida οδος λεωφ λεωφορος odos leof "
    "leoforos rechov רח רחוב שד שדרות".split()
)
_NUMBER = re.compile(r"\d+")
_FEWEST_WORDS, _MOST_WORDS = 2, 4
_MOST_NUMBERS = 2
_LONGEST_TEXT = 200


def name_keys(name: str | None) -> set[str]:
    """What a person's full name is compared by: pairs of its words, in no order, without script.

    Empty for a single word and for initials: these name nobody. Endings stay as they are, since
    Nováková and Novák, Papadopoulou and Papadopoulos are two persons; so does a word that tells a
    son from his father. Of a name of more than two words each two make a key, so that one who
    leaves out a middle name is found.
    """
    if not name or len(name) > _LONGEST_TEXT:
        return set()
    said = [word for word in words(name) if len(word) > 1 and word.isalpha()]
    generations = [word for word in said if word in _GENERATIONS]
    left_out = _TITLES | _GENERATIONS
    named = list(dict.fromkeys(_form(word) for word in said if word not in left_out))
    if not _FEWEST_WORDS <= len(named) <= _MOST_WORDS:
        return set()
    return {" ".join(sorted(pair) + generations) for pair in combinations(named, 2)}


def agree(names: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a name of the one may be a name of the other."""
    mine = set().union(*(name_keys(name) for name in names))
    return not mine.isdisjoint(set().union(*(name_keys(name) for name in others)))


def place_keys(
    line1: str | None, line2: str | None, city: str | None, postal_code: str | None
) -> set[str]:
    """What a postal address is compared by: postal code with house number, city with street.

    Words for floor, flat or street don't count, nor does the script (Greek or Latin).
    """
    keys = set()
    code = "".join(words((postal_code or "")[:_LONGEST_TEXT]))
    if code:
        keys |= {f"{code} {number}" for number in _numbers(line1 or "") or _numbers(line2 or "")}
    street = _street(line1 or "") or _street(line2 or "")
    town = " ".join(sorted(_forms((city or "")[:_LONGEST_TEXT])))
    if street and town:
        keys.add(f"{town} {street}")
    return keys


def _numbers(line: str) -> set[str]:
    """The first two: a house and a flat, in whatever order, or a house's two numbers."""
    found = _NUMBER.findall(fold(line[:_LONGEST_TEXT]))[:_MOST_NUMBERS]
    return {number.lstrip("0") for number in found} - {""}


def _street(line: str) -> str:
    return " ".join(sorted(_forms(line[:_LONGEST_TEXT], but=_OF_DOORS | _LEFT_OUT)))


def _forms(text: str, but: Set[str] = frozenset()) -> set[str]:
    said = (word for word in words(text) if len(word) > 1 and word.isalpha() and word not in but)
    return {_form(_OF_STREETS.get(word, word)) for word in said}


def _form(word: str) -> str:
    return latin(word) or word
