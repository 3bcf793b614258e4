"""Proves the receipts of what was done for privacy: each workspace's chain, link by link.

It shares no code with what erases and writes them (`integration.privacy`): what writes must not be
what proves. A test holds the imports to that.
"""

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, text

from integration.crypto import derive

_BEGINNING = bytes(32)
_LINKS = text(
    "SELECT workspace_id, sequence, request_id, store_id, kind, made_at, body, previous, digest,"
    " seal FROM receipts ORDER BY workspace_id, sequence"
)
# Requests without a receipt are told from when the workspace's first one was written.
_UNPROVED = text(
    "SELECT workspace_id, id FROM privacy_requests r WHERE state = 'done'"
    " AND kind IN ('customer_redact', 'shop_redact') AND workspace_id IS NOT NULL"
    " AND finished_at >= (SELECT min(made_at) FROM receipts f WHERE"
    " f.workspace_id = r.workspace_id) AND NOT EXISTS (SELECT 1 FROM receipts g WHERE"
    " g.workspace_id = r.workspace_id AND g.request_id = r.id) ORDER BY workspace_id, id"
)


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a chain, and at which place of it."""

    workspace_id: int
    sequence: int | None
    what: str

    def as_dict(self) -> dict[str, Any]:
        """Its fields, ids as texts."""
        return asdict(self) | {"workspace_id": str(self.workspace_id)}


@dataclass(frozen=True, slots=True)
class Chain:
    """A workspace's chain that was checked. `head` is its newest digest, to be noted elsewhere;
    `restored` tells of backups that were put back, after which it went on from an older place.
    """

    workspace_id: int
    receipts: int
    head: str
    flaws: tuple[Flaw, ...]
    restored: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Its fields."""
        told = {"workspace_id": str(self.workspace_id), "receipts": self.receipts}
        flaws = [flaw.as_dict() for flaw in self.flaws]
        return {**told, "head": self.head, "flaws": flaws, "restored": list(self.restored)}


def check(
    connection: Connection, secret_key: str, *, journals: Iterable[Path] = (), heads: str = ""
) -> list[Chain]:
    """Every workspace's chain with all that is wrong with it.

    `journals` are files that say how far chains had come; `heads` are digests that somebody noted,
    with spaces between: each has to stand in a chain.
    """
    seal_key = derive(secret_key, "receipts")
    links: dict[int, list[Any]] = {}
    odd: list[Flaw] = []
    for row in connection.execute(_LINKS):
        if _is_link(row):
            links.setdefault(row.workspace_id, []).append(row)
        else:
            odd.append(Flaw(_number(row.workspace_id), None, "a receipt can't be read"))
    lines, unread = _journaled(journals)
    odd += [Flaw(0, None, what) for what in unread]
    # Of several machines each has a journal of its own: their lines are one story.
    told = sorted(lines, key=lambda line: str(line["at"]))
    flaws = {number: list(_flaws(number, rows, seal_key)) for number, rows in links.items()}
    for flaw in odd:
        flaws.setdefault(flaw.workspace_id, []).append(flaw)
    for number in {*links, *(line["workspace"] for line in told)}:
        ours = [line for line in told if line["workspace"] == number]
        flaws.setdefault(number, []).extend(_cut(number, links.get(number, []), ours))
    for row in connection.execute(_UNPROVED):
        what = f"request {row.id} was done and has no receipt"
        flaws.setdefault(row.workspace_id, []).append(Flaw(row.workspace_id, None, what))
    known = {bytes(row.digest).hex() for rows in links.values() for row in rows}
    lost = [head for head in heads.split() if head.lower() not in known]
    chains = [_chain(number, links.get(number, []), found, told) for number, found in flaws.items()]
    if lost:
        noted = tuple(Flaw(0, None, f"the noted head {head} stands in no chain") for head in lost)
        chains.append(Chain(0, 0, "", noted))
    return sorted(chains, key=lambda chain: chain.workspace_id)


def _chain(
    workspace_id: int, rows: list[Any], flaws: list[Flaw], told: list[Mapping[str, Any]]
) -> Chain:
    head = bytes(rows[-1].digest).hex() if rows else ""
    restored = tuple(
        f"a backup was put back at {line['at']}: the chain went on after receipt {line['sequence']}"
        for line in told
        if line["workspace"] == workspace_id and line["kind"] == "restored"
    )
    return Chain(workspace_id, len(rows), head, tuple(flaws), restored)


def _flaws(workspace_id: int, rows: list[Any], seal_key: bytes) -> Iterator[Flaw]:
    """What is wrong within a chain, without knowing how far it should come."""
    previous, expected, last_at = _BEGINNING, 1, None
    for row in rows:
        for what in _wrong(row, previous, seal_key):
            yield Flaw(workspace_id, row.sequence, what)
        if row.sequence != expected:
            gone = f"receipts {expected} to {row.sequence - 1} are missing"
            yield Flaw(workspace_id, row.sequence, gone)
        at = _moment(row.made_at)
        if last_at is not None and at < last_at:
            yield Flaw(workspace_id, row.sequence, "it is older than the one before it")
        previous, expected, last_at = bytes(row.digest), row.sequence + 1, at


def _wrong(row: Any, previous: bytes, seal_key: bytes) -> Iterator[str]:
    digest = bytes(row.digest)
    if bytes(row.previous) != previous:
        yield "it doesn't hang on the one before it"
    if sha256(bytes(row.previous) + row.body.encode()).digest() != digest:
        yield "its body isn't what its digest was made of"
    if not hmac.compare_digest(hmac.digest(seal_key, digest, "sha256"), bytes(row.seal)):
        yield "its seal isn't ours"
    try:
        told = json.loads(row.body)
    except ValueError:
        yield "its body can't be read"
        return
    for name in ("workspace_id", "sequence", "kind", "request_id", "store_id", "made_at"):
        if not isinstance(told, dict) or not _same(name, told.get(name), getattr(row, name)):
            yield f"its body tells another {name} than its row"


def _same(name: str, told: Any, held: Any) -> bool:
    if name == "made_at":
        return isinstance(told, str) and _is_moment(told) and _moment(told) == _moment(held)
    if name in ("sequence", "kind"):
        return bool(told == held)
    return bool(told == (None if held is None else str(held)))


def _cut(workspace_id: int, rows: list[Any], told: list[Mapping[str, Any]]) -> Iterator[Flaw]:
    """Where a chain doesn't come as far as the journal says, or another way.

    What the journal tells from before a restore of a backup counts up to where the backup stood.
    """
    held = {row.sequence: bytes(row.digest).hex() for row in rows}
    last: dict[int, str] = {}
    for line in told:
        if line["kind"] == "restored":
            last = {place: digest for place, digest in last.items() if place <= line["sequence"]}
        else:
            last[line["sequence"]] = line["digest"]
    for sequence, digest in sorted(last.items()):
        if sequence not in held:
            what = "the journal tells of this receipt: it was cut off, or never committed"
            yield Flaw(workspace_id, sequence, what)
        elif held[sequence] != digest:
            yield Flaw(workspace_id, sequence, "the journal tells of another one in its place")


def _journaled(journals: Iterable[Path]) -> tuple[list[Mapping[str, Any]], list[str]]:
    """What journals tell of chains, and which of their lines tell it in no way that is ours.

    A line that is no JSON was torn: whoever wrote it was killed, and nothing was committed.
    """
    lines: list[Mapping[str, Any]] = []
    odd: list[str] = []
    for file in journals:
        if not file.exists():
            continue
        for number, line in enumerate(file.read_text(errors="replace").splitlines(), 1):
            try:
                told = json.loads(line)
            except ValueError:
                continue
            if not isinstance(told, dict) or told.get("kind") not in ("receipt", "restored"):
                continue
            if _is_told(told):
                lines.append({**told, "workspace": int(told["workspace"])})
            else:
                odd.append(f"line {number} of the journal {file.name} can't be read")
    return lines, odd


def _is_told(line: Mapping[str, Any]) -> bool:
    workspace, digest = line.get("workspace"), line.get("digest")
    is_ours = isinstance(workspace, str) and workspace.isdecimal() and isinstance(digest, str)
    return is_ours and type(line.get("sequence")) is int and isinstance(line.get("at"), str)


def _is_link(row: Any) -> bool:
    """Whether a row holds what a receipt does: SQLite keeps anything in any column."""
    numbers = isinstance(row.workspace_id, int) and isinstance(row.sequence, int)
    sealed = (isinstance(each, bytes | memoryview) for each in (row.previous, row.digest, row.seal))
    return numbers and all(sealed) and isinstance(row.body, str) and _is_moment(row.made_at)


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0


def _is_moment(value: Any) -> bool:
    try:
        _moment(value)
    except (AttributeError, TypeError, ValueError):
        return False
    return True


def _moment(value: Any) -> datetime:
    """A column's time: text on SQLite, where times are UTC without saying so."""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
