"""A text in plain characters, each with its place in the text as it was written."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

_NOTHING = "\x7f"
_STANDS_FOR = {"№": "#", "♯": "#", "\u2212": "-"}
_BY_CATEGORY = {"Cf": _NOTHING, "Cc": _NOTHING, "Pd": "-", "Zs": " "}
_KEPT = "\t\n\r\x0b\x0c"


@dataclass(frozen=True, slots=True)
class PlainText:
    """The text with plain digits, spaces and dashes, and without what can't be seen.

    `places` are where its characters stand in `written`, None where both are the same length.
    """

    text: str
    written: str
    places: Sequence[int] | None

    def place(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the plain text stands as it was written."""
        if self.places is None or start == end:
            return start, end
        return self.places[start], self.places[end - 1] + 1


def plain(written: str) -> PlainText:
    """That text in plain characters.

    Digits of any script and full-width letters are read as plain ones, dashes and spaces of any
    kind as `-` and a space. Direction marks, joiners and other format characters are left out.
    """
    if written.isascii() and _NOTHING not in written:
        return PlainText(written, written, None)
    turned = written.translate(_PLAIN)
    if _NOTHING not in turned:
        return PlainText(turned, written, None)
    places = [place for place, character in enumerate(turned) if character != _NOTHING]
    return PlainText(turned.replace(_NOTHING, ""), written, places)


class _Plain(dict[int, str]):
    """What stands for each character, always one; worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        self[code] = found = _plain_character(chr(code))
        return found


def _plain_character(character: str) -> str:
    category = unicodedata.category(character)
    if character in _KEPT:
        found = character
    elif category == "Nd":
        found = str(unicodedata.decimal(character))
    elif character in _STANDS_FOR:
        found = _STANDS_FOR[character]
    elif category[0] == "N":
        # ² and ② are no digits of a number.
        found = character
    else:
        found = _BY_CATEGORY.get(category) or unicodedata.normalize("NFKC", character)
    return found if len(found) == 1 else character


_PLAIN = _Plain()
