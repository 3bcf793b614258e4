"""Whose things are: through changes of addresses, merges, guests and stores."""

from typing import Any

import pytest
from sqlalchemy import select

from integration.models import Customer, Identity, Order, Profile, ProfileTotal
from platforms.changes import CustomersMerged
from platforms.records import AddressRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, told
from tests.factories.stores import make_store


def profile_of(mirror: Mirror, model: Any, external_id: str, store_id: int | None = None) -> int:
    (found,) = [
        row.profile_id
        for row in mirror.all(model)
        if row.external_id == external_id and row.store_id == (store_id or mirror.store_id)
    ]
    return int(found)


def identities(mirror: Mirror, profile_id: int) -> set[tuple[Any, ...]]:
    return {
        (row.kind, row.value, row.verified, row.links, row.evidence)
        for row in mirror.all(Identity)
        if row.profile_id == profile_id
    }


def test_an_account_without_orders_has_a_profile_with_none(mirror: Mirror) -> None:
    mirror.take(told(customer(phone="030 1234567", tags=("vip",), locale="de")))
    (profile,) = mirror.all(Profile)
    assert (profile.display_name, profile.tags, profile.locale) == ("Ada Lovelace", ["vip"], "de")
    assert (profile.first_order_at, profile.last_order_at) == (None, None)
    assert profile.customer_since == at(-1000)
    assert mirror.all(ProfileTotal) == []
    assert identities(mirror, profile.id) == {
        ("email", "c7@example.com", True, True, "store"),
        ("phone", "+49301234567", True, False, "store"),
        ("customer", f"{mirror.store_id}:7", True, False, "store"),
    }


def test_a_guest_is_the_account_of_the_same_address_in_any_store(mirror: Mirror) -> None:
    other = make_store(mirror.db, mirror.workspace_id, f"other-{mirror.store_id}.myshopify.com")
    mirror.take(told(customer("7", email="Ada@example.com")))
    mirror.take(told(order("100", email="ADA@example.com ")))
    mirror.take(told(order("100", email="ada@example.com", currency="JPY")), store_id=other)
    (profile,) = mirror.all(Profile)
    assert {row.profile_id for row in mirror.all(Order)} == {profile.id}
    assert mirror.totals() == [("EUR", 1, 1250, 0, 0), ("JPY", 1, 1250, 0, 0)]


def test_phones_link_guests_within_one_store_only(mirror: Mirror) -> None:
    other = make_store(mirror.db, mirror.workspace_id, f"other-{mirror.store_id}.myshopify.com")
    mirror.take(told(order("100", phone="030 1234567")), told(order("101", phone="+49301234567")))
    mirror.take(told(order("100", phone="030 1234567")), store_id=other)
    mirror.take(told(customer("7", phone="030 1234567")))
    own = profile_of(mirror, Order, "100")
    assert profile_of(mirror, Order, "101") == own
    assert profile_of(mirror, Order, "100", other) != own
    assert profile_of(mirror, Customer, "7") != own


def test_an_order_without_any_address_is_a_person_of_its_own(mirror: Mirror) -> None:
    mirror.take(told(order("100")), told(order("101")))
    assert len({row.profile_id for row in mirror.all(Order)}) == 2


def test_orders_wait_for_their_account_on_a_profile_that_stays(mirror: Mirror) -> None:
    mirror.take(told(order("100", customer_external_id="7")))
    before = profile_of(mirror, Order, "100")
    mirror.take(told(customer("7")))
    assert profile_of(mirror, Order, "100") == profile_of(mirror, Customer, "7") == before
    assert len(mirror.all(Profile)) == 1


def test_orders_follow_the_address_of_their_account(mirror: Mirror) -> None:
    mirror.take(told(customer("7")), told(order("100", customer_external_id="7")))
    before = profile_of(mirror, Order, "100")
    mirror.take(told(customer("7", 5, email="new@example.com")))
    assert profile_of(mirror, Order, "100") == before
    assert ("email", "new@example.com", True, True, "store") in identities(mirror, before)
    assert "c7@example.com" not in {row.value for row in mirror.all(Identity)}


def test_who_stays_keeps_the_profile(mirror: Mirror) -> None:
    mirror.take(told(customer("7")), told(order("100", customer_external_id="7")))
    mirror.take(told(order("200", email="c7@example.com")))
    before = profile_of(mirror, Order, "200")
    mirror.take(told(customer("7", 5, email="new@example.com")))
    assert profile_of(mirror, Order, "200") == before
    after = profile_of(mirror, Customer, "7")
    assert profile_of(mirror, Order, "100") == after != before
    assert [row[:3] for row in mirror.totals()] == [("EUR", 1, 1250), ("EUR", 1, 1250)]


def test_an_emptied_profile_is_removed_and_its_id_never_comes_again(mirror: Mirror) -> None:
    mirror.take(told(customer("8", email="ada@example.com")))
    mirror.take(told(customer("7")), told(order("100", customer_external_id="7")))
    emptied = profile_of(mirror, Customer, "7")
    applied = mirror.take(told(customer("7", 5, email="ada@example.com")))
    kept = profile_of(mirror, Customer, "8")
    assert profile_of(mirror, Order, "100") == profile_of(mirror, Customer, "7") == kept
    assert applied.profile_ids == {kept}
    assert [row.id for row in mirror.all(Profile)] == [kept]
    mirror.take(told(customer("9")))
    assert profile_of(mirror, Customer, "9") > emptied


def test_two_accounts_may_change_places_in_one_batch(mirror: Mirror) -> None:
    mirror.take(
        told(customer("1", email="a@example.com")),
        told(customer("2", email="b@example.com")),
        told(order("100", customer_external_id="1")),
    )
    mirror.take(
        told(customer("1", 5, email="b@example.com")), told(customer("2", 5, email="a@example.com"))
    )
    assert profile_of(mirror, Order, "100") == profile_of(mirror, Customer, "1")
    assert profile_of(mirror, Customer, "1") != profile_of(mirror, Customer, "2")
    assert len(mirror.all(Profile)) == 2


@pytest.mark.parametrize("merge_first", [True, False])
def test_merges_bring_orders_together_in_any_order(mirror: Mirror, merge_first: bool) -> None:
    merge = told(CustomersMerged("2", "1", at(9)))
    things = [
        told(customer("1", email="old@example.com")),
        told(customer("2", email="new@example.com")),
        told(order("100", customer_external_id="1")),
        told(order("101", customer_external_id="2")),
    ]
    for change in [merge, *things] if merge_first else [*things, merge]:
        mirror.take(change)
    (profile,) = mirror.all(Profile)
    assert {row.profile_id for row in (*mirror.all(Order), *mirror.all(Customer))} == {profile.id}
    assert ("email", "new@example.com", True, True, "store") in identities(mirror, profile.id)
    assert ("email", "old@example.com", True, False, "store") in identities(mirror, profile.id)


def test_chains_and_circles_of_merges_are_harmless(mirror: Mirror) -> None:
    mirror.take(*(told(customer(str(number))) for number in range(1, 5)))
    mirror.take(told(CustomersMerged("2", "1", at(1))), told(CustomersMerged("3", "2", at(2))))
    assert profile_of(mirror, Customer, "1") == profile_of(mirror, Customer, "3")
    mirror.take(told(CustomersMerged("1", "3", at(3))))
    assert len({profile_of(mirror, Customer, key) for key in "123"}) == 1
    mirror.take(told(CustomersMerged("4", "4", at(3))))
    assert len(mirror.all(Profile)) == 2
    mirror.take(told(customer("3", 9, email="z@example.com")))
    assert len({profile_of(mirror, Customer, key) for key in "123"}) == 1


def test_a_merge_of_unknown_accounts_makes_no_person(mirror: Mirror) -> None:
    mirror.take(told(CustomersMerged("2", "1", None)))
    assert mirror.all(Profile) == []
    mirror.take(told(order("100", customer_external_id="1")))
    mirror.take(told(order("101", customer_external_id="2")))
    assert len({row.profile_id for row in mirror.all(Order)}) == 1


def test_an_order_for_somebody_else_is_a_suggestion_only(mirror: Mirror) -> None:
    mirror.take(told(customer("7")), told(customer("8", email="friend@example.com")))
    mirror.take(
        told(
            order("100", customer_external_id="7", email="friend@example.com", phone="030 7654321")
        )
    )
    own = profile_of(mirror, Customer, "7")
    assert profile_of(mirror, Order, "100") == own != profile_of(mirror, Customer, "8")
    assert ("email", "friend@example.com", False, False, "order") in identities(mirror, own)
    assert ("phone", "+49307654321", False, False, "order") in identities(mirror, own)
    mirror.take(told(order("100", 5, customer_external_id="7", email="c7@example.com")))
    assert {row[1] for row in identities(mirror, own)} == {
        "c7@example.com",
        f"{mirror.store_id}:7",
    }


def test_a_guests_phone_is_the_stores_word(mirror: Mirror) -> None:
    mirror.take(told(order("100", email="g@example.com", phone="030 1234567")))
    assert identities(mirror, profile_of(mirror, Order, "100")) == {
        ("email", "g@example.com", True, True, "store"),
        ("phone", "+49301234567", True, False, "store"),
    }


def test_heads_come_from_the_newest_account_then_the_newest_order(mirror: Mirror) -> None:
    def name(seconds: float, text: str, **values: Any) -> Any:
        address = AddressRecord(name=text)
        return told(
            order(
                str(100 + int(seconds)),
                placed_at=at(seconds),
                email="a@example.com",
                shipping_address=address,
                **values,
            )
        )

    mirror.take(name(2, "Second", locale="el"), name(1, "First", locale="he"))
    (profile,) = mirror.all(Profile)
    assert (profile.display_name, profile.locale) == ("Second", "el")
    assert (profile.first_order_at, profile.last_order_at) == (at(1), at(2))
    mirror.take(name(3, "Third", is_test=True))
    (profile,) = mirror.all(Profile)
    assert (profile.display_name, profile.last_order_at) == ("Third", at(2))
    mirror.take(told(customer("7", email="a@example.com", first_name=None, last_name="Λ")))
    (profile,) = mirror.all(Profile)
    assert (profile.display_name, profile.locale) == ("Λ", "el")
    mirror.take(told(customer("8", 5, email="a@example.com", tags=("b", "a"))))
    (profile,) = mirror.all(Profile)
    assert (profile.display_name, profile.tags) == ("Ada Lovelace", ["a", "b"])


def test_nothing_reaches_another_workspace(mirror: Mirror) -> None:
    other = Mirror(mirror.db, f"elsewhere-{mirror.store_id}.myshopify.com")
    mirror.take(told(customer("7")), told(order("100", customer_external_id="7")))
    other.take(told(customer("7")), told(order("100", customer_external_id="7")))
    with mirror.db.across_workspaces() as session:
        ids = (
            session.execute(
                select(Profile.id).where(
                    Profile.workspace_id.in_((mirror.workspace_id, other.workspace_id))
                )
            )
            .scalars()
            .all()
        )
    assert len(ids) == 2
    assert profile_of(mirror, Order, "100") != profile_of(other, Order, "100")
