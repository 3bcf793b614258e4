"""What happened with a person, one record a kind: the answer of `GET …/profiles/<id>/timeline`.

Every event has `id` (stable, one of its kind), `kind`, `at`, and `order` with its store where it is
about an order. Amounts are integer minor units of the currency beside them; times are aware UTC.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, TypeAlias

from integration.crm.records import ContextStore, ContextTracking


@dataclass(frozen=True, slots=True)
class TimelineOrder:
    """The order that an event is about. `admin_url` is where staff see it in the store's admin."""

    id: str
    external_id: str
    name: str
    store: ContextStore
    admin_url: str


@dataclass(frozen=True, slots=True)
class OrderPlaced:
    """An order was placed. `counts` is whether it counts in the figures now."""

    id: str
    at: datetime
    order: TimelineOrder
    currency: str
    total_minor: int
    counts: bool
    is_test: bool
    financial_status: str
    fulfillment_status: str
    sales_channel: str | None
    kind: Literal["order_placed"] = "order_placed"


@dataclass(frozen=True, slots=True)
class OrderCancelled:
    """An order was cancelled."""

    id: str
    at: datetime
    order: TimelineOrder
    currency: str
    total_minor: int
    kind: Literal["order_cancelled"] = "order_cancelled"


@dataclass(frozen=True, slots=True)
class OrderDeleted:
    """An order was deleted in the store."""

    id: str
    at: datetime
    order: TimelineOrder
    currency: str
    total_minor: int
    kind: Literal["order_deleted"] = "order_deleted"


@dataclass(frozen=True, slots=True)
class Refunded:
    """Money was given back. One whose time no source has told yet is no event."""

    id: str
    at: datetime
    order: TimelineOrder
    currency: str
    amount_minor: int
    note: str | None
    kind: Literal["refunded"] = "refunded"


@dataclass(frozen=True, slots=True)
class ParcelSent:
    """A parcel was made ready or sent. `status` is the store's word for it now."""

    id: str
    at: datetime
    order: TimelineOrder
    status: str
    tracking: tuple[ContextTracking, ...]
    kind: Literal["parcel_sent"] = "parcel_sent"


@dataclass(frozen=True, slots=True)
class ParcelMoved:
    """The carrier's newest word of a parcel (`in_transit`, `delivered`, …), when it was given."""

    id: str
    at: datetime
    order: TimelineOrder
    shipment_status: str
    tracking: tuple[ContextTracking, ...]
    kind: Literal["parcel_moved"] = "parcel_moved"


@dataclass(frozen=True, slots=True)
class StoreNote:
    """A note that stands on an order in the store. One without a time is no event."""

    id: str
    at: datetime
    order: TimelineOrder
    text: str
    author: str | None
    for_customer: bool
    kind: Literal["store_note"] = "store_note"


@dataclass(frozen=True, slots=True)
class AgentNote:
    """What an agent wrote about the person. `author` is a viewer as the audit names them."""

    id: str
    at: datetime
    note_id: str
    text: str
    author: str
    edited_at: datetime | None
    order: None = None
    kind: Literal["agent_note"] = "agent_note"


@dataclass(frozen=True, slots=True)
class AccountMade:
    """The person made an account in a store. `admin_url` may be empty."""

    id: str
    at: datetime
    store: ContextStore
    external_id: str
    admin_url: str
    order: None = None
    kind: Literal["account_made"] = "account_made"


@dataclass(frozen=True, slots=True)
class IdentityChanged:
    """Whose things are was changed, by an agent or a rule.

    `action` is a word of the identity's history, `made_by` who decided it (`rule`, or a viewer as
    the audit names them). `left` and `right` are the values it was about, as they are known;
    `undoes_event_id` is the event that this one took back.
    """

    id: str
    at: datetime
    event_id: str
    action: str
    made_by: str
    trust: str
    reason: str | None
    profile_id: str | None
    other_profile_id: str | None
    left_kind: str | None
    left: str | None
    right_kind: str | None
    right: str | None
    undoes_event_id: str | None
    order: None = None
    kind: Literal["identity_changed"] = "identity_changed"


@dataclass(frozen=True, slots=True)
class ConversationBegun:
    """A conversation began. `channel` is a kind of channel; `status` is how it stands now."""

    id: str
    at: datetime
    conversation_id: str
    subject: str | None
    channel: str
    status: str
    order: None = None
    kind: Literal["conversation"] = "conversation"


@dataclass(frozen=True, slots=True)
class MessageWritten:
    """A further message of a conversation, by the customer or (`by_customer` False) to them.

    What it says isn't told here.
    """

    id: str
    at: datetime
    conversation_id: str
    message_id: str
    subject: str | None
    channel: str
    by_customer: bool
    order: None = None
    kind: Literal["message"] = "message"


TimelineEvent: TypeAlias = (
    OrderPlaced
    | OrderCancelled
    | OrderDeleted
    | Refunded
    | ParcelSent
    | ParcelMoved
    | StoreNote
    | AgentNote
    | AccountMade
    | IdentityChanged
    | ConversationBegun
    | MessageWritten
)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of what happened, newest first. `next` is a cursor for what came before, or None."""

    profile_id: str
    events: tuple[TimelineEvent, ...]
    next: str | None
