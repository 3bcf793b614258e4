"""What joined persons live through: addresses that change, merges, parts taken out and back."""

from typing import Any

import pytest
from sqlalchemy import select

from integration.crm.deeds import Decider, Decision
from integration.crm.linking import dismiss, link, undo
from integration.crm.notes import add_note
from integration.crm.own_tags import add_tag
from integration.crm.parting import mark_shared, mark_single, unlink
from integration.crm.shared import judge_addresses
from integration.errors import Conflict
from integration.identity.history import events_of
from integration.identity.keys import Key
from integration.models import (
    Customer,
    Identity,
    IdentityEvent,
    IdentityRuling,
    IdentityVerdict,
    Order,
    Profile,
    ProfileNote,
)
from platforms.changes import CustomersMerged
from platforms.records import AddressRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, told
from tests.factories.stores import NOW

AGENT = Decider("shopify-staff:1")


def do(mirror: Mirror, deed: Any, *given: Any) -> Decision:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        decision: Decision = deed(session, *given, by=AGENT, now=NOW)
        return decision


def write(mirror: Mirror, profile_id: int, text: str) -> None:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        add_note(session, profile_id, text, by="x", now=NOW)
        add_tag(session, profile_id, text)


def of_order(mirror: Mirror, external_id: str) -> int:
    found = mirror.order(external_id).profile_id
    assert found is not None
    return found


def of_account(mirror: Mirror, external_id: str) -> int:
    (found,) = [row for row in mirror.all(Customer) if row.external_id == external_id]
    assert found.profile_id is not None
    return int(found.profile_id)


def guests(mirror: Mirror, *letters: str) -> list[int]:
    """Guests' orders 1, 2 …, each with an address of its own."""
    for number, letter in enumerate(letters, 1):
        mirror.take(told(order(str(number), email=f"{letter}@example.com")))
    return [of_order(mirror, str(number)) for number in range(1, len(letters) + 1)]


def judge(mirror: Mirror, *profile_ids: int) -> None:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.lock_workspace()
        judge_addresses(session, profile_ids, NOW)


def test_a_merge_into_an_account_that_was_never_told_makes_a_person(mirror: Mirror) -> None:
    mirror.take(told(customer("1", email="a@example.com")), told(order("g", email="a@example.com")))
    mirror.take(told(CustomersMerged("3", "1", at(9))))
    assert of_account(mirror, "1") != of_order(mirror, "g")


def test_an_account_that_only_orders_name_is_joined_at_once(mirror: Mirror) -> None:
    mirror.take(told(order("5", customer_external_id="1")), told(order("g", email="b@example.com")))
    do(mirror, link, of_order(mirror, "5"), of_order(mirror, "g"))
    assert of_order(mirror, "5") == of_order(mirror, "g")
    mirror.take(told(customer("1", seconds=5, email="a@example.com")))
    assert of_account(mirror, "1") == of_order(mirror, "g")


def test_notes_tags_and_ids_stay_when_a_joined_guests_address_changes(mirror: Mirror) -> None:
    one, other = guests(mirror, "a", "b")
    write(mirror, other, "about b")
    do(mirror, link, one, other)
    mirror.take(told(order("2", seconds=5, email="c@example.com")))
    assert of_order(mirror, "2") == other
    (note,) = mirror.all(ProfileNote)
    assert note.profile_id == other
    tags = {profile.id: profile.own_tags for profile in mirror.all(Profile)}
    assert tags == {one: [], other: ["about b"]}


def test_notes_stay_when_both_of_a_persons_addresses_change_at_once(mirror: Mirror) -> None:
    one, other = guests(mirror, "a", "b")
    do(mirror, link, one, other)
    write(mirror, one, "about both")
    mirror.take(
        told(order("1", seconds=5, email="c@example.com")),
        told(order("2", seconds=5, email="d@example.com")),
    )
    assert [note.profile_id for note in mirror.all(ProfileNote)] == [one]
    assert (of_order(mirror, "1"), of_order(mirror, "2")) == (one, other)


def test_undoing_after_an_address_changed_gives_each_its_own_again(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email="a@example.com")), told(order("2", email="b@example.com")))
    one, other = of_account(mirror, "7"), of_order(mirror, "2")
    write(mirror, one, "about 7")
    joined = do(mirror, link, one, other)
    mirror.take(told(customer("7", seconds=5, email="c@example.com")))
    assert [event.action for event in mirror.all(IdentityEvent)] == ["linked"]
    undone = do(mirror, undo, joined.event_id)
    assert (of_account(mirror, "7"), of_order(mirror, "2")) == (one, other)
    assert undone.profile_id == one
    assert [note.profile_id for note in mirror.all(ProfileNote)] == [one]


def test_a_link_applies_to_who_gets_the_awaited_address_by_a_change(mirror: Mirror) -> None:
    one, other, _ = guests(mirror, "a", "b", "x")
    do(mirror, link, one, other)
    mirror.take(told(order("2", seconds=5, email="c@example.com")))
    mirror.take(told(order("3", seconds=6, email="b@example.com")))
    assert of_order(mirror, "3") == of_order(mirror, "1")
    assert of_order(mirror, "2") != of_order(mirror, "1")


def test_a_dismissal_leaves_who_moved_away_from_its_address(mirror: Mirror) -> None:
    one, other = guests(mirror, "a", "b")
    do(mirror, dismiss, one, other)
    mirror.take(told(order("1", seconds=5, email="c@example.com")))
    (verdict,) = mirror.all(IdentityVerdict)
    assert {verdict.left_home_id, verdict.right_home_id} == {None, other}


def test_nobody_lands_on_a_joined_profile(mirror: Mirror) -> None:
    (guest,) = guests(mirror, "g")
    mirror.take(
        told(customer("7", email="a@example.com")), told(customer("8", email="a@example.com"))
    )
    parted = do(mirror, unlink, of_account(mirror, "7"), Key("customer", f"{mirror.store_id}:7"))
    mirror.take(told(customer("8", seconds=5, email="c@example.com")))
    mirror.take(told(customer("9", seconds=6, email="a@example.com")))
    do(mirror, link, guest, of_account(mirror, "9"))
    do(mirror, undo, parted.event_id)
    joined = {profile.id for profile in mirror.all(Profile) if profile.joined_id is not None}
    on = {row.profile_id for row in (*mirror.all(Customer), *mirror.all(Order))}
    assert on & joined == set()
    assert of_account(mirror, "7") == of_account(mirror, "9") == guest


def test_a_phone_is_judged_alike_one_by_one(mirror: Mirror) -> None:
    phone = "+493018274659"
    names = ("Ada", "Bea", "Cleo", "Dora", "Eva", "Fay", "Gia", "Hana", "Ida", "Jana", "Kaja")
    for number, name in enumerate(names):
        person = customer(str(number), phone=phone, first_name=name, last_name="Novak")
        mirror.take(told(person))
    mirror.take(
        told(order("1", phone=phone, billing_address=AddressRecord(name="Lea Novak"))),
        told(order("2", phone=phone, billing_address=AddressRecord(name="Mia Novak"))),
    )
    assert of_order(mirror, "1") == of_order(mirror, "2")
    for profile in mirror.all(Profile):
        judge(mirror, profile.id)
    assert of_order(mirror, "1") != of_order(mirror, "2")


def test_an_agents_undoing_of_the_rules_mark_holds(mirror: Mirror) -> None:
    for number, name in enumerate("ABCDEFGHIJK"):
        address = AddressRecord(name=f"{name}da{name} Novak")
        mirror.take(told(order(str(number), email="i@example.com", billing_address=address)))
    judge(mirror, of_order(mirror, "1"))
    (event,) = mirror.all(IdentityEvent)
    do(mirror, undo, event.id)
    judge(mirror, of_order(mirror, "1"))
    assert len({row.profile_id for row in mirror.all(Order)}) == 1
    assert [row.ruling for row in mirror.all(IdentityRuling)] == ["single"]


def test_a_decision_can_be_taken_back_once_it_stands_again(mirror: Mirror) -> None:
    guests(mirror, "a")
    key = Key("email", "a@example.com")
    shared = do(mirror, mark_shared, key)
    single = do(mirror, mark_single, key)
    with pytest.raises(Conflict):
        do(mirror, undo, shared.event_id)
    do(mirror, undo, single.event_id)
    do(mirror, undo, shared.event_id)
    assert mirror.all(IdentityRuling) == []


def test_taking_one_out_leaves_the_others_together(mirror: Mirror) -> None:
    one, other, third = guests(mirror, "a", "b", "c")
    do(mirror, link, one, other)
    do(mirror, link, one, third)
    out = do(mirror, unlink, one, one)
    assert of_order(mirror, "1") == one
    assert of_order(mirror, "2") == of_order(mirror, "3") == other
    do(mirror, undo, out.event_id)
    assert {of_order(mirror, each) for each in "123"} == {one}


def test_parting_an_account_leaves_what_was_joined_through_it(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email="a@example.com")), told(order("1", email="a@example.com")))
    mirror.take(told(order("2", email="x@example.com")))
    do(mirror, link, of_account(mirror, "7"), of_order(mirror, "2"))
    parted = do(mirror, unlink, of_order(mirror, "1"), Key("customer", f"{mirror.store_id}:7"))
    assert of_order(mirror, "1") == of_order(mirror, "2") != of_account(mirror, "7")
    assert parted.other_profile_id == of_account(mirror, "7")
    with mirror.db.workspace(mirror.workspace_id) as session:
        told_there = events_of(session, [of_account(mirror, "7")])
    assert "parted" in {each.event.action for each in told_there}


def test_the_account_that_others_were_merged_into_is_not_parted(mirror: Mirror) -> None:
    mirror.take(
        told(customer("7", email="a@example.com")), told(customer("8", email="b@example.com"))
    )
    mirror.take(told(CustomersMerged("7", "8", at(5))))
    with pytest.raises(Conflict):
        do(mirror, unlink, of_account(mirror, "7"), Key("customer", f"{mirror.store_id}:7"))
    assert mirror.all(IdentityRuling) == []
    do(mirror, unlink, of_account(mirror, "7"), Key("customer", f"{mirror.store_id}:8"))
    assert of_account(mirror, "7") != of_account(mirror, "8")


def test_evidence_is_as_old_as_it_was_after_a_link_was_taken_back(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email="a@example.com", phone="+493018274659")))
    mirror.take(told(order("2", email="b@example.com")))

    def evidence() -> Any:
        rows = select(Identity.profile_id, Identity.kind, Identity.source, Identity.created_at)
        with mirror.db.workspace(mirror.workspace_id) as session:
            return sorted(session.execute(rows).all())

    before = evidence()
    joined = do(mirror, link, of_account(mirror, "7"), of_order(mirror, "2"))
    do(mirror, undo, joined.event_id)
    assert evidence() == before


def test_a_phone_that_ties_guests_is_taken_apart_by_its_number(mirror: Mirror) -> None:
    mirror.take(told(order("1", phone="+493018274659")), told(order("2", email="b@example.com")))
    one, other = of_order(mirror, "1"), of_order(mirror, "2")
    do(mirror, link, one, other)
    do(mirror, unlink, one, Key("phone", "+493018274659"))
    assert (of_order(mirror, "1"), of_order(mirror, "2")) == (one, other)
