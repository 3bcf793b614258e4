"""Single values as WooCommerce writes them, made ours.

Every number and text passes here, whatever told it: a list, a single read, a webhook.
"""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from html.entities import html5
from math import ceil, floor, isfinite
from typing import Any
from unicodedata import category

from platforms.money import to_minor

# Past this a database's integer ends; no order is worth it.
_MOST_MINOR = 10**17
_LONGEST_CURRENCY = 10

# Only whole entities: "R&DCOPY" is a name, and so is "AT&T".
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9A-Fa-f]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});", re.ASCII)
# Control, format (directions), surrogate, private, unassigned; line and paragraph separators.
_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_BREAK = re.compile(r"<br\s*/?>|</p>\s*<p[^>]*>", re.IGNORECASE)
_TAG = re.compile(r"</?[a-z][^>]*>", re.IGNORECASE)


def text(value: Any) -> str | None:
    """The text, None for an empty one and for what is no text."""
    return value if value and isinstance(value, str) else None


def plain(value: Any) -> str | None:
    """The text of a piece of HTML, its entities read; None for an empty one."""
    if not value or not isinstance(value, str):
        return None
    if "<" in value:
        value = _TAG.sub("", _BREAK.sub("\n", value))
    return html.unescape(value).strip() or None


def words(value: Any) -> str | None:
    """The text of a person's name or address, its HTML entities read once; None for an empty one.

    WordPress keeps some of these escaped (sanitize_text_field, esc_html in themes and plugins).
    """
    if not value or not isinstance(value, str):
        return None
    return _ENTITY.sub(_character, value) if "&" in value else value


def _character(entity: re.Match[str]) -> str:
    written = entity.group()
    # unescape reads the beginning of an unknown name as one that it knows.
    return html.unescape(written) if written[1] == "#" else html5.get(written[1:], written)


def shown(value: Any) -> str | None:
    """The text without characters that control or turn what stands around it; None for none."""
    if type(value) is int:
        return str(value)
    if not value or not isinstance(value, str):
        return None
    if not value.isprintable():
        value = "".join(each for each in value if category(each) not in _UNSHOWN)
    return value.strip() or None


def id_text(value: Any) -> str:
    """An id as text. Raises ValueError for what is no positive whole number."""
    if type(value) is int and value > 0:
        return str(value)
    if isinstance(value, str) and value.isascii() and value.isdigit() and value.strip("0"):
        return value.lstrip("0")
    raise ValueError("an id that is no whole number")


def id_or_none(value: Any) -> str | None:
    """An id as text, None for 0, for nothing and for what is no id."""
    try:
        return id_text(value)
    except ValueError:
        return None


def entries(value: Any) -> list[Any]:
    """The entries of a list. PHP writes one with a gap in its keys as an object.

    Null, false and an empty text have none. Raises TypeError for what is no list.
    """
    if isinstance(value, Mapping):
        return list(value.values())
    if isinstance(value, list):
        return value
    if value is None or value is False or value == "":
        return []
    raise TypeError("no list where there must be one")


def objects(value: Any) -> list[Mapping[str, Any]]:
    """The objects of a list that is neither money nor identity; all else in it is left out."""
    held = entries(value) if isinstance(value, Mapping | list) else ()
    return [entry for entry in held if isinstance(entry, Mapping)]


def moment(value: Any) -> datetime:
    """A `…_gmt` time, which WooCommerce writes without its zone. Raises ValueError or TypeError.

    A plugin's own time zone in it is honoured.
    """
    try:
        return datetime.fromisoformat(value + "+00:00")
    except ValueError:
        parsed = datetime.fromisoformat(value)
    return parsed.replace(tzinfo=UTC) if parsed.tzinfo is None else parsed.astimezone(UTC)


def moment_or_none(value: Any) -> datetime | None:
    """The time, None for none. Raises as `moment`."""
    return moment(value) if value else None


def moment_if_any(value: Any) -> datetime | None:
    """The time, None for none and for what can't be read as one."""
    try:
        return moment_or_none(value)
    except (TypeError, ValueError, ArithmeticError):
        return None


def naive_utc(at: datetime) -> str:
    """The time as a query with `dates_are_gmt` takes it, cut to the second.

    A `Z` would be shifted by the store's own offset.
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")


def currency_code(value: Any) -> str:
    """A currency's code in upper case. Raises ValueError for what can be none."""
    code = value.strip().upper() if isinstance(value, str) else ""
    if not code or len(code) > _LONGEST_CURRENCY:
        raise ValueError("no currency")
    return code


def amount(value: Any, currency: str) -> int:
    """Minor units of an amount; nothing and an empty text are 0. Raises ValueError or TypeError."""
    if type(value) is str:
        minor = to_minor(value, currency) if value else 0
    elif value is None:
        return 0
    elif type(value) is int:
        minor = to_minor(value, currency)
    elif type(value) is float:
        minor = to_minor(repr(value), currency)
    else:
        raise TypeError("no amount where there must be one")
    if not -_MOST_MINOR < minor < _MOST_MINOR:
        raise ValueError("an amount beyond all measure")
    return minor


def amount_together(values: Sequence[Any], currency: str) -> int:
    """Minor units of the sum of amounts, whatever their signs, rounded once. Raises as `amount`."""
    minors = [abs(amount(value, currency)) for value in values]
    if len(minors) < 2:
        return sum(minors)
    return to_minor(sum((abs(Decimal(str(value or 0))) for value in values), Decimal(0)), currency)


def whole(value: Any) -> int:
    """A count. Plugins that sell by weight write fractions: a part of a piece counts as one.

    Raises ValueError or TypeError.
    """
    if type(value) is int:
        number = value
    elif isinstance(value, float | str):
        exact = float(value)
        if not isfinite(exact):
            raise ValueError("not a count")
        number = ceil(exact) if exact > 0 else floor(exact)
    else:
        raise TypeError("no number where there must be one")
    if not -_MOST_MINOR < number < _MOST_MINOR:
        raise ValueError("a count beyond all measure")
    return number


def whole_or_none(value: Any) -> int | None:
    """A count, None for what is none."""
    try:
        return whole(value)
    except (TypeError, ValueError):
        return None


def by_number(external_id: str) -> tuple[int, str]:
    """A sort key that orders ids as numbers."""
    return len(external_id), external_id
