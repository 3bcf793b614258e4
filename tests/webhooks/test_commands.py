"""`tillside deliveries`: what is parked can be read, mended and played again."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from integration.errors import NotFound
from integration.models import Order, Store
from integration.services import Services
from tests.webhooks.bodies import order, order_id
from tests.webhooks.parts import SHOP, Sender, add_store, as_body, rows, works
from webhooks.commands import deliveries
from webhooks.drain import drain
from webhooks.ledger import replay, whole_delivery


def run(services: Services, *arguments: str) -> Result:
    return CliRunner().invoke(deliveries, arguments, obj=services)


def parked(services: Services, send: Sender) -> dict[str, Any]:
    body = order(1001)
    del body["id"]
    send("orders/create", body)
    send("orders/create", order(1002))
    drain(services)
    return body


def test_what_is_parked_is_read_mended_and_played_again(
    services: Services, store: Store, send: Sender, tmp_path: Path
) -> None:
    body = parked(services, send)
    listed = run(services, "list", "--state", "parked", "--store", SHOP, "--json")
    assert listed.exit_code == 0
    [found] = json.loads(listed.output)
    assert found["topic"] == "orders/create"
    assert found["store"] == SHOP
    assert (found["state"], found["attempts"]) == ("parked", 1)
    assert found["error_code"] == "delivery_unreadable"
    assert "id" in found["error"]

    shown = run(services, "show", found["id"], "--json")
    whole = json.loads(shown.output)
    assert json.loads(whole["body"]) == body
    assert [attempt["error_code"] for attempt in whole["attempt_log"]] == ["delivery_unreadable"]
    plain = run(services, "show", found["id"]).output
    assert "delivery_id: sent-1" in plain
    assert "#1001" in plain

    again = run(services, "replay", found["id"])
    assert again.exit_code == 1
    assert "delivery_unreadable" in again.output

    mended = tmp_path / "mended.json"
    mended.write_bytes(as_body({**body, "id": int(order_id(1001))}))
    done = run(services, "replay", found["id"], "--body", str(mended))
    assert done.exit_code == 0, done.output
    assert "applied" in done.output
    assert {row.external_id for row in rows(services, Order)} == {order_id(1001), order_id(1002)}
    work = works(services)[0]
    assert (work.state, work.error_code) == ("applied", None)
    assert work.sealed_mended_body is not None
    assert b"#1001" not in work.sealed_mended_body
    assert json.loads(run(services, "list", "--state", "parked", "--json").output) == []
    assert json.loads(run(services, "show", found["id"], "--json").output)["is_mended"] is True


def test_an_applied_delivery_may_be_played_again(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/updated", order(1, 10, total="10.00"))
    send("orders/updated", order(1, 20, total="20.00"))
    drain(services)
    assert run(services, "replay", "1").exit_code == 0
    assert [row.total_minor for row in rows(services, Order)] == [2000]


def test_whoever_held_a_replayed_delivery_can_no_longer_commit(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order())
    drain(services)
    before = works(services)[0].fence
    replay(services, 1)
    assert works(services)[0].fence == before + 1


def test_a_list_is_limited_and_newest_first(services: Services, store: Store, send: Sender) -> None:
    other = add_store(services, "other.myshopify.com", number="2")
    for number in range(3):
        send("orders/create", order(number))
    send("orders/create", order(9, shop="2"), shop=other.domain)
    drain(services)
    newest = json.loads(run(services, "list", "--limit", "2", "--json").output)
    assert [view["id"] for view in newest] == ["4", "3"]
    of_other = json.loads(run(services, "list", "--store", other.domain, "--json").output)
    assert [view["id"] for view in of_other] == ["4"]
    assert "orders/create  applied" in run(services, "list").output


def test_an_unknown_delivery_is_a_named_refusal(services: Services, store: Store) -> None:
    assert isinstance(run(services, "show", "77").exception, NotFound)
    assert isinstance(run(services, "replay", "77").exception, NotFound)
    with pytest.raises(NotFound):
        whole_delivery(services, 77)


def test_a_sweep_works_off_what_is_due(services: Services, store: Store, send: Sender) -> None:
    send("orders/create", order())
    done = run(services, "sweep")
    assert done.exit_code == 0
    assert works(services)[0].state == "applied"
