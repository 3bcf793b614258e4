"""The rows of the timeline's sources as events."""

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from integration.crm.records import ContextStore, ContextTracking
from integration.crm.timeline_records import (
    AccountMade,
    AgentNote,
    ConversationBegun,
    IdentityChanged,
    MessageWritten,
    OrderCancelled,
    OrderDeleted,
    OrderPlaced,
    ParcelMoved,
    ParcelSent,
    Refunded,
    StoreNote,
    TimelineEvent,
    TimelineOrder,
)
from integration.identity.keys import KINDS_OF_ONE_STORE
from integration.models.vocabulary import MessageKind
from platforms.port import StorePlatform

Platforms = Mapping[str, StorePlatform]


def event_of(kind: str, row: Any, platforms: Platforms) -> TimelineEvent:
    """The event that a row of that kind's source tells."""
    return _EVENTS[kind](_name(kind, row), row, platforms)


def _name(kind: str, row: Any) -> str:
    return f"{kind}:{row.number}:{row.text}".rstrip(":")


def _order(row: Any, platforms: Platforms) -> TimelineOrder:
    platform = platforms.get(row.store_platform)
    return TimelineOrder(
        id=str(row.number),
        external_id=row.order_external_id,
        name=row.order_name,
        store=_store(row),
        admin_url=(
            ""
            if platform is None
            else platform.host.order_url(
                row.store_domain, row.order_external_id, row.store_admin_url
            )
        ),
    )


def _store(row: Any) -> ContextStore:
    return ContextStore(str(row.store_id), row.store_platform, row.store_domain, row.store_name)


def _placed(name: str, row: Any, platforms: Platforms) -> TimelineEvent:
    return OrderPlaced(
        id=name,
        at=row.at,
        order=_order(row, platforms),
        currency=row.currency,
        total_minor=row.total_minor,
        counts=row.counts,
        is_test=row.is_test,
        financial_status=row.financial_status,
        fulfillment_status=row.fulfillment_status,
        sales_channel=row.sales_channel,
    )


def _cancelled(name: str, row: Any, platforms: Platforms) -> TimelineEvent:
    order = _order(row, platforms)
    return OrderCancelled(name, row.at, order, row.currency, row.total_minor)


def _deleted(name: str, row: Any, platforms: Platforms) -> TimelineEvent:
    order = _order(row, platforms)
    return OrderDeleted(name, row.at, order, row.currency, row.total_minor)


def _refunded(name: str, row: Any, platforms: Platforms) -> TimelineEvent:
    order = _order(row, platforms)
    return Refunded(name, row.at, order, row.currency, row.amount_minor, row.note)


def _sent(name: str, row: Any, platforms: Platforms) -> TimelineEvent:
    return ParcelSent(name, row.at, _order(row, platforms), row.status, _tracking(row))


def _moved(name: str, row: Any, platforms: Platforms) -> TimelineEvent:
    word = row.shipment_status or ""
    return ParcelMoved(name, row.at, _order(row, platforms), word, _tracking(row))


def _tracking(row: Any) -> tuple[ContextTracking, ...]:
    return tuple(ContextTracking(**entry) for entry in row.tracking)


def _store_note(name: str, row: Any, platforms: Platforms) -> TimelineEvent:
    note = orjson.loads(row.note) if isinstance(row.note, str) else row.note
    return StoreNote(
        id=name,
        at=row.at,
        order=_order(row, platforms),
        text=note["text"],
        author=note["author"],
        for_customer=note["for_customer"],
    )


def _agent_note(name: str, row: Any, _platforms: Platforms) -> TimelineEvent:
    return AgentNote(name, row.at, str(row.number), row.said, row.author, row.edited_at)


def _account_made(name: str, row: Any, platforms: Platforms) -> TimelineEvent:
    platform = platforms.get(row.store_platform)
    return AccountMade(
        id=name,
        at=row.at,
        store=_store(row),
        external_id=row.external_id,
        admin_url=(
            ""
            if platform is None
            else platform.host.customer_url(row.store_domain, row.external_id, row.store_admin_url)
        ),
    )


def _identity_changed(name: str, row: Any, _platforms: Platforms) -> TimelineEvent:
    return IdentityChanged(
        id=name,
        at=row.at,
        event_id=str(row.number),
        action=row.action,
        made_by=row.made_by,
        trust=row.trust,
        reason=row.reason,
        profile_id=_text(row.profile_id),
        other_profile_id=_text(row.other_profile_id),
        left_kind=row.left_kind,
        left=_known(row.left_kind, row.left_value),
        right_kind=row.right_kind,
        right=_known(row.right_kind, row.right_value),
        undoes_event_id=_text(row.undoes_id),
    )


def _conversation(name: str, row: Any, _platforms: Platforms) -> TimelineEvent:
    return ConversationBegun(
        name, row.at, str(row.number), row.subject, row.channel_kind, row.status
    )


def _message(name: str, row: Any, _platforms: Platforms) -> TimelineEvent:
    return MessageWritten(
        id=name,
        at=row.at,
        conversation_id=str(row.conversation_id),
        message_id=str(row.number),
        subject=row.subject,
        channel=row.channel_kind,
        by_customer=row.said_by == MessageKind.CUSTOMER,
    )


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)


def _known(kind: str | None, value: str | None) -> str | None:
    """The value as the store knows it: ours has the store's id before what only one store knows."""
    if value is None or kind not in KINDS_OF_ONE_STORE:
        return value
    return value.partition(":")[2]


_EVENTS: dict[str, Callable[[str, Any, Platforms], TimelineEvent]] = {
    "message": _message,
    "conversation": _conversation,
    "agent_note": _agent_note,
    "identity_changed": _identity_changed,
    "store_note": _store_note,
    "parcel_moved": _moved,
    "refunded": _refunded,
    "order_deleted": _deleted,
    "order_cancelled": _cancelled,
    "parcel_sent": _sent,
    "order_placed": _placed,
    "account_made": _account_made,
}
