"""What was decided follows whom it is about, whatever profile an address comes back with."""

from typing import Any

from integration.crm.deeds import Decider
from integration.crm.linking import dismiss, link, undo
from integration.crm.parting import mark_shared
from integration.identity.keys import Key
from integration.models import Customer, Identity, IdentityVerdict, Order
from platforms.changes import CustomersMerged
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, told
from tests.factories.stores import NOW
from tests.integration.identity.whole import assert_whole

AGENT = Decider("shopify-staff:1")


def profiles(mirror: Mirror) -> dict[str, int | None]:
    assert_whole(mirror.db, mirror.workspace_id)
    return {row.external_id: row.profile_id for row in mirror.all(Order)}


def two_guests(mirror: Mirror) -> tuple[int, int]:
    mirror.take(told(order("1", email="a@example.com")), told(order("2", email="b@example.com")))
    of = profiles(mirror)
    assert of["1"] is not None
    assert of["2"] is not None
    return of["1"], of["2"]


def test_an_address_that_comes_back_with_somebody_elses_profile_is_joined(mirror: Mirror) -> None:
    one, other = two_guests(mirror)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        link(session, one, other, by=AGENT, now=NOW)
    mirror.take(told(order("2", seconds=5, email="c@example.com")))
    mirror.take(told(order("3", seconds=5, email="d@example.com")))
    assert len(set(profiles(mirror).values())) == 3
    mirror.take(told(order("3", seconds=6, email="b@example.com")))
    of = profiles(mirror)
    assert of["3"] == of["1"] != of["2"]


def test_a_dismissal_leads_to_nobody_once_its_profile_has_another_address(mirror: Mirror) -> None:
    one, other = two_guests(mirror)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        dismiss(session, one, other, by=AGENT, now=NOW)
    mirror.take(told(order("2", seconds=5, email="c@example.com")))
    assert profiles(mirror)["2"] == other, "its id goes on"
    [verdict] = mirror.all(IdentityVerdict)
    assert (verdict.left_home_id, verdict.right_home_id) == (one, None)


def test_a_link_that_comes_back_says_who_told_it(mirror: Mirror) -> None:
    mirror.take(*(told(order(each, email="info@example.com")) for each in "123"))
    given: dict[str, Any] = {"by": AGENT, "now": NOW}
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        marked = mark_shared(session, Key("email", "info@example.com"), **given)
    apart = [(row.kind, row.told_by) for row in mirror.all(Identity) if row.links]
    assert sorted(apart) == [("order", f"order:{each}") for each in "123"]
    assert marked.event_id is not None
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        undo(session, marked.event_id, **given)
    [link_back] = [row for row in mirror.all(Identity) if row.links]
    assert (link_back.kind, link_back.told_by) == ("email", "order:1")
    assert link_back.store_id == mirror.store_id
    assert len(set(profiles(mirror).values())) == 1


def test_a_decision_follows_an_account_that_was_merged_into_another(mirror: Mirror) -> None:
    emails = {"1": "ada@example.com", "2": "ben@example.com", "3": "cleo@example.com"}
    mirror.take(*(told(customer(each, email=email)) for each, email in emails.items()))
    of = {row.external_id: row.profile_id for row in mirror.all(Customer)}
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        link(session, of["1"], of["3"], by=AGENT, now=NOW)
    mirror.take(told(customer("3", 5, email="ben@example.com")))
    mirror.take(told(CustomersMerged("2", "1", at(6))))
    # Now 1 and 2 are without an address, and 3 has the one that was theirs.
    mirror.take(told(customer("2", 7, email=None)))
    assert_whole(mirror.db, mirror.workspace_id)
    assert len({row.profile_id for row in mirror.all(Customer)}) == 1


def test_a_decision_follows_an_order_that_goes_with_its_account(mirror: Mirror) -> None:
    one, other = two_guests(mirror)
    mirror.take(told(order("3")))
    third = profiles(mirror)["3"]
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        dismiss(session, one, third, by=AGENT, now=NOW)
    # The store tells of the order's account, and only then of the account's address.
    mirror.take(told(order("3", seconds=5, customer_external_id="7")))
    mirror.take(told(customer("7", 6, email="b@example.com")))
    assert profiles(mirror)["3"] == other
    [verdict] = mirror.all(IdentityVerdict)
    assert {verdict.left_home_id, verdict.right_home_id} == {one, other}


def test_a_merge_of_an_account_with_itself_hides_no_other(mirror: Mirror) -> None:
    mirror.take(told(customer("1", email=None)), told(customer("2", email=None)))
    mirror.take(told(CustomersMerged("2", "1", at(5))), told(CustomersMerged("1", "1", at(6))))
    assert_whole(mirror.db, mirror.workspace_id)
    assert len({row.profile_id for row in mirror.all(Customer)}) == 1
