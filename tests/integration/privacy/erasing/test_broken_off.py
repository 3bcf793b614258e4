"""An erasure that is killed at any of its steps is finished by the next try, for whomever the first
one found: the rows that led to them are gone by then.
"""

import json
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import open_content
from integration.crypto import keyring, new_key_text
from integration.models import Message, PrivacyRequest, Receipt, Store
from integration.privacy.erasing import everywhere, words_elsewhere
from integration.privacy.erasing.elsewhere import STRUCK_OUT
from integration.privacy.erasing.everywhere import erase_people
from integration.privacy.erasing.remains import clear_remains
from integration.privacy.requests.asking import ask_for_erasure
from integration.privacy.requests.working_off import run_due
from integration.privacy.subject import open_begun, open_subject
from integration.services import Services
from tests.factories.records import customer as account
from tests.factories.records import order as bought
from tests.integration.privacy.canary import OTHER
from tests.integration.privacy.erasing.broken_off import (
    ADDRESS,
    AFTER_IT,
    BEFORE_THE_COMMIT,
    Point,
    places,
    speak,
)
from tests.integration.privacy.everywhere import of_order, tell
from tests.webhooks.bodies import customer, order, redact_customer
from tests.webhooks.parts import Sender, add_store, rows
from webhooks.drain import drain

SECOND = "der.kanarienvogel@mail.example"
ERASURES = ("customer_redact",)


@pytest.fixture(autouse=True)
def _one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(words_elsewhere, "_READ_AT_ONCE", 1)


@pytest.fixture
def asked_by_a_store(services: Services, store: Store, send: Sender) -> Store:
    """Someone whom the store names by the account's id alone; their address is found by it."""
    person = customer(7, email=ADDRESS, first_name="Kanarienvogel")
    send("customers/create", person)
    send("orders/create", order(1, email=ADDRESS, customer=person))
    send("orders/create", f'{{"email": "{ADDRESS}", "broken": '.encode())
    drain(services)
    speak(services, store)
    send("customers/redact", redact_customer(7, None))
    drain(services)
    return store


@pytest.fixture
def asked_by_a_merchant(services: Services, store: Store) -> Store:
    """Someone of two stores, whose address in one is another since the merchant asked."""
    sister = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    for each in (store, sister):
        mine = bought("1", email=ADDRESS, customer_external_id="7")
        tell(services, each, account("7", email=ADDRESS, first_name="Kanarienvogel"), mine)
    number = ask_for_erasure(
        services, store.workspace_id, profile_id=of_order(services, store, "1"), by="owner:1"
    )
    tell(services, sister, account("7", 1, email=SECOND))
    with services.db.across_workspaces(write=True) as session:
        its = update(PrivacyRequest).where(PrivacyRequest.id == number)
        session.execute(its.values(not_before=None))
    speak(services, store, SECOND)
    return store


def erasure(services: Services) -> PrivacyRequest:
    [found] = [row for row in rows(services, PrivacyRequest) if row.kind in ERASURES]
    return found


def receipts(services: Services) -> list[dict[str, Any]]:
    return [json.loads(row.body) for row in rows(services, Receipt)]


def is_killed(services: Services, point: Point, **more: Any) -> None:
    with pytest.MonkeyPatch.context() as meanwhile:
        point.kill(meanwhile, **more)
        assert run_due(services) == 0, point
    assert erasure(services).state == "waiting"


def is_whole(services: Services) -> None:
    """The person is nowhere, their request says so and names nobody any more."""
    assert run_due(services) == 1
    assert places(services) == set()
    request = erasure(services)
    assert (request.state, request.outcome, request.sealed_subject) == ("done", "erased", b"")
    assert [told["kind"] for told in receipts(services)] == ["person_erased"]
    assert run_due(services) == 0


def said(services: Services, store: Store) -> list[str]:
    with services.db.workspace(store.workspace_id) as session:
        keys = ChannelKeys(services.keyring)
        messages = rows(services, Message)
        return [open_content(keys.by_id(session, row.channel_id), row).text for row in messages]


@pytest.mark.parametrize("point", BEFORE_THE_COMMIT + AFTER_IT, ids=str)
def test_a_stores_request_that_is_killed_at_a_step_is_finished(
    services: Services, asked_by_a_store: Store, point: Point
) -> None:
    assert {"customers.email", "messages.sealed_content, opened"} <= places(services)
    is_killed(services, point)
    is_whole(services)
    told = said(services, asked_by_a_store)
    assert told[3:] == [""]
    assert all(STRUCK_OUT in text for text in told[:3])
    [receipt] = receipts(services)
    # The first try's as well.
    assert (receipt["counts"]["accounts"], receipt["counts"]["orders"]) == (1, 1)


@pytest.mark.parametrize(
    "point",
    [
        *BEFORE_THE_COMMIT,
        *(Point(each.module, each.name, 3) for each in (BEFORE_THE_COMMIT[0], AFTER_IT[0])),
        Point(everywhere, "find_person", 4),
        *(Point(everywhere, name, 2) for name in ("erase_person", "append", "erase_arrivals_of")),
        Point(everywhere, "erase_bodies_of", 4),
        *AFTER_IT,
    ],
    ids=str,
)
@pytest.mark.usefixtures("asked_by_a_merchant")
def test_a_merchants_request_that_is_killed_at_a_step_is_finished(
    services: Services, point: Point
) -> None:
    assert {"customers.email", "messages.sealed_content, opened"} <= places(services, SECOND)
    is_killed(services, point)
    is_whole(services)
    [receipt] = receipts(services)
    assert (receipt["counts"]["accounts"], receipt["counts"]["orders"]) == (2, 2)
    assert len(receipt["facts"]["stores"]) == 2


@pytest.mark.usefixtures("asked_by_a_store")
def test_one_that_is_killed_again_and_again_is_finished(services: Services) -> None:
    for point in (*AFTER_IT[:3], AFTER_IT[3], AFTER_IT[3], *AFTER_IT[6:]):
        is_killed(services, point)
    is_whole(services)


def test_a_delivery_that_came_in_meanwhile_goes_with_the_next_try(
    services: Services, asked_by_a_store: Store, send: Sender
) -> None:
    """It names the address alone, which nothing leads to any more."""
    body = f'{{"email": "{ADDRESS}", "broken": '.encode()
    is_killed(services, AFTER_IT[0], before=lambda: send("orders/create", body))
    assert any("deliveries.sealed_body" in place for place in places(services))
    is_whole(services)


def test_what_was_found_is_sealed_with_the_request_and_gone_with_its_end(
    services: Services, asked_by_a_store: Store
) -> None:
    before = erasure(services)
    assert open_begun(services, asked_by_a_store, before) == {}
    asked = open_subject(services, asked_by_a_store, before)
    is_killed(services, AFTER_IT[0])
    request = erasure(services)
    assert ADDRESS.encode() not in request.sealed_subject
    assert open_subject(services, asked_by_a_store, request) == asked
    begun = open_begun(services, asked_by_a_store, request)
    assert ["email", ADDRESS] in begun[str(asked_by_a_store.id)]["contacts"]
    is_whole(services)


@pytest.mark.usefixtures("asked_by_a_store")
def test_of_a_request_that_another_ended_meanwhile_nobody_is_named_again(
    services: Services,
) -> None:
    as_it_waited = erasure(services)
    is_whole(services)
    erase_people(services, as_it_waited)
    assert erasure(services).sealed_subject == b""
    clear_remains(services)
    assert places(services) == set()


@pytest.mark.usefixtures("asked_by_a_store")
def test_one_waits_while_a_channels_key_is_away(services: Services) -> None:
    """What can't be opened for the moment would be passed over."""
    away = replace(services, keyring=keyring(new_key_text("other")))
    assert run_due(away) == 0
    assert erasure(services).state == "waiting"
    assert "customers.email" in places(services)
    is_whole(services)
