"""Group commit: many requests wait for one commit of one writer thread.

Whoever adds is answered after the commit that holds the row, and never before. Rows that arrive
while a commit is under way make the next batch, so batches grow with the load by themselves.
Bytes are bounded: whoever finds the queue full waits for its place, as long as its sender does.
"""

import asyncio
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Protocol

import structlog

from webhooks import counters
from webhooks.arrival import Arrival
from webhooks.deadlines import Deadlines

log = structlog.get_logger(__name__)


# Shopify hangs up after 5 seconds: it has to be told before.
PATIENCE_SECONDS = 4.5
_BATCH_ROWS = 1024
_BATCH_BYTES = 8 * 1024 * 1024
_QUEUE_BYTES = 128 * 1024 * 1024
_LOOK_AGAIN_SECONDS = 0.02
_LATER_AT_MOST_SECONDS = 0.1


class InboxUnavailable(Exception):
    """The inbox can't commit now: nothing of this delivery may be acknowledged."""


class Sink(Protocol):
    """Where batches are committed; used by the writer thread only."""

    # What a sink raises when storage itself fails, as opposed to one row that it can't take.
    failures: tuple[type[Exception], ...]

    def commit(self, batch: Sequence[Arrival]) -> list[bool]:
        """Commit the rows durably. For each: whether it is new (False: it was there already)."""
        ...

    def close(self) -> None:
        """Let go of the connection; the next commit opens another."""
        ...


class _Waiting:
    """A row and whoever waits for it; `settle` is called in the writer thread.

    `is_wanted_late`: commit it also when nobody waits any more, since it doesn't come again.
    """

    __slots__ = (
        "arrival",
        "done",
        "error",
        "future",
        "is_new",
        "is_wanted_late",
        "loop",
        "since",
    )

    def __init__(
        self,
        arrival: Arrival,
        loop: asyncio.AbstractEventLoop | None = None,
        future: "asyncio.Future[bool] | None" = None,
        done: threading.Event | None = None,
        is_wanted_late: bool = True,
    ) -> None:
        self.arrival = arrival
        self.loop = loop
        self.future = future
        self.done = done
        self.is_wanted_late = is_wanted_late
        self.since = time.monotonic()
        self.is_new = False
        self.error: InboxUnavailable | None = None

    @property
    def is_given_up(self) -> bool:
        """Whether its sender was told to come again, and will."""
        return not self.is_wanted_late and self.future is not None and self.future.done()


class GroupCommit:
    """The writer thread and its queue. One for the process; starts with the first row.

    `on_new` is told, in the writer thread, after a commit that held new rows: it must not block.
    """

    def __init__(
        self,
        sink: Sink,
        *,
        batch_rows: int = _BATCH_ROWS,
        batch_bytes: int = _BATCH_BYTES,
        queue_bytes: int = _QUEUE_BYTES,
        patience_seconds: float = PATIENCE_SECONDS,
        on_new: Callable[[], None] | None = None,
    ) -> None:
        self._sink = sink
        self._batch_rows = batch_rows
        self._batch_bytes = batch_bytes
        self._queue_bytes = queue_bytes
        self._patience_seconds = patience_seconds
        self._on_new = on_new
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._counting = threading.Lock()
        self._waiting_rows = 0
        self._waiting_bytes = 0
        self._oldest_since: float | None = None
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._closed = False
        self._deadlines = Deadlines(_give_up, every_seconds=_LATER_AT_MOST_SECONDS)

    async def add(
        self, arrival: Arrival, *, within_seconds: float | None = None, is_wanted_late: bool = True
    ) -> bool:
        """Whether the delivery is new, after its commit. Raises InboxUnavailable.

        A sender has about 5 seconds of patience: it is told in time, be the queue full or the disk
        stalled. What is then committed after all is found to be a duplicate when it comes again;
        unless `is_wanted_late`, what waits in the queue is left out.
        """
        loop = asyncio.get_running_loop()
        patience = self._patience_seconds if within_seconds is None else within_seconds
        deadline = loop.time() + patience
        while self._waiting_bytes >= self._queue_bytes:
            if loop.time() > deadline:
                raise InboxUnavailable("the queue for the inbox is full")
            await asyncio.sleep(_LOOK_AGAIN_SECONDS)
        future: asyncio.Future[bool] = loop.create_future()
        self._put(_Waiting(arrival, loop, future, is_wanted_late=is_wanted_late))
        self._deadlines.hold(future, deadline)
        try:
            return await future
        finally:
            self._deadlines.drop(future)

    def add_blocking(self, arrival: Arrival) -> bool:
        """The same for threads."""
        done = threading.Event()
        waiting = _Waiting(arrival, done=done)
        if self._waiting_bytes >= self._queue_bytes:
            raise InboxUnavailable("the queue for the inbox is full")
        self._put(waiting)
        if not done.wait(self._patience_seconds):
            raise InboxUnavailable("the commit takes too long")
        if waiting.error is not None:
            raise waiting.error
        return waiting.is_new

    def waiting(self) -> tuple[int, int]:
        """How many deliveries wait for their commit, and how many bytes they have."""
        with self._counting:
            return self._waiting_rows, self._waiting_bytes

    def oldest_waiting_seconds(self) -> float:
        """How long the delivery at the head has waited; 0 when none does."""
        since = self._oldest_since
        return 0.0 if since is None else time.monotonic() - since

    def close(self) -> None:
        """Commit what waits, then end the thread. Later rows are refused."""
        with self._starting:
            self._closed = True
        if self._thread is not None:
            self._queue.put(None)
            self._thread.join()

    def _put(self, waiting: _Waiting) -> None:
        if self._thread is None or self._closed:
            self._start()
        self._count(1, len(waiting.arrival.sealed_body))
        self._queue.put(waiting)

    def _count(self, rows: int, size: int) -> None:
        with self._counting:
            self._waiting_rows += rows
            self._waiting_bytes += size

    def _start(self) -> None:
        with self._starting:
            if self._closed:
                raise InboxUnavailable("the inbox is closed")
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="inbox", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while True:
            batch, is_last = self._next_batch()
            if batch:
                self._commit([waiting for waiting in batch if not waiting.is_given_up])
                self._count(-len(batch), -sum(len(w.arrival.sealed_body) for w in batch))
                self._oldest_since = None
                _settle(batch)
            if is_last:
                self._sink.close()
                return

    def _next_batch(self) -> tuple[list[_Waiting], bool]:
        waiting = self._queue.get()
        batch: list[_Waiting] = []
        size = 0
        while waiting is not None:
            if not batch:
                self._oldest_since = waiting.since
            batch.append(waiting)
            size += len(waiting.arrival.sealed_body)
            if len(batch) >= self._batch_rows or size >= self._batch_bytes:
                return batch, False
            try:
                waiting = self._queue.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _commit(self, batch: list[_Waiting]) -> None:
        if not batch:
            return
        try:
            with counters.inbox_commit_seconds.time():
                outcome = self._sink.commit([waiting.arrival for waiting in batch])
        except Exception as error:  # noqa: BLE001 - the thread must outlive whatever a commit raises
            self._failed(batch, error)
            return
        counters.batch_rows.observe(len(batch))
        for waiting, is_new in zip(batch, outcome, strict=True):
            waiting.is_new = is_new
        if self._on_new is not None and any(outcome):
            self._on_new()

    def _failed(self, batch: list[_Waiting], error: Exception) -> None:
        self._sink.close()
        if len(batch) > 1 and not isinstance(error, self._sink.failures):
            # One row that can't be stored must not fail its neighbours.
            for waiting in batch:
                self._commit([waiting])
            return
        log.error("inbox.not_committed", error=type(error).__name__, rows=len(batch))
        for waiting in batch:
            waiting.error = InboxUnavailable(f"the inbox can't commit: {type(error).__name__}")


def _settle(batch: list[_Waiting]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Waiting]] = {}
    for waiting in batch:
        if waiting.done is not None:
            waiting.done.set()
        elif waiting.loop is not None:
            by_loop.setdefault(waiting.loop, []).append(waiting)
    for loop, many in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, many)
        except RuntimeError:
            # The loop has ended, and with it the connections that waited.
            log.info("inbox.nobody_waits", rows=len(many))


def _resolve(many: list[_Waiting]) -> None:
    for waiting in many:
        future = waiting.future
        if future is None or future.done():
            continue
        if waiting.error is not None:
            future.set_exception(waiting.error)
        else:
            future.set_result(waiting.is_new)


def _give_up(future: "asyncio.Future[bool]") -> None:
    if not future.done():
        future.set_exception(InboxUnavailable("the commit takes too long"))
