"""What people are found by, worked out from profiles after they changed."""

from typing import Any

from sqlalchemy import Index, PrimaryKeyConstraint, Text
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Document,
    Model,
    WorkspaceKeyed,
    WorkspaceScoped,
    personal,
)

# Ranges of terms are read in the order of their bytes, whatever the database's language is.
_Bytewise = Text().with_variant(Text(collation="C"), "postgresql")


class DueProfile(WorkspaceKeyed, Model):
    """A profile that changed since its terms and clues were worked out."""

    __tablename__ = "due_profiles"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "profile_id"),
        {"sqlite_with_rowid": False},
    )

    profile_id: Mapped[int] = mapped_column(BigId)


class SearchTerm(WorkspaceKeyed, Model):
    """A folded word by which a profile is found; each is looked up by its beginning."""

    __tablename__ = "search_terms"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "term", "profile_id"),
        {"sqlite_with_rowid": False},
    )

    term: Mapped[str] = mapped_column(_Bytewise, info=personal("contact"))
    profile_id: Mapped[int] = mapped_column(BigId)


class Clue(WorkspaceKeyed, Model):
    """Something that two profiles of one person would share: a phone, a name with an address.

    `kind` says what, `value` is its comparable form. A clue links nothing; it makes suggestions.
    """

    __tablename__ = "clues"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "kind", "value", "profile_id"),
        {"sqlite_with_rowid": False},
    )

    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    value: Mapped[str] = mapped_column(info=personal("contact"))
    profile_id: Mapped[int] = mapped_column(BigId)


class SearchDocument(WorkspaceScoped, Model):
    """The terms and clues that stand for a profile, so that only what changed is written.

    `clues` are pairs of kind and value.
    """

    __tablename__ = "search_documents"
    __table_args__ = (Index(None, "workspace_id"),)

    profile_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    terms: Mapped[list[Any]] = mapped_column(Document, info=personal("contact"))
    clues: Mapped[list[Any]] = mapped_column(Document, info=personal("contact"))
