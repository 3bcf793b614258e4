"""What a panel or an API caller is told of a person: the answer of `GET /api/v1/context`.

Field names are the contract's. Ids are text; amounts are integer minor units of the currency beside
them; times are aware UTC datetimes (ISO 8601 with Z in JSON).
"""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ContextIdentity:
    """One way in which the person is known. `evidence` is store, order, …"""

    kind: str
    value: str
    verified: bool
    evidence: str


@dataclass(frozen=True, slots=True)
class ContextTotal:
    """The person's figures in one currency."""

    currency: str
    orders: int
    spent_minor: int
    unpaid_minor: int
    refunded_minor: int


@dataclass(frozen=True, slots=True)
class ContextProfile:
    """The person."""

    id: str
    display_name: str | None
    identities: tuple[ContextIdentity, ...]
    totals: tuple[ContextTotal, ...]
    first_order_at: datetime | None
    last_order_at: datetime | None
    tags: tuple[str, ...]
    locale: str | None
    customer_since: datetime | None


@dataclass(frozen=True, slots=True)
class ContextStore:
    """The store that an order is of."""

    id: str
    platform: str
    domain: str
    name: str


@dataclass(frozen=True, slots=True)
class ContextPresentment:
    """What the buyer saw, in the buyer's currency."""

    currency: str
    total_minor: int


@dataclass(frozen=True, slots=True)
class ContextLine:
    """A line, with the product's picture and what is left of it (None: not counted or unknown)."""

    external_id: str
    title: str
    variant_title: str | None
    sku: str | None
    quantity: int
    current_quantity: int
    unit_price_minor: int
    total_minor: int
    image_url: str | None
    stock: int | None


@dataclass(frozen=True, slots=True)
class ContextTracking:
    """A parcel's number. `url` is http(s) or None."""

    company: str | None
    number: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class ContextFulfillment:
    """A parcel."""

    external_id: str
    status: str
    shipment_status: str | None
    tracking: tuple[ContextTracking, ...]
    created_at: datetime
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class ContextRefund:
    """Money given back, in the order's currency. `created_at` is None while nobody told when."""

    external_id: str
    amount_minor: int
    currency: str
    note: str | None
    created_at: datetime | None


@dataclass(frozen=True, slots=True)
class ContextNote:
    """A note on the order in the store."""

    external_id: str
    text: str
    author: str | None
    created_at: datetime | None
    for_customer: bool


@dataclass(frozen=True, slots=True)
class ContextOrder:
    """An order with its parts. `admin_url` is where staff see it in the store's admin."""

    id: str
    external_id: str
    name: str
    store: ContextStore
    sales_channel: str | None
    placed_at: datetime
    updated_at: datetime
    financial_status: str
    fulfillment_status: str
    currency: str
    total_minor: int
    current_total_minor: int
    refunded_minor: int
    counts: bool
    platform_status: str
    cancelled_at: datetime | None
    deleted_at: datetime | None
    is_test: bool
    email: str | None
    buyer_name: str | None
    presentment: ContextPresentment | None
    lines: tuple[ContextLine, ...]
    fulfillments: tuple[ContextFulfillment, ...]
    refunds: tuple[ContextRefund, ...]
    notes: tuple[ContextNote, ...]
    admin_url: str


@dataclass(frozen=True, slots=True)
class ContextBackfill:
    """How far the first read of the store is: waiting, running, done or failed."""

    state: str
    done: int
    total: int | None


@dataclass(frozen=True, slots=True)
class Freshness:
    """How true the answer is. See docs/figures.md for each field."""

    as_of: datetime | None
    source: str | None
    complete_from: datetime | None
    complete_until: datetime | None
    backfill: ContextBackfill


@dataclass(frozen=True, slots=True)
class ContextConversation:
    """A conversation of the person. `channel` is a kind of channel, `assignee` an agent's name.

    `unanswered`: the customer waits for an answer.
    """

    id: str
    subject: str | None
    channel: str
    status: str
    last_message_at: datetime
    assignee: str | None
    unanswered: bool


@dataclass(frozen=True, slots=True)
class Context:
    """The whole answer. `next` is a cursor for the orders that follow, or None."""

    profile: ContextProfile
    orders: tuple[ContextOrder, ...]
    next: str | None
    conversations: tuple[ContextConversation, ...]
    freshness: Freshness
