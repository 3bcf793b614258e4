"""What a batch says of accounts and orders, as far as profiles are made of it.

The fields have the names of the tables' columns, so that rows read from there serve as well.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, NamedTuple


class AccountSaid(NamedTuple):
    """An account whose row the batch writes."""

    profile_id: int | None
    store_id: int
    external_id: str
    first_name: str | None
    last_name: str | None
    locale: str | None
    tags: Sequence[str]
    email_normalized: str | None
    phone_normalized: str | None
    source_created_at: datetime | None
    source_updated_at: datetime | None
    merged_into_external_id: str | None


class OrderSaid(NamedTuple):
    """An order whose row the batch writes, or as it is held before."""

    profile_id: int
    store_id: int
    external_id: str
    customer_external_id: str | None
    email_normalized: str | None
    phone_normalized: str | None
    buyer_name: str | None
    locale: str | None
    placed_at: datetime
    currency: str
    total_minor: int
    refunded_minor: int
    counts: bool
    is_paid: bool

    def naming(self) -> tuple[Any, ...]:
        """All that can change a person's name or language."""
        return self.profile_id, self.placed_at, self.buyer_name, self.locale

    def times(self) -> tuple[Any, ...]:
        """All that can change since when and until when a person ordered."""
        return self.profile_id, self.placed_at, self.counts

    def figures(self) -> tuple[Any, ...]:
        """All that can change a person's totals."""
        return (
            self.profile_id,
            self.currency,
            self.total_minor,
            self.refunded_minor,
            self.counts,
            self.is_paid,
        )


def teller(
    kind: type[AccountSaid] | type[OrderSaid], columns: Sequence[str]
) -> Callable[[Sequence[Any]], Sequence[Any]]:
    """What picks the fields of that kind out of a row with these columns."""
    return itemgetter(*(columns.index(name) for name in kind._fields))
