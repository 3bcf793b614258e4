"""Every erasure ends with a receipt that says what was done and names nobody."""

import json
from typing import Any

import pytest
from sqlalchemy import select

from channels.records import Address
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import open_content
from integration.models import (
    Conversation,
    ConversationTerm,
    Message,
    Order,
    PrivacyRequest,
    Receipt,
    Store,
)
from integration.privacy.erasing.elsewhere import STRUCK_OUT
from integration.privacy.requests import working_off
from integration.privacy.requests.asking import ask_for_data, ask_for_erasure
from integration.privacy.requests.working_off import run_due, work_off
from integration.privacy.restoring.journal import journal_file, read
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.conversations import mail_of, make_channel, receive_message
from tests.factories.records import customer as account
from tests.factories.records import order as bought
from tests.integration.privacy.canary import CANARY, OTHER
from tests.integration.privacy.erasing.test_late_news import take
from tests.integration.privacy.everywhere import GUEST, NEEDLES, fill
from tests.webhooks.bodies import order, redact_customer, redact_shop, shop
from tests.webhooks.parts import Sender, add_store, rows
from webhooks.drain import drain


def receipts(services: Services) -> list[dict[str, Any]]:
    return [json.loads(row.body) for row in rows(services, Receipt)]


def ask(services: Services, store: Store, email: str = CANARY) -> PrivacyRequest:
    """The merchant's own request, its day of thinking over."""
    number = ask_for_erasure(services, store.workspace_id, email=email, by="owner:1")
    with services.db.across_workspaces(write=True) as session:
        request = session.get_one(PrivacyRequest, number)
        request.not_before = None
        return request


def test_a_person_of_everywhere_is_told_in_counts_only(services: Services, store: Store) -> None:
    fill(services, store)
    ask(services, store, GUEST)
    assert run_due(services) == 1
    [told] = receipts(services)
    assert (told["kind"], told["sequence"], told["store_id"]) == ("person_erased", 1, None)
    # Whoever agents joined to them is one person to the merchant, who asked.
    assert told["counts"]["orders"] == 2
    assert told["counts"]["messages"] >= 1
    assert told["counts"]["files"] == told["counts"]["cases"] == told["counts"]["visitors"] == 1
    facts = told["facts"]
    assert facts["source"] == "merchant"
    assert facts["key_destroyed"] is False
    assert facts["stores"] == [str(store.id)]
    assert not any(needle in json.dumps(told).lower() for needle in NEEDLES)


def test_somebody_of_whom_nothing_is_held_gets_one_too(services: Services, store: Store) -> None:
    ask(services, store)
    run_due(services)
    [told] = receipts(services)
    assert (told["kind"], told["counts"]) == ("nothing_held", {})
    [request] = rows(services, PrivacyRequest)
    assert (request.state, request.outcome, request.sealed_subject) == ("done", "nothing_held", b"")


def test_a_merchants_request_reaches_all_stores_of_the_workspace_and_no_other(
    services: Services, store: Store
) -> None:
    sister = add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    for each in (store, sister, stranger):
        take(services, each, bought("1", email=CANARY), account("7", email=CANARY))
    request = ask(services, store)
    assert work_off(services, request.id) == 4
    held = {row.store_id: row.email for row in rows(services, Order)}
    assert held == {store.id: None, sister.id: None, stranger.id: CANARY}
    [told] = receipts(services)
    assert told["facts"]["stores"] == [str(store.id), str(sister.id)]
    assert (told["counts"]["orders"], told["counts"]["accounts"]) == (2, 2)


def test_chains_are_a_workspaces_own_and_each_link_hangs_on_the_last(
    services: Services, store: Store
) -> None:
    stranger = add_store(services, "stranger.myshopify.com", number="3")
    for each in (store, stranger, store):
        ask(services, each)
        run_due(services)
    links = [(row.workspace_id, row.sequence) for row in rows(services, Receipt)]
    assert links == [(store.workspace_id, 1), (store.workspace_id, 2), (stranger.workspace_id, 1)]
    first, second, other = rows(services, Receipt)
    assert first.previous == other.previous == bytes(32)
    assert second.previous == first.digest
    heads = [line for line in read(journal_file(services.settings.data_dir)) if line.digest]
    assert {line.digest for line in heads} == {first.digest, second.digest, other.digest}


def test_a_shop_that_is_gone_says_that_its_key_is(
    services: Services, store: Store, send: Sender, clock: StandingClock
) -> None:
    send("orders/create", order(1, email=CANARY))
    drain(services)
    clock.advance(hours=1)
    send("app/uninstalled", shop(), triggered_at=clock().isoformat())
    drain(services)
    clock.advance(hours=47)
    send("shop/redact", redact_shop())
    drain(services)
    assert run_due(services) == 1
    [told] = receipts(services)
    assert (told["kind"], told["facts"]["key_destroyed"]) == ("store_erased", True)
    assert (told["counts"]["orders"], told["counts"]["bodies"]) == (1, 3)
    kinds = [line.kind for line in read(journal_file(services.settings.data_dir))]
    assert kinds == ["store", "receipt"]


def test_what_is_not_committed_has_no_receipt(
    services: Services, store: Store, send: Sender, monkeypatch: pytest.MonkeyPatch
) -> None:
    send("orders/create", order(1, email=CANARY))
    send("customers/redact", redact_customer(7, CANARY, (1,)))
    drain(services)

    def full(*_given: Any) -> None:
        raise OSError("no space left on the disk")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("integration.privacy.receipts.append", full)
        assert run_due(services) == 0
    assert rows(services, Receipt) == []
    assert [row.state for row in rows(services, PrivacyRequest)] == ["waiting"]
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("integration.privacy.erasing.everywhere.append", full)
        assert run_due(services) == 0
    assert run_due(services) == 1
    assert len(rows(services, Receipt)) == 1


def test_requests_for_the_data_of_an_erased_person_are_over(
    services: Services, store: Store
) -> None:
    take(services, store, bought("1", email=CANARY), bought("2", email="other@example.com"))
    for email in (CANARY, "other@example.com"):
        ask_for_data(services, store.workspace_id, email=email, by="owner:1", now=services.now())
    ask(services, store)
    run_due(services)
    theirs, anothers, _erasure = rows(services, PrivacyRequest)
    assert (theirs.state, theirs.outcome, theirs.sealed_subject) == ("done", "erased", b"")
    assert anothers.state == "waiting"
    assert anothers.sealed_subject
    assert receipts(services)[0]["counts"]["requests"] == 1


def test_their_words_in_anothers_conversation_go_and_others_words_stay(
    services: Services, store: Store
) -> None:
    ring, dora = services.keyring, "dora@mail.example"
    channel_id = make_channel(services.db, store.workspace_id, ring=ring)

    def came(inbound: Any, **more: Any) -> int:
        given = (services.db, store.workspace_id, channel_id, inbound)
        return receive_message(*given, ring=ring, **more).conversation_id

    max_says = mail_of("max@mail.example", f"Dora is {CANARY.upper()}", cc=(Address(CANARY),))
    conversation_id = came(max_says)
    came(mail_of(CANARY, "I am the canary"), conversation_id=conversation_id)
    came(mail_of(dora, "and I am Dora"), conversation_id=conversation_id)
    ask(services, store)
    run_due(services)
    with services.db.workspace(store.workspace_id) as session:
        keys = ChannelKeys(ring)
        said = session.execute(select(Message).order_by(Message.id)).scalars().all()
        first, second, third = (open_content(keys.by_id(session, channel_id), row) for row in said)
        conversation = session.get_one(Conversation, conversation_id)
        assert session.execute(select(ConversationTerm)).scalars().all() == []
    assert (first.text, first.cc) == (f"Dora is {STRUCK_OUT}", ((STRUCK_OUT, None),))
    assert (second.text, said[1].sealed_content, said[1].external_id) == ("", None, None)
    assert third.text == "and I am Dora"
    assert conversation.person_value == "max@mail.example"
    counts = receipts(services)[0]["counts"]
    assert (counts["struck_out"], counts["messages"]) == (1, 1)


def test_a_repeated_request_finds_nothing_more(
    services: Services, store: Store, send: Sender
) -> None:
    send("orders/create", order(1, email=CANARY))
    for _ in range(2):
        send("customers/redact", redact_customer(7, CANARY, (1,)))
        drain(services)
        run_due(services)
    told = receipts(services)
    assert [one["kind"] for one in told] == ["person_erased", "nothing_held"]
    assert (told[0]["counts"]["bodies"], told[0]["counts"]["orders"]) == (2, 1)
    assert told[1]["counts"] == {"bodies": 1}


def test_two_who_work_off_one_request_write_one_receipt(
    services: Services, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(services, store, bought("1", email=CANARY))
    request = ask(services, store)
    genuine = working_off.erase_people

    def overtaken(*given: Any) -> Any:
        done = genuine(*given)
        with monkeypatch.context() as meanwhile:
            meanwhile.setattr(working_off, "erase_people", genuine)
            work_off(services, request.id)
        return done

    monkeypatch.setattr(working_off, "erase_people", overtaken)
    work_off(services, request.id)
    assert len(rows(services, Receipt)) == 1
