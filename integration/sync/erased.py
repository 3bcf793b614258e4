"""Keeping erased persons out: what a batch tells of them is refused before anything is taken.

An order that was erased stays refused however new its state. So does an account, until an order
that was placed after the erasure names it: then it is a new one. Its orders from before are refused
even where they weren't held when it was erased. So are a guest's, and an account, by the erased
address or number (`erased_people`): refused once they are marked, and nobody asks for them again.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select

from integration.statements.bulk import among
from integration.sync import order_rows
from integration.sync.batch import Batch
from integration.sync.erased_people import erased_people
from integration.sync.erasures import RETURNED, Marks
from integration.sync.held import Mirror
from integration.sync.register import Offer
from integration.sync.sourced import Wanted
from platforms.changes import OrderTouched

_PLACE = order_rows.TOLD.places
_ACCOUNT, _PLACED = _PLACE["customer_external_id"], _PLACE["placed_at"]
_ORDERS = order_rows.TABLE.c


@dataclass(frozen=True, slots=True)
class Refused:
    """How many changes were refused, of which objects; the erased accounts that bought again.

    `came_back` are these and those who did before, with the time of their erasure.
    """

    changes: int = 0
    returned: frozenset[str] = frozenset()
    objects: frozenset[Wanted] = frozenset()
    came_back: Mapping[str, datetime] = field(default_factory=dict)


def refuse_erased(mirror: Mirror, batch: Batch) -> Refused:
    """Take what is erased persons' out of the batch, and lift the marks of those who came back."""
    marks = Marks(mirror.connection, mirror.workspace_id, mirror.store_id)
    held = marks.held(_spoken_of(batch))
    people = erased_people(mirror, batch)
    if not held and people is None:
        return Refused()
    late: dict[str, datetime] = {}
    if people is not None:
        unknown = people.late_accounts(batch, {external_id for _, external_id in held})
        marks.keep({("customer", external_id): at for external_id, at in unknown.items()})
        held |= {("customer", external_id): at for external_id, at in unknown.items()}
        late = people.late_orders(batch)
    erased_at = _accounts(held)
    late |= _placed_before(batch, erased_at)
    _mark_unheld(mirror, marks, late)
    orders = {external_id for kind, external_id in held if kind == "order"} | late.keys()
    count = _drop(batch, "order", orders)
    marked = {external_id for kind, external_id in held if kind == "customer"}
    returned = marked & set(_named(batch))
    marks.lift({external_id: erased_at[external_id] for external_id in returned})
    count += _drop(batch, "customer", marked - returned)
    came_back = {each: erased_at[each] for each in _returned(held) | returned}
    for external_id in came_back.keys() & batch.customers.keys():
        count += _drop_older(batch, external_id, erased_at[external_id])
    out = {Wanted("order", each) for each in orders}
    out |= {Wanted("customer", each) for each in marked - returned}
    return Refused(count, frozenset(returned), frozenset(out), came_back)


def _returned(held: Collection[tuple[str, str]]) -> set[str]:
    """The accounts that came back with an earlier batch."""
    return {external_id for kind, external_id in held if kind == RETURNED}


def _spoken_of(batch: Batch) -> set[str]:
    return {
        *batch.orders,
        *batch.customers,
        *batch.parcels,
        *batch.merges,
        *(merge.kept_external_id for merge in batch.merges.values()),
        *(external_id for _, external_id in batch.deletions),
        *(touch.external_id for touch in batch.touches),
        *(what.external_id for what in batch.wanted),
        *_named(batch),
    }


def _named(batch: Batch) -> Iterator[str]:
    """The accounts that the batch's orders name."""
    for offers in batch.orders.values():
        for offer in offers:
            if offer.told[_ACCOUNT] is not None:
                yield offer.told[_ACCOUNT]


def _accounts(held: Mapping[tuple[str, str], datetime]) -> dict[str, datetime]:
    """When each account was erased last, whether it came back since or not."""
    erased_at: dict[str, datetime] = {}
    for (kind, external_id), at in held.items():
        if kind in ("customer", RETURNED):
            erased_at[external_id] = max(at, erased_at.get(external_id, at))
    return erased_at


def _placed_before(batch: Batch, erased_at: Mapping[str, datetime]) -> dict[str, datetime]:
    """The orders of erased accounts that were placed before the erasure, with its time."""
    found = {}
    for external_id, offers in batch.orders.items():
        for offer in offers:
            at = erased_at.get(offer.told[_ACCOUNT])
            if at is not None and offer.told[_PLACED] <= at:
                found[external_id] = at
    return found


def _mark_unheld(mirror: Mirror, marks: Marks, late: Mapping[str, datetime]) -> None:
    """Mark those of these orders that aren't held: a held one may be somebody else's."""
    if not late:
        return
    rows = mirror.connection.execute(
        select(_ORDERS.external_id).where(
            _ORDERS.workspace_id == mirror.workspace_id,
            _ORDERS.store_id == mirror.store_id,
            among(mirror.connection, _ORDERS.external_id, late),
        )
    )
    held = set(rows.scalars())
    marks.keep({("order", found): at for found, at in late.items() if found not in held})


def _drop(batch: Batch, kind: str, external_ids: Collection[str]) -> int:
    """Take these objects out of the batch; how many changes that were."""
    count = 0
    states = batch.orders if kind == "order" else batch.customers
    for external_id in external_ids:
        count += len(states.pop(external_id, ()))
        count += batch.deletions.pop((kind, external_id), None) is not None
        batch.seen_at.pop((kind, external_id), None)
        batch.unseen.discard((kind, external_id))
        wanted = Wanted("order" if kind == "order" else "customer", external_id)
        # A deletion without a time.
        count += wanted in batch.wanted
        batch.wanted.discard(wanted)
        if kind == "order" and (news := batch.parcels.pop(external_id, None)) is not None:
            count += len(news.records) + len(news.moves)
    count += _drop_touches(batch, kind, external_ids)
    return count + (_drop_merges(batch, external_ids) if kind == "customer" else 0)


def _drop_touches(batch: Batch, kind: str, external_ids: Collection[str]) -> int:
    before = len(batch.touches)
    batch.touches = [
        touch
        for touch in batch.touches
        if touch.external_id not in external_ids
        or isinstance(touch, OrderTouched) != (kind == "order")
    ]
    return before - len(batch.touches)


def _drop_merges(batch: Batch, external_ids: Collection[str]) -> int:
    before = len(batch.merges)
    batch.merges = {
        gone: merge
        for gone, merge in batch.merges.items()
        if gone not in external_ids and merge.kept_external_id not in external_ids
    }
    return before - len(batch.merges)


def _drop_older(batch: Batch, external_id: str, erased_at: datetime) -> int:
    """Of an account that came back take only what is newer than its erasure, or was just read."""
    offers = batch.customers.pop(external_id)
    kept = [offer for offer in offers if _is_new(offer, erased_at)]
    if kept:
        batch.customers[external_id] = kept
    return len(offers) - len(kept)


def _is_new(offer: Offer, erased_at: datetime) -> bool:
    return offer.fresh or offer.at > erased_at
