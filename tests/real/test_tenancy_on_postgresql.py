"""Row-level security: the wall behind the sessions, in force for the role that the tests have."""

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import ProgrammingError

from integration.db import Database, WorkspaceSession
from integration.models import Model, Store, Workspace
from integration.tenancy import workspace_session
from integration.tenancy.row_security import (
    is_driver_held,
    is_held,
    protect,
    unprotect,
    unprotected,
)
from tests.factories.stores import make_store, make_workspace
from tests.real.postgres import ROLE, _binaries, _who, as_administrator

pytestmark = pytest.mark.real
NOW = datetime(2026, 11, 1, 12, tzinfo=UTC)
STORES = Store.__table__


@pytest.fixture(autouse=True)
def nothing_else_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """The wall by itself, as for the product's role: no statement is looked at besides."""
    monkeypatch.setattr(workspace_session, "is_driver_held", is_driver_held)


@pytest.fixture
def two(db: Database) -> tuple[int, int]:
    """Two workspaces with a store each."""
    ours, theirs = make_workspace(db, "Ours"), make_workspace(db, "Theirs")
    make_store(db, ours, "ours.myshopify.com")
    make_store(db, theirs, "theirs.myshopify.com")
    return ours, theirs


def domains(session: WorkspaceSession) -> list[str]:
    """What a statement sees that names no workspace, past the sessions' own wall."""
    found = session.connection().exec_driver_sql("SELECT domain FROM stores ORDER BY id")
    return list(found.scalars())


def test_every_table_of_merchants_rows_has_its_wall(db: Database) -> None:
    with db.engine.connect() as connection:
        lacking = unprotected(connection, Model.metadata)
    assert lacking == [], "call tenancy.row_security.protect for these in their migration"


def test_a_table_without_its_wall_is_told_by_name(db: Database) -> None:
    with db.engine.begin() as connection:
        unprotect(connection, "orders")
        assert unprotected(connection, Model.metadata) == ["orders"]
        protect(connection, "orders")
        assert unprotected(connection, Model.metadata) == []


def test_text_that_names_no_workspace_sees_the_sessions_own(
    db: Database, two: tuple[int, int]
) -> None:
    ours, theirs = two
    with db.workspace(ours) as session:
        assert domains(session) == ["ours.myshopify.com"]
    with db.workspace(theirs) as session:
        assert domains(session) == ["theirs.myshopify.com"]
        assert list(session.connection().execute(select(Workspace.id)).scalars()) == [theirs]
    with db.across_workspaces() as everywhere:
        assert everywhere.execute(select(func.count()).select_from(Store)).scalar_one() == 2


def test_a_write_that_names_no_workspace_changes_the_sessions_own(
    db: Database, two: tuple[int, int]
) -> None:
    ours, theirs = two
    with db.workspace(ours, write=True) as session:
        session.connection().execute(text("UPDATE stores SET name = 'mine'"))
        session.connection().execute(text("DELETE FROM store_syncs"))
    with db.across_workspaces() as everywhere:
        names = everywhere.execute(select(Store.workspace_id, Store.name)).all()
        assert dict(tuple(row) for row in names) == {ours: "mine", theirs: "Amber Shop"}
        assert everywhere.execute(text("SELECT count(*) FROM store_syncs")).scalar_one() == 1


def test_a_row_of_another_workspace_is_refused(db: Database, two: tuple[int, int]) -> None:
    ours, theirs = two
    with (
        pytest.raises(ProgrammingError, match="InsufficientPrivilege"),
        db.workspace(ours, write=True) as session,
    ):
        session.connection().execute(
            text("UPDATE stores SET workspace_id = :theirs"), {"theirs": theirs}
        )


def test_a_transaction_that_says_nothing_sees_nothing(db: Database, two: tuple[int, int]) -> None:
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM stores")).scalar_one() == 0
        assert connection.execute(text("SELECT count(*) FROM workspaces")).scalar_one() == 0
        assert connection.execute(text("DELETE FROM stores")).rowcount == 0
    with db.workspace(two[0]) as session:
        assert domains(session) == ["ours.myshopify.com"]
    # The connection comes back from the pool, and what was said on it is forgotten.
    with db.engine.begin() as connection:
        assert connection.execute(text("SELECT count(*) FROM stores")).scalar_one() == 0


def test_each_part_of_a_shared_transaction_is_for_its_own_workspace(
    db: Database, two: tuple[int, int]
) -> None:
    ours, theirs = two
    with db.several_workspaces() as shared:
        for workspace_id, domain in ((ours, "ours"), (theirs, "theirs")):
            with shared.workspace(workspace_id) as session:
                assert domains(session) == [f"{domain}.myshopify.com"]
        with pytest.raises(ZeroDivisionError), shared.workspace(ours) as session:
            raise ZeroDivisionError
        found = shared.connection.execute(text("SELECT count(*) FROM stores"))
        assert found.scalar_one() == 2


def test_a_session_that_goes_on_after_a_commit_is_still_held(
    db: Database, two: tuple[int, int]
) -> None:
    with db.workspace(two[0], write=True) as session:
        assert domains(session) == ["ours.myshopify.com"]
        session.commit()
        assert domains(session) == ["ours.myshopify.com"]
        session.rollback()
        assert domains(session) == ["ours.myshopify.com"]


def test_a_dump_has_all_or_stops(db: Database, two: tuple[int, int]) -> None:
    url = db.engine.url
    folder = str(url.query["host"])
    program = str(_binaries(Path(folder), _who()) / "pg_dump")

    def dump(*options: str, **environment: str) -> subprocess.CompletedProcess[str]:
        asked = [program, "--host", folder, "--username", ROLE, *options, str(url.database)]
        return subprocess.run(asked, env=environment, capture_output=True, text=True, check=False)

    stopped = dump()
    assert stopped.returncode != 0
    assert "row-level security" in stopped.stderr
    whole = dump("--enable-row-security", PGOPTIONS="-c tillside.workspace=all")
    assert whole.returncode == 0, whole.stderr
    for domain in ("ours.myshopify.com", "theirs.myshopify.com"):
        assert domain in whole.stdout


def test_the_role_of_the_tests_is_held_and_a_superuser_is_not(
    db: Database, two: tuple[int, int]
) -> None:
    with db.engine.connect() as connection:
        assert is_held(connection)
    administrator = Database(as_administrator(db.engine.url.render_as_string()), pool_size=1)
    with administrator.engine.connect() as connection:
        assert not is_held(connection)
        assert connection.execute(text("SELECT count(*) FROM stores")).scalar_one() == 2
    administrator.dispose()
