"""That an attack left nothing behind: no row, no job, no news, no packet."""

import ipaddress
import socket
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from unittest import mock

from integration.services import Services

Tables = dict[str, Counter[str]]


@contextmanager
def nothing_done(
    services: Services, *, may_go: Collection[str] = (), may_send: Collection[str] = ()
) -> Iterator[None]:
    """Whatever the block does leaves every table, the queue and the network as they were.

    From tables in `may_go` rows may be gone (a state that is burned), and none may come.
    `may_send` are packets that may go out all the same, as `packets` tells them.
    """
    doing: Any = services
    before, queued, told = _tables(services), list(doing.jobs.waiting), list(doing.events.told)
    with packets() as sent:
        yield
    assert set(sent) <= set(may_send)
    after = _tables(services)
    for name in before:
        assert after[name] - before[name] == Counter(), f"a row was written to {name}"
        if name.partition(".")[2] not in may_go:
            assert after[name] == before[name], f"a row of {name} is gone"
    assert doing.jobs.waiting == queued
    assert doing.events.told == told


@contextmanager
def packets() -> Iterator[list[str]]:
    """The names that are looked up and the addresses that are connected to in the block."""
    sent: list[str] = []
    look_up, connect = socket.getaddrinfo, socket.socket.connect

    def noted_look_up(host: Any, *rest: Any, **more: Any) -> Any:
        if not _is_numeric(host):
            sent.append(f"look-up of {host}")
        return look_up(host, *rest, **more)

    def noted_connect(self: socket.socket, address: Any) -> Any:
        sent.append(f"connection to {address}")
        return connect(self, address)

    with (
        mock.patch.object(socket, "getaddrinfo", noted_look_up),
        mock.patch.object(socket.socket, "connect", noted_connect),
    ):
        yield sent


def _is_numeric(host: Any) -> bool:
    """Whether no name server is asked: an address, also in the forms that C libraries take."""
    text = host.decode() if isinstance(host, bytes) else str(host)
    try:
        ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        try:
            socket.inet_aton(text)
        except (OSError, UnicodeError):
            return False
    return True


def _tables(services: Services) -> Tables:
    """Each table's rows, under its file's name and its own."""
    found: Tables = {}
    for database in (services.db, services.inbox):
        path = Path(database.engine.url.database or "")
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as connection:
            names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
            for (name,) in names.fetchall():
                rows = connection.execute(f'SELECT * FROM "{name}"')
                found[f"{path.stem}.{name}"] = Counter(map(repr, rows))
    return found
