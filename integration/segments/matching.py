"""Conditions as SQL on profiles: each stands on its own and has an index behind it.

A person is the profile that is shown. Accounts and orders are on it; what agents or rules left with
the profiles joined to it (tags) is looked for there as well.
"""

import unicodedata
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    func,
    not_,
    or_,
    select,
    true,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.engine import Dialect

from integration.models import Customer, Order, Profile, ProfileTotal
from integration.segments.conditions import Condition
from integration.statements.bulk import table_of

PROFILES = table_of(Profile)
_TOTALS, _ORDERS, _CUSTOMERS = table_of(ProfileTotal), table_of(Order), table_of(Customer)
# Browsers, hosts and stores still use the old names of these languages.
_ALSO = {"he": "iw", "iw": "he", "id": "in", "in": "id", "yi": "ji", "ji": "yi"}

_Builder = Callable[[Condition, datetime, Dialect], ColumnElement[bool]]


def shown_people(workspace_id: int) -> ColumnElement[bool]:
    """The condition on profiles that are shown at all: this workspace's, joined to no other."""
    return and_(PROFILES.c.workspace_id == workspace_id, PROFILES.c.joined_id.is_(None))


def meeting(
    conditions: Sequence[Condition], now: datetime, dialect: Dialect
) -> ColumnElement[bool]:
    """The condition on profiles that all of these hold at that time; no condition is everybody."""
    return and_(true(), *(_BUILDERS[each.kind](each, now, dialect) for each in conditions))


def _orders(is_met: Callable[[Any, Any], ColumnElement[bool]]) -> _Builder:
    def build(asked: Condition, _now: datetime, _dialect: Dialect) -> ColumnElement[bool]:
        counted = _of_person(_TOTALS, func.coalesce(func.sum(_TOTALS.c.orders), 0))
        return is_met(counted.scalar_subquery(), asked.value)

    return build


def _spent(is_met: Callable[[Any, Any], ColumnElement[bool]]) -> _Builder:
    def build(asked: Condition, _now: datetime, _dialect: Dialect) -> ColumnElement[bool]:
        spent = _of_person(_TOTALS, _TOTALS.c.spent_minor)
        spent = spent.where(_TOTALS.c.currency == asked.currency)
        return is_met(func.coalesce(spent.scalar_subquery(), 0), asked.value)

    return build


def _day(column: Any, is_before: bool) -> _Builder:
    def build(asked: Condition, _now: datetime, _dialect: Dialect) -> ColumnElement[bool]:
        begins = datetime.fromisoformat(str(asked.value)).replace(tzinfo=UTC)
        return _earlier(column, begins, is_before)

    return build


def _age(column: Any, is_over: bool) -> _Builder:
    def build(asked: Condition, now: datetime, _dialect: Dialect) -> ColumnElement[bool]:
        return _earlier(column, now - timedelta(days=int(asked.value or 0)), is_over)

    return build


def _earlier(column: Any, than: datetime, is_earlier: bool) -> ColumnElement[bool]:
    met: ColumnElement[bool] = column < than if is_earlier else column >= than
    return met


def _total(column: str) -> _Builder:
    def build(_asked: Condition, _now: datetime, _dialect: Dialect) -> ColumnElement[bool]:
        return exists(_of_person(_TOTALS, _TOTALS.c.profile_id).where(_TOTALS.c[column] > 0))

    return build


def _account(asked: Condition, _now: datetime, _dialect: Dialect) -> ColumnElement[bool]:
    standing = _of_person(_CUSTOMERS, _CUSTOMERS.c.id).where(_CUSTOMERS.c.deleted_at.is_(None))
    has_one = exists(standing)
    return has_one if asked.kind == "has_account" else not_(has_one)


def _store(asked: Condition, _now: datetime, _dialect: Dialect) -> ColumnElement[bool]:
    bought = _of_person(_ORDERS, _ORDERS.c.id)
    return exists(bought.where(_ORDERS.c.store_id == int(asked.value or 0), _ORDERS.c.counts))


def _language(asked: Condition, _now: datetime, _dialect: Dialect) -> ColumnElement[bool]:
    told = func.lower(PROFILES.c.locale)
    names = [str(asked.value)]
    names += [_ALSO[name] for name in names if name in _ALSO]
    begins = [told.startswith(f"{name}{sign}", autoescape=True) for name in names for sign in "-_"]
    return or_(told.in_(names), *begins)


def _country(asked: Condition, _now: datetime, dialect: Dialect) -> ColumnElement[bool]:
    """The country of the newest order's address, else of the newest account's."""
    in_order = _text_in(dialect, _ORDERS.c.shipping_address, "country_code")
    order = _of_person(_ORDERS, in_order).where(in_order.is_not(None))
    order = order.order_by(_ORDERS.c.placed_at.desc(), _ORDERS.c.id.desc()).limit(1)
    in_account = _text_in(dialect, _CUSTOMERS.c.address, "country_code")
    account = _of_person(_CUSTOMERS, in_account).where(in_account.is_not(None))
    account = account.order_by(_CUSTOMERS.c.id.desc()).limit(1)
    last = func.coalesce(order.scalar_subquery(), account.scalar_subquery())
    met: ColumnElement[bool] = func.upper(last) == asked.value
    return met


def _text_in(dialect: Dialect, column: Any, name: str) -> Any:
    """A text of a JSON object, NULL where it has none or is JSON's null itself."""
    if dialect.name == "sqlite":
        return func.json_extract(type_coerce(column, Text), f"$.{name}")
    return func.jsonb_extract_path_text(column, name)


def _tag(asked: Condition, _now: datetime, dialect: Dialect) -> ColumnElement[bool]:
    spellings = spellings_of(str(asked.value))
    joined = PROFILES.alias("joined")
    theirs = select(joined.c.id).where(
        joined.c.joined_id == PROFILES.c.id,
        joined.c.joined_id.is_not(None),
        _lists(dialect, joined.c.own_tags, spellings),
    )
    return or_(
        _lists(dialect, PROFILES.c.tags, spellings),
        _lists(dialect, PROFILES.c.own_tags, spellings),
        exists(theirs.correlate(PROFILES)),
    )


def spellings_of(tag: str) -> list[str]:
    """A tag as written, in small letters, capitals and with capitals at the front.

    Databases don't agree on the case of letters beyond ASCII, so it is worked out here.
    """
    cased = (tag, tag.lower(), tag.upper(), tag.casefold(), tag.title(), tag.capitalize())
    forms = (unicodedata.normalize(form, each) for each in cased for form in ("NFC", "NFD"))
    return list(dict.fromkeys(forms))


def _lists(dialect: Dialect, column: Any, spellings: list[str]) -> ColumnElement[bool]:
    """Whether a JSON list of texts has one of these."""
    if dialect.name == "sqlite":
        text = type_coerce(column, Text)
        each = func.json_each(text).table_valued("value")
        # Most lists are empty: to look at the text is quicker than to take it apart.
        return and_(text != "[]", exists(select(each.c.value).where(each.c.value.in_(spellings))))
    asked = bindparam(None, spellings, type_=ARRAY(Text), unique=True)
    met: ColumnElement[bool] = column.op("?|", is_comparison=True)(asked)
    return met


def _of_person(table: Any, *columns: Any) -> Select[Any]:
    return select(*columns).where(table.c.profile_id == PROFILES.c.id).correlate(PROFILES)


def _at_least(left: Any, right: Any) -> ColumnElement[bool]:
    met: ColumnElement[bool] = left >= right
    return met


def _at_most(left: Any, right: Any) -> ColumnElement[bool]:
    met: ColumnElement[bool] = left <= right
    return met


_LAST, _FIRST = PROFILES.c.last_order_at, PROFILES.c.first_order_at
_BUILDERS: dict[str, _Builder] = {
    "orders_at_least": _orders(_at_least),
    "orders_at_most": _orders(_at_most),
    "spent_at_least": _spent(_at_least),
    "spent_at_most": _spent(_at_most),
    "last_order_before": _day(_LAST, True),
    "last_order_since": _day(_LAST, False),
    "last_order_days_over": _age(_LAST, True),
    "last_order_days_within": _age(_LAST, False),
    "first_order_before": _day(_FIRST, True),
    "first_order_since": _day(_FIRST, False),
    "first_order_days_over": _age(_FIRST, True),
    "first_order_days_within": _age(_FIRST, False),
    "has_tag": _tag,
    "language": _language,
    "bought_in": _store,
    "country": _country,
    "has_account": _account,
    "is_guest": _account,
    "has_unpaid": _total("unpaid_minor"),
    "has_refund": _total("refunded_minor"),
}
