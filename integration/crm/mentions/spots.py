"""The places of a text that may name an order, each with the spellings to look up.

Nothing is decided here: what a place comes to depends on which orders there are.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from integration.crm.mentions import words
from integration.sync.tracking_rows import folded_number

MOST_CHARACTERS = 200_000
MOST_SPOTS = 10_000
LONGEST_NAME = 40
_LONG = 8
_LONGEST_NUMBER = 40
_FEWEST_DIGITS = 6
_MOST_GROUPS = 12
_MOST_CUTS = 4

Tail: TypeAlias = Literal["none", "part", "unclear"]


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to read a place: `start` and `end` in the plain text.

    `names` are spellings of an order's name, `ids` of a platform's id, `numbers` of a parcel's.
    `tail` says what was cut off behind: a part's mark (`#1042-F1`) or something unclear.
    `in_address` is for one that stands in a web address where an order's id does.
    """

    start: int
    end: int
    text: str
    names: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    tail: Tail = "none"
    in_address: bool = False


@dataclass(slots=True)
class Spots:
    """The places of a text: of each, its readings, the most telling first.

    `numbers` stand in the text's order, one after the other; `others` are places in web addresses
    and numbers that are written in groups. `is_whole` is False where there was more than is read.
    """

    is_whole: bool = True
    numbers: list[list[Reading]] = field(default_factory=list)
    others: list[list[Reading]] = field(default_factory=list)

    def add(self, place: list[list[Reading]], *readings: Reading) -> bool:
        """Whether there was room."""
        if len(self.numbers) + len(self.others) >= MOST_SPOTS:
            self.is_whole = False
            return False
        if readings:
            place.append(list(readings))
        return True

    def readings(self) -> Iterator[Reading]:
        """All of them."""
        for each in (*self.numbers, *self.others):
            yield from each


_ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"]+", re.IGNORECASE)
_IN_ADDRESS = re.compile(
    r"/(?:view-order|order-received|order-pay|orders?)/(?P<page>\d+)|[?&]post=(?P<post>\d+)"
)
_ATOM = re.compile(r"[^\W_]+")
_CHUNK = re.compile(r"[^\W_]+(?:[-_./\\][^\W_]+)*")
_GROUPS = re.compile(r"[^\W_]+(?:[ .-][^\W_]+)+")
_DIGIT = re.compile(r"\d")
_JOINER = re.compile(r"[-_./\\]")
_LEAD = re.compile(r"[^\W\d_]+[-_./\\]?(?=[^\W_])")
_PIECE = re.compile(r"[^/\\]+")
_RANGE = re.compile(r"(?:\d+-)+\d+")
_WORD_BEFORE = re.compile(r"(?<![^\W_])[^\W\d_]{1,6}(?: ?#| )$")
# Shopify's own names of an order's parcels and returns: #1042-F1, #1042.1, #1042-R1.
_PART = re.compile(r"(?:-[FR]|\.)\d{1,2}", re.IGNORECASE)
_DATE = re.compile(r"\d{1,4}([-./])\d{1,2}\1\d{1,4}")
_SENTENCE = re.compile(r"[./\\-][^\W\d_][^\d]*")


def find_spots(text: str) -> Spots:
    """The places of a plain text."""
    spots = Spots(is_whole=len(text) <= MOST_CHARACTERS)
    if not spots.is_whole:
        # A number at the very end may go on.
        text = text[:MOST_CHARACTERS].rpartition(" ")[0]
    for found in _ADDRESS.finditer(text):
        for reading in _of_address(text, *found.span()):
            spots.add(spots.others, reading)
    # Blanked, not cut out: the places stay.
    text = _ADDRESS.sub(lambda found: "\n" * len(found.group()), text)
    for found in _CHUNK.finditer(text):
        if not _DIGIT.search(found.group()) or _is_of_mailbox(text, *found.span()):
            continue
        if not spots.add(spots.numbers, *_of_chunk(text, *found.span())):
            return spots
        for reading in _further(text, *found.span()):
            spots.add(spots.numbers, reading)
    for found in _GROUPS.finditer(text):
        for reading in _of_groups(text, *found.span()):
            if not spots.add(spots.others, reading):
                return spots
    return spots


def _is_of_mailbox(text: str, start: int, end: int) -> bool:
    return text[end : end + 1] == "@" or text[max(0, start - 1) : start] == "@"


def _of_address(text: str, start: int, end: int) -> Iterator[Reading]:
    """What a web address names: ids where orders' pages have them, and long numbers."""
    for found in _IN_ADDRESS.finditer(text, start, end):
        place = found.span(found.lastgroup or 0)
        digits = text[slice(*place)]
        yield Reading(*place, digits, ids=(digits,), in_address=True)
    for atom in _ATOM.finditer(text, start, end):
        if _is_long(atom.group()):
            yield _long(*atom.span(), atom.group())


def _of_chunk(text: str, start: int, end: int) -> Iterator[Reading]:
    chunk = text[start:end]
    if len(chunk) > LONGEST_NAME:
        return
    before = _WORD_BEFORE.search(text, max(0, start - 9), start)
    if before is not None:
        yield _named(text, before.start(), end)
    yield _read(text, start, end)
    joined = _LEAD.match(chunk)
    if joined is not None and words.A_LEAD.fullmatch(words.folded(joined.group())):
        yield _read(text, start + joined.end(), end)
    if _DATE.fullmatch(chunk):
        return
    cuts = [found.start() for found in _JOINER.finditer(chunk)]
    for cut in reversed(cuts[:_MOST_CUTS]):
        if _DIGIT.search(chunk, 0, cut):
            is_part = _PART.fullmatch(chunk, cut) or _SENTENCE.fullmatch(chunk, cut)
            yield _read(text, start, start + cut, "part" if is_part else "unclear")


def _further(text: str, start: int, end: int) -> Iterator[Reading]:
    """What follows the first number of several that are joined (`1042/1043`, `1042-1043`)."""
    chunk = text[start:end]
    if len(chunk) > LONGEST_NAME or _DATE.fullmatch(chunk):
        return
    kind = _ATOM if _RANGE.fullmatch(chunk) else _PIECE
    for piece in list(kind.finditer(text, start, end))[1 : 1 + _MOST_CUTS]:
        if len(piece.group()) > 2 and _DIGIT.search(piece.group()):
            yield _read(text, *piece.span(), "unclear")


def _of_groups(text: str, start: int, end: int) -> Iterator[Reading]:
    """Numbers that are written in groups, as parcels' are."""
    run: list[tuple[int, int]] = []
    for atom in (*_ATOM.finditer(text, start, end), None):
        if atom is not None and _is_group(atom.group()):
            run.append(atom.span())
            continue
        if 1 < len(run) <= _MOST_GROUPS:
            for first, (begin, _) in enumerate(run):
                for _, stop in run[first + 1 :]:
                    joined = folded_number(text[begin:stop])
                    if joined is not None and _is_long(joined):
                        yield Reading(begin, stop, text[begin:stop], numbers=(joined,))
        run = []


def _is_group(atom: str) -> bool:
    return atom.isascii() and (len(atom) <= 3 or _DIGIT.search(atom) is not None)


def _is_long(atom: str) -> bool:
    digits = sum(character.isdigit() for character in atom)
    return _LONG <= len(atom) <= _LONGEST_NUMBER and digits >= _FEWEST_DIGITS


def _named(text: str, start: int, end: int) -> Reading:
    return Reading(start, end, text[start:end], names=_spellings(text[start:end]))


def _read(text: str, start: int, end: int, tail: Tail = "none") -> Reading:
    written = text[start:end]
    place = start - 1 if text[max(0, start - 1) : start] == "#" else start
    number = folded_number(written)
    return Reading(
        place,
        end,
        written,
        names=_spellings(written),
        ids=(written,) if written.isdecimal() else (),
        numbers=() if number is None else (number,),
        tail=tail,
    )


def _long(start: int, end: int, written: str) -> Reading:
    number = folded_number(written)
    return Reading(
        start,
        end,
        written,
        ids=(written,) if written.isdecimal() else (),
        numbers=() if number is None else (number,),
    )


def _spellings(written: str) -> tuple[str, ...]:
    """How a merchant may have set that name: in any case, and with the sign before it."""
    forms = (written, written.upper(), written.lower())
    return tuple(dict.fromkeys(each for form in forms for each in (form, f"#{form}")))
