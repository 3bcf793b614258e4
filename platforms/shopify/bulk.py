"""Bulk operations: begin one, follow it, cancel our own, tell how it ended."""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from platforms.errors import (
    PlatformError,
    ReadFailed,
    RequestRefused,
    ResultExpired,
    StoreAnsweredNonsense,
    TruncatedResult,
)
from platforms.shopify.documents import document
from platforms.shopify.transport import GraphTransport
from platforms.shopify.values import moment_or_none

_RUNNING = frozenset({"CREATED", "RUNNING", "CANCELING"})
_BUSY = frozenset({"OPERATION_IN_PROGRESS", "LIMIT_REACHED"})
_GID = re.compile(r"gid://shopify/BulkOperation/\d+", re.ASCII)

# So far a shop's clock may be behind ours.
_CLOCKS_DIFFER = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class BulkOperation:
    """An operation as the shop tells of it. `url` is on another host and gets no token."""

    gid: str
    status: str
    object_count: int = 0
    root_count: int = 0
    url: str | None = None
    partial_url: str | None = None
    error_code: str | None = None
    query: str = ""
    created_at: datetime | None = None

    @property
    def is_running(self) -> bool:
        """Whether its result is still being prepared."""
        return self.status in _RUNNING

    def failure(self) -> PlatformError | None:
        """Why there is no whole result, None for a completed operation."""
        reason = (self.error_code or self.status).lower()
        if self.status == "COMPLETED":
            if self.url is None and self.object_count:
                return TruncatedResult("the bulk operation completed without its result")
            return None
        if self.status == "EXPIRED":
            return ResultExpired("the bulk operation's result has expired")
        if self.error_code == "ACCESS_DENIED":
            return RequestRefused("the bulk operation lacks an access scope")
        if self.status == "FAILED" and self.partial_url:
            return TruncatedResult(f"the bulk operation gave only part of its result: {reason}")
        return ReadFailed(f"the bulk operation ended without a result: {reason}")


class BulkOperations:
    """The bulk operations of one shop."""

    def __init__(self, transport: GraphTransport) -> None:
        self._transport = transport

    def begin(self, name: str, asked_at: datetime) -> BulkOperation | None:
        """A new operation for that document, or the one that an interrupted call of ours began.

        None while the shop has no room for one. Operations of others are never cancelled; one of
        ours that began before `asked_at` is: what came since isn't in it.
        """
        query = document(name)
        answer = self._transport.execute("bulk_run", {"query": query})
        payload = answer.data.get("bulkOperationRunQuery") or {}
        errors = payload.get("userErrors") or []
        if not errors:
            return _operation(payload.get("bulkOperation"))
        if errors[0].get("code") not in _BUSY:
            raise RequestRefused(f"the shop refuses the bulk operation: {errors[0].get('message')}")
        return self._adopt(str(errors[0].get("message")), query, asked_at - _CLOCKS_DIFFER)

    def cancel(self, gid: str) -> None:
        """Have the shop end it; one that has ended stays as it is."""
        self._transport.execute("bulk_cancel", {"id": gid})

    def get(self, gid: str) -> BulkOperation | None:
        """The operation as it is now, None when the shop doesn't know it."""
        node = self._transport.execute("bulk_operation", {"id": gid}).data.get("node")
        return _operation(node) if node else None

    def _adopt(self, message: str, query: str, not_before: datetime) -> BulkOperation | None:
        # The shop's refusal names the running operation; one of ours has our own text.
        named = _GID.search(message)
        running = self.get(named.group()) if named else None
        if running is None or not running.is_running or running.query.split() != query.split():
            return None
        if running.created_at is not None and running.created_at >= not_before:
            return running
        if running.status != "CANCELING":
            self.cancel(running.gid)
        return None


def _operation(node: Any) -> BulkOperation:
    try:
        return BulkOperation(
            gid=node["id"],
            status=node["status"],
            object_count=int(node.get("objectCount") or 0),
            root_count=int(node.get("rootObjectCount") or 0),
            url=node.get("url"),
            partial_url=node.get("partialDataUrl"),
            error_code=node.get("errorCode"),
            query=node.get("query") or "",
            created_at=moment_or_none(node.get("createdAt")),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise StoreAnsweredNonsense("a bulk operation that can't be read") from error
