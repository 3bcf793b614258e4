"""Whether the databases have the shape that this version of the code expects."""

from dataclasses import dataclass
from functools import cache

from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from integration.db import Database
from integration.services import Services
from integration.upgrade import TARGETS, Target, alembic_config


@dataclass(frozen=True, slots=True)
class Schema:
    """The version that one database has (None: it was never set up), and the newest that we know.

    A database may be ahead of us: during an upgrade the code before it still runs.
    """

    target: Target
    held: str | None
    newest: str
    is_known: bool

    @property
    def is_current(self) -> bool:
        """Whether this code can run on it: its own version, or one from a newer code."""
        return self.held == self.newest or (self.held is not None and not self.is_known)


def schemas(services: Services) -> list[Schema]:
    """The schema of each database. Raises SQLAlchemyError where one doesn't answer."""
    databases: dict[Target, Database] = {"main": services.db, "inbox": services.inbox}
    return [_schema(databases[target], target) for target in TARGETS]


def is_current(services: Services) -> bool:
    """Whether all databases answer and can be worked with."""
    try:
        return all(schema.is_current for schema in schemas(services))
    except SQLAlchemyError:
        return False


def _schema(database: Database, target: Target) -> Schema:
    table = "alembic_version" if target == "main" else "alembic_version_inbox"
    newest, known = _versions(target)
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": table})
        held = context.get_current_revision()
    return Schema(target, held, newest, held in known)


@cache
def _versions(target: Target) -> tuple[str, frozenset[str]]:
    script = ScriptDirectory.from_config(alembic_config(None, target))
    known = frozenset(each.revision for each in script.walk_revisions())
    return script.get_current_head() or "", known
