"""What happens around a restore hides no erasure that is lost, and erases nobody who stays."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from integration.crypto import keyring, new_key_text
from integration.errors import Invalid
from integration.models import Order, Receipt, Store
from integration.operations.backup import back_up
from integration.privacy.commands import run
from integration.privacy.erasing import whole_store
from integration.privacy.person_commands import erase as erase_command
from integration.privacy.person_commands import export
from integration.privacy.requests.asking import ask_for_erasure
from integration.privacy.requests.working_off import run_due
from integration.privacy.restoring.gate import RestoreGate
from integration.privacy.restoring.journal import Line, journal_file, key_check, read
from integration.privacy.restoring.lost import is_behind
from integration.privacy.restoring.own_journal import own_journal
from integration.privacy.restoring.settling import settle
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.records import order as bought
from tests.integration.privacy.canary import OTHER
from tests.integration.privacy.everywhere import tell
from tests.integration.privacy.requests.test_timer import come_back, leave
from tests.integration.privacy.restoring.test_restore_of_stores import (
    GUEST,
    erase,
    put_copy_back,
    stop,
)
from tests.webhooks.parts import SHOP, add_store, make_services, rows

SOMEBODY = "somebody@mail.example"


@pytest.fixture
def services(tmp_path: Path, clock: StandingClock) -> Iterator[Services]:
    folder = tmp_path / "runs"
    folder.mkdir()
    made = make_services(folder, clock, keys=new_key_text("k1"))
    yield made
    stop(made)


@pytest.fixture
def store(services: Services) -> Store:
    return add_store(services)


def put_back_older_than_an_erasure(
    services: Services, store: Store, folder: Path, clock: StandingClock
) -> None:
    tell(services, store, bought("1", email=GUEST))
    back_up(services, folder / "copy")
    clock.advance(hours=1)
    erase(services, store, "1")
    clock.advance(hours=1)
    put_copy_back(services, folder / "copy", clock)
    clock.advance(hours=1)


@pytest.mark.parametrize(
    ("command", "given"),
    [
        (erase_command, [SHOP, "--email", SOMEBODY, "--now"]),
        (export, [SHOP, "--email", GUEST]),
        (run, []),
    ],
    ids=["erase", "export", "run"],
)
def test_a_command_in_a_restored_database_settles_it_first(
    services: Services, store: Store, tmp_path: Path, clock: StandingClock, command: Any, given: Any
) -> None:
    put_back_older_than_an_erasure(services, store, tmp_path, clock)
    ask_for_erasure(services, store.workspace_id, email=SOMEBODY, by="owner:1")
    clock.advance(hours=24)
    done = CliRunner().invoke(command, given, obj=services)
    assert done.exit_code == 0, done.output
    assert [row.email for row in rows(services, Order)] == [None]
    assert "restored" in [row.kind for row in rows(services, Receipt)]
    assert RestoreGate(services).reason() is None


def test_nothing_is_settled_while_a_key_of_that_time_is_away(
    services: Services, store: Store, tmp_path: Path, clock: StandingClock
) -> None:
    put_back_older_than_an_erasure(services, store, tmp_path, clock)
    without = replace(services, keyring=keyring(new_key_text("k9")))
    with pytest.raises(Invalid, match="ENCRYPTION_KEYS"):
        settle(without)
    assert "older than erasures" in (RestoreGate(without).reason() or "")
    assert settle(services) == 1
    assert settle(without) == 0


@pytest.mark.parametrize("kind", ["store", "older"])
def test_another_installations_journal_erases_no_store_of_ours(
    services: Services, store: Store, tmp_path: Path, clock: StandingClock, kind: Any
) -> None:
    tell(services, store, bought("1", email=GUEST))
    file, at = tmp_path / "theirs.jsonl", clock.advance(hours=1)
    before = at if kind == "older" else None
    theirs = Line(
        kind, store.workspace_id, at, store.id, check=key_check(b"another" * 5), before=before
    )
    file.write_text(f"{theirs.text()}\n")
    with pytest.raises(Invalid, match="another installation"):
        settle(services, [file])
    assert [(row.status, bool(row.data_key)) for row in rows(services, Store)] == [("active", True)]
    assert [row.email for row in rows(services, Order)] == [GUEST]


def test_a_databases_own_journal_says_whose_it_is(
    services: Services, store: Store, clock: StandingClock
) -> None:
    add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    leave(services, store)
    clock.advance(hours=48)
    assert run_due(services) == 1
    [told] = [line for line in own_journal(services) if line.kind == "store"]
    assert told.check == key_check(services.db.names_key)


def test_a_store_that_came_back_in_the_midst_of_its_erasure_stays(
    services: Services, store: Store, clock: StandingClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_store(services, OTHER, number="2", workspace_id=store.workspace_id)
    tell(services, store, bought("1", email=GUEST))
    leave(services, store)
    clock.advance(hours=48)
    genuine = whole_store._erase_customers

    def meanwhile(*given: Any, **named: Any) -> int:
        clock.advance(seconds=1)
        come_back(services)
        return genuine(*given, **named)

    with monkeypatch.context() as patched:
        patched.setattr(whole_store, "_erase_customers", meanwhile)
        assert run_due(services) == 0
    clock.advance(hours=1)
    tell(services, store, bought("9", email=SOMEBODY, placed_at=clock(), updated_at=clock()))
    run_due(services)
    assert not is_behind(services)
    assert settle(services) == 0
    assert [row.status for row in rows(services, Store)] == ["active", "active"]
    assert [row.external_id for row in rows(services, Order)] == ["9"]


def test_a_stores_erasure_says_whose_it_is_and_none_is_told_of_one_that_is_there(
    services: Services, store: Store
) -> None:
    with pytest.raises(whole_store.Reinstalled):
        whole_store.erase_store(services, store)
    file = journal_file(services.settings.data_dir)
    assert list(read(file)) == []
    whole_store.erase_older(services, store, services.now())
    gone = add_store(services, OTHER, number="2", status="disconnected")
    whole_store.erase_store(services, gone)
    told = [(line.kind, line.store_id, line.check) for line in read(file)]
    check = key_check(services.db.names_key)
    assert told == [("older", store.id, check), ("store", gone.id, check)]
