"""How Alembic runs here: on a connection that the caller hands over, for one of two targets.

`main` is everything but the inbox, `inbox` the deliveries. On SQLite they are two files, on
PostgreSQL one database; each has its own version table. `tables` narrows what a generated migration
looks at.
"""

from typing import Any

from alembic import context

from integration.models import InboxModel, Model

TARGETS = {
    "main": (Model.metadata, "alembic_version"),
    "inbox": (InboxModel.metadata, "alembic_version_inbox"),
}


def _render(kind: str, value: Any, autogen: Any) -> str | bool:
    """Our own column types by name, so that a generated migration reads like the models."""
    names = {"UtcDateTime": "UtcDateTime()", "BigInteger": "BigId", "JSON": "Document"}
    name = names.get(type(value).__name__)
    if kind != "type" or name is None or (name == "BigId" and not value._variant_mapping):
        return False
    autogen.imports.add(f"from integration.models.declarative import {name.removesuffix('()')}")
    return name


def run() -> None:
    """Run what the caller asked for inside its transaction."""
    attributes = context.config.attributes
    metadata, version_table = TARGETS[attributes["target"]]
    tables = attributes.get("tables", metadata.tables)
    context.configure(
        connection=attributes["connection"],
        target_metadata=metadata,
        version_table=version_table,
        render_item=_render,
        compare_type=True,
        include_object=lambda _item, name, kind, *_: kind != "table" or name in tables,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
