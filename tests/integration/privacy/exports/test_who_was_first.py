"""Requests for data that something else happened to: what they became stands, or they wait on."""

from dataclasses import replace

from pydantic import SecretStr

from integration.crypto import keyring, new_key_text
from integration.models import PersonExport, PrivacyRequest, Receipt, Store
from integration.privacy.exports.data_requests import prepare, prepare_exports
from integration.privacy.requests.asking import STOPPED, ask_for_data, stop
from integration.services import Services
from tests.conftest import StandingClock
from tests.integration.privacy.everywhere import ACCOUNT, GUEST, fill
from tests.integration.privacy.exports.fetching import BY, fetch
from tests.integration.privacy.exports.test_data_requests import asked_by_store, states
from tests.webhooks.parts import Sender, rows


def test_one_that_was_fetched_since_it_was_seen_to_wait_stays_fetched(
    services: Services, store: Store, clock: StandingClock
) -> None:
    fill(services, store)
    request_id = ask_for_data(services, store.workspace_id, email=ACCOUNT, by=BY, now=clock())
    prepare_exports(services)
    fetch(services, store)
    prepare(services, request_id)
    assert states(services) == [("done", "exported")]
    assert [each.kind for each in rows(services, Receipt)] == ["data_exported"]


def test_one_that_was_taken_back_since_stays_taken_back(
    services: Services, store: Store, clock: StandingClock
) -> None:
    fill(services, store)
    request_id = ask_for_data(services, store.workspace_id, email=ACCOUNT, by=BY, now=clock())
    stop(services, store.workspace_id, request_id, by=BY)
    prepare(services, request_id)
    assert states(services) == [("refused", STOPPED)]


def test_it_waits_while_a_key_that_it_needs_is_away(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    fill(services, store)
    asked_by_store(send, services, GUEST)
    ask_for_data(services, store.workspace_id, email=ACCOUNT, by=BY, now=clock())
    another_hosts = replace(services, keyring=keyring(new_key_text("k9")))
    assert prepare_exports(another_hosts) == 0
    assert states(services) == [("waiting", None)] * 2
    assert all(each.sealed_subject for each in rows(services, PrivacyRequest))
    assert rows(services, PersonExport) == []
    assert prepare_exports(services) == 2
    assert states(services) == [("ready", None)] * 2


def test_what_a_merchant_asked_waits_where_the_secret_key_is_another(
    services: Services, store: Store, clock: StandingClock
) -> None:
    fill(services, store)
    ask_for_data(services, store.workspace_id, email=ACCOUNT, by=BY, now=clock())
    another = services.settings.model_copy(update={"secret_key": SecretStr("x" * 64)})
    assert prepare_exports(replace(services, settings=another)) == 0
    assert states(services) == [("waiting", None)]
    assert prepare_exports(services) == 1
