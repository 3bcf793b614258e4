"""F2: six events of an order, in whatever order and however often they come: one final state."""

import itertools
import random
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from integration.models import Customer, DeliveryWork, Fulfillment, Order, Refund, Store
from integration.services import Services
from integration.sync.sourced import Sourced, Wanted
from platforms.changes import CustomerChanged, OrderChanged
from platforms.shopify.rest import customer_record, order_record
from tests.faults.putting import Told, put, told
from tests.webhooks.bodies import customer, order, order_id, refund
from webhooks.drain import drain

_EVENTS = 6
_ROUNDS = 4
_BEGAN_AT = datetime(2026, 11, 22, 11, tzinfo=UTC)
_GIVEN_BACK = {"id": 1, "kind": "refund", "status": "success", "amount": "81.09", "currency": "USD"}


@dataclass(frozen=True, slots=True)
class Counts:
    """What the scenario found. `final_states` are the different ends that orders came to."""

    sequences: int
    deliveries: int
    final_states: int
    wrong: int
    unfinished: int


def permutations() -> list[tuple[int, ...]]:
    """All 720 orders of the six events."""
    return list(itertools.permutations(range(_EVENTS)))


def random_sequences(count: int, seed: int) -> list[tuple[int, ...]]:
    """Sequences that hold each event, some of them again."""
    chance = random.Random(seed)
    found = []
    for _ in range(count):
        events = [*range(_EVENTS), *chance.choices(range(_EVENTS), k=chance.randrange(1, 5))]
        chance.shuffle(events)
        found.append(tuple(events))
    return found


def apply_in_any_order(
    services: Services,
    store: Store,
    sequences: Sequence[tuple[int, ...]],
    seed: int,
    on_read: Callable[[Any], None],
) -> Counts:
    """Give each order its sequence, cut into batches at random, and compare their ends.

    `on_read` is handed what stands in for the store's own answers.
    """
    on_read(_read_again)
    chance = random.Random(seed)
    cuts = [sorted(chance.choices(range(_ROUNDS), k=len(events))) for events in sequences]
    sent = 0
    for turn in range(_ROUNDS):
        batch = [
            _event(number, event, place)
            for number, events in enumerate(sequences)
            for place, (event, at) in enumerate(zip(events, cuts[number], strict=True))
            if at == turn
        ]
        sent += put(services, store, batch)
        drain(services)
    ends = Counter(_ends(services))
    return Counts(
        sequences=len(sequences),
        deliveries=sent,
        final_states=len(ends),
        wrong=len(sequences) - ends[_END],
        unfinished=sum(count for state, count in _states(services).items() if state != "applied"),
    )


def _event(number: int, event: int, place: int) -> Told:
    topic, body = _told_by(number, event)
    # A repeat has its own id half of the time; otherwise the inbox knows it.
    repeat = place if place % 2 else 0
    triggered_at = _BEGAN_AT + timedelta(minutes=event, seconds=1)
    return told(topic, f"{number}-{event}-{repeat}", triggered_at, body)


def _told_by(number: int, event: int) -> tuple[str, dict[str, Any]]:
    match event:
        case 2:
            return "customers/update", _account(number, 2)
        case 3:
            return "fulfillments/create", _parcel(number)
        case 5:
            return "refunds/create", refund(number, 5)
        case _:
            topics = {0: "orders/create", 1: "orders/paid", 4: "orders/fulfilled"}
            return topics[event], _order(number, event)


def _account(number: int, minute: int) -> dict[str, Any]:
    name = "Zoë" if minute >= 2 else "Zoe"
    return customer(number, 2 if minute >= 2 else 0, first_name=name, phone=None)


def _parcel(number: int) -> dict[str, Any]:
    moment = "2026-11-22T11:03:00Z"
    return {
        "id": 8_000_000_000_000 + number,
        "order_id": int(order_id(number)),
        "status": "success",
        "created_at": moment,
        "updated_at": moment,
        "tracking_company": "DHL",
        "tracking_number": "JD1",
        "tracking_url": None,
        "shipment_status": None,
    }


def _order(number: int, minute: int) -> dict[str, Any]:
    paid = "paid" if minute >= 1 else "pending"
    given_back = {**refund(number, 5), "transactions": [_GIVEN_BACK]}
    return order(
        number,
        minute,
        email=f"person{number}@example.com",
        customer=_account(number, minute),
        financial_status="partially_refunded" if minute >= 5 else paid,
        fulfillment_status="fulfilled" if minute >= 4 else None,
        fulfillments=[_parcel(number)] if minute >= 3 else [],
        refunds=[given_back] if minute >= 5 else [],
    )


def _read_again(
    _services: Services, _store: Store, wanted: Sequence[Wanted], **_given: str
) -> list[Sourced]:
    found: list[Sourced] = []
    for one in wanted:
        number = int(one.external_id) % 1_000_000_000_000
        if one.kind == "order":
            change: Any = OrderChanged(order_record(_order(number, 5)))
        else:
            change = CustomerChanged(customer_record(_account(number, 5)))
        found.append(Sourced(change, "webhook", fresh=True))
    return found


End = tuple[str | int | None, ...]
_END: End = ("partially_refunded", "fulfilled", 18109, 8109, "Zoë", 1, "success", 8109)


def _ends(services: Services) -> Iterator[End]:
    with services.db.across_workspaces() as session:
        people = {row.external_id: row for row in session.execute(select(Customer)).scalars()}
        parcels = _by_order(session.execute(select(Fulfillment)).scalars())
        refunds = _by_order(session.execute(select(Refund)).scalars())
        rows = list(session.execute(select(Order)).scalars())
    for row in rows:
        sent, given = parcels[row.external_id], refunds[row.external_id]
        yield (
            row.financial_status,
            row.fulfillment_status,
            row.total_minor,
            row.refunded_minor,
            people[str(row.customer_external_id)].first_name,
            len(sent),
            *(parcel.status for parcel in sent),
            *(refund.amount_minor for refund in given),
        )


def _by_order(rows: Iterable[Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.order_external_id].append(row)
    return found


def _states(services: Services) -> Counter[str]:
    with services.db.across_workspaces() as session:
        return Counter(session.execute(select(DeliveryWork.state)).scalars())
