"""A whole read by bulk operation, as pages that can be resumed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Generic, TypeVar

import orjson

from platforms.errors import (
    PlatformError,
    ReadFailed,
    ResultExpired,
    StoreAnsweredNonsense,
    Throttled,
    TruncatedResult,
)
from platforms.port import OutboundHttp
from platforms.records import Page, Unreadable, page_of
from platforms.shopify.bulk import BulkOperation, BulkOperations
from platforms.shopify.jsonl import JsonlResult, Node
from platforms.shopify.transport import GraphTransport
from platforms.shopify.unreadable import Kind, readable

R = TypeVar("R")

PAGE_RECORDS = 1000

_FIRST_POLL_SECONDS = 0.05
_LONGEST_POLL_SECONDS = 10.0
_POLL_GROWTH = 1.5

# Some ten minutes of waiting for other operations to make room.
_BEGIN_ATTEMPTS = 70

# An operation that counts no further object for so long is stuck: whoever waits for it keeps
# everybody else from reading the shop.
STUCK_AFTER_SECONDS = 1800.0
# One that the shop hasn't begun yet counts nothing either; cancelled, it would wait from the back.
_QUEUED_AT_MOST_SECONDS = 4 * 3600.0
_TRIED_AGAIN_AFTER_SECONDS = 900.0


class OperationStuck(ReadFailed):
    """A bulk operation of ours that stood still for half an hour and was cancelled."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a backfill stands: the operation and how many of its records were handed out."""

    operation: str = ""
    done: int = 0

    @classmethod
    def read(cls, cursor: str | None) -> "Place":
        """The place that a cursor tells; the beginning for one that tells none."""
        try:
            value: Any = orjson.loads(cursor or "{}")
            operation, done = value.get("operation"), value.get("done")
        except (orjson.JSONDecodeError, AttributeError):
            return cls()
        if isinstance(operation, str) and isinstance(done, int) and done >= 0:
            return cls(operation, done)
        return cls()

    def cursor(self) -> str:
        """The place as a cursor."""
        return orjson.dumps({"operation": self.operation, "done": self.done}).decode()


class Backfill(Generic[R]):
    """Reads everything that one bulk document selects."""

    def __init__(
        self,
        http: OutboundHttp,
        transport: GraphTransport,
        document_name: str,
        kind: Kind,
        to_record: Callable[[Node, list[Node]], R],
        now: Callable[[], datetime],
    ) -> None:
        self._http = http
        self._transport = transport
        self._operations = BulkOperations(transport)
        self._document_name = document_name
        self._kind: Kind = kind
        self._to_record = to_record
        self._now = now

    def pages(self, cursor: str | None) -> Iterator[Page[R]]:
        """Pages of records, empty ones while the shop prepares its result.

        A cursor whose operation is gone, failed or expired begins anew. Raises TruncatedResult,
        ResultExpired, ReadFailed (OperationStuck where it had to be cancelled), RequestRefused,
        Throttled; the last page comes only when every object that the shop counted has been handed
        out. What can't be read is told beside the others.
        """
        place = Place.read(cursor)
        operation = self._operations.get(place.operation) if place.operation else None
        if operation and (operation.is_running or operation.failure() is None):
            try:
                yield from self._follow(operation, place.done)
            except OperationStuck:
                raise
            except (TruncatedResult, ResultExpired, ReadFailed, StoreAnsweredNonsense):
                # What an old operation left may be past its time in many ways (the file's host
                # answers an expired address with 400 as well); a new one may be whole.
                pass
            else:
                return
        yield from self._anew()

    def _anew(self) -> Iterator[Page[R]]:
        wait, asked_at = _FIRST_POLL_SECONDS, self._now()
        for _ in range(_BEGIN_ATTEMPTS):
            operation = self._operations.begin(self._document_name, asked_at)
            if operation is not None:
                yield from self._follow(operation, 0)
                return
            yield Page((), Place().cursor())
            wait = self._pause(wait)
        raise Throttled("other bulk operations leave no room for ours")

    def _follow(self, operation: BulkOperation, done: int) -> Iterator[Page[R]]:
        place = Place(operation.gid, done)
        wait, stood = _FIRST_POLL_SECONDS, 0.0
        yield Page((), place.cursor())
        while operation.is_running:
            stood += wait
            wait = self._pause(wait)
            now = self._operations.get(operation.gid)
            if now is None:
                raise ReadFailed("the shop no longer knows the bulk operation")
            if (now.status, now.object_count) != (operation.status, operation.object_count):
                stood = 0.0
            operation = now
            if operation.is_running and stood >= _patience_seconds(operation):
                raise self._stuck(operation)
            yield Page((), place.cursor())
        failure = operation.failure()
        if failure is not None:
            raise failure
        yield from self._result(operation, place)

    def _stuck(self, operation: BulkOperation) -> OperationStuck:
        """Cancel it; the error to raise, which says when to try again."""
        minutes = round(_patience_seconds(operation) / 60)
        message = f"the shop's bulk operation stood still for {minutes} minutes and was cancelled"
        try:
            self._operations.cancel(operation.gid)
        except PlatformError as error:
            message = f"the shop's bulk operation stood still for {minutes} minutes: {error}"
        return OperationStuck(message, retry_after_seconds=_TRIED_AGAIN_AFTER_SECONDS)

    def _result(self, operation: BulkOperation, place: Place) -> Iterator[Page[R]]:
        if operation.url is None:
            yield Page((), None, 0)
            return
        with JsonlResult(self._http.stream(operation.url)) as result:
            if result.line_count < operation.object_count:
                raise TruncatedResult(
                    f"the bulk result has {result.line_count} of {operation.object_count} objects"
                )
            yield from self._records(result, place)

    def _records(self, result: JsonlResult, place: Place) -> Iterator[Page[R]]:
        """Full pages as they come; the last one only after the join has proved itself whole."""
        total, done = result.root_count, place.done
        found: list[R | Unreadable] = []
        for root, children in result.joined(skip=done):
            if len(found) == PAGE_RECORDS:
                done += PAGE_RECORDS
                yield page_of(found, Place(place.operation, done).cursor(), total)
                found = []
            found.append(self._read(root, children))
        yield page_of(found, None, total)

    def _read(self, root: Node, children: list[Node]) -> R | Unreadable:
        return readable(root, self._kind, lambda: self._to_record(root, children))

    def _pause(self, seconds: float) -> float:
        self._transport.wait(seconds)
        return min(_LONGEST_POLL_SECONDS, seconds * _POLL_GROWTH)


def _patience_seconds(operation: BulkOperation) -> float:
    return _QUEUED_AT_MOST_SECONDS if operation.status == "CREATED" else STUCK_AFTER_SECONDS
