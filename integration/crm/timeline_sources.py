"""Where a person's timeline comes from: one statement a kind of event, each no longer than a page.

A source's rows are told apart, also at one moment, by `at`, `number` and `text`, newest first; each
statement gives those that follow the place that its parameters name.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    Text,
    TypeDecorator,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    true,
    type_coerce,
    union,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect

from integration.bulk import table_of
from integration.crm.json_lists import moment
from integration.models import (
    Customer,
    Fulfillment,
    IdentityEvent,
    Order,
    ProfileNote,
    Refund,
    Store,
)
from integration.models.declarative import BigId, UtcDateTime
from integration.prepared import Prepared, listed

_ORDERS, _STORES, _CUSTOMERS = table_of(Order), table_of(Store), table_of(Customer)
_PARCELS, _REFUNDS = table_of(Fulfillment), table_of(Refund)
_NOTES, _EVENTS = table_of(ProfileNote), table_of(IdentityEvent)

_FACE, _WORKSPACE = (bindparam(name, type_=BigId) for name in ("face_id", "workspace_id"))
_OF_STORE = ("platform", "domain", "name", "admin_url")
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Source:
    """What gives the events of a kind.

    Its parameters: workspace_id, face_id, homes, most, and the place: at, number, text.
    """

    kind: str
    newest: Prepared


@dataclass(frozen=True, slots=True)
class _Rows:
    """The rows of a source before they are limited: what tells them apart, and what they say."""

    at: ColumnElement[Any]
    number: ColumnElement[int]
    text: ColumnElement[str]
    said: Mapping[str, ColumnElement[Any]]
    source: FromClause
    where: tuple[ColumnElement[bool], ...]
    of_order: bool = True


class _TimeInDocument(TypeDecorator[datetime]):
    """A time as SQLite gives it out of JSON: ISO 8601 in UTC, which sorts as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return moment(value)


def _source(kind: str, rows: Callable[[Dialect], _Rows]) -> Source:
    return Source(kind, Prepared(lambda dialect: _newest(rows(dialect))))


def _newest(rows: _Rows) -> Select[Any]:
    """A page of the rows first, then their stores and orders: what is left out costs no look-up."""
    at = bindparam("at", type_=rows.at.type)
    number, text = bindparam("number", type_=BigId), bindparam("text", type_=Text)
    following = or_(
        rows.at < at,
        rows.number < number,
        and_(rows.number == number, rows.text < text),
    )
    page = (
        select(
            rows.at.label("at"),
            rows.number.label("number"),
            rows.text.label("text"),
            *(value.label(name) for name, value in rows.said.items()),
        )
        .select_from(rows.source)
        # By itself, so that an index serves it.
        .where(*rows.where, rows.at <= at, following)
        .order_by(rows.at.desc(), rows.number.desc(), rows.text.desc())
        .limit(bindparam("most", type_=Integer))
        .subquery()
    )
    if rows.of_order:
        return _with_order(page)
    if "store_id" in page.c:
        return _ordered(_with_store(select(page), page.c.store_id), page)
    return _ordered(select(page), page)


def _with_order(page: Any) -> Select[Any]:
    orders = _ORDERS.c
    told = select(
        page,
        orders.external_id.label("order_external_id"),
        orders.name.label("order_name"),
        orders.store_id,
        orders.currency,
        orders.total_minor,
        orders.counts,
        orders.is_test,
        orders.financial_status,
        orders.fulfillment_status,
        orders.sales_channel,
    ).join(_ORDERS, orders.id == page.c.number)
    return _ordered(_with_store(told, orders.store_id), page)


def _with_store(statement: Select[Any], store_id: Any) -> Select[Any]:
    return statement.add_columns(
        *(_STORES.c[name].label(f"store_{name}") for name in _OF_STORE)
    ).join(_STORES, _STORES.c.id == store_id)


def _ordered(statement: Select[Any], page: Any) -> Select[Any]:
    return statement.order_by(page.c.at.desc(), page.c.number.desc(), page.c.text.desc())


def _theirs() -> tuple[ColumnElement[bool], ...]:
    return _ORDERS.c.workspace_id == _WORKSPACE, _ORDERS.c.profile_id == _FACE


def _of_orders(column: str) -> Callable[[Dialect], _Rows]:
    at = _ORDERS.c[column]
    where = (*_theirs(), at.is_not(None)) if at.nullable else _theirs()
    return lambda _dialect: _Rows(at, _ORDERS.c.id, literal(""), {}, _ORDERS, where)


def _of_parts(table: Any, column: str, *names: str) -> Callable[[Dialect], _Rows]:
    """Parts of the person's orders, by a time of their own."""
    at, parts = table.c[column], table.c
    source = _ORDERS.join(
        table,
        and_(
            parts.store_id == _ORDERS.c.store_id,
            parts.order_external_id == _ORDERS.c.external_id,
        ),
    )
    where = (*_theirs(), at.is_not(None))
    said = {name: parts[name] for name in names}
    return lambda _dialect: _Rows(at, _ORDERS.c.id, parts.external_id, said, source, where)


def _store_notes(dialect: Dialect) -> _Rows:
    """Notes stand in a document of their order."""
    if dialect.name == "sqlite":
        each: Any = func.json_each(_ORDERS.c.notes).table_valued("value", name="each_note")
        note: Any = type_coerce(each.c.value, Text)
        told = (func.json_extract(note, f"$.{name}") for name in ("created_at", "external_id"))
        at_text, text = (type_coerce(value, Text) for value in told)
        at: ColumnElement[Any] = type_coerce(at_text, _TimeInDocument)
        written = type_coerce(_ORDERS.c.notes, Text) != "[]"
    else:
        elements = func.jsonb_array_elements(_ORDERS.c.notes)
        each = elements.table_valued("value", name="each_note").render_derived().lateral()
        note = type_coerce(each.c.value, JSONB)
        told = (func.jsonb_extract_path_text(note, name) for name in ("created_at", "external_id"))
        at_text, text = (type_coerce(value, Text) for value in told)
        at = cast(at_text, UtcDateTime)
        written = func.jsonb_array_length(_ORDERS.c.notes) > 0
    where = (*_theirs(), written, at.is_not(None))
    source = _ORDERS.join(each, true())
    return _Rows(at, _ORDERS.c.id, text, {"note": note}, source, where)


def _agent_notes(dialect: Dialect) -> _Rows:
    notes = _NOTES.c
    said = {name: notes[name] for name in ("author", "edited_at")} | {"said": notes.text}
    where = (
        notes.workspace_id == _WORKSPACE,
        listed(dialect, notes.profile_id, "homes"),
        notes.deleted_at.is_(None),
    )
    none = literal("")
    return _Rows(notes.created_at, notes.id, none, said, _NOTES, where, of_order=False)


def _accounts(_dialect: Dialect) -> _Rows:
    accounts = _CUSTOMERS.c
    said = {name: accounts[name] for name in ("store_id", "external_id")}
    where = (
        accounts.workspace_id == _WORKSPACE,
        accounts.profile_id == _FACE,
        accounts.source_created_at.is_not(None),
    )
    at, none = accounts.source_created_at, literal("")
    return _Rows(at, accounts.id, none, said, _CUSTOMERS, where, of_order=False)


def _identity_events(dialect: Dialect) -> _Rows:
    events = _EVENTS.c
    told_of = union(
        *(
            select(events.id).where(listed(dialect, column, "homes"))
            for column in (events.profile_id, events.other_profile_id)
        )
    )
    names = (
        "action",
        "made_by",
        "trust",
        "reason",
        "profile_id",
        "other_profile_id",
        "left_kind",
        "left_value",
        "right_kind",
        "right_value",
        "undoes_id",
    )
    said = {name: events[name] for name in names}
    where = (events.workspace_id == _WORKSPACE, events.id.in_(told_of))
    return _Rows(events.at, events.id, literal(""), said, _EVENTS, where, of_order=False)


# At one moment what comes first here is the newer.
SOURCES = (
    _source("agent_note", _agent_notes),
    _source("identity_changed", _identity_events),
    _source("store_note", _store_notes),
    _source(
        "parcel_moved",
        _of_parts(_PARCELS, "shipment_status_at", "shipment_status", "tracking"),
    ),
    _source("refunded", _of_parts(_REFUNDS, "source_created_at", "amount_minor", "note")),
    _source("order_deleted", _of_orders("deleted_at")),
    _source("order_cancelled", _of_orders("cancelled_at")),
    _source("parcel_sent", _of_parts(_PARCELS, "source_created_at", "status", "tracking")),
    _source("order_placed", _of_orders("placed_at")),
    _source("account_made", _accounts),
)
