"""Reading a request's raw bytes, within limits, over RSGI."""

import asyncio
from collections import deque
from typing import Any, TypeAlias

from granian.rsgi import ProtocolClosed, ProtocolError  # type: ignore[attr-defined]

from webhooks.deadlines import Deadlines

Headers: TypeAlias = list[tuple[bytes, bytes]]


class BodyTooLarge(Exception):
    """The body is past the cap; the rest of it isn't read."""


class BodyNeverCame(Exception):
    """The sender went away, or sends too slowly."""


class TooManyBytes(Exception):
    """All requests together hold more unanswered bytes than there is room for."""


class Room:
    """How many bytes of bodies may wait for their answer at one time in this process.

    Who finds none waits for it, in turn and before reading: so the senders are held back, and not
    refused, while what came before them is being stored.
    """

    def __init__(self, bytes_at_most: int, *, patience_seconds: float) -> None:
        self._left = bytes_at_most
        self._patience_seconds = patience_seconds
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()

    async def share(self, size: int) -> "Share":
        """A share of that many bytes, to be given back. Raises TooManyBytes after a while."""
        if self._waiting or size > self._left:
            await self._turn(size)
        self._left -= size
        return Share(self, size)

    async def _turn(self, size: int) -> None:
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append((size, turn))
        try:
            async with asyncio.timeout(self._patience_seconds):
                await turn
        except TimeoutError:
            raise TooManyBytes from None
        finally:
            self._waiting.remove((size, turn))
            self._call_next()

    def take(self, size: int) -> None:
        """Take so many bytes more. Raises TooManyBytes."""
        if size > self._left:
            raise TooManyBytes
        self._left -= size

    def give(self, size: int) -> None:
        """Give them back."""
        self._left += size
        self._call_next()

    def _call_next(self) -> None:
        if self._waiting:
            size, turn = self._waiting[0]
            if size <= self._left and not turn.done():
                turn.set_result(None)


class Share:
    """What one request holds of the room."""

    __slots__ = ("_room", "size")

    def __init__(self, room: Room, size: int) -> None:
        self._room = room
        self.size = size

    def hold(self, size: int) -> None:
        """Hold that many bytes in all, where it is more than now. Raises TooManyBytes."""
        if size > self.size:
            self._room.take(size - self.size)
            self.size = size

    def give_back(self) -> None:
        """Hold nothing any more."""
        self._room.give(self.size)
        self.size = 0


class Overdue:
    """Cancels the task that reads a body for longer than so many seconds."""

    def __init__(self, within_seconds: float) -> None:
        self._within_seconds = within_seconds
        self._deadlines = Deadlines(_cancel, every_seconds=within_seconds / 10)

    def begin(self) -> asyncio.Task[Any]:
        """The running task, which is cancelled when it is overdue before `end`."""
        task = asyncio.current_task()
        assert task is not None
        self._deadlines.hold(task, asyncio.get_running_loop().time() + self._within_seconds)
        return task

    def end(self, task: asyncio.Task[Any]) -> bool:
        """Whether it was cancelled for being overdue; then it isn't any more."""
        if self._deadlines.drop(task):
            return False
        task.uncancel()
        return True


def _cancel(task: asyncio.Task[Any]) -> None:
    task.cancel()


async def read_body(
    incoming: "Incoming", room: Room, overdue: Overdue, *, bytes_at_most: int
) -> tuple[bytes, Share]:
    """The whole body and its share of the room.

    Raises BodyTooLarge, BodyNeverCame or TooManyBytes; nothing is held then.
    """
    declared = incoming.declared_bytes()
    if declared > bytes_at_most:
        raise BodyTooLarge
    share = await room.share(declared)
    task = overdue.begin()
    try:
        body = await incoming.body(share, bytes_at_most)
    except BaseException:
        share.give_back()
        if overdue.end(task):
            raise BodyNeverCame from None
        raise
    overdue.end(task)
    return body, share


class Incoming:
    """A request over RSGI."""

    def __init__(self, scope: Any, proto: Any) -> None:
        self.method: str = scope.method
        self.path: str = scope.path
        self._given = scope.headers
        self._proto = proto

    def headers(self) -> Headers:
        """Its headers, names in lower case. The server leaves out values that aren't ASCII."""
        return [(name.encode(), value.encode()) for name, value in self._given.items()]

    def declared_bytes(self) -> int:
        """How long its body is, as its sender says; 0 where it doesn't."""
        told = self._given.get("content-length") or ""
        return int(told) if told.isdigit() else 0

    async def body(self, share: Share, bytes_at_most: int) -> bytes:
        """All of its body. The server holds the sender to the length that it declared.

        Raises BodyTooLarge, BodyNeverCame or TooManyBytes.
        """
        try:
            if "transfer-encoding" not in self._given:
                return bytes(await self._proto())
            body = _Chunks(share, bytes_at_most)
            async for chunk in self._proto:
                body.add(chunk)
        except (ProtocolClosed, ProtocolError):
            raise BodyNeverCame from None
        return body.whole()


class _Chunks:
    """A body that comes in parts."""

    def __init__(self, share: Share, bytes_at_most: int) -> None:
        self._share = share
        self._bytes_at_most = bytes_at_most
        self._chunks: list[bytes] = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Raises BodyTooLarge or TooManyBytes."""
        self._size += len(chunk)
        if self._size > self._bytes_at_most:
            raise BodyTooLarge
        self._share.hold(self._size)
        self._chunks.append(chunk)

    def whole(self) -> bytes:
        """All of it."""
        return self._chunks[0] if len(self._chunks) == 1 else b"".join(self._chunks)
