"""What crosses the border from a platform to the application: frozen, platform-neutral records.

Ids are the platform's own, as text. Amounts are integer minor units of the currency beside them.
Times are aware UTC datetimes. Statuses are lower snake case in Shopify's vocabulary. `withheld`
names fields that the source could not tell (a body without tags, protected data without approval):
what is held already stands for them.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

R = TypeVar("R")

NOTHING_WITHHELD: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class StoreRecord:
    """The store itself. `domain` is its canonical name on the platform, `url` its storefront.

    `admin_url` is where its admin begins (ends with a slash), None where the name tells that.
    """

    external_id: str
    domain: str
    name: str
    url: str
    currency: str
    timezone: str
    country_code: str | None
    email: str | None = None
    admin_url: str | None = None


@dataclass(frozen=True, slots=True)
class AddressRecord:
    """A postal address as the buyer typed it."""

    name: str | None = None
    company: str | None = None
    line1: str | None = None
    line2: str | None = None
    city: str | None = None
    region: str | None = None
    postal_code: str | None = None
    country_code: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True)
class CustomerRecord:
    """An account in a store. `email` and `phone` are as the store holds them, not normalised."""

    external_id: str
    updated_at: datetime
    created_at: datetime | None
    email: str | None
    phone: str | None
    first_name: str | None
    last_name: str | None
    locale: str | None = None
    tags: tuple[str, ...] = ()
    note: str | None = None
    address: AddressRecord | None = None
    withheld: frozenset[str] = NOTHING_WITHHELD


@dataclass(frozen=True, slots=True)
class LineRecord:
    """One line of an order. `current_quantity` is what stands after edits and returns."""

    external_id: str
    position: int
    title: str
    variant_title: str | None
    sku: str | None
    quantity: int
    current_quantity: int
    unit_price_minor: int
    total_minor: int
    variant_external_id: str | None = None
    product_external_id: str | None = None


@dataclass(frozen=True, slots=True)
class TrackingRecord:
    """A parcel's number with its carrier. `url` is http(s) or None."""

    company: str | None
    number: str | None
    url: str | None


@dataclass(frozen=True, slots=True)
class FulfillmentRecord:
    """A parcel or part of an order that was sent.

    `status` is the platform's word for the dispatch (success, cancelled, …), `shipment_status` for
    the way of the parcel (in_transit, delivered, …), when the carrier tells.
    """

    external_id: str
    created_at: datetime
    updated_at: datetime
    status: str
    shipment_status: str | None
    tracking: tuple[TrackingRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class RefundRecord:
    """Money given back. `amount_minor` is shop money, None where the source can't tell it.

    `created_at` is None where the source tells no time; one that was told before stands.
    """

    external_id: str
    created_at: datetime | None
    amount_minor: int | None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class NoteRecord:
    """A note that stands on the order in the store. `external_id` is empty for Shopify's one."""

    external_id: str
    text: str
    author: str | None = None
    created_at: datetime | None = None
    for_customer: bool = False


@dataclass(frozen=True, slots=True)
class OrderRecord:
    """An order with all its parts.

    `total_minor` is the platform's total before returns, `refunded_minor` the successful refunds
    (None where the body can't tell them in shop money: the order is then read again),
    `current_total_minor` what stands after edits and returns. `customer` is the account as the
    order's source embeds it; a guest has `customer_external_id` None. `is_draft` covers drafts and
    checkouts that are no orders yet. Parts that the source left out (lines, fulfilments, refunds)
    stand in `withheld`.
    """

    external_id: str
    name: str
    placed_at: datetime
    updated_at: datetime
    currency: str
    total_minor: int
    current_total_minor: int
    refunded_minor: int | None
    financial_status: str
    fulfillment_status: str
    platform_status: str
    customer_external_id: str | None
    email: str | None
    phone: str | None
    cancelled_at: datetime | None = None
    deleted_at: datetime | None = None
    is_test: bool = False
    is_draft: bool = False
    presentment_currency: str | None = None
    presentment_total_minor: int | None = None
    sales_channel: str | None = None
    locale: str | None = None
    note: str | None = None
    tags: tuple[str, ...] = ()
    shipping_address: AddressRecord | None = None
    billing_address: AddressRecord | None = None
    lines: tuple[LineRecord, ...] = ()
    fulfillments: tuple[FulfillmentRecord, ...] = ()
    refunds: tuple[RefundRecord, ...] = ()
    notes: tuple[NoteRecord, ...] = ()
    customer: CustomerRecord | None = None
    withheld: frozenset[str] = NOTHING_WITHHELD


@dataclass(frozen=True, slots=True)
class VariantRecord:
    """A product's variant with what is left of it. `stock` is None where it isn't tracked."""

    external_id: str
    product_external_id: str
    product_title: str
    title: str | None
    sku: str | None
    image_url: str | None
    stock: int | None
    updated_at: datetime


@dataclass(frozen=True, slots=True)
class Unreadable:
    """An object that the store tells and nobody can read: without money, without any date.

    `reason` is a sentence without anything personal of the object in it.
    """

    kind: Literal["order", "customer"]
    external_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """Some records of a longer read.

    `cursor` resumes the read after this page and is None after the last; `total` is how many
    records the whole read has, where the platform says so. A page may be empty while the platform
    still prepares its answer. What could not be read stands in `unreadable`; the read goes on.
    `compared` counts what was compared by its mark alone and is as the copy holds it.
    """

    records: tuple[R, ...]
    cursor: str | None
    total: int | None = None
    unreadable: tuple[Unreadable, ...] = ()
    compared: int = 0


def page_of(
    found: Iterable[R | Unreadable | None], cursor: str | None, total: int | None = None
) -> Page[R]:
    """A page of what was read one by one, without what is left out (None)."""
    told = [each for each in found if each is not None]
    records = tuple([each for each in told if not isinstance(each, Unreadable)])
    unreadable = tuple([each for each in told if isinstance(each, Unreadable)])
    return Page(records, cursor, total, unreadable)


@dataclass(frozen=True, slots=True)
class Mark:
    """Which state of an object a store holds, as cheaply as the store tells it.

    `facts` are fields of its record by their names with their values, told beside the time because
    an object may change twice within the second that the store's times know. `is_deleted` says
    that it stands in the store's trash.
    """

    external_id: str
    updated_at: datetime
    facts: tuple[tuple[str, Any], ...] = ()
    is_deleted: bool = False


Differing = Callable[[Sequence[Mark]], frozenset[str]]
"""Which of these the copy doesn't hold as told, by their external ids."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """A webhook subscription at the store."""

    external_id: str
    topic: str
    url: str
    active: bool = True


@dataclass(frozen=True, slots=True)
class SubscriptionReport:
    """What `check` or `subscribe` found and mended, by topic."""

    standing: tuple[str, ...]
    created: tuple[str, ...] = ()
    mended: tuple[str, ...] = ()
    failed: tuple[tuple[str, str], ...] = field(default=())
