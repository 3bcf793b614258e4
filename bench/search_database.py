"""The databases that searching is measured in: SQLite kept once made, PostgreSQL copied from it."""

import sqlite3
from collections.abc import Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import psycopg
from sqlalchemy import Boolean, Table, make_url

from bench import search_names, search_world
from bench.kept_file import own_copy
from integration.clock import utc_now
from integration.db import Database
from integration.models import (
    Clue,
    Customer,
    Fulfillment,
    Identity,
    Order,
    OrderLine,
    Profile,
    ProfileTotal,
    SearchDocument,
    SearchTerm,
    Store,
    StoreSync,
    Workspace,
)
from integration.models.declarative import Model
from integration.recorded_jobs import RecordedJobs
from integration.search import terms, working_off
from integration.services import Services
from integration.statements.bulk import table_of
from integration.upgrade import upgrade_database

_COPIED = (
    Workspace, Store, StoreSync, Profile, Identity, ProfileTotal, Customer, Order, OrderLine,
    Fulfillment, SearchDocument, SearchTerm, Clue,
)  # fmt: skip
SEARCHED = tuple(table_of(model).name for model in (SearchTerm, SearchDocument, Clue))


def services_on(db: Database) -> Services:
    """What the job of the search needs."""
    return cast(Services, SimpleNamespace(db=db, jobs=RecordedJobs(), now=utc_now))


def index_all(db: Database) -> int:
    """Work off whatever is due by the job itself; how many profiles."""
    services, done = services_on(db), 0
    while some := working_off.work_off_due(services):
        done += some
    return done


def sqlite_file(orders: int) -> AbstractContextManager[Path]:
    """A SQLite file of one's own with so many orders, all of them indexed."""
    return own_copy("search", orders, fill=_fill, written_by=(search_names, search_world, terms))


def _fill(db: Database, orders: int) -> None:
    search_world.fill(db, orders)
    index_all(db)


def copy_into_postgresql(path: Path, url: str, models: Sequence[type[Model]] = _COPIED) -> None:
    """Fill an empty database with what the file has of these, and gather its statistics."""
    db = Database(url, pool_size=1)
    upgrade_database(db, "main")
    db.dispose()
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    source = sqlite3.connect(f"file:{path}?mode=ro", uri=True)
    with psycopg.connect(_for_superuser(plain)) as connection, connection.cursor() as cursor:
        # Nothing that refers to anything is looked up: all of it stood together before.
        cursor.execute("SET session_replication_role = replica")
        for model in models:
            _copy(source, cursor, table_of(model))
        connection.commit()
        connection.autocommit = True
        cursor.execute("VACUUM ANALYZE")
    source.close()


def _for_superuser(url: str) -> str:
    """The same database for whoever can copy past row-level security, in the tests' own server."""
    # Only here: else nothing of the tests is needed.
    from tests.real.postgres import as_administrator  # noqa: PLC0415

    return as_administrator(url) if "tillside-pg-" in url else url


def _copy(source: sqlite3.Connection, cursor: Any, table: Table) -> None:
    names = ", ".join(table.c.keys())
    places = [place for place, column in enumerate(table.c) if isinstance(column.type, Boolean)]
    with cursor.copy(f"COPY {table.name} ({names}) FROM STDIN") as copy:
        for row in source.execute(f"SELECT {names} FROM {table.name}"):
            values = list(row)
            for place in places:
                values[place] = None if values[place] is None else bool(values[place])
            copy.write_row(values)
