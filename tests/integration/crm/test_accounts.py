"""A person's accounts as the stores tell them, and an order of theirs by its name."""

from typing import Any

from integration.crm.accounts import StoreAccount, accounts_of
from integration.crm.context_orders import named_order
from integration.crm.records import ContextStore
from integration.models import Customer, Order
from platforms.changes import CustomersMerged
from platforms.port import StorePlatform
from tests.factories.fake_store import FakePlatform, FakeStore
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, told
from tests.factories.stores import make_workspace

MAIL = "ada@example.com"


def platforms() -> dict[str, StorePlatform]:
    made: Any = FakePlatform(FakeStore())
    return {"shopify": made}


def accounts(mirror: Mirror, profile_id: int, known: Any = None) -> tuple[StoreAccount, ...]:
    with mirror.db.workspace(mirror.workspace_id) as session:
        return accounts_of(session, platforms() if known is None else known, profile_id)


def person(mirror: Mirror) -> int:
    (found,) = {row.profile_id for row in mirror.all(Customer) if row.profile_id is not None}
    return int(found)


def test_an_account_with_what_its_store_wrote(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email=MAIL, note=" Pays late.\n", tags=("VIP",))))
    (found,) = accounts(mirror, person(mirror))
    domain = found.store.domain
    assert found.store == ContextStore(str(mirror.store_id), "shopify", domain, found.store.name)
    assert found == StoreAccount(
        store=found.store,
        external_id="7",
        since=at(-1000),
        note="Pays late.",
        tags=("VIP",),
        admin_url=f"https://{domain}/admin/customers/7",
    )


def test_what_nobody_wrote_is_none_and_an_unknown_platform_leads_nowhere(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email=MAIL, note="  ", created_at=None)))
    (found,) = accounts(mirror, person(mirror), {})
    assert (found.note, found.tags, found.since, found.admin_url) == (None, (), None, "")


def test_one_that_was_merged_away_is_none(mirror: Mirror) -> None:
    mirror.take(
        told(customer("7", email=MAIL, created_at=at(-5))),
        told(customer("8", email=MAIL, created_at=at(-9))),
        told(customer("9", email=MAIL, created_at=None)),
    )
    assert [each.external_id for each in accounts(mirror, person(mirror))] == ["8", "7", "9"]
    mirror.take(told(CustomersMerged("8", "7", at(10))))
    assert [each.external_id for each in accounts(mirror, person(mirror))] == ["8", "9"]


def test_of_another_workspaces_person_there_is_nothing(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email=MAIL)))
    with mirror.db.workspace(make_workspace(mirror.db)) as session:
        assert accounts_of(session, platforms(), person(mirror)) == ()


def test_an_order_is_found_by_its_name_and_only_among_that_persons(mirror: Mirror) -> None:
    mirror.take(
        told(order("100", name="#1042", email=MAIL, placed_at=at(1))),
        told(order("101", name="1042", email=MAIL, placed_at=at(2))),
        told(order("1042", name="W-3", email=MAIL, placed_at=at(0))),
        told(order("102", name="#1043", email="other@example.com", placed_at=at(3))),
    )
    mine = next(row.profile_id for row in mirror.all(Order) if row.external_id == "100")
    with mirror.db.workspace(mirror.workspace_id) as session:
        found = {
            asked: each and each.external_id
            for asked in ("#1042", "1042", "100", "W-3", "#1043", "", "#", "x")
            for each in [named_order(session, platforms(), mine, asked)]
        }
    assert found == {
        "#1042": "101",
        "1042": "101",
        "100": "100",
        "W-3": "1042",
        "#1043": None,
        "": None,
        "#": None,
        "x": None,
    }
