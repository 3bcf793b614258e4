"""Two stores and a channel under the operator's keys in a file, and processes that know them."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from integration.app import build_keyring
from integration.crypto import new_key_text
from integration.db import Database
from integration.install.keys import new_data_key
from integration.processes.kept import kept_environment
from integration.services import Services
from integration.setting_files import Environment, write_secretly
from integration.settings import load
from tests.factories.conversations import make_channel
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.fake_store import FakeStore, fake_services
from tests.factories.stores import make_store, make_workspace

DOMAINS = ("amber.myshopify.com", "basil.myshopify.com")


@dataclass
class Running:
    """A process that runs: its keys as of its last look, which telling makes it take."""

    name: str
    environment: Environment
    looks: bool = True

    def __post_init__(self) -> None:
        self.ring = build_keyring(load({}), self.environment)

    def told(self) -> bytes:
        if self.looks:
            self.environment.look_again()
        told = {"name": self.name, "marks": list(self.ring.keys.marks.values())}
        return json.dumps(told).encode()


class Valkey:
    """What processes told it, as of the moment when it is asked."""

    def __init__(self, *running: Running) -> None:
        self.running = running
        self.on_ask: Callable[[], None] = lambda: None

    def scan_iter(self, **_more: Any) -> Iterator[bytes]:
        yield from (str(number).encode() for number in range(len(self.running)))

    def mget(self, _keys: list[bytes]) -> list[bytes | None]:
        self.on_ask()
        # One of them has ended meanwhile.
        return [*(each.told() for each in self.running), None]


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return sqlite_template(tmp_path_factory.mktemp("template"))


@pytest.fixture
def db(template: Path, tmp_path: Path) -> Iterator[Database]:
    database = sqlite_database(template, tmp_path)
    yield database
    database.dispose()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "keys"
    write_secretly(path, new_key_text("k1"))
    return path


def environment_of(file: Path) -> Environment:
    return kept_environment({"ENCRYPTION_KEYS_FILE": str(file), "DATA_DIR": str(file.parent)})


@pytest.fixture
def services(db: Database, file: Path, tmp_path: Path) -> Services:
    """Two stores and a channel, wrapped with the one key of the file."""
    ring = build_keyring(load({}), environment_of(file))
    for domain in DOMAINS:
        data_key = new_data_key(ring, "shopify", domain)
        make_store(db, make_workspace(db), domain, data_key=data_key)
    make_channel(db, 1, ring=ring)
    return replace(fake_services(db, FakeStore(), tmp_path), keyring=ring)
