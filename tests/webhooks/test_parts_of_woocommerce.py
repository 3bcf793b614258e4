"""What WooCommerce's lists and deliveries leave out, read from the stand-in over real sockets."""

from datetime import timedelta
from typing import Any

import pytest
from click.testing import CliRunner

from integration.commands.stores import stores
from integration.crm.context import Viewer, read_context
from integration.crm.records import Context
from integration.crm.subject import Subject
from integration.models import Customer, Order, Refund, Reread
from integration.sync.refresh import refresh
from integration.sync.shown import look_again
from tests.webhooks import test_stand_in_woocommerce as walk
from tests.webhooks.parts import alarms, rows, works
from webhooks.drain import drain

world = walk.world
_no_calls_to_a_store = walk._no_calls_to_a_store
BUYER = "new@buyer.example"


def held(world: walk.World, external_id: str) -> Order:
    [found] = [row for row in rows(world.services, Order) if row.external_id == external_id]
    assert isinstance(found, Order)
    return found


def notes(world: walk.World, external_id: str) -> list[str]:
    return [note["text"] for note in held(world, external_id).notes]


def ids(world: walk.World) -> dict[str, int]:
    store = world.store()
    return {"workspace_id": store.workspace_id, "store_id": store.id}


def look(world: walk.World) -> Context:
    """Somebody sees that buyer; what follows from it is done."""
    store = world.store()
    with world.services.db.workspace(store.workspace_id, write=True) as session:
        context = read_context(
            session,
            world.services.platforms,
            Subject(email=BUYER),
            viewer=Viewer("a test", "test", store.id),
            now=world.services.now(),
        )
    assert look_again(world.services, store.workspace_id, context)
    world.run()
    return context


def later(world: walk.World, seconds: float) -> None:
    world.ahead.append(timedelta(seconds=seconds))


def place(world: walk.World, **more: Any) -> str:
    """A new order of that buyer, arrived with all its parts."""
    placed = world.control("orders/place", email=BUYER, first_name="Nea", **more)
    world.drained()
    return str(placed["id"])


def test_every_order_ends_with_its_notes_and_its_refunds_times(world: walk.World) -> None:
    world.connect()
    orders = rows(world.services, Order)
    told = {order["id"]: order for order in world.stand_in.oracle(walk.SITE)["orders"]}
    assert {order.external_id: order.withheld for order in orders} == {
        order.external_id: {} for order in orders
    }
    for order in orders:
        written = [note for note in order.notes if note["external_id"]]
        assert len(written) == told[order.external_id]["notes"], order.external_id
    given_back = rows(world.services, Refund)
    assert all(refund.source_created_at is not None for refund in given_back)
    assert len(given_back) == sum(told[order.external_id]["refunds"] for order in orders)


def test_a_refund_has_its_amount_at_once_and_its_time_after(world: walk.World) -> None:
    world.connect()
    number = place(world)
    # Two states of one second would have the order read again at once.
    world.control("clock", seconds=5)
    world.control("orders/refund", order=number, amount="1.00")
    world.stand_in.settle()
    drain(world.services)
    assert held(world, number).refunded_minor == 100
    [refund] = [row for row in rows(world.services, Refund) if row.order_external_id == number]
    assert (refund.amount_minor, refund.source_created_at) == (100, None)
    world.run()
    [refund] = [row for row in rows(world.services, Refund) if row.order_external_id == number]
    assert refund.source_created_at is not None
    assert held(world, number).withheld == {}


def test_a_note_that_tells_nobody_is_there_once_somebody_looks(world: walk.World) -> None:
    world.connect()
    number = place(world)
    before = notes(world, number)
    later(world, 61)
    world.control("orders/note", order=number, text="Call her back")
    world.drained()
    refresh(world.services, **ids(world))
    assert notes(world, number) == before
    later(world, 61)
    look(world)
    assert sorted(notes(world, number)) == sorted([*before, "Call her back"])
    world.services.events.told.clear()  # type: ignore[attr-defined]
    later(world, 61)
    look(world)
    assert world.services.events.told == []  # type: ignore[attr-defined]


def test_who_syncs_sees_a_note_that_was_added(world: walk.World) -> None:
    world.connect()
    number = place(world)
    world.control("orders/note", order=number, text="Call her back")
    done = CliRunner().invoke(stores, ["sync", str(world.store().id)], obj=world.services)
    assert (done.exit_code, "complete until" in done.output) == (0, True), done.output
    assert "Call her back" in notes(world, number)


def test_trashed_restored_and_deleted_for_good(world: walk.World) -> None:
    world.connect()
    number = place(world)
    world.control("orders/trash", order=number)
    world.drained()
    assert (held(world, number).platform_status, held(world, number).counts) == ("trash", False)
    assert held(world, number).deleted_at == held(world, number).source_updated_at
    later(world, 2)
    world.control("orders/restore", order=number)
    world.drained()
    assert (held(world, number).deleted_at, held(world, number).counts) == (None, True)
    assert world.figures() == world.told()
    later(world, 61)
    world.control("orders/delete", order=number)
    # Silent: found out by whoever looks.
    look(world)
    assert held(world, number).deleted_at is not None
    assert world.figures() == world.told()
    assert alarms(world.services) == []


def test_late_deliveries_of_an_order_that_came_and_went_end_as_the_store_is(
    world: walk.World,
) -> None:
    world.connect()
    number = place(world)
    world.control("switches", cron="off")
    world.control("orders/trash", order=number)
    world.control("orders/restore", order=number)
    world.control("orders/status", order=number, status="completed")
    world.control("switches", shuffle=1.0, double=1.0, cron="auto")
    world.control("cron")
    world.drained()
    assert world.figures() == world.told()
    assert held(world, number).platform_status == "completed"
    assert {work.state for work in works(world.services)} == {"applied"}


def test_a_store_that_cannot_be_read_meanwhile_loses_nothing_and_delays_no_other(
    world: walk.World,
) -> None:
    world.connect()
    number = place(world)
    world.control("faults", kind="error", times=-1, contains="/orders/")
    world.control("orders/trash", order=number)
    world.stand_in.settle()
    drain(world.services)
    states = {work.topic: work.state for work in works(world.services)}
    assert states["order.deleted"] == "waiting"
    assert held(world, number).counts is True
    # What tells itself goes on.
    other = world.control("orders/place", email="second@buyer.example")["id"]
    world.stand_in.settle()
    drain(world.services)
    assert held(world, str(other)).counts is True
    world.control("faults", clear=True)
    later(world, 11)
    world.drained()
    assert {work.state for work in works(world.services)} == {"applied"}
    assert world.figures() == world.told()
    assert rows(world.services, Reread) == []


def test_an_account_that_is_deleted_ends_and_its_person_stays(world: walk.World) -> None:
    world.connect()
    account = world.control("customers/create", email=BUYER, first_name="Nea")
    placed = world.control("orders/place", customer=account["id"])
    world.drained()
    [before] = [row for row in rows(world.services, Customer) if row.email == BUYER]
    assert before.deleted_at is None
    profile_id = held(world, str(placed["id"])).profile_id
    later(world, 2)
    world.control("customers/delete", customer=account["id"])
    world.drained()
    [after] = [row for row in rows(world.services, Customer) if row.email == BUYER]
    assert after.deleted_at is not None
    refresh(world.services, **ids(world))
    assert held(world, str(placed["id"])).profile_id == profile_id
    assert world.figures() == world.told()


@pytest.mark.parametrize("role", ["customer", "editor"])
def test_an_account_that_only_an_order_names_is_asked_for_once(
    world: walk.World, role: str
) -> None:
    world.connect()
    world.control("switches", drop=1.0)
    account = world.control("customers/create", email=BUYER, first_name="Nea", role=role)
    world.stand_in.settle()
    world.control("switches", drop=0.0)
    placed = world.control("orders/place", customer=account["id"], paid=False)
    world.drained()
    assert held(world, str(placed["id"])).customer_external_id == str(account["id"])
    found = [row for row in rows(world.services, Customer) if row.email == BUYER]
    assert len(found) == (1 if role == "customer" else 0)
    assert [row for row in rows(world.services, Reread) if row.kind == "named"] == []
