"""What is asked of us for people's privacy, what was done, and what proves it."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from integration.models.declarative import (
    IMPERSONAL,
    BigId,
    Model,
    PrimaryKey,
    WorkspaceKeyed,
    WorkspaceLimited,
    WorkspaceScoped,
    sealed,
)


class PrivacyRequest(WorkspaceLimited, Model):
    """Something to be done for a person's privacy, or for all of a store's people.

    `kind` is data_request, customer_redact or shop_redact. `source` is store (a compliance
    delivery), plugin (the tools of the store's admin), merchant (asked on our page; `asked_by` is
    the viewer's name in the audit; without a `store_id` for all stores) or timer (a store that left
    and said nothing more). `state` is waiting, ready (the data is there to be fetched), done or
    refused. Nothing is done before `not_before`. `alarmed_percent` is how much of the time to
    `due_at` had passed when it was last told. `sealed_subject` holds the ids, address, phone and
    orders that it names, and what its erasure has found, until it is done.
    """

    __tablename__ = "privacy_requests"
    __table_args__ = (
        Index(None, "state", "due_at"),
        Index(None, "delivery_id", unique=True),
        Index(None, "workspace_id", "received_at"),
    )

    id: Mapped[PrimaryKey]
    delivery_id: Mapped[int | None] = mapped_column(BigId)
    workspace_id: Mapped[int | None] = mapped_column(BigId)
    store_id: Mapped[int | None] = mapped_column(BigId)
    store_hint: Mapped[str] = mapped_column(info=IMPERSONAL)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    source: Mapped[str] = mapped_column(default="store", info=IMPERSONAL)
    asked_by: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    state: Mapped[str] = mapped_column(info=IMPERSONAL)
    received_at: Mapped[datetime]
    not_before: Mapped[datetime | None]
    due_at: Mapped[datetime]
    alarmed_percent: Mapped[int] = mapped_column(default=0)
    finished_at: Mapped[datetime | None]
    outcome: Mapped[str | None] = mapped_column(info=IMPERSONAL)
    sealed_subject: Mapped[bytes] = mapped_column(info=sealed("contact"))


class Receipt(WorkspaceKeyed, Model):
    """What was done for privacy, told without personal data: a link of the workspace's chain.

    `body` is canonical JSON; `digest` is SHA-256 of `previous` (the digest before it, 32 zeroes for
    the first) and `body`; `seal` is an HMAC of `digest` by a key that the database doesn't hold.
    Never changed, never deleted: it outlives all else of a workspace.
    """

    __tablename__ = "receipts"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "sequence"),
        {"sqlite_with_rowid": False},
    )

    sequence: Mapped[int] = mapped_column(BigId, autoincrement=False)
    request_id: Mapped[int | None] = mapped_column(BigId)
    store_id: Mapped[int | None] = mapped_column(BigId)
    kind: Mapped[str] = mapped_column(info=IMPERSONAL)
    made_at: Mapped[datetime]
    body: Mapped[str] = mapped_column(info=IMPERSONAL)
    previous: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    digest: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    seal: Mapped[bytes] = mapped_column(info=IMPERSONAL)


class ErasedName(WorkspaceKeyed, Model):
    """That whoever has an address, number or account was erased from a store, and when.

    `digest` is a keyed hash of it: whoever holds the table can't tell whose it is, and what the
    store tells of that person from before `erased_at` is still known and refused.
    """

    __tablename__ = "erased_names"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "store_id", "digest"),
        {"sqlite_with_rowid": False},
    )

    store_id: Mapped[int] = mapped_column(BigId, ForeignKey("stores.id", ondelete="CASCADE"))
    digest: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    erased_at: Mapped[datetime]


class PersonExport(WorkspaceScoped, Model):
    """A person's data made ready for the merchant to hand out, until `expires_at`.

    `sealed_file` is None once it expired or the person was erased. `subject_digests` are keyed
    hashes of the person's names, hexadecimal with spaces between, by which an erasure finds it.
    """

    __tablename__ = "person_exports"
    __table_args__ = (Index(None, "workspace_id", "expires_at"), UniqueConstraint("token_digest"))

    id: Mapped[PrimaryKey]
    request_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("privacy_requests.id", ondelete="CASCADE"), index=True
    )
    token_digest: Mapped[bytes] = mapped_column(info=IMPERSONAL)
    subject_digests: Mapped[str] = mapped_column(info=IMPERSONAL)
    sealed_file: Mapped[bytes | None] = mapped_column(info=sealed("contact"))
    size_bytes: Mapped[int] = mapped_column(BigId)
    made_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    fetched_at: Mapped[datetime | None]


class RetentionRule(WorkspaceKeyed, Model):
    """How long a merchant keeps a class of data; `integration.privacy.ageing.retention` names them.

    `days` None keeps it until it is erased; a class without a row has its own default.
    """

    __tablename__ = "retention_rules"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "data_class"),
        {"sqlite_with_rowid": False},
    )

    data_class: Mapped[str] = mapped_column(info=IMPERSONAL)
    days: Mapped[int | None]
    changed_by: Mapped[str] = mapped_column(info=IMPERSONAL)
    changed_at: Mapped[datetime]


class AgedOut(WorkspaceKeyed, Model):
    """How many rows of a class of people's data went on a day since their time was over.

    Counted in the transaction that took them; a receipt takes the days that are over away.
    """

    __tablename__ = "aged_out"
    __table_args__ = (
        PrimaryKeyConstraint("workspace_id", "day", "data_class"),
        {"sqlite_with_rowid": False},
    )

    day: Mapped[str] = mapped_column(info=IMPERSONAL)
    data_class: Mapped[str] = mapped_column(info=IMPERSONAL)
    count: Mapped[int] = mapped_column(BigId)
