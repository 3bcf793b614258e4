"""What is found to be too old is looked at again when it is taken, and nobody waits for a look."""

from datetime import timedelta

import pytest

from integration.models import Conversation, PrivacyRequest, Store, Visitor
from integration.privacy.ageing.aged_rows import FORGETS, old_rows, take_old_rows
from integration.privacy.ageing.preview import would_go
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.conversations import make_channel
from tests.integration.privacy.ageing.aged import Place, a_request, a_visitor
from tests.webhooks.parts import add_store, rows


@pytest.fixture
def place(services: Services, store: Store) -> Place:
    channel = make_channel(services.db, store.workspace_id, ring=services.keyring)
    return Place(services, store, channel)


def test_a_conversation_that_came_back_meanwhile_stays(
    place: Place, services: Services, clock: StandingClock
) -> None:
    ageing, workspace_id = FORGETS["conversations"], place.store.workspace_id
    ids = {place.talk(words) for words in ("over", "came-back")}
    before = clock.advance(days=91) - timedelta(days=90)
    with services.db.workspace(workspace_id) as session:
        assert set(old_rows(session, ageing, before, 10)) == ids
    back = max(ids)
    with services.db.workspace(workspace_id, write=True) as session:
        session.get_one(Conversation, back).status = "open"
    with services.db.workspace(workspace_id, write=True) as session:
        assert take_old_rows(session, ageing, before, sorted(ids)) == 1
    subjects = {each.id: each.subject for each in rows(services, Conversation)}
    assert subjects == {min(ids): None, back: "came-back"}


@pytest.mark.parametrize("name", sorted(FORGETS))
def test_another_workspaces_rows_are_neither_found_nor_taken(
    place: Place, services: Services, clock: StandingClock, name: str
) -> None:
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    channel = make_channel(services.db, stranger.workspace_id, ring=services.keyring)
    theirs = Place(services, stranger, channel)
    a_visitor(theirs, page={"url": "x"})
    a_request(theirs)
    theirs.talk()
    before = clock.advance(days=4000)
    with services.db.workspace(place.store.workspace_id, write=True) as session:
        assert list(old_rows(session, FORGETS[name], before, 10)) == []
        assert take_old_rows(session, FORGETS[name], before, [1, 2, 3]) == 0
    assert [each.page for each in rows(services, Visitor)] == [{"url": "x"}]
    assert len(rows(services, PrivacyRequest)) == 1
    assert [each.subject for each in rows(services, Conversation)] == ["canary"]


def test_what_would_go_is_counted_and_stays(
    place: Place, services: Services, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        a_visitor(place)
        clock.advance(seconds=1)
    clock.advance(days=10)
    workspace_id = place.store.workspace_id
    assert would_go(services, workspace_id, "visitors", 30).count == 0
    assert would_go(services, workspace_id, "visitors", 9).count == 3
    monkeypatch.setattr("integration.privacy.ageing.preview._MOST", 2)
    told = would_go(services, workspace_id, "visitors", 9)
    assert (told.count, told.is_more) == (2, True)
    assert would_go(services, workspace_id, "conversations", None).count == 0
    assert len(rows(services, Visitor)) == 3
