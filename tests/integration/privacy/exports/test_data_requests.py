"""Requests for a person's data: made ready, fetched once with a receipt, gone in time."""

import json
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from integration.audit.recording import CONSOLE
from integration.errors import Conflict, Gone, NotFound
from integration.models import (
    AuditEvent,
    PersonExport,
    PrivacyRequest,
    Receipt,
    Store,
    Visitor,
)
from integration.privacy.exports import data_requests
from integration.privacy.exports.data_requests import make_again, prepare_exports
from integration.privacy.requests.asking import ask_for_data
from integration.privacy.requests.overview import privacy_overview
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.records import order as bought
from tests.integration.privacy.canary import CANARY, OTHER
from tests.integration.privacy.everywhere import ACCOUNT, GUEST, fill, tell
from tests.integration.privacy.exports.fetching import BY, fetch, opened
from tests.webhooks.bodies import customer_id
from tests.webhooks.parts import SHOP, Sender, add_store, rows
from webhooks.drain import drain


def asked_by_store(send: Sender, services: Services, email: str = CANARY) -> None:
    body = {
        "shop_id": 548380009,
        "shop_domain": SHOP,
        "orders_requested": [],
        "customer": {"id": int(customer_id(7)), "email": email, "phone": None},
        "data_request": {"id": 9999},
    }
    send("customers/data_request", body)
    drain(services)


def states(services: Services) -> list[tuple[str, str | None]]:
    return [(each.state, each.outcome) for each in rows(services, PrivacyRequest)]


def test_all_that_is_held_is_in_the_file_for_machines_and_for_people(
    services: Services, store: Store, clock: StandingClock
) -> None:
    fill(services, store)
    ask_for_data(services, store.workspace_id, email=ACCOUNT, by=BY, now=clock())
    assert prepare_exports(services) == 1
    assert states(services) == [("ready", None)]
    value, archive = opened(fetch(services, store))
    assert (value["format"], value["version"]) == ("tillside-person", 1)
    [told] = value["stores"]
    assert (told["domain"], told["platform"]) == (SHOP, "shopify")
    kinds = "accounts identities own_tags notes orders conversations visits"
    assert {group["group_id"] for group in told["groups"]} == set(kinds.split())
    [visit] = [group for group in told["groups"] if group["group_id"] == "visits"]
    assert {"name": "Page", "value": '{"url": "https://shop.example/canary"}'} in visit["data"]
    page = archive.read("data.html").decode()
    for group in told["groups"]:
        for each in group["data"]:
            assert each["name"] in page
    assert "<script" not in page


def test_files_of_messages_are_in_it(
    services: Services, store: Store, clock: StandingClock
) -> None:
    fill(services, store)
    ask_for_data(services, store.workspace_id, email=GUEST, by=BY, now=clock())
    prepare_exports(services)
    value, archive = opened(fetch(services, store))
    [file] = value["files"]
    assert (file["name"], file["size_bytes"]) == ("canary.txt", 6)
    assert archive.read(file["path"]) == b"canary"


def test_files_beyond_the_cap_are_named_and_left_out(
    services: Services, store: Store, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("integration.privacy.exports.person_file.FILE_BYTES_AT_MOST", 5)
    fill(services, store)
    ask_for_data(services, store.workspace_id, email=GUEST, by=BY, now=clock())
    prepare_exports(services)
    value, archive = opened(fetch(services, store))
    assert [(each["name"], each["path"]) for each in value["files"]] == [("canary.txt", None)]
    assert set(archive.namelist()) == {"data.json", "data.html"}
    assert "too large to be packed" in archive.read("data.html").decode()


def test_words_of_a_customer_are_inert_in_the_page(
    services: Services, store: Store, clock: StandingClock
) -> None:
    fill(services, store)
    with services.db.workspace(store.workspace_id, write=True) as session:
        visitor = session.execute(select(Visitor)).scalars().one()
        visitor.name = "<script>alert(1)</script>"
        visitor.customer_value = visitor.signed_email = None
    ask_for_data(services, store.workspace_id, email=GUEST, by=BY, now=clock())
    prepare_exports(services)
    _, archive = opened(fetch(services, store))
    page = archive.read("data.html").decode()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


def test_a_stores_own_request_tells_its_own_copy_only(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    sister = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    fill(services, store)
    tell(services, sister, bought("58", email=GUEST))
    asked_by_store(send, services, GUEST)
    prepare_exports(services)
    value, _ = opened(fetch(services, store))
    assert [each["domain"] for each in value["stores"]] == [SHOP]
    ask_for_data(services, store.workspace_id, email=GUEST, by=BY, now=clock())
    prepare_exports(services)
    value, _ = opened(fetch(services, store))
    assert [each["domain"] for each in value["stores"]] == [SHOP, OTHER]
    ids = [
        (group["group_id"], group["item_id"])
        for each in value["stores"]
        for group in each["groups"]
        if group["group_id"] == "conversations"
    ]
    assert len(ids) == len(set(ids))


def test_the_first_fetch_ends_the_request_with_a_receipt_and_each_is_audited(
    services: Services, store: Store, clock: StandingClock
) -> None:
    fill(services, store)
    request_id = ask_for_data(services, store.workspace_id, email=GUEST, by=BY, now=clock())
    prepare_exports(services)
    [export] = rows(services, PersonExport)
    assert b"canary" not in (export.sealed_file or b"").lower()
    clock.advance(hours=1)
    fetch(services, store)
    [request] = rows(services, PrivacyRequest)
    assert (request.state, request.outcome, request.finished_at) == ("done", "exported", clock())
    assert request.sealed_subject == b""
    [receipt] = rows(services, Receipt)
    assert (receipt.kind, receipt.request_id) == ("data_exported", request_id)
    counts = json.loads(receipt.body)["counts"]
    # The visitor only typed that address, and was signed in as somebody else.
    assert (counts["files"], "visits" in counts) == (1, False)
    assert "canary" not in receipt.body.lower()
    fetch(services, store, by="agent:4")
    assert len(rows(services, Receipt)) == 1
    audited = [(each.actor, each.action, each.target) for each in rows(services, AuditEvent)]
    assert audited == [
        (BY, "privacy.data_requested", f"privacy_request:{request_id}"),
        (BY, "privacy.data_fetched", f"person_export:{export.id}"),
        ("agent:4", "privacy.data_fetched", f"person_export:{export.id}"),
    ]


def test_it_expires_after_seven_days_and_can_be_made_again(
    services: Services, store: Store, clock: StandingClock
) -> None:
    fill(services, store)
    request_id = ask_for_data(services, store.workspace_id, email=GUEST, by=BY, now=clock())
    prepare_exports(services)
    assert rows(services, PersonExport)[0].expires_at == clock() + timedelta(days=7)
    clock.advance(days=7, seconds=-1)
    assert privacy_overview(services, store.workspace_id).exports[0].is_open
    clock.advance(seconds=1)
    assert not privacy_overview(services, store.workspace_id).exports[0].is_open
    with pytest.raises(Gone):
        fetch(services, store)
    assert states(services) == [("ready", None)]
    make_again(services, store.workspace_id, request_id, by=BY)
    assert rows(services, PersonExport)[0].sealed_file is None
    assert prepare_exports(services) == 1
    fetch(services, store)
    assert states(services) == [("done", "exported")]
    with pytest.raises(Conflict):
        make_again(services, store.workspace_id, request_id, by=BY)


def test_another_workspace_finds_neither_export_nor_request(
    services: Services, store: Store, clock: StandingClock
) -> None:
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    fill(services, store)
    request_id = ask_for_data(services, store.workspace_id, email=GUEST, by=BY, now=clock())
    prepare_exports(services)
    with pytest.raises(NotFound):
        fetch(services, stranger)
    with pytest.raises(NotFound):
        make_again(services, stranger.workspace_id, request_id, by=BY)
    assert privacy_overview(services, stranger.workspace_id).requests == ()
    assert states(services) == [("ready", None)]


def test_a_store_that_left_is_told_of_while_its_copy_stands(
    services: Services, send: Sender, store: Store
) -> None:
    fill(services, store)
    with services.db.across_workspaces(write=True) as session:
        session.get_one(Store, store.id).status = "disconnected"
    asked_by_store(send, services, GUEST)
    assert prepare_exports(services) == 1
    assert opened(fetch(services, store))[0]["stores"][0]["groups"]


@pytest.mark.parametrize("known", [True, False], ids=["a store of ours", "a store of nobody's"])
def test_of_whom_nothing_is_held_it_is_done_at_once(
    services: Services, send: Sender, clock: StandingClock, known: bool
) -> None:
    if known:
        add_store(services)
    asked_by_store(send, services)
    prepare_exports(services)
    assert states(services) == [("done", "nothing_held")]
    assert rows(services, PersonExport) == []
    assert [each.kind for each in rows(services, Receipt)] == (["nothing_held"] if known else [])


def test_one_that_fails_stops_no_other(
    services: Services, store: Store, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(services, store)
    for email in (GUEST, ACCOUNT):
        ask_for_data(services, store.workspace_id, email=email, by=CONSOLE, now=clock())
    genuine, calls = data_requests.write_file, []

    def first_fails(*given: Any) -> bytes:
        calls.append(1)
        if len(calls) == 1:
            raise RuntimeError("no")
        return genuine(*given)

    monkeypatch.setattr(data_requests, "write_file", first_fails)
    assert prepare_exports(services) == 1
    assert states(services) == [("waiting", None), ("ready", None)]
    assert prepare_exports(services) == 1
