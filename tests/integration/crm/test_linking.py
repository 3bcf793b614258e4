"""Joining persons and taking them apart again, as agents do."""

from typing import Any

import pytest

from integration.crm.deeds import Decider, Decision
from integration.crm.linking import dismiss, link, reconsider, undo
from integration.crm.parting import mark_shared, mark_single, unlink
from integration.errors import Conflict, Invalid, NotFound
from integration.identity.keys import Key
from integration.models import (
    Customer,
    IdentityEvent,
    IdentityRuling,
    IdentityVerdict,
    Order,
    Profile,
)
from platforms.changes import CustomersMerged
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, told
from tests.factories.stores import NOW

AGENT = Decider("shopify-staff:1")


def do(mirror: Mirror, deed: Any, *given: Any, **more: Any) -> Decision:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        decision: Decision = deed(session, *given, by=AGENT, now=NOW, **more)
        return decision


def of_order(mirror: Mirror, external_id: str) -> int:
    found = mirror.order(external_id).profile_id
    assert found is not None
    return found


def state(mirror: Mirror) -> Any:
    """All that a decision can change, history apart."""
    profiles = [
        (p.id, p.joined_id, p.display_name, p.locale, p.tags, p.first_order_at, p.last_order_at)
        for p in mirror.all(Profile)
    ]
    on = [(row.external_id, row.profile_id) for row in mirror.all(Order)]
    on += [(row.external_id, row.profile_id) for row in mirror.all(Customer)]
    return sorted(profiles), sorted(on), mirror.totals()


def two_guests(mirror: Mirror) -> tuple[int, int]:
    mirror.take(told(order("1", email="a@example.com")), told(order("2", email="b@example.com")))
    return of_order(mirror, "1"), of_order(mirror, "2")


def test_two_guests_become_one_person_and_two_again(mirror: Mirror) -> None:
    one, other = two_guests(mirror)
    before = state(mirror)
    joined = do(mirror, link, one, other)
    assert (joined.profile_id, joined.other_profile_id) == (one, other)
    assert of_order(mirror, "1") == of_order(mirror, "2") == one
    assert [total[:2] for total in mirror.totals()] == [("EUR", 2)]
    assert {p.id: p.joined_id for p in mirror.all(Profile)} == {one: None, other: one}
    apart = do(mirror, unlink, one, other)
    assert apart.changed
    assert state(mirror) == before
    assert mirror.all(IdentityVerdict) == []
    assert [e.action for e in mirror.all(IdentityEvent)] == ["linked", "unlinked"]


def test_what_comes_later_follows_the_link(mirror: Mirror) -> None:
    one, other = two_guests(mirror)
    do(mirror, link, one, other)
    mirror.take(told(order("3", seconds=3, email="b@example.com")))
    assert of_order(mirror, "3") == one
    do(mirror, unlink, other, other)
    assert [of_order(mirror, each) for each in "123"] == [one, other, other]


def test_an_account_stays_linked_when_its_address_changes(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email="a@example.com")), told(order("2", email="b@example.com")))
    (account,) = mirror.all(Customer)
    one, other = account.profile_id, of_order(mirror, "2")
    do(mirror, link, one, other)
    mirror.take(told(customer("7", seconds=5, email="c@example.com")))
    mirror.take(told(order("3", seconds=6, email="a@example.com")))
    mirror.take(told(order("4", seconds=6, email="c@example.com")))
    (account,) = mirror.all(Customer)
    assert account.profile_id == of_order(mirror, "2") == of_order(mirror, "4")
    assert of_order(mirror, "3") != account.profile_id


def test_a_link_waits_for_an_address_that_nobody_has_for_a_while(mirror: Mirror) -> None:
    one, other = two_guests(mirror)
    do(mirror, link, one, other)
    mirror.take(told(order("2", seconds=5, email="c@example.com")))
    assert of_order(mirror, "2") != of_order(mirror, "1")
    mirror.take(told(order("3", seconds=6, email="b@example.com")))
    assert of_order(mirror, "3") == of_order(mirror, "1")


def test_an_account_is_taken_out_of_the_person_of_its_address(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email="a@example.com")), told(order("1", email="a@example.com")))
    one = of_order(mirror, "1")
    before = state(mirror)
    parted = do(mirror, unlink, one, Key("customer", f"{mirror.store_id}:7"))
    (account,) = mirror.all(Customer)
    assert account.profile_id not in (None, one)
    assert of_order(mirror, "1") == one
    mirror.take(told(order("2", seconds=5, email="a@example.com")))
    assert of_order(mirror, "2") == one
    assert [v.verdict for v in mirror.all(IdentityVerdict)] == ["different"]
    assert parted.event_id is not None
    do(mirror, undo, parted.event_id)
    assert mirror.all(IdentityVerdict) == mirror.all(IdentityRuling) == []
    (account,) = mirror.all(Customer)
    assert account.profile_id == of_order(mirror, "2") == one
    assert len(before[0]) == len(mirror.all(Profile)) == 1


def test_a_shared_address_links_nobody_until_that_is_taken_back(mirror: Mirror) -> None:
    mirror.take(
        told(order("1", email="info@example.com", phone="+49301234567")),
        told(order("2", email="info@example.com")),
        told(customer("7", email="info@example.com")),
    )
    before = state(mirror)
    marked = do(mirror, mark_shared, Key("email", "info@example.com"))
    (account,) = mirror.all(Customer)
    assert len({account.profile_id, of_order(mirror, "1"), of_order(mirror, "2")}) == 3
    mirror.take(told(order("3", seconds=4, email="info@example.com")))
    assert of_order(mirror, "3") not in (account.profile_id, of_order(mirror, "2"))
    single = do(mirror, mark_single, Key("email", "info@example.com"))
    assert len({of_order(mirror, each) for each in "123"}) == 1
    assert single.event_id is not None
    assert marked.event_id is not None
    with pytest.raises(Conflict):
        do(mirror, undo, marked.event_id)
    do(mirror, undo, single.event_id)
    assert len({of_order(mirror, each) for each in "123"}) == 3
    assert before[0][0][0] in {p.id for p in mirror.all(Profile)}


def test_undoing_a_mark_restores_what_was(mirror: Mirror) -> None:
    mirror.take(
        told(order("1", email="info@example.com")), told(order("2", email="info@example.com"))
    )
    before = state(mirror)
    marked = do(mirror, mark_shared, Key("email", "info@example.com"))
    assert marked.event_id is not None
    do(mirror, undo, marked.event_id)
    assert state(mirror) == before


def test_a_dismissal_stands_until_it_is_taken_back(mirror: Mirror) -> None:
    one, other = two_guests(mirror)
    do(mirror, dismiss, one, other)
    assert [v.verdict for v in mirror.all(IdentityVerdict)] == ["different"]
    joined = do(mirror, link, one, other)
    assert joined.event_id is not None
    do(mirror, undo, joined.event_id)
    (verdict,) = mirror.all(IdentityVerdict)
    assert (verdict.verdict, verdict.left_home_id, verdict.right_home_id) == (
        "different",
        one,
        other,
    )
    do(mirror, reconsider, one, other)
    assert mirror.all(IdentityVerdict) == []


def test_what_cannot_be_done_is_refused(mirror: Mirror) -> None:
    one, other = two_guests(mirror)
    with pytest.raises(Invalid):
        do(mirror, link, one, one)
    with pytest.raises(NotFound):
        do(mirror, link, one, 999_999)
    with pytest.raises(Conflict):
        do(mirror, unlink, one, other)
    with pytest.raises(Invalid):
        do(mirror, unlink, one, Key("email", "a@example.com"))
    joined = do(mirror, link, one, other)
    assert not do(mirror, link, other, one).changed
    with pytest.raises(Conflict):
        do(mirror, dismiss, one, other)
    assert joined.event_id is not None
    do(mirror, undo, joined.event_id)
    with pytest.raises(Conflict):
        do(mirror, undo, joined.event_id)


def test_a_merge_of_the_store_is_written_down(mirror: Mirror) -> None:
    mirror.take(
        told(customer("7", email="a@example.com")), told(customer("8", email="b@example.com"))
    )
    mirror.take(told(CustomersMerged("7", "8", at(5))))
    assert len({row.profile_id for row in mirror.all(Customer)}) == 1
    (event,) = mirror.all(IdentityEvent)
    assert (event.action, event.left_value, event.made_by) == (
        "merged",
        f"{mirror.store_id}:8",
        "rule",
    )
