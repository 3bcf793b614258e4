"""What a person's figures say: the answer of `GET /api/v1/profiles/<id>/summary`.

docs/figures.md defines each. Ids are text; amounts are integer minor units of the currency beside
them; times are aware UTC; rates are between 0 and 1, to four decimals.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from integration.crm.records import ContextStore


@dataclass(frozen=True, slots=True)
class MoneySummary:
    """A person's figures in one currency, over the orders that count.

    `average_minor` is the mean total of an order, rounded half up. `lifetime_minor` is what was
    spent without what was given back. `refund_rate` is what was given back over what was spent,
    None while nothing was.
    """

    currency: str
    orders: int
    spent_minor: int
    unpaid_minor: int
    refunded_minor: int
    average_minor: int
    lifetime_minor: int
    refund_rate: float | None


@dataclass(frozen=True, slots=True)
class SummaryStore:
    """A store that knows the person: by an account, as a guest, or both ways.

    `since` is the earliest of the accounts and orders there, None where no account says. `orders`
    are those that count.
    """

    store: ContextStore
    known_as: Literal["account", "guest", "both"]
    since: datetime | None
    orders: int
    complete_from: datetime | None


@dataclass(frozen=True, slots=True)
class Summary:
    """A person's figures over all stores.

    `complete_from` is how far back all of the person's stores can be seen, None for everything.
    `repeat_rate` is the part of the orders that came after the first one, `return_rate` the part on
    which money was given back; both None without orders. `days_between_mean` and `_median` are
    between successive orders, to one decimal, None with fewer than two. `languages` has the one
    that they are written to first, and those that they write in last. `contact_channel` is the kind
    of channel of most of their `conversations`, None without any.
    """

    profile_id: str
    money: tuple[MoneySummary, ...]
    complete_from: datetime | None
    orders: int
    first_order_at: datetime | None
    last_order_at: datetime | None
    repeat_rate: float | None
    days_between_mean: float | None
    days_between_median: float | None
    returned_orders: int
    return_rate: float | None
    preferred_channel: str | None
    languages: tuple[str, ...]
    stores: tuple[SummaryStore, ...]
    conversations: int
    contact_channel: str | None
