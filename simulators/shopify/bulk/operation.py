"""Running bulk operations in the background."""

from __future__ import annotations

import json
import secrets
import shutil
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from graphql import DocumentNode, FieldNode, FragmentDefinitionNode, OperationDefinitionNode

from simulators.shopify.bulk.rules import BulkRefused, check
from simulators.shopify.bulk.writer import AccessLost, Compiler, root
from simulators.shopify.graphql.context import Context, gid
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

URL_DAYS = 7
_LOOKS_AGAIN_SECONDS = 0.02
CHUNK = 250
_ACTIVE = ("CREATED", "RUNNING", "CANCELING")


@dataclass
class BulkOperation:
    id: int
    shop: str
    query: str
    grouped: bool
    created_at: datetime
    status: str = "CREATED"
    error_code: str | None = None
    completed_at: datetime | None = None
    object_count: int = 0
    root_object_count: int = 0
    file_size: int = 0
    url: str | None = None
    partial_data_url: str | None = None
    graphql_type: str = field(default="BulkOperation", repr=False)


@dataclass(slots=True)
class ResultFile:
    path: Path
    expires_at: datetime
    shop: str


@dataclass(slots=True)
class Written:
    """What an operation wrote, good while that very shop stays at that version."""

    shop: Shop
    version: int
    path: Path
    object_count: int
    root_object_count: int


class BulkRunner:
    """Starts operations, writes their files, and tells of their end.

    A query's file is written once while the shop doesn't change: whoever is measured against the
    stand-in isn't slowed by it.
    """

    def __init__(self, state: State) -> None:
        self.state = state
        self.folder = Path(tempfile.mkdtemp(prefix="stand-in-bulk-"))
        self.files: dict[str, ResultFile] = {}
        self._written: dict[tuple[Any, ...], Written] = {}
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=5)
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, c: Context, query: str, grouped: bool) -> BulkOperation:
        """Check and start; raises `BulkRefused`. At most five at once (one before 2026-01)."""
        document = check(c.admin.schema, query)
        active = [b for b in c.shop.bulk_operations.values() if b.status in _ACTIVE]
        limit = c.shop.switches.bulk_limit if c.admin.version >= "2026-01" else 1
        if len(active) >= limit:
            if limit > 1:
                raise BulkRefused(
                    "The maximum number of concurrent bulk operations has been reached.",
                    "LIMIT_REACHED",
                )
            raise BulkRefused(
                "A bulk query operation for this app and shop is already in progress: "
                + gid("BulkOperation", active[0].id),
                "OPERATION_IN_PROGRESS",
            )
        made = BulkOperation(
            c.shop.next_id("BulkOperation"), c.shop.domain, query, grouped, self.state.clock.stamp()
        )
        c.shop.bulk_operations[made.id] = made
        own = replace(c, warnings=[], _order=None, _totals=None, _plans={})
        thread = threading.Thread(target=self._run, args=(own, made, document), daemon=True)
        self._threads = [t for t in self._threads if t.is_alive()] + [thread]
        thread.start()
        return made

    def _run(self, c: Context, made: BulkOperation, document: DocumentNode) -> None:
        if not self._delay(c.shop):
            return
        with self.state.lock:
            if made.status == "CREATED":
                made.status = "RUNNING"
        path = self.folder / f"{made.id}.jsonl"
        try:
            whole = self._copied(c, made, path) or self._write(c, made, document, path)
        except AccessLost:
            self._finish(c, made, path, "FAILED", "ACCESS_DENIED")
            return
        if made.status == "CANCELING":
            self._finish(c, made, path, "CANCELED")
        elif not whole:
            self._finish(c, made, path, "FAILED", "INTERNAL_SERVER_ERROR")
        else:
            self._finish(c, made, path, "COMPLETED")
            self._keep(c, made, path)

    def _delay(self, shop: Shop) -> bool:
        """Wait for as long as the switch says by then; False when the stand-in ends meanwhile."""
        began = time.monotonic()
        while (left := began + shop.switches.bulk_delay_seconds - time.monotonic()) > 0:
            if self._stop.wait(min(left, _LOOKS_AGAIN_SECONDS)):
                return False
        return not self._stop.is_set()

    def _keep(self, c: Context, made: BulkOperation, path: Path) -> None:
        if not c.shop.switches.bulk_truncate:
            counts = made.object_count, made.root_object_count
            self._written[_asked(c, made)] = Written(c.shop, c.shop.version, path, *counts)

    def _copied(self, c: Context, made: BulkOperation, path: Path) -> bool:
        """Whether the same query's file could be taken, since nothing changed meanwhile."""
        held = self._written.get(_asked(c, made))
        switches = c.shop.switches
        if held is None or held.shop is not c.shop or held.version != c.shop.version:
            return False
        if switches.bulk_fail:
            return False
        shutil.copyfile(held.path, path)
        made.object_count, made.root_object_count = held.object_count, held.root_object_count
        return True

    def _write(self, c: Context, made: BulkOperation, document: DocumentNode, path: Path) -> bool:
        """Write the file; False when the operation is made to fail half-way."""
        rng = Random(made.id)
        held: list[str] = []
        with path.open("w", encoding="utf-8") as file:
            for lines, share in self._chunks(c, made, document):
                if c.shop.switches.bulk_fail and share > 0.5:
                    file.writelines(held)
                    return False
                if made.status == "CANCELING" or self._stop.is_set():
                    break
                if made.grouped:
                    file.writelines(lines)
                    continue
                held += lines
                rng.shuffle(held)
                keep = len(held) // 4
                file.writelines(held[keep:])
                held = held[:keep]
                time.sleep(0)
            file.writelines(held)
        return not c.shop.switches.bulk_fail

    def _chunks(
        self, c: Context, made: BulkOperation, document: DocumentNode
    ) -> Iterator[tuple[list[str], float]]:
        """Lines of a few hundred root objects at a time, and the share that is done with them."""
        fragments = {
            d.name.value: d for d in document.definitions if isinstance(d, FragmentDefinitionNode)
        }
        operation = next(d for d in document.definitions if isinstance(d, OperationDefinitionNode))
        node = operation.selection_set.selections[0]
        assert isinstance(node, FieldNode)
        with self.state.lock:
            listing, choose = root(c, Compiler(c, fragments), node)
            items = list(listing.items)
        for start in range(0, len(items), CHUNK):
            some = items[start : start + CHUNK]
            with self.state.lock:
                groups: list[list[dict[str, Any]]] = []
                for item in some:
                    children: list[dict[str, Any]] = []
                    groups.append([choose.write(item, "", children), *children])
                made.root_object_count += len(some)
                made.object_count += sum(len(group) for group in groups)
            yield [_line(one) for group in groups for one in group], (start + 1) / len(items)

    def _finish(
        self, c: Context, made: BulkOperation, path: Path, status: str, error: str | None = None
    ) -> None:
        with self.state.action():
            size = path.stat().st_size if path.exists() else 0
            url = self._publish(c, path) if size else None
            made.file_size = size
            if status == "COMPLETED":
                made.url = url
            else:
                made.partial_data_url = url
            made.status, made.error_code = status, error
            made.completed_at = self.state.clock.stamp()
            self.state.emit(c.shop, "bulk_operations/finish", made)

    def _publish(self, c: Context, path: Path) -> str:
        if c.shop.switches.bulk_truncate:
            content = path.read_bytes()
            path.write_bytes(content[: len(content) * 2 // 3 - 7])
        token = secrets.token_urlsafe(24)
        expires = self.state.clock.now() + timedelta(days=URL_DAYS)
        self.files[token] = ResultFile(path, expires, c.shop.domain)
        return f"{self.state.files_url}/_bulk/{token}.jsonl?Expires={int(expires.timestamp())}"


def _line(made: dict[str, Any]) -> str:
    return json.dumps(made, ensure_ascii=False, separators=(",", ":")) + "\n"


def _asked(c: Context, made: BulkOperation) -> tuple[Any, ...]:
    """All that a file depends on beside the shop's own state."""
    protected = tuple(c.shop.switches.protected)
    return c.shop.domain, made.query, made.grouped, frozenset(c.token.scopes), protected
