"""What of a batch has to be applied: the newest of each object, what was read before the told."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from integration.sync.sourced import Applied, Sourced, Wanted
from platforms.changes import (
    Change,
    CustomerChanged,
    CustomerDeleted,
    CustomersMerged,
    CustomerTouched,
    FulfillmentChanged,
    OrderChanged,
    OrderDeleted,
    OrderTouched,
    ShipmentMoved,
    Superseded,
)
from platforms.records import CustomerRecord, OrderRecord
from webhooks.reading import Item

_DATA = (
    CustomerChanged,
    CustomerDeleted,
    CustomersMerged,
    CustomerTouched,
    OrderChanged,
    OrderDeleted,
    FulfillmentChanged,
    ShipmentMoved,
    OrderTouched,
)
_NEVER = datetime.min.replace(tzinfo=UTC)

Fresh = Mapping[Wanted, Sequence[Sourced]]


def wanted_by(item: Item) -> set[Wanted]:
    """The objects that a delivery can't tell whole, so that they are read again."""
    wanted = set()
    for change in item.changes:
        if isinstance(change, OrderTouched):
            wanted.add(Wanted("order", change.external_id))
        elif isinstance(change, CustomerTouched):
            wanted.add(Wanted("customer", change.external_id))
        elif isinstance(change, OrderChanged) and change.record.refunded_minor is None:
            wanted.add(Wanted("order", change.record.external_id))
    return wanted


def objects_of(item: Item) -> set[Wanted]:
    """The orders and accounts that a delivery is about."""
    return {found for change in item.changes for found in objects_of_change(change)}


def tells_of_erased(item: Item, applied: Applied) -> bool:
    """Whether a delivery tells of what was erased: none of it was taken, so its body goes.

    Of an account that came back that is a state from before, or one that a newer of the same batch
    replaced unread: nobody knows when that was told.
    """
    if objects_of(item) & applied.erased:
        return True
    return any(_is_from_before(change, applied.came_back) for change in item.changes)


def _is_from_before(change: Change, came_back: Mapping[str, datetime]) -> bool:
    if isinstance(change, Superseded):
        return change.kind == "customer" and change.external_id in came_back
    if not isinstance(change, CustomerChanged):
        return False
    erased_at = came_back.get(change.record.external_id)
    return erased_at is not None and change.record.updated_at <= erased_at


def plan(items: Sequence[Item], fresh: Fresh) -> list[Sourced]:
    """The changes to apply for these deliveries, in their order, without what is superseded.

    What was told of an object's state gives way to what was freshly read of it.
    """
    told: list[Sourced] = []
    read: dict[Wanted, Sequence[Sourced]] = {}
    for item in items:
        for change in item.changes:
            if not isinstance(change, _DATA):
                continue
            known = _state_of(change)
            if known is not None and known in fresh:
                read[known] = fresh[known]
            else:
                told.append(_sourced(change, item))
    return [*_collapsed(told), *(sourced for many in read.values() for sourced in many)]


def _sourced(change: Change, item: Item) -> Sourced:
    return Sourced(
        change,
        "webhook",
        item.triggered_at,
        read_at=item.received_at,
        delivery_id=item.work.delivery_id,
    )


def is_stale(change: Change, fresh: Sequence[Sourced]) -> bool:
    """Whether what was read is older than what a delivery told: the store's copy lags behind."""
    at = _told_at(change)
    # One of the two may be told to the second only.
    return at is not None and any(
        isinstance(sourced.change, OrderChanged | CustomerChanged)
        and sourced.change.record.updated_at < at.replace(microsecond=0)
        for sourced in fresh
    )


def _told_at(change: Change) -> datetime | None:
    if isinstance(change, OrderChanged | CustomerChanged):
        return change.record.updated_at
    return change.at if isinstance(change, OrderTouched | CustomerTouched) else None


def _state_of(change: Change) -> Wanted | None:
    if isinstance(change, OrderTouched):
        return Wanted("order", change.external_id)
    if isinstance(change, CustomerTouched):
        return Wanted("customer", change.external_id)
    if isinstance(change, OrderChanged):
        return Wanted("order", change.record.external_id)
    if isinstance(change, CustomerChanged):
        return Wanted("customer", change.record.external_id)
    if isinstance(change, Superseded):
        return Wanted(change.kind, change.external_id)
    return None


def objects_of_change(change: Change) -> Iterable[Wanted]:
    """The orders and accounts that a change is about."""
    state = _state_of(change)
    if state is not None:
        return (state,)
    if isinstance(change, OrderDeleted):
        return (Wanted("order", change.external_id),)
    if isinstance(change, FulfillmentChanged | ShipmentMoved):
        return (Wanted("order", change.order_external_id),)
    if isinstance(change, CustomerDeleted):
        return (Wanted("customer", change.external_id),)
    if isinstance(change, CustomersMerged):
        return (
            Wanted("customer", change.kept_external_id),
            Wanted("customer", change.gone_external_id),
        )
    return ()


def _collapsed(told: Sequence[Sourced]) -> list[Sourced]:
    """Without the states that a newer one of the same object replaces as a whole."""
    newest: dict[Wanted, Sourced] = {}
    for sourced in told:
        state = _replaceable(sourced.change)
        if state is not None:
            held = newest.get(state)
            if held is None or _is_newer(sourced, held):
                newest[state] = sourced
    return [
        sourced
        for sourced in told
        if (state := _replaceable(sourced.change)) is None
        or newest[state] is sourced
        or not _replaces(newest[state], sourced)
    ]


def _replaceable(change: Change) -> Wanted | None:
    return _state_of(change) if isinstance(change, OrderChanged | CustomerChanged) else None


def _record(sourced: Sourced) -> OrderRecord | CustomerRecord:
    assert isinstance(sourced.change, OrderChanged | CustomerChanged)
    return sourced.change.record


def _is_newer(one: Sourced, other: Sourced) -> bool:
    return _age(one) > _age(other)


def _age(sourced: Sourced) -> tuple[datetime, datetime]:
    return _record(sourced).updated_at, sourced.triggered_at or _NEVER


def _replaces(newer: Sourced, older: Sourced) -> bool:
    """Only a truly newer state that tells at least as much: ties are for `apply` to judge."""
    one, other = _record(newer), _record(older)
    return one.updated_at > other.updated_at and one.withheld <= other.withheld
