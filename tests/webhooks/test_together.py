"""Several stores' few deliveries share a commit; whoever can't be applied with them goes alone."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from integration.db import SharedCommit, WorkspaceSession
from integration.models import Customer, DeliveryWork, Order, Store, StoreHour
from integration.services import Services
from integration.sync.apply import apply
from tests.conftest import StandingClock
from tests.webhooks.bodies import customer, order, order_id, shop
from tests.webhooks.parts import Sender, add_store, alarms, rows, works
from webhooks.drain import Drain, drain
from webhooks.intake import take_in
from webhooks.leases import FEW, LOOKS_IN_VAIN, lease_some

SHOPS = {str(number): f"shop-{number}.myshopify.com" for number in range(2, 6)}


@pytest.fixture
def stores(services: Services) -> list[Store]:
    return [add_store(services, domain, number=number) for number, domain in SHOPS.items()]


def one_each(send: Sender, first: int = 0) -> None:
    """A delivery of each store."""
    for number, domain in SHOPS.items():
        send("orders/create", order(first + int(number), shop=number), shop=domain)


def step(services: Services) -> None:
    """One round of the drain."""
    worker = Drain(services)
    worker.step()
    worker.close()


@contextmanager
def writes(services: Services) -> Iterator[Counter[str]]:
    """How many transactions that write begin inside the block."""
    seen: Counter[str] = Counter()

    def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        seen[statement] += 1

    event.listen(services.db.engine, "before_cursor_execute", hear)
    yield seen
    event.remove(services.db.engine, "before_cursor_execute", hear)


def test_stores_with_few_deliveries_share_their_commits(
    services: Services, stores: list[Store], send: Sender
) -> None:
    one_each(send)
    with writes(services) as seen:
        step(services)
    assert [work.state for work in works(services)] == ["applied"] * 4
    # What came in is leased, then applied.
    assert seen["BEGIN IMMEDIATE"] == 2
    held = {row.external_id: row.store_id for row in rows(services, Order)}
    assert held == {order_id(int(each.external_id or "")): each.id for each in stores}
    assert [(hour.store_id, hour.applied) for hour in rows(services, StoreHour)] == [
        (each.id, 1) for each in stores
    ]


def test_news_of_all_are_told_at_once(
    services: Services, stores: list[Store], send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(type(services.events), "publish", lambda _, *news: told.append(len(news)))
    one_each(send)
    step(services)
    assert told == [4]


def test_poison_keeps_nobody_who_came_with_it(
    services: Services, stores: list[Store], send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    poisoned = stores[1]

    def explode(session: WorkspaceSession, store: Store, *given: Any, **more: Any) -> Any:
        applied = apply(session, store, *given, **more)
        if store.id == poisoned.id:
            raise RuntimeError("poison")
        return applied

    monkeypatch.setattr("webhooks.batch.apply", explode)
    one_each(send)
    step(services)
    found = {work.store_id: (work.state, work.attempts) for work in works(services)}
    assert found.pop(poisoned.id) == ("waiting", 1)
    assert set(found.values()) == {("applied", 0)}
    assert poisoned.id not in {row.store_id for row in rows(services, Order)}


def test_one_that_has_to_be_read_again_goes_alone(
    services: Services, stores: list[Store], send: Sender, clock: StandingClock
) -> None:
    tied = stores[0]
    one_each(send)
    step(services)
    # The same time, another total: its store has to be asked, and can't be.
    send("orders/updated", order(2, total="9.00", shop="2"), shop=tied.domain)
    for number, domain in list(SHOPS.items())[1:]:
        send("orders/create", order(100 + int(number), shop=number), shop=domain)
    drain(services)
    found = {work.store_id: work.state for work in works(services)[4:]}
    assert found.pop(tied.id) != "applied"
    assert set(found.values()) == {"applied"}
    assert {row.total_minor for row in rows(services, Order)} == {18109}


def test_a_lost_lease_keeps_the_others_effects(
    services: Services, stores: list[Store], send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = stores[2]
    genuine = Drain._work_together

    def lose(self: Drain, claimed: Any) -> Any:
        with services.db.across_workspaces(write=True) as session:
            for work in session.query(DeliveryWork).filter_by(store_id=lost.id):
                work.fence += 1
            session.flush()
        return genuine(self, claimed)

    monkeypatch.setattr(Drain, "_work_together", lose)
    one_each(send)
    step(services)
    found = {work.store_id: work.state for work in works(services)}
    assert found.pop(lost.id) == "leased"
    assert set(found.values()) == {"applied"}
    assert lost.id not in {row.store_id for row in rows(services, Order)}


@pytest.mark.parametrize("error", [OSError("full"), OperationalError("COMMIT", None, Exception())])
def test_when_the_commit_fails_each_is_applied_by_itself(
    services: Services,
    stores: list[Store],
    send: Sender,
    monkeypatch: pytest.MonkeyPatch,
    error: Exception,
) -> None:
    genuine = services.db.several_workspaces

    @contextmanager
    def fails() -> Iterator[SharedCommit]:
        with genuine() as shared:
            yield shared
            raise error

    monkeypatch.setattr(type(services.db), "several_workspaces", lambda _: fails())
    one_each(send)
    step(services)
    assert [(work.state, work.attempts) for work in works(services)] == [("applied", 0)] * 4
    assert len(rows(services, Order)) == 4
    assert [hour.applied for hour in rows(services, StoreHour)] == [1] * 4


def test_an_uninstall_among_them_ends_only_its_own(
    services: Services, stores: list[Store], send: Sender
) -> None:
    one_each(send)
    last = stores[3]
    send("app/uninstalled", shop(last.domain, "5"), shop=last.domain)
    step(services)
    assert {work.state for work in works(services)} == {"applied"}
    assert [store.status for store in rows(services, Store)] == ["active"] * 3 + ["disconnected"]


def test_what_is_anothers_is_refused_though_both_come_at_once(
    services: Services, stores: list[Store], send: Sender
) -> None:
    for store in stores[:2]:
        send("customers/create", customer(7), shop=store.domain)
    step(services)
    found = {work.store_id: (work.state, work.error_code) for work in works(services)}
    assert found == {
        stores[0].id: ("applied", None),
        stores[1].id: ("refused", "held_elsewhere"),
    }
    assert alarms(services) == ["held_elsewhere"]
    assert [row.store_id for row in rows(services, Customer)] == [stores[0].id]


def test_a_country_that_is_known_meanwhile_is_not_missed(
    services: Services, stores: list[Store], send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    with services.db.across_workspaces(write=True) as session:
        session.query(Store).update({"country_code": None})
    genuine = Drain._work_together

    def learn(self: Drain, claimed: Any) -> Any:
        with services.db.across_workspaces(write=True) as session:
            session.query(Store).update({"country_code": "GR"})
        return genuine(self, claimed)

    monkeypatch.setattr(Drain, "_work_together", learn)
    for number, store in zip(SHOPS, stores, strict=True):
        body = order(int(number), shop=number, phone="2101234567")
        send("orders/create", body, shop=store.domain)
    step(services)
    assert [row.phone_normalized for row in rows(services, Order)] == ["+302101234567"] * 4


def test_who_has_few_is_looked_for_among_some_only(
    services: Services, stores: list[Store], send: Sender, clock: StandingClock
) -> None:
    one_each(send)
    take_in(services)
    asked: list[int | None] = []

    def at_most(store_id: int | None) -> int:
        asked.append(store_id)
        return 200

    first, *_, last = [store.id for store in stores]
    idle = range(1000, 1000 + LOOKS_IN_VAIN)
    with services.db.across_workspaces(write=True) as session:
        found = lease_some(session, [*idle, first, *idle, last], clock(), at_most)
    assert [held.store_id for held in found] == [first]
    assert asked == [*idle, first, *idle]


def test_who_has_many_or_failed_before_is_leased_alone(
    services: Services, stores: list[Store], send: Sender, clock: StandingClock
) -> None:
    ids = [store.id for store in stores]
    one_each(send)
    for number in range(FEW):
        send("orders/create", order(100 + number, shop="2"), shop=stores[0].domain)
    take_in(services)
    sizes: dict[int | None, int] = {stores[3].id: 1}
    with services.db.across_workspaces(write=True) as session:
        session.query(DeliveryWork).filter_by(store_id=ids[1]).one().attempts = 1
        session.flush()

    def leased(*order_of: int) -> list[int | None]:
        with services.db.across_workspaces(write=True) as session:
            found = lease_some(session, order_of, clock(), lambda of: sizes.get(of, 200))
            session.query(DeliveryWork).update({"state": "waiting"})
        return [held.store_id for held in found]

    many, failed, light, full = ids
    assert leased(many, failed, light, full) == [many]
    assert leased(failed, light, full, many) == [failed]
    assert leased(light, many, failed, full) == [light]
    assert leased(full, light) == [full]
