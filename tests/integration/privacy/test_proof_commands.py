"""The commands that put back, settle and prove."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from integration.agents.changing import OPERATOR, disable
from integration.agents.invitations import invite, open_invitation
from integration.app import build_house, build_services
from integration.commands.database import db as db_commands
from integration.crypto import new_key_text
from integration.directory import find_session
from integration.errors import NotFound
from integration.install.sessions import close_session, open_session
from integration.models import Order, Store
from integration.models.vocabulary import Role, SessionKind
from integration.operations.backup import back_up
from integration.privacy.requests.plugin import erase_person
from integration.services import Services
from integration.settings import load
from integration.upgrade import upgrade
from tests.factories.records import order as bought
from tests.integration.privacy.canary import CANARY
from tests.integration.privacy.erasing.test_late_news import take
from tests.webhooks.parts import add_store, rows


@pytest.fixture
def values(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the operator set."""
    given = {
        "APP_URL": "https://tillside.test",
        "SECRET_KEY": "a secret of the tests",
        "ENCRYPTION_KEYS": new_key_text("k1"),
        "DATA_DIR": str(tmp_path / "data"),
    }
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    (tmp_path / "data").mkdir()
    return given


@pytest.fixture
def services(values: dict[str, str]) -> Iterator[Services]:
    upgrade(load(values))
    made = build_services(load(values), values)
    yield made
    stop(made)


def stop(services: Services) -> None:
    services.db.dispose()
    services.inbox.dispose()


@pytest.fixture
def store(services: Services) -> Store:
    made = add_store(services)
    take(services, made, bought("1", email=CANARY), bought("2", email="other@example.com"))
    return made


def run(services: Services, *arguments: str, given: str | None = None) -> tuple[int, str]:
    build_house()
    [privacy] = [each for each in build_house().commands if each.name == "privacy"]
    done = CliRunner().invoke(privacy, list(arguments), obj=services, input=given)
    return done.exit_code, done.output


def erase(services: Services, store: Store) -> None:
    assert erase_person(services, store.workspace_id, store.id, CANARY)["removed"] == 1


def test_verify_says_where_somebody_is_until_they_are_nowhere(
    services: Services, store: Store
) -> None:
    status, told = run(services, "verify", "--canary-file", "-", given=f"{CANARY}\n\n")
    assert status == 1
    assert told.startswith("No receipts yet.\nfound: ")
    assert "found: orders.email (1)\n" in told
    erase(services, store)
    status, told = run(services, "verify", "--canary-file", "-", "--json", given=CANARY)
    seen = json.loads(told)
    assert (status, seen["ok"]) == (0, True)
    assert seen["canaries"] == {"found": {}, "unopened": 0, "unseen": []}
    [chain] = seen["chains"]
    assert (chain["receipts"], chain["flaws"]) == (1, [])
    status, told = run(services, "verify", "--head", chain["head"])
    assert (status, told) == (0, f"workspace 1: 1 receipts, whole, head {chain['head']}\n")
    status, told = run(services, "verify", "--head", "00" * 32)
    assert status == 1
    assert "stands in no chain" in told


def test_what_runs_beside_cannot_hide_that_it_was_not_looked_into(
    services: Services, store: Store, values: dict[str, str]
) -> None:
    away = {**values, "REDIS_URL": "redis://127.0.0.1:1/0"}
    unreached = build_services(load(away), away)
    status, told = run(unreached, "verify", "--canary-file", "-", given="nobody at all")
    assert status == 1
    assert "not looked into: valkey: ConnectionError" in told
    stop(unreached)


def test_the_journal_names_nobody_and_settles_elsewhere(
    services: Services, store: Store, tmp_path: Path
) -> None:
    erase(services, store)
    status, told = run(services, "journal")
    assert status == 0
    assert CANARY not in told
    assert {json.loads(line)["kind"] for line in told.splitlines()} == {"person", "receipt"}
    kept = tmp_path / "kept.jsonl"
    kept.write_text(told)
    again = run(services, "settle", "--journal", str(kept))
    assert again == (0, "0 erasures of the journal were applied again.\n")


def test_restore_puts_a_copy_back_without_whom_was_erased_since(
    services: Services, store: Store, tmp_path: Path
) -> None:
    back_up(services, tmp_path / "copy")
    erase(services, store)
    stop(services)
    runner = CliRunner()
    refused = runner.invoke(db_commands, ["restore", str(tmp_path / "copy")])
    assert "--replace moves it aside" in str(refused.exception)
    done = runner.invoke(db_commands, ["restore", "--replace", str(tmp_path / "copy")])
    assert done.exit_code == 0, done.output
    assert done.output.endswith("Restored. 1 erasures of the journal were applied again.\n")
    held = {row.external_id: row.email for row in rows(services, Order)}
    assert held == {"1": None, "2": "other@example.com"}
    status, told = run(services, "verify")
    assert status == 0, told
    assert "a backup was put back at " in told


def test_restore_lets_nobody_in_by_a_session_or_a_link_of_the_copy(
    services: Services, store: Store, tmp_path: Path
) -> None:
    opened = open_session(
        services,
        workspace_id=store.workspace_id,
        store_id=store.id,
        kind=SessionKind.BROWSER,
        role=Role.OWNER,
        viewer="owner:1",
        lifetime=timedelta(hours=1),
    )
    now, email = services.now(), "jana@aegean.example"
    with services.db.workspace(store.workspace_id, write=True) as session:
        link = invite(session, email=email, name="Jana", role=Role.ADMIN, by=OPERATOR, now=now)
    back_up(services, tmp_path / "copy")
    close_session(services, opened.token)
    with services.db.workspace(store.workspace_id, write=True) as session:
        disable(session, link.agent_id, by=OPERATOR, now=services.now())
    stop(services)
    done = CliRunner().invoke(db_commands, ["restore", "--replace", str(tmp_path / "copy")])
    assert "1 sessions of the copy were ended" in done.output
    assert find_session(services, opened.token) is None
    with pytest.raises(NotFound):
        open_invitation(services, link.token)
