"""The refunds of one order. Their times stand apart: some sources tell refunds without them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from integration.models import Refund
from integration.statements.bulk import column_names, table_of
from platforms.records import RefundRecord

TABLE = table_of(Refund)
COLUMNS = column_names(TABLE)

Times = Mapping[str, datetime]


def in_order(refunds: tuple[RefundRecord, ...]) -> tuple[RefundRecord, ...]:
    """The refunds in the one order in which they are held."""
    if len(refunds) < 2:
        return refunds
    return tuple(sorted(refunds, key=lambda refund: refund.external_id))


def tells_times(refunds: Iterable[RefundRecord]) -> bool:
    """Whether each of these says when it was made."""
    return all(refund.created_at is not None for refund in refunds)


def times_of(refunds: Iterable[RefundRecord]) -> dict[str, datetime]:
    """When each was made that tells it, by external id."""
    return {
        refund.external_id: refund.created_at for refund in refunds if refund.created_at is not None
    }


def same_refunds(held: Iterable[RefundRecord], told: Iterable[RefundRecord], _at: datetime) -> bool:
    """Whether two sets of the same order state say the same, but for their times."""
    return _contents(held) == _contents(told)


def refund_rows(
    workspace_id: int,
    store_id: int,
    order_external_id: str,
    refunds: Iterable[RefundRecord],
    times: Times,
) -> list[tuple[Any, ...]]:
    """An order's refunds, in the order of COLUMNS."""
    return [
        (
            store_id,
            order_external_id,
            refund.external_id,
            refund.amount_minor,
            refund.note,
            times.get(refund.external_id),
            workspace_id,
        )
        for refund in refunds
    ]


def _contents(refunds: Iterable[RefundRecord]) -> dict[str, tuple[int | None, str | None]]:
    return {refund.external_id: (refund.amount_minor, refund.note) for refund in refunds}
