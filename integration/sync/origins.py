"""By which way the news of a batch came, for the evidence of identities."""

from collections.abc import Sequence
from datetime import UTC, datetime

from integration.identity.origin import Origin
from integration.sync.sourced import Sourced
from platforms.changes import CustomerChanged, CustomersMerged, OrderChanged

_NEVER = datetime.min.replace(tzinfo=UTC)


def origin_of(changes: Sequence[Sourced]) -> Origin | None:
    """Where a batch's accounts and orders were told; None for an empty batch."""
    if not changes:
        return None
    deliveries: dict[str, int] = {}
    for sourced in sorted(changes, key=_age):
        delivery_id, change = sourced.delivery_id, sourced.change
        if delivery_id is None:
            continue
        if isinstance(change, OrderChanged):
            deliveries[f"order:{change.record.external_id}"] = delivery_id
            if change.record.customer is not None:
                deliveries[f"account:{change.record.customer.external_id}"] = delivery_id
        elif isinstance(change, CustomerChanged):
            deliveries[f"account:{change.record.external_id}"] = delivery_id
        elif isinstance(change, CustomersMerged):
            deliveries[f"account:{change.gone_external_id}"] = delivery_id
    return Origin(changes[0].source, deliveries)


def _age(sourced: Sourced) -> datetime:
    """When the store made that state: the newest speaks last."""
    change = sourced.change
    if isinstance(change, OrderChanged | CustomerChanged):
        return change.record.updated_at
    return sourced.triggered_at or _NEVER
