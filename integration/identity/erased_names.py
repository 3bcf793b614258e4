"""Who was erased, as keyed hashes: known again when a store or a mailbox tells of them once more.

A digest is an HMAC-SHA256 by a key of the workspace's own, which comes of SECRET_KEY: whoever holds
the table can neither tell whose a digest is nor whether two workspaces erased the same person.
"""

import hmac
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Literal, TypeAlias

from sqlalchemy import Connection, bindparam, func, select
from sqlalchemy.engine import Dialect
from sqlalchemy.sql.expression import Executable

from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import ErasedName
from integration.statements.bulk import table_of, write_rows
from integration.statements.prepared import Prepared

# `email`, `phone` and `guest_phone` are what a store tells of an account or a guest, `account` and
# `order` its ids; `sender` is by what whoever wrote to us is known.
NameKind: TypeAlias = Literal["email", "phone", "guest_phone", "account", "order", "sender"]
Name: TypeAlias = tuple[NameKind, str]

_TABLE = table_of(ErasedName)
_COLUMNS = ("workspace_id", "store_id", "digest", "erased_at")
_KEY = ("workspace_id", "store_id", "digest")
_CHUNK = 500


class NameHash:
    """The digests of one workspace."""

    __slots__ = ("_key",)

    def __init__(self, names_key: bytes, workspace_id: int) -> None:
        self._key = hmac.digest(names_key, b"workspace:%d" % workspace_id, "sha256")

    def of(self, kind: NameKind, value: str) -> bytes:
        """The digest of an address, a number (both normalised) or an id."""
        return hmac.digest(self._key, f"{kind}:{value}".encode(), "sha256")

    def of_sender(self, key: Key) -> bytes:
        """The digest of what a conversation knows its customer by."""
        kind = "phone" if key.kind == "guest_phone" else key.kind
        value = key.value.rpartition(":")[2] if key.kind == "guest_phone" else key.value
        return self.of("sender", f"{kind}:{value}")

    def __repr__(self) -> str:
        return "NameHash(***)"


def name_hash(session: WorkspaceSession) -> NameHash:
    """The digests of a session's workspace."""
    return NameHash(session.names_key, session.workspace_id)


def remember(
    session: WorkspaceSession, store_id: int, digests: Iterable[bytes], at: datetime
) -> None:
    """Write down that whoever these are was erased from a store then; the latest time is kept."""
    rows = [(session.workspace_id, store_id, digest, at) for digest in sorted(set(digests))]
    known = erased_among(session.connection(), session.workspace_id, [row[2] for row in rows])
    newer = [row for row in rows if known.get((store_id, row[2]), at) <= at]
    write_rows(session.connection(), _TABLE, _COLUMNS, newer, key=_KEY)


def has_erased(connection: Connection, workspace_id: int, store_id: int) -> bool:
    """Whether anybody was ever erased from a store: asked with each batch of its news."""
    return bool(_ANY.rows(connection, of_workspace=workspace_id, of_store=store_id))


def erased_among(
    connection: Connection, workspace_id: int, digests: Collection[bytes]
) -> dict[tuple[int, bytes], datetime]:
    """Those of these that were erased, by store and digest, with the time."""
    found: dict[tuple[int, bytes], datetime] = {}
    asked = list(digests)
    for first in range(0, len(asked), _CHUNK):
        rows = connection.execute(
            select(_TABLE.c.store_id, _TABLE.c.digest, _TABLE.c.erased_at).where(
                _TABLE.c.workspace_id == workspace_id,
                _TABLE.c.digest.in_(asked[first : first + _CHUNK]),
            )
        )
        found.update(((row.store_id, bytes(row.digest)), row.erased_at) for row in rows)
    return found


def last_erased(connection: Connection, workspace_id: int) -> datetime | None:
    """When somebody was erased last from any store of a workspace."""
    statement = select(func.max(_TABLE.c.erased_at)).where(_TABLE.c.workspace_id == workspace_id)
    at: datetime | None = connection.execute(statement).scalar_one_or_none()
    return at


def _any(_: Dialect) -> Executable:
    return (
        select(_TABLE.c.store_id)
        .where(
            _TABLE.c.workspace_id == bindparam("of_workspace"),
            _TABLE.c.store_id == bindparam("of_store"),
        )
        .limit(1)
    )


_ANY = Prepared(_any)
