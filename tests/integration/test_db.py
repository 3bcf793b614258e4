"""A session can't see or write another workspace's rows."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from integration.db import Database, SharedCommit, SharedCommitLost, WorkspaceSession
from integration.models import Customer, Store, Workspace
from tests.factories.databases import lay_out

NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)


@pytest.fixture
def database(tmp_path: Path) -> Database:
    lay_out(tmp_path, "main.db", inbox=None)
    database = Database(f"sqlite:///{tmp_path / 'main.db'}")
    with database.across_workspaces(write=True) as session:
        session.add_all([Workspace(id=one, name=str(one), created_at=NOW) for one in (1, 2)])
    for one in (1, 2):
        with database.workspace(one, write=True) as scoped:
            scoped.add(
                Store(
                    id=one,
                    platform="shopify",
                    domain=f"shop-{one}.myshopify.com",
                    name=f"Shop {one}",
                    status="active",
                    data_key=b"",
                    created_at=NOW,
                )
            )
    return database


def test_a_commit_is_on_the_disk(tmp_path: Path, careful_disk: None) -> None:
    database = Database(f"sqlite:///{tmp_path / 'main.db'}")
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA synchronous").scalar() == 2
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "wal"
    database.dispose()


def test_each_way_of_reading_is_limited(database: Database) -> None:
    other = aliased(Store)
    counted = select(func.count(Store.id)).scalar_subquery()
    with database.workspace(1) as session:
        assert session.execute(select(Store.id)).scalars().all() == [1]
        assert session.execute(select(func.count()).select_from(Store)).scalar_one() == 1
        assert session.get(Store, 2) is None
        assert session.execute(select(other.id)).scalars().all() == [1]
        own = select(Workspace.id, counted).where(Workspace.id == 1)
        assert session.execute(own).all() == [(1, 1)]


def test_an_update_or_delete_touches_nobody_else(database: Database) -> None:
    with database.workspace(1, write=True) as session:
        session.execute(update(Store).values(name="mine"))
        session.execute(delete(Store).where(Store.id == 2))
    with database.workspace(2) as session:
        assert session.execute(select(Store.name)).scalars().all() == ["Shop 2"]


def test_a_row_of_another_workspace_cannot_be_added(database: Database) -> None:
    with pytest.raises(RuntimeError), database.workspace(1, write=True) as session:
        session.add(
            Store(
                workspace_id=2,
                platform="shopify",
                domain="x.myshopify.com",
                name="x",
                status="active",
                data_key=b"",
                created_at=NOW,
            )
        )


def test_many_rows_get_the_session_s_workspace(database: Database) -> None:
    row = {"store_id": 1, "external_id": "7", "tags": [], "workspace_id": 2}
    with database.workspace(1, write=True) as session:
        session.insert_rows(Customer, [row])
    with database.workspace(1) as session:
        assert session.execute(select(Customer.workspace_id)).scalar_one() == 1


def test_a_session_without_a_workspace_cannot_be_built(database: Database) -> None:
    with pytest.raises(TypeError):
        WorkspaceSession(database.engine)  # type: ignore[call-arg]


def _fail_half_way(database: Database) -> None:
    with database.workspace(1, write=True) as session:
        session.execute(update(Store).values(name="half"))
        raise ZeroDivisionError


def test_nothing_is_kept_of_a_block_that_fails(database: Database) -> None:
    with pytest.raises(ZeroDivisionError):
        _fail_half_way(database)
    with database.workspace(1) as session:
        assert session.execute(select(Store.name)).scalar_one() == "Shop 1"


def test_an_error_says_nothing_of_what_was_to_be_written(database: Database) -> None:
    with pytest.raises(IntegrityError) as failed, database.across_workspaces(write=True) as session:
        session.execute(
            insert(Customer).values(
                workspace_id=1, store_id=99, external_id="7", email="canary@private.gr"
            )
        )
    assert "canary" not in str(failed.value)


def tags(database: Database, store_id: int) -> list[str]:
    with database.workspace(store_id) as session:
        return sorted(session.execute(select(Customer.external_id)).scalars())


def customer(store_id: int, external_id: str) -> Customer:
    return Customer(store_id=store_id, external_id=external_id, tags=[])


def add_and_fail(shared: SharedCommit, error: Exception, *statements: str) -> None:
    with shared.workspace(2) as session:
        session.add(customer(2, "8"))
        session.flush()
        for statement in statements:
            session.connection().exec_driver_sql(statement)
        raise error


def test_a_commit_of_several_workspaces_keeps_each_to_its_own(database: Database) -> None:
    with database.several_workspaces() as shared:
        with shared.workspace(1) as session:
            session.add(customer(1, "7"))
        with shared.workspace(2) as session:
            assert session.execute(select(Store.id)).scalars().all() == [2]
            assert session.execute(select(Customer.id)).all() == []
            session.execute(update(Store).values(name="mine"))
            session.add(customer(2, "8"))
    assert (tags(database, 1), tags(database, 2)) == (["7"], ["8"])
    with database.workspace(1) as session:
        assert session.execute(select(Store.name)).scalars().all() == ["Shop 1"]


def test_a_part_that_fails_is_undone_and_only_that(database: Database) -> None:
    with database.several_workspaces() as shared:
        with shared.workspace(1) as session:
            session.add(customer(1, "7"))
        with pytest.raises(KeyError):
            add_and_fail(shared, KeyError("8"))
        with pytest.raises(IntegrityError), shared.workspace(2) as session:
            session.add_all([customer(2, "9"), customer(2, "9")])
        with shared.workspace(1) as session:
            session.add(customer(1, "10"))
    assert (tags(database, 1), tags(database, 2)) == (["10", "7"], [])


def test_a_commit_of_several_that_fails_leaves_nothing(database: Database) -> None:
    def fail() -> None:
        with database.several_workspaces() as shared:
            with shared.workspace(1) as session:
                session.add(customer(1, "7"))
            raise KeyError("too bad")

    with pytest.raises(KeyError):
        fail()
    assert tags(database, 1) == []


def test_nothing_follows_in_a_transaction_that_the_database_ended(database: Database) -> None:
    def fail() -> None:
        with database.several_workspaces() as shared:
            with shared.workspace(1) as session:
                session.add(customer(1, "7"))
            # As SQLite does by itself when its disk is full.
            add_and_fail(shared, OSError("full"), "ROLLBACK")

    with pytest.raises(SharedCommitLost):
        fail()
    assert (tags(database, 1), tags(database, 2)) == ([], [])
