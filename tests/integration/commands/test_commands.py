"""The commands as an operator types them: what they print, and their exit status."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click import Command
from click.testing import CliRunner, Result
from sqlalchemy import select, update

from integration.commands import stores as stores_module
from integration.commands.api_keys import api_keys
from integration.commands.doctor import doctor
from integration.commands.keys import keys
from integration.commands.profiles import profiles
from integration.commands.stores import stores
from integration.crypto import keyring, new_key_text
from integration.db import Database
from integration.directory import find_key
from integration.errors import NotFound
from integration.install.keys import new_data_key, store_key
from integration.models import ProfileView, Store, StoreSync
from integration.services import Services
from platforms.errors import RequestRefused
from platforms.records import SubscriptionReport
from tests.factories import records
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.stores import NOW, make_store, make_workspace

DOMAIN = "amber.myshopify.com"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def db(template: Path, tmp_path: Path) -> Iterator[Database]:
    database = sqlite_database(template, tmp_path)
    yield database
    database.dispose()


@pytest.fixture
def shop() -> FakeStore:
    held = FakeStore()
    held.put(records.customer("7"), records.order("100"), records.order("101"))
    return held


@pytest.fixture
def services(db: Database, shop: FakeStore, tmp_path: Path) -> Services:
    make_store(db, make_workspace(db), DOMAIN)
    return fake_services(db, shop, tmp_path)


def run(services: Services, command: Command, *arguments: str) -> Result:
    return CliRunner().invoke(command, arguments, obj=services)


def told(result: Result) -> Any:
    assert result.exit_code == 0, result.output
    return json.loads(result.output)


def test_sync_waits_until_the_first_read_is_done_and_then_refreshes(
    services: Services, shop: FakeStore
) -> None:
    done = run(services, stores, "sync", DOMAIN)
    assert done.exit_code == 0, done.output
    [listed] = told(run(services, stores, "list", "--json"))
    assert listed["freshness"]["backfill"] == {"state": "done", "done": 3, "total": 3}
    later = (NOW - records.at(0)).total_seconds()
    shop.put(records.order("100", seconds=later, total_minor=4321))
    assert run(services, stores, "sync", f"https://{DOMAIN}/").exit_code == 0
    [found] = told(run(services, profiles, "search", "#100", "--json"))
    [first, *_] = [
        one
        for one in told(run(services, profiles, "show", found["id"], "--json"))["orders"]
        if one["external_id"] == "100"
    ]
    assert first["total_minor"] == 4321


def test_a_store_that_refuses_is_status_1_with_its_reason(
    services: Services, shop: FakeStore
) -> None:
    def refuse(_kind: str, _number: int) -> None:
        raise RequestRefused("the bulk operation lacks an access scope")

    shop.on_page = refuse
    done = run(services, stores, "sync", DOMAIN)
    assert done.exit_code == 1
    assert "lacks an access scope" in done.output


def test_a_store_that_was_never_read_whole_can_not_be_reconciled(
    services: Services, shop: FakeStore
) -> None:
    done = run(services, stores, "reconcile", DOMAIN)
    assert done.exit_code == 1
    assert "first read waiting" in done.output
    assert shop.asked == []


def test_a_store_that_leaves_while_it_is_read_is_status_1(
    services: Services, shop: FakeStore
) -> None:
    def leave(_kind: str, _number: int) -> None:
        with services.db.across_workspaces(write=True) as session:
            session.execute(select(Store)).scalar_one().status = "disconnected"

    shop.on_page = leave
    done = run(services, stores, "sync", DOMAIN)
    assert done.exit_code == 1
    assert "disconnected" in done.output


def test_no_wait_without_a_worker_says_so(services: Services) -> None:
    done = run(services, stores, "sync", DOMAIN, "--no-wait")
    assert done.exit_code == 1
    assert "REDIS_URL" in done.output


def test_a_store_that_is_none_is_named(services: Services) -> None:
    done = run(services, stores, "sync", "nobody.myshopify.com")
    assert isinstance(done.exception, NotFound)
    assert "nobody.myshopify.com" in str(done.exception)


def test_a_store_that_is_not_connected_is_not_read(services: Services, shop: FakeStore) -> None:
    with services.db.across_workspaces(write=True) as session:
        session.execute(select(Store)).scalar_one().status = "reauthorize"
    done = run(services, stores, "sync", DOMAIN)
    assert done.exit_code == 1
    assert "reauthorize" in done.output
    assert shop.asked == []


def test_an_api_key_opens_until_it_is_revoked(services: Services) -> None:
    key = run(services, api_keys, "create", DOMAIN).output.strip()
    place = find_key(services, key)
    assert place is not None
    [listed] = told(run(services, api_keys, "list", "--json"))
    assert key.startswith(listed["hint"])
    assert key not in json.dumps(listed)
    assert run(services, api_keys, "revoke", listed["id"]).exit_code == 0
    assert find_key(services, key) is None


def test_looking_at_a_profile_is_written_down(services: Services) -> None:
    run(services, stores, "sync", DOMAIN)
    [found] = told(run(services, profiles, "search", "#101", "--json"))
    shown = run(services, profiles, "show", found["id"])
    assert "#101" in shown.output
    with services.db.across_workspaces() as session:
        assert session.execute(select(ProfileView.viewer)).scalars().all() == ["operator"]


def test_keys_are_wrapped_anew_and_still_open(services: Services) -> None:
    old, new = new_key_text("k1"), new_key_text("k2")
    with services.db.across_workspaces(write=True) as session:
        store = session.execute(select(Store)).scalar_one()
        store.data_key = new_data_key(keyring(old), store.platform, store.domain)
        sealed = store_key(keyring(old), store).seal(b"token", b"")
    object.__setattr__(services, "keyring", keyring(f"{new},{old}"))
    assert "1 data keys were wrapped anew, 0" in run(services, keys, "rotate").output
    assert "0 data keys were wrapped anew, 1" in run(services, keys, "rotate").output
    with services.db.across_workspaces() as session:
        store = session.execute(select(Store)).scalar_one()
    assert store_key(keyring(new), store).open(sealed, b"") == b"token"


def test_the_doctor_names_what_is_ill(services: Services) -> None:
    found = run(services, doctor, "--json")
    assert found.exit_code == 1
    findings = {one["part"]: one["ok"] for one in json.loads(found.output)}
    assert findings["database"] is True
    assert findings["valkey"] is False
    assert findings["stores"] is True


def test_the_doctor_names_a_store_whose_reading_failed(services: Services) -> None:
    with services.db.across_workspaces(write=True) as session:
        session.execute(update(StoreSync).values(error="The store answered nothing in 20 s."))
    findings = json.loads(run(services, doctor, "--json").output)
    [found] = [one for one in findings if one["part"] == "stores"]
    assert found["ok"] is False
    assert found["says"] == f"1 active; {DOMAIN}: The store answered nothing in 20 s."
    with services.db.across_workspaces(write=True) as session:
        session.execute(update(Store).values(status="disconnected"))
    findings = json.loads(run(services, doctor, "--json").output)
    assert [(one["ok"], one["says"]) for one in findings if one["part"] == "stores"] == [
        (True, "1 disconnected")
    ]


def test_a_sync_says_how_far_the_notes_are_read(
    db: Database, shop: FakeStore, tmp_path: Path
) -> None:
    make_store(db, make_workspace(db), DOMAIN)
    services = fake_services(db, shop, tmp_path, parts_apart=True)
    done = run(services, stores, "sync", DOMAIN)
    assert done.exit_code == 0, done.output
    assert "reading notes: 2 of 2\n" in done.stderr
    assert "reading" not in done.stdout


def test_a_comparison_tells_what_it_found_and_waits_for_a_word_before_much_is_deleted(
    services: Services, shop: FakeStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    mended = SubscriptionReport(())
    monkeypatch.setattr(stores_module, "mend_subscriptions", lambda *_, **__: mended)
    placed_at = NOW - timedelta(days=5)
    numbers = map(str, range(200, 260))
    shop.put(*(records.order(number, placed_at=placed_at) for number in numbers))
    assert run(services, stores, "sync", DOMAIN).exit_code == 0
    shop.orders = {number: shop.orders[number] for number in ("100", "101")}
    plain = run(services, stores, "reconcile", DOMAIN, "--whole")
    assert plain.exit_code == 1
    assert "every id: 3 compared, 0 missing, 0 stale, 0 gone, 0 put right\n" in plain.stdout
    assert "60 objects are gone from the store" in plain.stderr
    assert "--accept-deletions" in plain.stderr
    accepted = run(services, stores, "reconcile", DOMAIN, "--accept-deletions")
    assert "every id: 3 compared, 0 missing, 0 stale, 60 gone, 60 put right\n" in accepted.stdout
