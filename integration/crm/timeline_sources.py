"""Where a person's timeline comes from: one statement a kind of event, none longer than a page."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
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

from integration.conversations.of_person import theirs
from integration.crm.json_lists import moment
from integration.crm.timeline_rows import Rows, source_of
from integration.models import (
    Conversation,
    Customer,
    Fulfillment,
    Identity,
    IdentityEvent,
    Message,
    Order,
    ProfileNote,
    Refund,
)
from integration.models.declarative import BigId, UtcDateTime
from integration.models.vocabulary import MessageKind
from integration.statements.bulk import table_of
from integration.statements.prepared import listed

_ORDERS, _CUSTOMERS = table_of(Order), table_of(Customer)
_PARCELS, _REFUNDS = table_of(Fulfillment), table_of(Refund)
_NOTES, _EVENTS = table_of(ProfileNote), table_of(IdentityEvent)
_TALKS, _MESSAGES = table_of(Conversation), table_of(Message)

_FACE, _WORKSPACE = (bindparam(name, type_=BigId) for name in ("face_id", "workspace_id"))
END_OF_TIME = datetime.max.replace(tzinfo=UTC)


class _TimeInDocument(TypeDecorator[datetime]):
    """A time as SQLite gives it out of JSON: ISO 8601 in UTC, which sorts as it is."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat()

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return moment(value)


def _theirs() -> tuple[ColumnElement[bool], ...]:
    return _ORDERS.c.workspace_id == _WORKSPACE, _ORDERS.c.profile_id == _FACE


def _of_orders(column: str) -> Callable[[Dialect], Rows]:
    at = _ORDERS.c[column]
    where = (*_theirs(), at.is_not(None)) if at.nullable else _theirs()
    return lambda _dialect: Rows(at, _ORDERS.c.id, literal(""), {}, _ORDERS, where)


def _of_parts(table: Any, column: str, *names: str) -> Callable[[Dialect], Rows]:
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
    return lambda _dialect: Rows(at, _ORDERS.c.id, parts.external_id, said, source, where)


def _store_notes(dialect: Dialect) -> Rows:
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
    return Rows(at, _ORDERS.c.id, text, {"note": note}, source, where)


def _agent_notes(dialect: Dialect) -> Rows:
    notes = _NOTES.c
    said = {name: notes[name] for name in ("author", "edited_at")} | {"said": notes.text}
    where = (
        notes.workspace_id == _WORKSPACE,
        listed(dialect, notes.profile_id, "homes"),
        notes.deleted_at.is_(None),
    )
    none = literal("")
    return Rows(notes.created_at, notes.id, none, said, _NOTES, where, of_order=False)


def _accounts(_dialect: Dialect) -> Rows:
    accounts = _CUSTOMERS.c
    said = {name: accounts[name] for name in ("store_id", "external_id")}
    where = (
        accounts.workspace_id == _WORKSPACE,
        accounts.profile_id == _FACE,
        accounts.source_created_at.is_not(None),
    )
    at, none = accounts.source_created_at, literal("")
    return Rows(at, accounts.id, none, said, _CUSTOMERS, where, of_order=False)


def _identity_events(dialect: Dialect) -> Rows:
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
    return Rows(events.at, events.id, literal(""), said, _EVENTS, where, of_order=False)


def _conversations(dialect: Dialect) -> Rows:
    talks = _TALKS.c
    said = {name: talks[name] for name in ("subject", "channel_kind", "status")}
    where = (talks.id.in_(theirs(_of_homes(dialect))),)
    none = literal("")
    return Rows(talks.created_at, talks.id, none, said, _TALKS, where, of_order=False)


def _messages(dialect: Dialect) -> Rows:
    """What was written after the message that a conversation began with."""
    messages, talks = _MESSAGES.c, _TALKS.c
    said = {
        "conversation_id": messages.conversation_id,
        "said_by": messages.kind,
        "subject": talks.subject,
        "channel_kind": talks.channel_kind,
    }
    source = _MESSAGES.join(_TALKS, talks.id == messages.conversation_id)
    where = (
        messages.conversation_id.in_(theirs(_of_homes(dialect))),
        or_(messages.kind == MessageKind.CUSTOMER, messages.kind == MessageKind.ANSWER),
        messages.created_at > talks.created_at,
    )
    none = literal("")
    return Rows(messages.created_at, messages.id, none, said, source, where, of_order=False)


def _of_homes(dialect: Dialect) -> ColumnElement[bool]:
    found: ColumnElement[bool] = listed(dialect, table_of(Identity).c.profile_id, "homes")
    return found


# At one moment what comes first here is the newer.
SOURCES = (
    source_of("message", _messages),
    source_of("conversation", _conversations),
    source_of("agent_note", _agent_notes),
    source_of("identity_changed", _identity_events),
    source_of("store_note", _store_notes),
    source_of(
        "parcel_moved",
        _of_parts(_PARCELS, "shipment_status_at", "shipment_status", "tracking"),
    ),
    source_of("refunded", _of_parts(_REFUNDS, "source_created_at", "amount_minor", "note")),
    source_of("order_deleted", _of_orders("deleted_at")),
    source_of("order_cancelled", _of_orders("cancelled_at")),
    source_of("parcel_sent", _of_parts(_PARCELS, "source_created_at", "status", "tracking")),
    source_of("order_placed", _of_orders("placed_at")),
    source_of("account_made", _accounts),
)
