"""A table for spreadsheets (CSV, RFC 4180) in which no text is ever run as a formula.

Spreadsheets take a cell that begins with `= + - @`, a tab or a line's end for a formula, full-width
forms too, whatever blanks and quotes stand before; and they part cells by the separator of the
reader's language, so that one may begin in the middle of a text. As OWASP has it (CSV Injection)
each field stands in quotes and such a place has an apostrophe before it. Whoever reads the file by
a program takes that apostrophe off again.
"""

import csv
import io
import unicodedata
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal

from platforms.money import to_decimal

# By it Excel knows that the file is UTF-8, so that Greek and Hebrew can be read.
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
# Excel cuts longer cells, and takes up the rest as cells of their own.
LONGEST_CELL = 32_000

_TRIGGERS = frozenset("=+-@\uff1d\uff0b\uff0d\uff20\ufe66\ufe62\ufe63\ufe6b\u2212")
_QUOTES = frozenset("\"'\u2018\u2019\u201c\u201d")
# A spreadsheet may begin a cell behind these.
_ENDINGS = frozenset(',;|"')
# What breaks the line, or turns the text around: nothing isolates a cell there.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_BREAKING = frozenset(("Cc", "Zl", "Zp"))

Value = str | int | Decimal | datetime | None


def text_cell(text: str) -> str:
    """A text as a cell: one line, at most `LONGEST_CELL` characters, nothing that is run."""
    line = text[: LONGEST_CELL + 1]
    if not line.isprintable():
        line = "".join(map(_kept, line)).encode("utf-8", "replace").decode()
    safe = line if _TRIGGERS.isdisjoint(line) else _inert(line)
    return safe if len(safe) <= LONGEST_CELL else f"{safe[:LONGEST_CELL]}…"


def lines(rows: Iterable[Sequence[Value]]) -> bytes:
    """Rows as the lines of a file. Times are ISO 8601 in UTC; a missing value is an empty cell."""
    written = io.StringIO()
    writer = csv.writer(written, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return written.getvalue().encode()


def amount_cell(amount_minor: int, currency: str) -> Decimal:
    """An amount as a plain number with the currency's own decimals."""
    return to_decimal(amount_minor, currency)


def _cell(value: Value) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        moment = value.astimezone(UTC).isoformat(timespec="seconds")
        return moment.replace("+00:00", "Z")
    if isinstance(value, Decimal):
        return f"{value:f}"
    return text_cell(value) if isinstance(value, str) else str(value)


def _inert(line: str) -> str:
    """With an apostrophe wherever a formula could begin; from behind, so that it takes one pass."""
    parts: list[str] = []
    is_formula = False
    for at in range(len(line) - 1, -1, -1):
        character = line[at]
        is_formula = character in _TRIGGERS or (is_formula and _is_skipped(character))
        parts.append(character)
        if is_formula and (at == 0 or line[at - 1] in _ENDINGS):
            parts.append("'")
    return "".join(reversed(parts))


def _is_skipped(character: str) -> bool:
    """Whether a spreadsheet may look past it for the beginning of a cell."""
    return (
        character in _QUOTES
        or character.isspace()
        or unicodedata.category(character) in ("Cf", "Zs")
    )


def _kept(character: str) -> str:
    if character in _TURNING:
        return ""
    return " " if unicodedata.category(character) in _BREAKING else character
