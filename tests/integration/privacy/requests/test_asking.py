"""What a merchant asks: over all stores of the workspace, with a day to take an erasure back."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pydantic import SecretStr

from integration.errors import Conflict, Invalid, NotFound
from integration.models import AuditEvent, Order, PrivacyRequest, Receipt, Store
from integration.privacy.requests.asking import (
    STOPPED,
    ask_for_data,
    ask_for_erasure,
    run_now,
    stop,
)
from integration.privacy.requests.intake import DUE_WITHIN
from integration.privacy.requests.overview import privacy_overview
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.records import order
from tests.integration.privacy.canary import OTHER
from tests.integration.privacy.everywhere import ACCOUNT, GUEST, fill, of_order, places, tell
from tests.webhooks.parts import add_store, rows

BY = "agent:3"


def states(services: Services) -> list[tuple[str, str | None]]:
    return [(each.state, each.outcome) for each in rows(services, PrivacyRequest)]


def test_an_erasure_begins_after_a_day_in_all_stores_of_the_workspace(
    services: Services, store: Store, clock: StandingClock
) -> None:
    sister = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    for each, number in ((store, "57"), (sister, "58"), (stranger, "59")):
        tell(services, each, order(number, email=GUEST))
    request_id = ask_for_erasure(services, store.workspace_id, email=GUEST.upper(), by=BY)
    [request] = rows(services, PrivacyRequest)
    assert (request.id, request.source, request.asked_by) == (request_id, "merchant", BY)
    assert (request.store_id, request.not_before) == (None, clock() + timedelta(hours=24))
    assert request.due_at == clock() + DUE_WITHIN
    assert GUEST.encode() not in request.sealed_subject
    [seen] = privacy_overview(services, store.workspace_id).requests
    assert (seen.about, seen.may_stop, seen.may_run_now) == (GUEST, True, True)
    clock.advance(hours=24, seconds=-1)
    assert run_due(services) == 0
    clock.advance(seconds=1)
    assert run_due(services) == 1
    assert {each.external_id: each.email for each in rows(services, Order)} == {
        "57": None,
        "58": None,
        "59": GUEST,
    }
    assert states(services) == [("done", "erased")]
    [receipt] = [each for each in rows(services, Receipt) if each.kind == "person_erased"]
    assert receipt.request_id == request_id
    [audited] = rows(services, AuditEvent)
    assert (audited.actor, audited.action) == (BY, "privacy.erasure_asked")
    assert GUEST not in repr(vars(audited))


def test_a_person_with_two_addresses_and_accounts_is_erased_whole_by_their_profile(
    services: Services, store: Store, clock: StandingClock
) -> None:
    fill(services, store)
    profile_id = of_order(services, store, "100")
    request_id = ask_for_erasure(services, store.workspace_id, profile_id=profile_id, by=BY)
    run_now(services, store.workspace_id, request_id, by=BY)
    assert run_due(services) == 1
    held = {each.external_id: each.email for each in rows(services, Order)}
    assert held["100"] is None
    assert held["1"] == "aaa@example.com"
    assert ACCOUNT not in repr(places(services, store.workspace_id))


def test_it_can_be_taken_back_until_it_begins(
    services: Services, store: Store, clock: StandingClock
) -> None:
    tell(services, store, order("57", email=GUEST))
    request_id = ask_for_erasure(services, store.workspace_id, email=GUEST, by=BY)
    clock.advance(hours=23)
    stop(services, store.workspace_id, request_id, by="agent:4")
    assert states(services) == [("refused", STOPPED)]
    assert rows(services, PrivacyRequest)[0].sealed_subject == b""
    clock.advance(days=2)
    assert run_due(services) == 0
    assert [each.email for each in rows(services, Order)] == [GUEST]
    for again in (stop, run_now):
        with pytest.raises(Conflict):
            again(services, store.workspace_id, request_id, by=BY)
    assert [each.action for each in rows(services, AuditEvent)] == [
        "privacy.erasure_asked",
        "privacy.erasure_stopped",
    ]


@pytest.mark.parametrize("hurried", [True, False], ids=["begun at once", "its day is over"])
def test_what_has_begun_is_not_taken_back(
    services: Services, store: Store, clock: StandingClock, hurried: bool
) -> None:
    request_id = ask_for_erasure(services, store.workspace_id, email=GUEST, by=BY)
    if hurried:
        run_now(services, store.workspace_id, request_id, by=BY)
    else:
        clock.advance(hours=24)
    assert not privacy_overview(services, store.workspace_id).requests[0].may_stop
    with pytest.raises(Conflict):
        stop(services, store.workspace_id, request_id, by=BY)
    assert run_due(services) == 1


def test_another_workspace_can_neither_stop_nor_hurry_it(services: Services, store: Store) -> None:
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    request_id = ask_for_erasure(services, store.workspace_id, email=GUEST, by=BY)
    for deed in (stop, run_now):
        with pytest.raises(NotFound):
            deed(services, stranger.workspace_id, request_id, by=BY)
    assert states(services) == [("waiting", None)]


def test_another_workspaces_person_is_not_found(services: Services, store: Store) -> None:
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    tell(services, stranger, order("59", email=GUEST))
    profile_id = of_order(services, stranger, "59")
    with pytest.raises(NotFound):
        ask_for_erasure(services, store.workspace_id, profile_id=profile_id, by=BY)
    with pytest.raises(NotFound):
        ask_for_data(services, store.workspace_id, profile_id=profile_id, by=BY, now=services.now())
    assert states(services) == []


@pytest.mark.parametrize(
    ("profile_id", "email"), [(None, None), (1, GUEST), (None, "no address"), (None, "")]
)
def test_nobody_in_particular_is_refused(
    services: Services, store: Store, profile_id: int | None, email: str | None
) -> None:
    with pytest.raises(Invalid):
        ask_for_erasure(services, store.workspace_id, profile_id=profile_id, email=email, by=BY)
    assert states(services) == []
    assert rows(services, AuditEvent) == []


def test_a_stores_own_request_is_not_the_merchants_to_stop(
    services: Services, store: Store
) -> None:
    request_id = ask_for_erasure(services, store.workspace_id, email=GUEST, by=BY)
    with services.db.across_workspaces(write=True) as session:
        session.get_one(PrivacyRequest, request_id).source = "store"
    with pytest.raises(NotFound):
        stop(services, store.workspace_id, request_id, by=BY)


def test_whom_nobody_can_read_now_waits_and_is_not_taken_for_erased(
    services: Services, store: Store, clock: StandingClock
) -> None:
    tell(services, store, order("57", email=GUEST))
    ask_for_erasure(services, store.workspace_id, email=GUEST, by=BY)
    clock.advance(hours=24)
    told = {"secret_key": SecretStr("another secret than that of the asking, and long enough")}
    changed = replace(services, settings=services.settings.model_copy(update=told))
    assert run_due(changed) == 0
    assert states(services) == [("waiting", None)]
    assert rows(services, Receipt) == []
    assert run_due(services) == 1
    assert [row.email for row in rows(services, Order)] == [None]
