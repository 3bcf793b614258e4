"""`tillside keys` as an operator types it, what processes tell of their keys, and the doctor."""

import json
import threading
from dataclasses import replace
from pathlib import Path
from typing import cast

import pytest
from click.testing import CliRunner, Result
from redis import Redis

from integration.app import build_keyring
from integration.commands.keys import keys as keys_command
from integration.crypto import Keyring, new_key_text
from integration.db import Database
from integration.errors import Conflict
from integration.install.keys import new_data_key
from integration.models import Store
from integration.operations.data_keys import Wraps, count_wraps
from integration.operations.key_findings import of_keys
from integration.operations.known_keys import Knower, keep_telling_keys, knowers
from integration.processes.kept import kept_environment, make_keys
from integration.services import Services
from integration.settings import load
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.stores import make_store, make_workspace
from tests.integration.operations.operator_house import DOMAINS, db, file, services, template

__all__ = ["db", "file", "services", "template"]


def test_a_process_tells_what_it_knows_and_nothing_of_the_keys() -> None:
    text = new_key_text("k1")
    told: dict[str, str] = {}
    heard = threading.Event()

    class Heard:
        def set(self, key: str, value: str, ex: int) -> None:
            told[key] = value
            heard.set()

        def scan_iter(self, match: str, count: int) -> list[str]:
            return [key for key in told if key.startswith(match.rstrip("*"))]

        def mget(self, keys: list[str]) -> list[str]:
            return [told[key] for key in keys]

    ring = Keyring(lambda: text)
    keep_telling_keys(cast("Redis", Heard()), "web", ring)
    assert heard.wait(10)
    [one] = knowers(cast("Redis", Heard()))
    assert one.name.startswith("web (process ")
    assert one.marks == (ring.keys.marks["k1"],)
    assert text.partition(":")[2][:8] not in json.dumps(told)


def run(services: Services, *arguments: str) -> Result:
    return CliRunner().invoke(keys_command, arguments, obj=services)


def test_the_commands_change_the_keys_that_up_keeps(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    for name in ("ENCRYPTION_KEYS", "ENCRYPTION_KEYS_FILE"):
        monkeypatch.delenv(name, raising=False)
    given = {"DATA_DIR": str(tmp_path / "data")}
    make_keys(given)
    ring = build_keyring(load({}), kept_environment(given))
    data_key = new_data_key(ring, "shopify", DOMAINS[0])
    make_store(db, make_workspace(db), DOMAINS[0], data_key=data_key)
    services = replace(fake_services(db, FakeStore(), tmp_path), keyring=ring)
    done = run(services, "rotate", "--new")
    assert done.exit_code == 0, done.output
    assert "k2 is made and stands in front in" in done.output
    assert "1 data keys were wrapped anew, 0 were current already." in done.output
    assert "Without Valkey nobody who runs was asked." in done.output
    assert json.loads(run(services, "list", "--json").output) == [
        {"id": "k2", "is_held": True, "wraps": True, "stores": 1, "channels": 0},
        {"id": "k1", "is_held": True, "wraps": False, "stores": 0, "channels": 0},
    ]
    assert run(services, "retire", "k1").exit_code == 0
    assert ring.look_again().by_id.keys() == {"k2"}
    again = run(services, "retire", "k2")
    assert isinstance(again.exception, Conflict)
    assert "k2       wraps" in run(services, "list").output


def test_a_key_that_rows_need_and_nobody_holds_is_told(services: Services) -> None:
    with services.db.across_workspaces(write=True) as session:
        for store in session.query(Store):
            store.data_key = b"k9:" + store.data_key.partition(b":")[2]
    assert "k9       IS NOT HELD  2 stores, 0 channels" in run(services, "list").output
    rotated = run(services, "rotate")
    assert rotated.exit_code == 1
    assert "2 open by no key that is held" in rotated.output


def test_the_doctor_tells_which_keys_wrap_what(services: Services, file: Path) -> None:
    keys = services.keyring.keys
    well = of_keys(keys, count_wraps(services), [])
    assert (well.ok, well.says) == (True, "k1 wraps 2 stores and 1 channels")
    lost = of_keys(keys, {"k1": Wraps(1, 0), "k9": Wraps(1, 1)}, [])
    assert not lost.ok
    assert lost.says == "k1 wraps 1 stores and 0 channels; k9 wraps 1 stores and 1 channels"
    assert "put k9 back" in lost.do
    behind = of_keys(keys, {}, [Knower("web", ("k0/x",)), Knower("bulk", (keys.marks["k1"],))])
    assert not behind.ok
    assert behind.says == "k1 wraps nothing; 1 of 2 processes don't know k1"
    assert behind.do == "restart web with the keys as they are here"
