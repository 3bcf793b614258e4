"""An export never outlives its person or its store, whoever erases them, and when."""

from typing import Any

import pytest

from integration.conversations.channels.keys import ChannelKeys
from integration.errors import Gone
from integration.install.uninstall import disconnect_by_store
from integration.models import PersonExport, PrivacyRequest, Store
from integration.privacy.exports import data_requests
from integration.privacy.exports.data_requests import prepare_exports
from integration.privacy.requests.asking import ask_for_data, ask_for_erasure, run_now
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.records import order as bought
from tests.integration.privacy.canary import OTHER
from tests.integration.privacy.everywhere import ACCOUNT, GUEST, fill, of_order, tell
from tests.integration.privacy.exports.fetching import BY, fetch, opened
from tests.webhooks.parts import add_store, rows


def test_erasing_the_person_takes_the_file_away(
    services: Services, store: Store, clock: StandingClock
) -> None:
    fill(services, store)
    ask_for_data(services, store.workspace_id, email=ACCOUNT, by=BY, now=clock())
    prepare_exports(services)
    # By another of their names.
    account = of_order(services, store, "100")
    erasure = ask_for_erasure(services, store.workspace_id, profile_id=account, by=BY)
    run_now(services, store.workspace_id, erasure, by=BY)
    run_due(services)
    assert [each.sealed_file for each in rows(services, PersonExport)] == [None]
    with pytest.raises(Gone):
        fetch(services, store)


def test_erasing_a_store_takes_away_what_tells_of_it_and_the_rest_is_made_anew(
    services: Services, store: Store, clock: StandingClock
) -> None:
    sister = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    for place, number in ((store, "57"), (sister, "58")):
        tell(services, place, bought(number, email=GUEST))
    ask_for_data(services, store.workspace_id, email=GUEST, by=BY, now=clock())
    prepare_exports(services)
    disconnect_by_store(services, sister.workspace_id, sister.id)
    clock.advance(hours=48)
    assert run_due(services) == 1
    with pytest.raises(Gone):
        fetch(services, store)
    assert prepare_exports(services) == 1
    value, _ = opened(fetch(services, store))
    assert [bool(each["groups"]) for each in value["stores"]] == [True, False]


def test_a_file_that_was_begun_before_an_erasure_is_not_kept_after_it(
    services: Services, store: Store, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(services, store)
    ask_for_data(services, store.workspace_id, email=GUEST, by=BY, now=clock())
    genuine = data_requests.write_file

    def erased_meanwhile(session: Any, keys: ChannelKeys, held: Any, now: Any) -> bytes:
        file = genuine(session, keys, held, now)
        session.connection().rollback()
        erasure = ask_for_erasure(services, store.workspace_id, email=GUEST, by=BY)
        run_now(services, store.workspace_id, erasure, by=BY)
        assert run_due(services) == 1
        return file

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(data_requests, "write_file", erased_meanwhile)
        prepare_exports(services)
    assert rows(services, PersonExport) == []
    prepare_exports(services)
    assert rows(services, PersonExport) == []
    [request] = [each for each in rows(services, PrivacyRequest) if each.kind == "data_request"]
    assert (request.state, request.outcome, request.sealed_subject) == ("done", "erased", b"")
