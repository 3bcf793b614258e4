"""What every model is made of: column types, workspace scoping, marks of personal data."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from sqlalchemy import (
    JSON,
    BigInteger,
    DateTime,
    Dialect,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    TypeDecorator,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

PersonalKind = Literal["name", "contact", "address", "order", "message", "free_text", "device"]


def personal(kind: PersonalKind) -> dict[str, Any]:
    """The mark of a column that can hold personal data: `mapped_column(info=personal("name"))`."""
    return {"personal": kind}


def sealed(kind: PersonalKind | Literal["secret"]) -> dict[str, Any]:
    """The mark of a column whose bytes are encrypted, and what they hold."""
    return {"personal": None if kind == "secret" else kind, "sealed": True}


# The mark of text that never holds personal data; a text column has to carry one of the marks.
IMPERSONAL: dict[str, Any] = {"personal": None}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC datetime on every database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone is ambiguous")
        return value if value.tzinfo is UTC else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
Document = JSON().with_variant(JSONB(), "postgresql")

PrimaryKey = Annotated[int, mapped_column(BigId, primary_key=True, autoincrement=True)]
ExternalId = Annotated[str, mapped_column(Text, info=IMPERSONAL)]
Minor = Annotated[int, mapped_column(BigInteger)]


class Model(DeclarativeBase):
    """The root of the models in the main database."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {
        datetime: UtcDateTime(),
        str: Text(),
        bytes: LargeBinary(),
        dict[str, Any]: Document,
        list[Any]: Document,
    }


class InboxModel(DeclarativeBase):
    """The root of the inbox, which is a file of its own on SQLite."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = Model.type_annotation_map


class WorkspaceLimited:
    """A row that a workspace session sees only where it is of its workspace.

    By itself for rows that may be of none yet: what came in before it was known whose it is.
    """

    workspace_id: Mapped[Any] = mapped_column(BigId, nullable=True)


class WorkspaceScoped(WorkspaceLimited):
    """A row of a merchant's. A workspace session reads and writes only its own (see db.py)."""

    workspace_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("workspaces.id", ondelete="CASCADE"), index=False
    )


class WorkspaceKeyed(WorkspaceScoped):
    """The same for a table without rowids whose key begins with the workspace.

    Its columns stand in the key's order: another one SQLite's quick_check takes for NULLs (3.40).
    """

    workspace_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("workspaces.id", ondelete="CASCADE"), index=False, sort_order=-1
    )
