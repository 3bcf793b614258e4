"""Forgetting in time: each class at its day and not before, a little at a time, with a receipt."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import null

from integration.conversations.attachments import keep_upload, tidy_uploads
from integration.conversations.channels.keys import ChannelKeys
from integration.models import (
    AgedOut,
    Arrival,
    Attachment,
    AttachmentChunk,
    AuditEvent,
    Conversation,
    ConversationTerm,
    Message,
    PeopleExport,
    PersonExport,
    PrivacyRequest,
    ProfileView,
    Receipt,
    Store,
    Visitor,
)
from integration.privacy.ageing import forgetting
from integration.privacy.ageing.aged_rows import FORGETS
from integration.privacy.ageing.forgetting import age_out
from integration.privacy.ageing.retention import set_retention
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.conversations import make_channel
from tests.integration.privacy.ageing.aged import (
    Place,
    a_deed,
    a_list,
    a_parked_mail,
    a_request,
    a_talk,
    a_view,
    a_visit,
    a_visitor,
    an_export,
)
from tests.webhooks.parts import add_store, rows


@pytest.fixture
def place(services: Services, store: Store) -> Place:
    channel = make_channel(services.db, store.workspace_id, ring=services.keyring)
    return Place(services, store, channel)


@dataclass(frozen=True)
class Case:
    """How one of a class comes to be, where it is counted, and after how many days it goes."""

    make: Callable[[Place], None]
    model: Any
    which: tuple[Any, ...]
    days: int
    chosen: int | None = None


CASES = {
    "conversations": Case(a_talk, Conversation, (Conversation.subject.is_not(None),), 90, 90),
    "attachments": Case(a_talk, Attachment, (), 30, 30),
    "visitors": Case(a_visitor, Visitor, (), 90),
    "visits": Case(a_visit, Visitor, (Visitor.page.is_not(None),), 30),
    "profile_views": Case(a_view, ProfileView, (), 730),
    "audit_events": Case(a_deed, AuditEvent, (AuditEvent.action == "x",), 730),
    "people_exports": Case(a_list, PeopleExport, (), 730),
    "person_exports": Case(an_export, PersonExport, (PersonExport.sealed_file.is_not(None),), 7),
    "privacy_requests": Case(a_request, PrivacyRequest, (), 1095),
    "parked_arrivals": Case(a_parked_mail, Arrival, (Arrival.sealed_body.is_not(None),), 90),
}


def test_every_class_that_ages_has_its_case() -> None:
    assert set(CASES) == set(FORGETS)


@pytest.mark.parametrize("name", sorted(CASES))
def test_it_goes_at_its_day_and_not_before(
    place: Place, services: Services, clock: StandingClock, name: str
) -> None:
    case = CASES[name]
    began = clock()
    case.make(place)
    if case.chosen is not None:
        set_retention(services, place.store.workspace_id, name, case.chosen, by="a")
    clock.time = began + timedelta(days=case.days, seconds=-1)
    assert name not in age_out(services)
    assert place.count(case.model, *case.which) == 1
    clock.time = began + timedelta(days=case.days, seconds=1)
    assert age_out(services)[name] == 1
    assert place.count(case.model, *case.which) == 0
    assert name not in age_out(services)


def test_without_a_choice_conversations_stay(
    place: Place, services: Services, clock: StandingClock
) -> None:
    place.talk()
    clock.advance(days=4000)
    assert age_out(services) == {}
    assert place.count(Attachment) == 1


def test_another_workspaces_choice_is_its_own(
    place: Place, services: Services, clock: StandingClock
) -> None:
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    set_retention(services, stranger.workspace_id, "conversations", 90, by="a")
    place.talk()
    clock.advance(days=100)
    assert age_out(services) == {}
    assert place.count(Conversation, Conversation.subject.is_not(None)) == 1


def test_a_conversation_keeps_its_figures_and_loses_its_words(
    place: Place, services: Services, clock: StandingClock
) -> None:
    set_retention(services, place.store.workspace_id, "conversations", 90, by="a")
    over = place.talk("over")
    kept = place.talk("still-open", status="open")
    clock.advance(days=91)
    assert age_out(services) == {"conversations": 1}
    held = {each.id: each for each in rows(services, Conversation)}
    assert (held[over].subject, held[over].person_value, held[over].preview) == (None, None, None)
    assert (held[over].messages, held[over].status) == (1, "resolved")
    assert held[kept].subject == "still-open"
    said = {each.conversation_id: each.sealed_content for each in rows(services, Message)}
    assert said[over] is None
    assert said[kept] is not None
    assert place.count(Attachment) == place.count(AttachmentChunk) == 1
    assert place.count(ConversationTerm, ConversationTerm.conversation_id == over) == 0


def test_what_was_merged_goes_with_what_it_was_merged_into_and_not_before(
    place: Place, services: Services, clock: StandingClock
) -> None:
    set_retention(services, place.store.workspace_id, "conversations", 90, by="a")
    home = place.talk("home", status="open")
    merged = place.talk("merged", merged_into_id=home)
    clock.advance(days=91)
    assert age_out(services) == {}
    with services.db.workspace(place.store.workspace_id, write=True) as session:
        session.get_one(Conversation, home).status = "resolved"
    assert age_out(services) == {"conversations": 1}
    subjects = {each.id: each.subject for each in rows(services, Conversation)}
    assert subjects == {home: None, merged: None}


def test_a_visitor_who_wrote_stays_with_the_conversation(
    place: Place, services: Services, clock: StandingClock
) -> None:
    a_visitor(place)
    [visitor] = rows(services, Visitor)
    place.talk(visitor_id=visitor.id)
    clock.advance(days=100)
    assert age_out(services) == {}
    assert place.count(Visitor) == 1


def test_nothing_is_forgotten_twice_where_nothing_is_written_as_nothing(
    place: Place, services: Services, clock: StandingClock
) -> None:
    a_visitor(place, page=None, cart=None)
    a_visitor(place, page=null(), cart=null())
    clock.advance(days=31)
    assert age_out(services) == {}


def test_an_upload_that_nobody_sent_goes_after_two_days(
    place: Place, services: Services, clock: StandingClock
) -> None:
    keys = ChannelKeys(services.keyring)
    with services.db.workspace(place.store.workspace_id, write=True) as session:
        keep_upload(session, keys, place.channel_id, "a", b"a", by="a", now=clock())
    clock.advance(days=2)
    assert tidy_uploads(services) == 0
    clock.advance(seconds=1)
    assert tidy_uploads(services) == 1


def test_requests_that_are_open_stay_and_nobodys_go_too(
    place: Place, services: Services, clock: StandingClock
) -> None:
    a_request(place, state="waiting", finished_at=None)
    a_request(place, state="ready", finished_at=None)
    a_request(place, workspace_id=None)
    clock.advance(days=1096)
    age_out(services)
    assert [each.state for each in rows(services, PrivacyRequest)] == ["waiting", "ready"]


def test_a_days_losses_are_one_receipt_when_the_day_is_over(
    place: Place, services: Services, clock: StandingClock
) -> None:
    clock.time = clock.time.replace(hour=1)
    for _ in range(2):
        a_visitor(place)
        clock.advance(seconds=1)
    a_view(place)
    clock.advance(days=90)
    assert age_out(services) == {"visitors": 2}
    a_parked_mail(place)
    clock.advance(hours=6)
    age_out(services)
    assert rows(services, Receipt) == []
    day = clock().date().isoformat()
    assert [(each.day, each.data_class, each.count) for each in rows(services, AgedOut)] == [
        (day, "visitors", 2)
    ]
    clock.advance(days=1)
    age_out(services)
    [receipt] = rows(services, Receipt)
    body = json.loads(receipt.body)
    assert (receipt.kind, body["counts"], body["facts"]) == (
        "aged_out",
        {"visitors": 2},
        {"day": day},
    )
    assert rows(services, AgedOut) == []
    # Who looked at whom is no customer's data: it goes without a receipt.
    clock.advance(days=730)
    age_out(services)
    clock.advance(days=1)
    age_out(services)
    assert [json.loads(each.body)["counts"] for each in rows(services, Receipt)] == [
        {"visitors": 2},
        {"parked_arrivals": 1},
    ]


def test_a_run_takes_so_much_and_the_next_goes_on(
    place: Place, services: Services, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "CHUNK", 2)
    monkeypatch.setattr(forgetting, "_CHUNKS_AT_MOST", 2)
    for _ in range(7):
        a_visitor(place)
        clock.advance(seconds=1)
    clock.advance(days=91)
    assert [age_out(services) for _ in range(3)] == [{"visitors": 4}, {"visitors": 3}, {}]
    [tally] = rows(services, AgedOut)
    assert tally.count == 7


def test_whoever_dies_in_between_has_counted_what_went(
    place: Place, services: Services, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "CHUNK", 1)
    for _ in range(3):
        a_visitor(place)
        clock.advance(seconds=1)
    clock.advance(days=91)
    genuine, calls = FORGETS["visitors"], []

    def dies(session: Any, ids: Any) -> None:
        calls.append(1)
        genuine.take(session, ids)
        if len(calls) == 2:
            raise RuntimeError("killed")

    with monkeypatch.context() as meanwhile:
        meanwhile.setitem(FORGETS, "visitors", replace(genuine, take=dies))
        age_out(services)
    assert (place.count(Visitor), [each.count for each in rows(services, AgedOut)]) == (2, [1])
    age_out(services)
    assert (place.count(Visitor), [each.count for each in rows(services, AgedOut)]) == (0, [3])


def test_one_workspace_that_fails_stops_no_other_and_time_is_bounded(
    place: Place, services: Services, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = add_store(services, "stranger.myshopify.com", number="3")
    channel = make_channel(services.db, other.workspace_id, ring=services.keyring)
    a_visitor(Place(services, other, channel))
    a_visitor(place)
    clock.advance(days=91)
    genuine = forgetting.age_out_workspace

    def fails(services: Services, workspace_id: int) -> dict[str, int]:
        if workspace_id == place.store.workspace_id:
            raise RuntimeError("no")
        return genuine(services, workspace_id)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(forgetting, "age_out_workspace", fails)
        assert age_out(services) == {"visitors": 1}
    ticks = iter([0.0, 5000.0])
    assert age_out(services, monotonic=lambda: next(ticks)) == {"visitors": 1}
