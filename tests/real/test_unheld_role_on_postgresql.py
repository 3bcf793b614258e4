"""A superuser, whom no row-level security holds: each statement is looked at, and all works."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import delete, event, insert, select, text, update
from sqlalchemy.engine import make_url

from integration.db import Database, WorkspaceSession
from integration.models import Message, Profile, Store, Workspace
from integration.statements.bulk import table_of, write_rows
from integration.statements.by_driver import fetch
from integration.tenancy import workspace_session
from integration.tenancy.row_security import is_driver_held
from integration.tenancy.workspace_check import UnlimitedStatement
from tests.factories.stores import NOW, make_store, make_workspace
from tests.real import test_copy_on_postgres, test_deliveries_on_postgresql, test_mail_on_postgresql
from tests.real.postgres import ROLE, as_administrator
from tests.real.test_deliveries_on_postgresql import send, services, store
from tests.real.test_mail_on_postgresql import flow

__all__ = ["flow", "send", "services", "store"]

pytestmark = pytest.mark.real

STORES, MESSAGES = table_of(Store), table_of(Message)
OURS, THEIRS = 1, 2

for _module in (test_copy_on_postgres, test_deliveries_on_postgresql, test_mail_on_postgresql):
    globals().update(
        {name: value for name, value in vars(_module).items() if name.startswith("test_")}
    )


@pytest.fixture(autouse=True)
def role_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The connections that were asked for their role."""
    asked: list[Any] = []

    def ask(driver: Any) -> bool:
        asked.append(driver)
        return is_driver_held(driver)

    monkeypatch.setattr(workspace_session, "is_driver_held", ask)
    return asked


@pytest.fixture
def schema_url(schema_url: str) -> str:
    """The database for a superuser."""
    return as_administrator(schema_url)


@pytest.fixture
def two(db: Database) -> Database:
    """A database in which two workspaces have a store each."""
    for domain in ("ours", "theirs"):
        make_store(db, make_workspace(db, domain), f"{domain}.myshopify.com")
    return db


def copied(session: WorkspaceSession) -> None:
    rows = [(number, ["a"], NOW) for number in range(1, 321)]
    write_rows(session.connection(), table_of(Profile), ("id", "tags", "created_at"), rows)


UNLIMITED: list[Callable[[WorkspaceSession], object]] = [
    lambda session: session.connection().execute(select(STORES.c.domain)),
    lambda session: session.execute(select(STORES.c.domain).where(STORES.c.id == THEIRS)),
    lambda session: session.execute(select(Workspace.name)),
    lambda session: session.execute(select(STORES.c.id).with_for_update(skip_locked=True)),
    lambda session: fetch(session.connection(), "SELECT domain FROM stores WHERE id = %s", (2,)),
    lambda session: session.connection().exec_driver_sql("COPY stores TO STDOUT"),
    lambda session: session.execute(text("UPDATE stores SET name = 'mine'")),
    lambda session: session.execute(text("UPDATE stores SET workspace_id = 1")),
    lambda session: session.connection().execute(update(STORES).values(name="mine")),
    lambda session: session.connection().execute(delete(STORES).where(STORES.c.id == THEIRS)),
    lambda session: session.connection().execute(delete(MESSAGES)),
    lambda session: session.connection().execute(insert(STORES).values(domain="new")),
    lambda session: session.execute(
        text("WITH gone AS (DELETE FROM stores RETURNING id) SELECT id FROM gone")
    ),
    lambda session: session.execute(text("TRUNCATE stores CASCADE")),
    copied,
]


@pytest.mark.parametrize("number", range(len(UNLIMITED)))
def test_a_statement_without_its_limit_never_reaches_a_database_that_holds_nobody(
    two: Database, number: int
) -> None:
    before = state(two)
    sent: list[str] = []
    with two.workspace(OURS, write=True) as session:
        event.listen(
            two.engine, "before_cursor_execute", lambda _c, _d, told, *_: sent.append(told)
        )
        with pytest.raises(UnlimitedStatement):
            UNLIMITED[number](session)
    assert [told for told in sent if not told.startswith("CREATE TEMPORARY TABLE")] == []
    assert state(two) == before


def state(db: Database) -> list[Any]:
    with db.across_workspaces() as everywhere:
        stores = everywhere.execute(text("SELECT * FROM stores ORDER BY id")).all()
        counted = everywhere.execute(text("SELECT count(*) FROM profiles")).scalar_one()
    return [*map(tuple, stores), counted]


def test_what_is_limited_runs_and_sees_its_own(two: Database) -> None:
    for workspace_id, domain in ((OURS, "ours"), (THEIRS, "theirs")):
        with two.workspace(workspace_id, write=True) as session:
            own = STORES.c.workspace_id == workspace_id
            seen = session.connection().execute(select(STORES.c.domain).where(own)).scalars().all()
            assert seen == [f"{domain}.myshopify.com"]
            assert [each.domain for each in session.execute(select(Store)).scalars()] == seen
            session.execute(update(Store).values(name=domain))
    with two.across_workspaces() as everywhere:
        named = select(STORES.c.name).order_by(STORES.c.id)
        assert everywhere.execute(named).scalars().all() == ["ours", "theirs"]


def test_each_part_of_a_shared_transaction_is_looked_at(two: Database) -> None:
    with two.several_workspaces() as shared:
        shared.connection.execute(select(STORES.c.id))
        with pytest.raises(UnlimitedStatement), shared.workspace(OURS) as session:
            session.connection().execute(select(STORES.c.id))
        assert len(shared.connection.execute(select(STORES.c.id)).all()) == 2


def test_the_role_is_asked_for_once(two: Database, role_is_asked_for: list[Any]) -> None:
    with two.workspace(OURS) as first, two.workspace(THEIRS) as second:
        for session in (first, second):
            with pytest.raises(UnlimitedStatement):
                session.connection().execute(select(STORES.c.id))
    assert len(role_is_asked_for) == 1


def as_role(url: str, role: str) -> Database:
    """The same database for another role."""
    return Database(make_url(url).set(username=role).render_as_string(), pool_size=2)


def test_for_a_role_that_is_held_no_statement_is_looked_at(
    two: Database, schema_url: str, role_is_asked_for: list[Any]
) -> None:
    role_is_asked_for.clear()
    held = as_role(schema_url, ROLE)
    with held.workspace(OURS) as first, held.workspace(THEIRS) as second:
        for session, domain in ((first, "ours"), (second, "theirs")):
            found = session.connection().execute(select(STORES.c.domain)).scalars().all()
            assert found == [f"{domain}.myshopify.com"]
    heard = event.contains(held.engine, "before_cursor_execute", workspace_session.check_limits)
    assert (heard, len(role_is_asked_for)) == (False, 1)
    held.dispose()


@pytest.fixture
def bypassing(two: Database, schema_url: str) -> Iterator[Database]:
    """The database for a role with BYPASSRLS that is no superuser."""
    name = "tillside_bypassing"
    with psycopg.connect(schema_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN BYPASSRLS")
        connection.execute(f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {name}")
        database = as_role(schema_url, name)
        yield database
        database.dispose()
        connection.execute(f"DROP OWNED BY {name}")
        connection.execute(f"DROP ROLE {name}")


def test_a_role_with_bypassrls_is_looked_at_as_a_superuser_is(bypassing: Database) -> None:
    with bypassing.workspace(OURS) as session, pytest.raises(UnlimitedStatement):
        session.connection().execute(select(STORES.c.id))
