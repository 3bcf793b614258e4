"""Every sealed column: its bytes are bound to their row and owner, follow the operator's keys, and
are lost with their owner's data key.
"""

import re
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from integration.crypto import CannotOpen, keyring, new_key_text
from integration.db import Database
from integration.models import Channel, InboxModel, Installation, Model, Store
from integration.operations.data_keys import Wraps, count_wraps, rewrap_data_keys
from integration.privacy.erasing.whole_store import erase_store
from integration.services import Services
from tests.architecture.sources import ROOT
from tests.factories.operator_keys import in_front
from tests.integration.sealed_opening import OPENS
from tests.integration.sealed_rows import fill, services_in

Column = tuple[str, str]


def sealed_columns() -> list[Column]:
    """All that the models mark."""
    return [
        (table.name, column.name)
        for base in (Model, InboxModel)
        for table in base.metadata.sorted_tables
        for column in table.c
        if column.info.get("sealed")
    ]


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    made = services_in(Path(tmp_path_factory.mktemp("sealed")))
    fill(made)
    yield made
    made.db.dispose()
    made.inbox.dispose()


def _place(services: Services, table: str) -> tuple[Database, type[Any]]:
    for base, db in ((Model, services.db), (InboxModel, services.inbox)):
        for mapper in base.registry.mappers:
            if mapper.class_.__tablename__ == table:
                return db, mapper.class_
    raise AssertionError(f"no model has the table {table}")


def _rows(session: Session, model: type[Any], column: str) -> list[Any]:
    filled = getattr(model, column).is_not(None)
    return session.query(model).filter(filled).order_by(*inspect(model).primary_key).all()


def _opened(services: Services, column: Column) -> list[object]:
    """What each row says, in the order of the rows."""
    db, model = _place(services, column[0])
    with db.across_workspaces() as session:
        return [OPENS[column](services, session, row) for row in _rows(session, model, column[1])]


def test_each_sealed_column_is_known_here() -> None:
    assert sorted(OPENS) == sorted(sealed_columns())


def test_each_stands_in_the_document_with_its_key() -> None:
    text = (ROOT / "docs" / "encryption.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\| `([a-z_]+)\.([a-z_]+)` \|", text, re.MULTILINE)
    assert sorted(lines) == sorted(sealed_columns())


@pytest.mark.parametrize("column", sealed_columns(), ids=".".join)
def test_bytes_of_another_row_or_owner_do_not_open(services: Services, column: Column) -> None:
    """Each row gets the bytes of each other one; nothing of it is kept."""
    db, model = _place(services, column[0])
    with db.across_workspaces() as session:
        rows = _rows(session, model, column[1])
        own = [getattr(row, column[1]) for row in rows]
        assert len({*own}) == len(own) >= 2
        session.autoflush = True
        opened = []
        for row, mine in zip(rows, own, strict=True):
            assert OPENS[column](services, session, row) is not None
            for other in own:
                if other == mine:
                    continue
                setattr(row, column[1], other)
                with suppress(CannotOpen):
                    opened.append(OPENS[column](services, session, row))
            setattr(row, column[1], mine)
        session.rollback()
    assert opened == []


@pytest.mark.parametrize("column", sealed_columns(), ids=".".join)
def test_a_changed_byte_does_not_open(services: Services, column: Column) -> None:
    db, model = _place(services, column[0])
    with db.across_workspaces() as session:
        session.autoflush = True
        row = _rows(session, model, column[1])[0]
        own = getattr(row, column[1])
        setattr(row, column[1], own[:-1] + bytes([own[-1] ^ 1]))
        with pytest.raises(CannotOpen):
            OPENS[column](services, session, row)
        session.rollback()


def test_everything_opens_with_the_new_key_once_the_old_one_is_gone(tmp_path: Path) -> None:
    services = services_in(tmp_path)
    fill(services)
    before = {column: _opened(services, column) for column in OPENS}
    new = new_key_text("k2")
    both = replace(services, keyring=in_front(new, services.keyring))
    told = rewrap_data_keys(both)
    assert (told.changed, told.kept, told.lost) == (8, 0, 0)
    assert count_wraps(both) == {"k2": Wraps(stores=4, channels=4)}
    alone = replace(services, keyring=keyring(new))
    assert {column: _opened(alone, column) for column in OPENS} == before
    services.db.dispose()
    services.inbox.dispose()


def test_only_what_is_no_stores_or_channels_opens_by_secret_key(services: Services) -> None:
    """The reasons stand in docs/security.md: there is no row that could hold a data key."""
    stranger = replace(services, keyring=keyring(new_key_text("k1")))
    opens = set()
    for column in OPENS:
        db, model = _place(services, column[0])
        with db.across_workspaces() as session:
            for row in _rows(session, model, column[1]):
                try:
                    OPENS[column](stranger, session, row)
                except CannotOpen:
                    continue
                opens.add((*column, bool(getattr(row, "store_id", None))))
    assert opens == {
        ("pending_connections", "sealed_keys", False),
        # Of stores that we don't know.
        ("deliveries", "sealed_body", False),
        ("delivery_works", "sealed_mended_body", False),
        # Of all stores of a workspace.
        ("privacy_requests", "sealed_subject", False),
        ("person_exports", "sealed_file", False),
    }


def test_an_erased_stores_bytes_in_an_old_copy_do_not_open_without_its_key(tmp_path: Path) -> None:
    (tmp_path / "now").mkdir()
    services = services_in(tmp_path / "now")
    fill(services)
    services.db.dispose()
    services.inbox.dispose()
    shutil.copytree(tmp_path / "now", tmp_path / "before")
    before = replace(
        services,
        db=Database(f"sqlite:///{tmp_path / 'before' / 'tillside.db'}"),
        inbox=Database(f"sqlite:///{tmp_path / 'before' / 'inbox.db'}"),
    )
    with services.db.across_workspaces(write=True) as session:
        store = session.query(Store).order_by(Store.id).first()
        assert store is not None
        store.status = "disconnected"
    assert len(_of_store(before, store.id)) >= 8
    erase_store(services, store)
    with services.db.across_workspaces() as session:
        left = session.get_one(Store, store.id).data_key
    assert left == b""
    with before.db.across_workspaces(write=True) as session:
        session.get_one(Store, store.id).data_key = left
    assert _of_store(before, store.id) == []
    for each in (services, before):
        each.db.dispose()
        each.inbox.dispose()


def _of_store(services: Services, store_id: int) -> list[Column]:
    """The columns of that store's rows that open, once for each row."""
    opened = []
    for column in OPENS:
        db, model = _place(services, column[0])
        with db.across_workspaces() as session:
            for row in _rows(session, model, column[1]):
                number = getattr(row, "installation_id", None)
                if number is not None:
                    with services.db.across_workspaces() as main:
                        number = main.get_one(Installation, number).store_id
                if (number or getattr(row, "store_id", None)) != store_id:
                    continue
                try:
                    OPENS[column](services, session, row)
                except CannotOpen:
                    continue
                opened.append(column)
    return opened


def test_a_channels_bytes_do_not_open_without_its_key(services: Services) -> None:
    columns = [
        ("messages", "sealed_content"),
        ("arrivals", "sealed_body"),
        ("channels", "sealed_secrets"),
        ("channels", "sealed_token"),
    ]
    with services.db.across_workspaces() as session:
        session.autoflush = True
        for channel in session.query(Channel):
            channel.data_key = b""
        for column in columns:
            for row in _rows(session, _place(services, column[0])[1], column[1]):
                with pytest.raises(CannotOpen):
                    OPENS[column](services, session, row)
        session.rollback()
