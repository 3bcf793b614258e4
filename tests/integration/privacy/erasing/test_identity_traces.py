"""Nothing of an erased person is left in what is decided, written or found of people.

One person is in every column that can hold personal data; a new column fails here until it is
filled, and then until its erasure is there.
"""

from typing import Any

import pytest
from sqlalchemy import update

from integration.crm.linking import link
from integration.crm.notes import add_note
from integration.crm.own_tags import add_tag
from integration.crm.parting import mark_shared
from integration.identity.keys import Key
from integration.models import (
    DueProfile,
    Identity,
    IdentityEvent,
    IdentityRuling,
    IdentityVerdict,
    Order,
    Profile,
    ProfileNote,
    SearchDocument,
    Segment,
    Store,
)
from integration.privacy.erasing.whole_store import erase_older
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.records import at, order
from tests.integration.privacy.canary import OTHER
from tests.integration.privacy.everywhere import (
    AGENT,
    GUEST,
    NOBODYS,
    PHONE,
    erase,
    fill,
    of_order,
    on,
    personal_columns,
    places,
    rows,
    tell,
    work_off,
)
from tests.webhooks.bodies import redact_shop, shop
from tests.webhooks.parts import Sender, add_store
from webhooks.drain import drain


def test_the_canary_is_in_every_column_that_can_hold_a_person(
    services: Services, store: Store
) -> None:
    fill(services, store)
    assert personal_columns() - places(services, store.workspace_id).keys() == set()


def test_an_erased_person_is_in_no_column(services: Services, store: Store) -> None:
    elsewhere = add_store(services, OTHER, number="2")
    fill(services, store)
    fill(services, elsewhere)
    others = places(services, elsewhere.workspace_id)
    events = [(event.id, event.action) for event in rows(services, store, IdentityEvent)]
    erase(services, store)
    assert places(services, store.workspace_id).keys() - NOBODYS == set()
    work_off(services, store)
    assert places(services, store.workspace_id).keys() - NOBODYS == set()
    assert places(services, elsewhere.workspace_id) == others
    after = rows(services, store, IdentityEvent)
    assert [(event.id, event.action) for event in after] == events, "entries stay"
    assert {event.reason for event in after} == {None}
    assert rows(services, store, IdentityVerdict) == rows(services, store, IdentityRuling) == []
    # Those who were joined to the canary are persons of their own again.
    assert len({of_order(services, store, each) for each in "123"}) == 3
    assert {profile.joined_id for profile in rows(services, store, Profile)} == {None}
    assert len(rows(services, store, Profile)) == 3


def test_what_is_not_about_the_person_stays(services: Services, store: Store) -> None:
    fill(services, store)
    tell(services, store, order("4", email="four@example.com"))
    one, four = of_order(services, store, "3"), of_order(services, store, "4")
    given: dict[str, Any] = {"by": AGENT, "now": services.now(), "reason": "same voice"}
    on(services, store, lambda session: link(session, one, four, **given))
    on(
        services,
        store,
        lambda session: mark_shared(session, Key("email", "zzz@example.com"), **given),
    )
    on(services, store, lambda session: add_tag(session, four, "kind"))
    on(services, store, lambda session: add_note(session, one, "rang", by="a", now=services.now()))
    erase(services, store)
    [verdict] = rows(services, store, IdentityVerdict)
    assert (verdict.verdict, verdict.reason) == ("same", "same voice")
    [ruling] = rows(services, store, IdentityRuling)
    assert (ruling.value, ruling.reason) == ("zzz@example.com", "same voice")
    kept = [event for event in rows(services, store, IdentityEvent) if event.left_value]
    assert [event.action for event in kept] == ["linked", "marked_shared"]
    assert of_order(services, store, "4") == of_order(services, store, "3")
    assert [note.text for note in rows(services, store, ProfileNote)] == ["rang"]
    assert [profile.own_tags for profile in rows(services, store, Profile) if profile.own_tags] == [
        ["kind"]
    ]


def test_who_lives_on_by_another_store_keeps_what_that_store_tells(
    services: Services, store: Store
) -> None:
    second = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    fill(services, store)
    theirs = order("200", email=GUEST, name="#200", phone="+306955555555")
    tell(services, second, theirs)
    lives = of_order(services, second, "200")
    assert lives == of_order(services, store, "101")
    erase(services, store)
    assert of_order(services, second, "200") == lives == of_order(services, store, "1"), "joined"
    work_off(services, store)
    found = places(services, store.workspace_id)
    assert found["orders.email"] == 1
    assert {row.value for row in rows(services, store, Identity)} >= {GUEST, "+306955555555"}
    assert PHONE not in {row.value for row in rows(services, store, Identity)}
    documents = {row.profile_id: row.terms for row in rows(services, store, SearchDocument)}
    assert any(GUEST in term for term in documents[of_order(services, second, "200")])
    assert rows(services, store, ProfileNote) == []


@pytest.mark.parametrize("others", [True, False])
def test_a_store_that_is_gone_leaves_nothing_of_its_people(
    services: Services, store: Store, send: Sender, clock: StandingClock, others: bool
) -> None:
    elsewhere = add_store(services, "third.myshopify.com", number="3")
    fill(services, elsewhere)
    untouched = places(services, elsewhere.workspace_id)
    fill(services, store)
    if others:
        second = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
        tell(services, second, order("200", email="aaa@example.com"))
    clock.advance(hours=1)
    send("app/uninstalled", shop(), triggered_at=clock().isoformat())
    drain(services)
    clock.advance(hours=47)
    send("shop/redact", redact_shop())
    drain(services)
    assert run_due(services) == 1
    left = NOBODYS if others else set()
    assert places(services, store.workspace_id).keys() - left == set()
    assert places(services, elsewhere.workspace_id) == untouched
    if others:
        assert of_order(services, second, "200")
        assert len(rows(services, store, Profile)) == 1
        assert all(
            event.left_value in (None, "aaa@example.com")
            for event in rows(services, store, IdentityEvent)
        )
    else:
        for model in (IdentityEvent, Segment, SearchDocument, Profile, DueProfile):
            assert rows(services, store, model) == []


def test_a_shop_that_came_back_keeps_no_decision_on_whom_it_lost(
    services: Services, store: Store
) -> None:
    fill(services, store)
    on(
        services,
        store,
        lambda session: session.execute(update(Order).values(source_updated_at=at(-10))),
    )
    assert "identity_verdicts.left_value" in places(services, store.workspace_id)
    erase_older(services, store, services.now())
    work_off(services, store)
    assert places(services, store.workspace_id).keys() - NOBODYS == set()
