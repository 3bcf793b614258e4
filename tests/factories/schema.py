"""Whether a database has exactly the shape that the models say."""

from typing import Any

from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from integration.db import Database
from integration.models import InboxModel, Model
from integration.upgrade import Target

_METADATA = {"main": Model.metadata, "inbox": InboxModel.metadata}
_VERSIONS = {"main": "alembic_version", "inbox": "alembic_version_inbox"}


def differences(database: Database, target: Target) -> list[Any]:
    """What a migration would still have to change for one target's tables."""
    metadata = _METADATA[target]
    with database.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": True,
                "version_table": _VERSIONS[target],
                "include_object": lambda _item, name, kind, *_rest: (
                    kind != "table" or name in metadata.tables
                ),
            },
        )
        return list(compare_metadata(context, metadata))
