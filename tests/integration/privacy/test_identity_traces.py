"""Nothing of an erased person is left in what is decided, written or found of people.

One person is in every column that can hold personal data; a new column fails here until it is
filled, and then until its erasure is there.
"""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select, update

from integration.bulk import table_of
from integration.crm.deeds import Decider
from integration.crm.linking import dismiss, link
from integration.crm.notes import add_note
from integration.crm.own_tags import add_tag
from integration.crm.parting import mark_shared
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import (
    DueProfile,
    Identity,
    IdentityEvent,
    IdentityRuling,
    IdentityVerdict,
    Model,
    Order,
    Profile,
    ProfileNote,
    SearchDocument,
    Segment,
    Store,
)
from integration.privacy.persons import erase_person, find_person
from integration.privacy.requests import run_due
from integration.privacy.subject import PrivacySubject
from integration.privacy.whole_store import erase_older
from integration.search.working_off import index
from integration.services import Services
from integration.sync.apply import apply
from platforms.records import AddressRecord, NoteRecord, RefundRecord, TrackingRecord
from tests.conftest import StandingClock
from tests.factories.records import at, customer, line, order, parcel, told
from tests.integration.privacy.canary import OTHER
from tests.webhooks.bodies import redact_shop, shop
from tests.webhooks.parts import Sender, add_store
from webhooks.drain import drain

AGENT = Decider("shopify-staff:1")
ACCOUNT, GUEST, PHONE = "canary.account@example.com", "canary@example.com", "+306987104562"
NEEDLES = ("canary", "306987104562", "265401789603")
SUBJECT = PrivacySubject("7", GUEST, PHONE, ("100", "101", "102", "103"))
# The merchant's own: whom to ask, and what is looked for.
NOBODYS = {"stores.contact_email", "segments.name", "segments.conditions"}


def places(services: Services, workspace_id: int) -> dict[str, int]:
    """In which columns the canary is, and in how many rows of that workspace."""
    found: dict[str, int] = {}
    with services.db.across_workspaces() as session:
        for table in Model.metadata.sorted_tables:
            if "workspace_id" not in table.c:
                continue
            which = select(table).where(table.c.workspace_id == workspace_id)
            for row in session.connection().execute(which).mappings():
                for name, value in row.items():
                    if any(needle in repr(value).lower() for needle in NEEDLES):
                        column = f"{table.name}.{name}"
                        found[column] = found.get(column, 0) + 1
    return found


def personal_columns() -> set[str]:
    """Every column of the main database that can hold personal data in plain text."""
    return {
        f"{table.name}.{column.name}"
        for table in Model.metadata.sorted_tables
        for column in table.columns
        if column.info.get("personal") and not column.info.get("sealed")
    } - NOBODYS


def tell(services: Services, store: Store, *records: Any) -> None:
    with services.db.workspace(store.workspace_id, write=True) as session:
        held = session.get_one(Store, store.id)
        apply(session, held, [told(one) for one in records], now=services.now())


def on(services: Services, store: Store, doing: Callable[[WorkspaceSession], Any]) -> Any:
    with services.db.workspace(store.workspace_id, write=True) as session:
        return doing(session)


def of_order(services: Services, store: Store, external_id: str) -> int:
    with services.db.workspace(store.workspace_id) as session:
        which = select(Order.profile_id).where(
            Order.store_id == store.id, Order.external_id == external_id
        )
        found = session.execute(which).scalar_one()
    assert found is not None
    return found


def rows(services: Services, store: Store, model: Any) -> list[Any]:
    with services.db.workspace(store.workspace_id) as session:
        return list(session.execute(select(model).order_by(*table_of(model).primary_key)).scalars())


def work_off(services: Services, store: Store) -> None:
    with services.db.workspace(store.workspace_id, write=True) as session:
        index(session, list(session.execute(select(DueProfile.profile_id)).scalars()))


def fill(services: Services, store: Store) -> None:
    """The canary with an account and as a guest, everywhere; and others: 1, 2 and 3."""
    home = AddressRecord(name="Canary Canary", line1="1 Canary Street", phone=PHONE)
    account = replace(
        customer("7", email=ACCOUNT, phone=PHONE, first_name="Canary", last_name="Canary"),
        tags=("canary",),
        note="canary",
        address=home,
    )
    whole = order(
        "100",
        customer_external_id="7",
        email=ACCOUNT,
        phone=PHONE,
        name="#CANARY100",
        tags=("canary",),
        shipping_address=home,
        billing_address=home,
        lines=(line(title="Canary mug", variant_title="canary"),),
        fulfillments=(parcel(tracking=(TrackingRecord("Canary", "CANARY123", None),)),),
        refunds=(RefundRecord("r1", at(1), 10, "canary"),),
        notes=(NoteRecord("4", "canary called", "shop", at(1)),),
    )
    guests = [
        order("101", email=GUEST, phone=PHONE, billing_address=home),
        order("102", email="canary.too@example.com"),
        order("103", email="canary.shared@example.com"),
        order("1", email="aaa@example.com"),
        order("2", email="zzz@example.com"),
        order("3", phone="+306900000000"),
    ]
    tell(services, store, account, whole, *guests)
    decide(services, store)
    work_off(services, store)


def decide(services: Services, store: Store) -> None:
    """What agents decided and wrote about the canary."""
    account, guest, also = (of_order(services, store, each) for each in ("100", "101", "102"))
    first, second, third = (of_order(services, store, each) for each in "123")
    given: dict[str, Any] = {"by": AGENT, "now": services.now(), "reason": "the canary called"}

    def deeds(session: WorkspaceSession) -> None:
        add_note(session, account, "canary rang", by=AGENT.who, now=services.now())
        add_tag(session, account, "canary")
        add_note(session, guest, "canary rang", by=AGENT.who, now=services.now())
        mark_shared(session, Key("email", "canary.shared@example.com"), **given)
        link(session, guest, first, **given)
        link(session, second, also, **given)
        dismiss(session, account, third, **given)
        times = {"created_at": services.now(), "updated_at": services.now()}
        session.add(Segment(name="canary", conditions=[], made_by=AGENT.who, **times))
        session.flush()

    on(services, store, deeds)


def erase(services: Services, store: Store, subject: PrivacySubject = SUBJECT) -> None:
    def erasing(session: WorkspaceSession) -> None:
        session.lock_workspace()
        held = session.get_one(Store, store.id)
        found = find_person(session, held, subject)
        erase_person(session, held, subject, found, services.now())

    on(services, store, erasing)


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
    clock.advance(days=2)
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
