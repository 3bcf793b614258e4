"""Receipts of what was done for privacy: a chain of hashes per workspace, without personal data.

`tillside privacy verify` checks them by `integration.receipt_check`, which shares no code with
this module on purpose: what writes must not be what proves.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any, Literal, TypeAlias

from sqlalchemy import select

from integration.crypto import derive
from integration.db import WorkspaceSession
from integration.models import Receipt
from integration.privacy.restoring.journal import Line, append
from integration.settings import Settings

VERSION = 1
FIRST = bytes(32)

ReceiptKind: TypeAlias = Literal[
    "person_erased",
    "store_erased",
    "older_erased",
    "nothing_held",
    "data_exported",
    "aged_out",
    "restored",
]


@dataclass(frozen=True, slots=True)
class Done:
    """What a receipt tells: `counts` are rows and bodies by what was done to them.

    `facts` are further ids, times and switches (`key_destroyed`); no text of anybody's.
    """

    kind: ReceiptKind
    counts: Mapping[str, int]
    request_id: int | None = None
    store_id: int | None = None
    facts: Mapping[str, Any] | None = None


def add_receipt(
    session: WorkspaceSession, settings: Settings, done: Done, *, now: datetime
) -> Receipt:
    """Append a receipt to the workspace's chain, in the caller's transaction; the journal is told
    of the chain's new head.

    The caller has locked the workspace (`lock_workspace`): two that append at once would ask for
    the same place, and one of them would fail.
    """
    last = session.execute(
        select(Receipt.sequence, Receipt.digest).order_by(Receipt.sequence.desc()).limit(1)
    ).first()
    sequence, previous = (1, FIRST) if last is None else (last.sequence + 1, last.digest)
    body = canonical(
        {
            "version": VERSION,
            "workspace_id": str(session.workspace_id),
            "sequence": sequence,
            "kind": done.kind,
            "request_id": _id(done.request_id),
            "store_id": _id(done.store_id),
            "made_at": now.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            "counts": dict(done.counts),
            **({"facts": dict(done.facts)} if done.facts else {}),
        }
    )
    digest = sha256(previous + body.encode()).digest()
    receipt = Receipt(
        sequence=sequence,
        request_id=done.request_id,
        store_id=done.store_id,
        kind=done.kind,
        made_at=now,
        body=body,
        previous=previous,
        digest=digest,
        seal=hmac.digest(_key(settings), digest, "sha256"),
    )
    session.add(receipt)
    session.flush()
    head = Line("receipt", session.workspace_id, now, sequence=sequence, digest=digest)
    append(settings.data_dir, head)
    return receipt


def canonical(value: Mapping[str, Any]) -> str:
    """JSON with sorted keys and nothing between: the same text for the same facts."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def _id(number: int | None) -> str | None:
    return None if number is None else str(number)


def _key(settings: Settings) -> bytes:
    return derive(settings.secret_key.get_secret_value(), "receipts")
