"""Postal addresses and names of people in the forms by which suggestions compare them."""

import re
from collections.abc import Iterable
from itertools import combinations

from integration.folding import fold, latin, words

# Words that say what a person is, not who.
_TITLES = frozenset(
    "mr mrs ms miss dr prof sir kyrios kyria kos ka k pan pani panna ing mgr bc judr mudr phdr "
    "inz sp jr sr".split()
)
# Words of an address that some write and some leave out, and the numbers of doors.
_OF_DOORS = frozenset(
    "flat apt apartment unit suite floor fl room no nr m lok lokal byt patro dvere c cp co "
    "orofos diamerisma dira knisa koma".split()
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
    "ul ulica ulice al aleja os osiedle pl plac nam namesti tr trida odos leof leoforos rechov "
    "רח רחוב".split()
)
_NUMBER = re.compile(r"\d+")
_FEWEST_WORDS, _MOST_WORDS = 2, 4
_LONGEST_TEXT = 200


def name_keys(name: str | None) -> set[str]:
    """What a person's full name is compared by: pairs of its words, in no order, without script.

    Empty for a single word and for initials: these name nobody. Endings stay as they are, since
    Nováková and Novák, Papadopoulou and Papadopoulos are two persons. Of a name of more than two
    words each two make a key, so that one who leaves out a middle name is found.
    """
    if not name or len(name) > _LONGEST_TEXT:
        return set()
    said = dict.fromkeys(_form(word) for word in words(name))
    known = [word for word in said if len(word) > 1 and word not in _TITLES and word.isalpha()]
    if not _FEWEST_WORDS <= len(known) <= _MOST_WORDS:
        return set()
    return {" ".join(sorted(pair)) for pair in combinations(known, 2)}


def agree(names: Iterable[str], others: Iterable[str]) -> bool:
    """Whether a name of the one may be a name of the other."""
    mine = set().union(*(name_keys(name) for name in names))
    return not mine.isdisjoint(set().union(*(name_keys(name) for name in others)))


def place_keys(
    line1: str | None, line2: str | None, city: str | None, postal_code: str | None
) -> set[str]:
    """What a postal address is compared by: postal code with house number, city with street.

    Doors, floors and the word for street don't count, nor does the script.
    """
    lines = " ".join(each[:_LONGEST_TEXT] for each in (line1, line2) if each)
    keys = set()
    code = "".join(words((postal_code or "")[:_LONGEST_TEXT]))
    number = _number(line1 or "") or _number(line2 or "")
    if code and number:
        keys.add(f"{code} {number}")
    street = _street(line1 or "") or _street(lines)
    town = " ".join(
        sorted(_form(word) for word in words((city or "")[:_LONGEST_TEXT]) if word.isalpha())
    )
    if street and town:
        keys.add(f"{town} {street}")
    return keys


def _number(line: str) -> str | None:
    found = _NUMBER.search(fold(line[:_LONGEST_TEXT]))
    return found.group().lstrip("0") or None if found else None


def _street(line: str) -> str:
    said = (_form(word) for word in words(line[:_LONGEST_TEXT]) if word.isalpha())
    plain = (_OF_STREETS.get(word, word) for word in said if len(word) > 1)
    kept = {word for word in plain if word not in _OF_DOORS and word not in _LEFT_OUT}
    return " ".join(sorted(kept))


def _form(word: str) -> str:
    return latin(word) or word
