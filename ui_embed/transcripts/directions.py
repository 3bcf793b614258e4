"""Which way each line of a message is read: what a browser finds out by itself, and paper can't."""

import unicodedata
from collections.abc import Iterator

_RIGHT_TO_LEFT = frozenset(("R", "AL"))
_FIRST_STRONG = "\u2068"
_END = "\u2069"
_ISOLATES = dict.fromkeys(range(0x2066, 0x206A))


def lines_of(text: str, usual: str) -> Iterator[tuple[str, str]]:
    """The lines of a text, each with `rtl` or `ltr`; lines without letters go the way before them.

    `usual` is the document's own way.
    """
    way = usual
    for line in text.split("\n"):
        way = _way(line) or way
        yield way, line


def isolated(text: str) -> str:
    """A name or address whose letters turn nothing around it, whatever reads it (UAX #9).

    Its own marks that open or end such a stretch are left out: one could end ours too soon.
    """
    return f"{_FIRST_STRONG}{text.translate(_ISOLATES)}{_END}"


def _way(line: str) -> str | None:
    for character in line:
        kind = unicodedata.bidirectional(character)
        if kind == "L":
            return "ltr"
        if kind in _RIGHT_TO_LEFT:
            return "rtl"
    return None
