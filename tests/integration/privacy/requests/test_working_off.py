"""Compliance requests: written down with a deadline, and erased only when believable."""

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from integration.events import Event
from integration.models import Order, PrivacyRequest, Store
from integration.privacy.commands import privacy
from integration.privacy.erasing.persons import erase_person
from integration.privacy.requests.working_off import run_due
from integration.privacy.subject import open_subject
from integration.services import Services
from tests.conftest import StandingClock
from tests.integration.privacy.canary import CANARY, OTHER, anybody, person
from tests.webhooks.bodies import customer_id, order, order_id, redact_customer, redact_shop
from tests.webhooks.parts import SHOP, Sender, alarms, rows, works
from webhooks.drain import drain


def test_a_request_is_written_down_with_its_deadline_and_its_subject_sealed(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("customers/redact", redact_customer(7, CANARY, (1, 2), phone="+306912345678"))
    drain(services)
    [request] = rows(services, PrivacyRequest)
    assert (request.kind, request.state) == ("customer_redact", "waiting")
    assert request.due_at == clock() + timedelta(days=30)
    assert (request.store_id, request.workspace_id) == (store.id, store.workspace_id)
    assert CANARY.encode() not in request.sealed_subject
    subject = open_subject(services, store, request)
    assert subject.customer_external_id == customer_id(7)
    assert subject.email == CANARY
    assert subject.order_external_ids == (order_id(1), order_id(2))
    assert ("privacy.run", {}) in services.jobs.waiting  # type: ignore[attr-defined]
    assert works(services)[0].state == "applied"


@pytest.mark.parametrize(
    ("topic", "body"),
    [
        ("customers/redact", redact_customer(7, CANARY, (1,), domain=OTHER, number="2")),
        ("shop/redact", redact_shop(OTHER, "2")),
        ("customers/redact", order(1, email=CANARY)),
        ("shop/redact", order(1)),
        ("customers/redact", {**redact_customer(7, CANARY), "more": 1}),
        ("customers/redact", {"shop_id": 548380009, "shop_domain": SHOP, "customer": None}),
        ("shop/redact", redact_shop()),
    ],
    ids=[
        "a customer of another shop",
        "another shop",
        "an order as a customer's erasure",
        "an order as a shop's erasure",
        "another shape",
        "nobody",
        "a shop that never uninstalled",
    ],
)
def test_an_erasure_that_is_not_believable_erases_nothing_and_raises_an_alarm(
    services: Services, store: Store, send: Sender, topic: str, body: dict[str, Any]
) -> None:
    send("orders/create", order(1, email=CANARY, customer=person()))
    drain(services)
    before = [vars(row)["email"] for row in rows(services, Order)]
    send(topic, body)
    drain(services)
    assert run_due(services) == 0
    assert works(services)[1].state in {"refused", "parked"}
    assert alarms(services) == ["erasure_not_believable"]
    assert [vars(row)["email"] for row in rows(services, Order)] == before == [CANARY]
    assert [request.state for request in rows(services, PrivacyRequest)] in ([], ["refused"])
    assert rows(services, Store)[0].data_key


def test_a_request_for_data_waits_and_is_listed(
    services: Services, store: Store, send: Sender
) -> None:
    body = {
        "shop_id": 548380009,
        "shop_domain": SHOP,
        "orders_requested": [5_000_000_000_001],
        "customer": {"id": 6_000_000_000_007, "email": CANARY, "phone": None},
        "data_request": {"id": 9999},
    }
    send("customers/data_request", body)
    drain(services)
    assert run_due(services) == 0
    output = CliRunner().invoke(privacy, ["list", "--json"], obj=services).output
    [listed] = json.loads(output)
    assert (listed["kind"], listed["state"], listed["store"]) == ("data_request", "waiting", SHOP)
    assert listed["due_at"] == "2026-12-22T12:00:00Z"
    assert CANARY not in output


def test_a_request_of_a_store_that_we_never_had_is_done_at_once(
    services: Services, send: Sender
) -> None:
    send("customers/redact", redact_customer())
    drain(services)
    assert [request.state for request in rows(services, PrivacyRequest)] == ["waiting"]
    assert works(services)[0].state == "applied"
    run_due(services)
    assert [request.outcome for request in rows(services, PrivacyRequest)] == ["nothing_held"]


def test_a_repeated_request_erases_again_without_harm(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order(1, email=CANARY))
    for _ in range(2):
        send("customers/redact", redact_customer(7, CANARY, (1,)))
        drain(services)
        run_due(services)
    assert [request.state for request in rows(services, PrivacyRequest)] == ["done", "done"]


def test_the_command_works_off_what_waits(
    services: Services, store: Store, send: Sender, tmp_path: Path
) -> None:
    send("orders/create", order(1, email=CANARY))
    send("customers/redact", redact_customer(7, CANARY, (1,)))
    drain(services)
    done = CliRunner().invoke(privacy, ["run"], obj=services)
    assert (done.exit_code, done.output) == (0, "1 erasures done.\n")
    assert not anybody(services, tmp_path)
    told = services.events.told  # type: ignore[attr-defined]
    assert all(isinstance(event, Event) for event in told)


def test_one_that_fails_does_not_stop_the_others(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("customers/redact", redact_customer(7, CANARY, (1,)))
    send("customers/redact", redact_customer(8, None, (2,)))
    drain(services)
    genuine = erase_person
    calls: list[int] = []

    def first_fails(*arguments: Any) -> Any:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("no")
        return genuine(*arguments)

    monkeypatch.setattr("integration.privacy.erasing.everywhere.erase_person", first_fails)
    assert run_due(services) == 1
    assert [request.state for request in rows(services, PrivacyRequest)] == ["waiting", "done"]
    assert run_due(services) == 1
