"""Group commit: many requests wait for one commit of one writer thread.

Whoever adds is answered after the commit that holds the row, and never before. Rows that arrive
while a commit is under way make the next batch, so batches grow with the load by themselves.
"""

import asyncio
import threading
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Protocol

import structlog

from webhooks import counters
from webhooks.arrival import Arrival

log = structlog.get_logger(__name__)


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
    """A row and whoever waits for it; `settle` is called in the writer thread."""

    __slots__ = ("arrival", "done", "error", "future", "is_new", "loop")

    def __init__(
        self,
        arrival: Arrival,
        loop: asyncio.AbstractEventLoop | None = None,
        future: "asyncio.Future[bool] | None" = None,
        done: threading.Event | None = None,
    ) -> None:
        self.arrival = arrival
        self.loop = loop
        self.future = future
        self.done = done
        self.is_new = False
        self.error: InboxUnavailable | None = None


class GroupCommit:
    """The writer thread and its queue. One for the process; starts with the first row.

    `on_new` is told, in the writer thread, after a commit that held new rows: it must not block.
    """

    def __init__(
        self,
        sink: Sink,
        *,
        batch_size: int = 256,
        capacity: int = 4096,
        patience_seconds: float = 4.0,
        on_new: Callable[[], None] | None = None,
    ) -> None:
        self._sink = sink
        self._batch_size = batch_size
        self._capacity = capacity
        self._patience_seconds = patience_seconds
        self._on_new = on_new
        self._queue: SimpleQueue[_Waiting | None] = SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()
        self._closed = False

    async def add(self, arrival: Arrival) -> bool:
        """Whether the delivery is new, after its commit. Raises InboxUnavailable.

        A sender has about 5 seconds of patience: it is told in time, be the queue full or the disk
        stalled. What is committed after all is found to be a duplicate when it comes again.
        """
        loop = asyncio.get_running_loop()
        deadline = loop.time() + self._patience_seconds
        while self._queue.qsize() >= self._capacity:
            if loop.time() > deadline:
                raise InboxUnavailable("the queue for the inbox is full")
            await asyncio.sleep(0.02)
        waiting = _Waiting(arrival, loop=loop, future=loop.create_future())
        assert waiting.future is not None
        self._put(waiting)
        timer = loop.call_at(deadline, _give_up, waiting.future)
        try:
            return await waiting.future
        finally:
            timer.cancel()

    def add_blocking(self, arrival: Arrival) -> bool:
        """The same for threads."""
        waiting = _Waiting(arrival, done=threading.Event())
        assert waiting.done is not None
        if self._queue.qsize() >= self._capacity:
            raise InboxUnavailable("the queue for the inbox is full")
        self._put(waiting)
        if not waiting.done.wait(self._patience_seconds):
            raise InboxUnavailable("the commit takes too long")
        if waiting.error is not None:
            raise waiting.error
        return waiting.is_new

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
        self._queue.put(waiting)

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
                self._commit(batch)
                _settle(batch)
            if is_last:
                self._sink.close()
                return

    def _next_batch(self) -> tuple[list[_Waiting], bool]:
        first = self._queue.get()
        batch: list[_Waiting] = []
        while first is not None:
            batch.append(first)
            if len(batch) >= self._batch_size:
                return batch, False
            try:
                first = self._queue.get_nowait()
            except Empty:
                return batch, False
        return batch, True

    def _commit(self, batch: list[_Waiting]) -> None:
        try:
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
