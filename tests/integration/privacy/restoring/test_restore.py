"""A backup from before an erasure is put back: nobody is served before it is erased again."""

import asyncio
import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from integration.app import build_house, create_front
from integration.canary_scan.scan import scan
from integration.crypto import new_key_text
from integration.db import Database
from integration.errors import Conflict, Invalid
from integration.identity.erased_names import name_hash, remember
from integration.models import Order, Receipt, Store
from integration.operations.backup import back_up
from integration.operations.restoring import put_back
from integration.privacy.requests.working_off import run_due
from integration.privacy.restoring import gate as restore_gate
from integration.privacy.restoring.gate import RestoreGate, await_settled
from integration.privacy.restoring.journal import journal_file, read
from integration.privacy.restoring.lost import is_behind
from integration.privacy.restoring.own_journal import own_journal
from integration.privacy.restoring.settling import settle
from integration.services import Services
from integration.serving.only_web import be_the_only_web
from tests.conftest import StandingClock
from tests.factories.records import customer as account
from tests.factories.records import order as bought
from tests.integration.privacy.erasing.test_late_news import take
from tests.rsgi import Headers, Proto, Scope
from tests.security.erased_person import WORDS, erase, fill
from tests.security.erased_talks import FIRST
from tests.webhooks.bodies import order, redact_shop, shop
from tests.webhooks.parts import Sender, add_store, headers, make_services, post, rows
from webhooks.drain import drain
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory


@pytest.fixture
def keys() -> str:
    return new_key_text("k1")


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock, keys: str) -> Iterator[Services]:
    folder = tmp_path / "runs"
    folder.mkdir()
    made = make_services(folder, clock, keys=keys)
    yield made
    stop(made)


@pytest.fixture
def store(services: Services) -> Store:
    return add_store(services)


@contextmanager
def sending(services: Services) -> Iterator[Sender]:
    """The receiver of deliveries, which has the inbox open for as long as it runs."""
    inbox = open_inbox(services)
    yield Sender(Receiver(services, inbox, StoreDirectory(services, ttl_seconds=-1)))
    inbox.close()


def stop(services: Services) -> None:
    services.db.dispose()
    services.inbox.dispose()


@pytest.fixture
def restored(
    services: Services, store: Store, tmp_path: Path, clock: StandingClock, keys: str
) -> Iterator[Services]:
    """A copy from before the person's erasure, put back after it; nothing runs yet."""
    with sending(services) as send:
        fill(services, store, send)
    back_up(services, tmp_path / "copy")
    erase(services, store)
    assert not is_behind(services)
    stop(services)
    aside = put_back(services.settings, tmp_path / "copy", clock(), replace=True)
    assert aside is not None
    for file in aside.iterdir():
        file.unlink()
    aside.rmdir()
    clock.advance(hours=2)
    made = make_services(services.settings.data_dir, clock, keys=keys)
    yield made
    stop(made)


def test_the_person_is_nowhere_before_anybody_is_served(restored: Services) -> None:
    assert "orders.email" in scan(restored, WORDS).found
    gate = RestoreGate(restored)
    assert "older than erasures" in (gate.reason() or "")
    assert settle(restored) == 1
    assert scan(restored, WORDS).found == {}
    assert RestoreGate(restored).reason() is None
    told = [json.loads(row.body) for row in rows(restored, Receipt)]
    assert [one["kind"] for one in told] == ["restored"]
    assert told[0]["facts"]["erased"] == "person"
    assert told[0]["counts"]["orders"] == 2
    assert settle(restored) == 0


def test_a_worker_settles_before_its_first_job(restored: Services) -> None:
    await_settled(restored)
    assert scan(restored, WORDS).found == {}
    assert RestoreGate(restored).reason() is None
    assert [row.kind for row in rows(restored, Receipt)] == ["restored"]


def test_one_worker_settles_and_the_others_wait(
    restored: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(restore_gate, "_LOOK_AGAIN_SECONDS", 0)
    others_turn = (restored.settings.data_dir / restore_gate.TURN_FILE).open("ab")
    fcntl.flock(others_turn, fcntl.LOCK_EX)
    waits: list[int] = []

    def wait(_seconds: float) -> None:
        waits.append(len(rows(restored, Receipt)))
        others_turn.close()

    monkeypatch.setattr("integration.privacy.restoring.gate.time.sleep", wait)
    await_settled(restored)
    assert waits == [0]
    assert [row.kind for row in rows(restored, Receipt)] == ["restored"]


def test_a_front_serves_operators_and_deliveries_only(
    restored: Services, clock: StandingClock
) -> None:
    front = create_front(restored, build_house())

    def ask(path: str) -> Any:
        proto = Proto(b"")
        asyncio.run(front.__rsgi__(Scope(method="GET", path=path, headers=Headers([])), proto))
        return proto.reply

    for path in ("/inbox", "/api/v1/context", "/api/v1/stream", "/widget.js", "/sign-in"):
        closed = ask(path)
        assert (closed.status, b"tillside privacy settle" in closed.body) == (503, True), path
    assert ask("/healthz").status == 200
    ready = json.loads(ask("/readyz").body)
    assert ready["parts"]["erasures"] is False
    assert "older than erasures" in ready["reason"]
    body = json.dumps(shop()).encode()
    assert post(front, body, headers(body, "shop/update")).status == 200
    settle(restored)
    clock.advance(seconds=60)
    restored_front = create_front(restored, build_house())
    proto = Proto(b"")
    scope = Scope(method="GET", path="/widget.js", headers=Headers([]))
    asyncio.run(restored_front.__rsgi__(scope, proto))
    assert proto.reply.status == 200


def test_what_the_copy_did_not_hold_yet_stays_out_too(
    restored: Services, store: Store, clock: StandingClock
) -> None:
    settle(restored)
    # By its id, though nothing of it was ever held here, and nothing else names the person.
    with restored.db.workspace(store.workspace_id, write=True) as session:
        digests = [name_hash(session).of("order", "4711"), name_hash(session).of("account", "42")]
        remember(session, store.id, digests, clock())
    news = bought("4711", placed_at=clock(), updated_at=clock()), account("42", updated_at=clock())
    assert take(restored, store, *news).refused == 2
    assert all(row.external_id not in ("4711", "42") for row in rows(restored, Order))


def test_who_bought_between_the_erasure_and_the_restore_is_a_new_person(
    restored: Services, store: Store, clock: StandingClock
) -> None:
    settle(restored)
    new = bought("5", email=FIRST, placed_at=clock(), updated_at=clock())
    assert take(restored, store, new).refused == 0


def test_a_journal_that_was_kept_elsewhere_is_as_good(
    services: Services, store: Store, tmp_path: Path, clock: StandingClock
) -> None:
    with sending(services) as send:
        fill(services, store, send)
    back_up(services, tmp_path / "copy")
    erase(services, store)
    kept = tmp_path / "kept.jsonl"
    kept.write_text("".join(f"{line.text()}\n" for line in own_journal(services)))
    own = [line for line in read(journal_file(services.settings.data_dir)) if line.names]
    assert [line.names for line in read(kept) if line.names] == [line.names for line in own]
    assert not any(word in kept.read_text() for word in WORDS)
    stop(services)
    put_back(services.settings, tmp_path / "copy", clock(), replace=True)
    journal_file(services.settings.data_dir).unlink()
    assert not is_behind(services)
    assert settle(services, [kept]) == 1
    found = scan(services, WORDS).found
    assert all("replaced-" in place for place in found)


def test_a_shop_that_was_erased_is_erased_again(
    services: Services, store: Store, tmp_path: Path, clock: StandingClock
) -> None:
    with sending(services) as send:
        send("orders/create", order(1, email=FIRST))
        drain(services)
        back_up(services, tmp_path / "copy")
        clock.advance(hours=1)
        send("app/uninstalled", shop(), triggered_at=clock().isoformat())
        drain(services)
        clock.advance(hours=47)
        send("shop/redact", redact_shop())
        drain(services)
    assert run_due(services) == 1
    assert not is_behind(services)
    stop(services)
    put_back(services.settings, tmp_path / "copy", clock(), replace=True)
    assert is_behind(services)
    assert rows(services, Order)
    assert settle(services) == 1
    assert rows(services, Order) == rows(services, Store) == []
    [told] = [json.loads(row.body) for row in rows(services, Receipt)]
    assert (told["kind"], told["facts"]["key_destroyed"]) == ("restored", True)
    assert not is_behind(services)


def test_a_journal_of_another_secret_is_refused_in_words(restored: Services) -> None:
    other = replace(restored, db=Database(str(restored.db.engine.url), names_key=b"another" * 5))
    with pytest.raises(Invalid, match="another SECRET_KEY"):
        settle(other)
    assert "another SECRET_KEY" in (RestoreGate(other).reason() or "")
    settle(restored)
    # What is held is held under any: a new SECRET_KEY locks nobody out.
    assert RestoreGate(other).reason() is None
    assert settle(other) == 0
    other.db.dispose()


def test_files_are_put_back_only_where_nothing_runs_and_nothing_is_lost(
    services: Services, store: Store, tmp_path: Path, clock: StandingClock
) -> None:
    settings, copy = services.settings, tmp_path / "copy"
    back_up(services, copy)
    with pytest.raises(Conflict, match="--replace"):
        put_back(settings, copy, clock(), replace=False)
    with pytest.raises(Conflict, match="stop it first"):
        put_back(settings, copy, clock(), replace=True)
    stop(services)
    place = be_the_only_web(settings)
    with pytest.raises(Conflict, match="stop it first"):
        put_back(settings, copy, clock(), replace=True)
    assert place is not None
    place.close()
    with pytest.raises(Invalid, match="missing"):
        put_back(settings, tmp_path / "nothing", clock(), replace=True)
    (tmp_path / "torn").mkdir()
    for name in ("tillside.db", "inbox.db"):
        (tmp_path / "torn" / name).write_bytes((copy / name).read_bytes()[:5000])
    with pytest.raises(Invalid, match="isn't sound"):
        put_back(settings, tmp_path / "torn", clock(), replace=True)
    assert [row.id for row in rows(services, Store)] == [store.id]


def test_a_database_that_does_not_answer_opens_nothing(
    restored: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    settle(restored)

    def away(_services: Services) -> bool:
        raise OperationalError("SELECT 1", None, Exception("away"))

    gate = RestoreGate(restored)
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(restore_gate, "is_behind", away)
        assert gate.reason() == restore_gate.UNKNOWN
        meanwhile.setattr(restore_gate, "_LOOK_AGAIN_SECONDS", 0)
        assert RestoreGate(restored).reason() == restore_gate.UNKNOWN
    monkeypatch.setattr(gate, "_look_at", 0)
    assert gate.reason() is None
