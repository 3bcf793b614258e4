"""Reading a request's raw bytes, within limits."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from contextlib import contextmanager
from typing import Any, TypeAlias

Scope: TypeAlias = MutableMapping[str, Any]
Receive: TypeAlias = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send: TypeAlias = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class BodyTooLarge(Exception):
    """The body is past the cap; the rest of it isn't read."""


class BodyNeverCame(Exception):
    """The sender went away, or sends too slowly."""


class TooManyBytes(Exception):
    """All requests together hold more unanswered bytes than there is room for."""


class Room:
    """How many bytes of bodies may wait for their answer at one time in this process."""

    def __init__(self, bytes_at_most: int) -> None:
        self._left = bytes_at_most

    @contextmanager
    def taken(self) -> Iterator["Share"]:
        """A share that is given back at the end."""
        share = Share(self)
        try:
            yield share
        finally:
            self._left += share.size

    def take(self, size: int) -> None:
        """Take so many bytes. Raises TooManyBytes."""
        if size > self._left:
            raise TooManyBytes
        self._left -= size


class Share:
    """What one request holds of the room."""

    __slots__ = ("_room", "size")

    def __init__(self, room: Room) -> None:
        self._room = room
        self.size = 0

    def grow(self, size: int) -> None:
        """Hold so many bytes more. Raises TooManyBytes."""
        self._room.take(size)
        self.size += size


async def read_body(
    headers: list[tuple[bytes, bytes]],
    receive: Receive,
    share: Share,
    *,
    bytes_at_most: int,
    within_seconds: float,
) -> bytes:
    """The whole body. Raises BodyTooLarge, BodyNeverCame or TooManyBytes."""
    if _declared(headers) > bytes_at_most:
        raise BodyTooLarge
    try:
        async with asyncio.timeout(within_seconds):
            return await _collect(receive, share, bytes_at_most)
    except TimeoutError:
        raise BodyNeverCame from None


async def _collect(receive: Receive, share: Share, bytes_at_most: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise BodyNeverCame
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > bytes_at_most:
            raise BodyTooLarge
        share.grow(len(chunk))
        chunks.append(chunk)
        if not message.get("more_body", False):
            return chunks[0] if len(chunks) == 1 else b"".join(chunks)


def _declared(headers: list[tuple[bytes, bytes]]) -> int:
    sizes = [int(v) for name, v in headers if name == b"content-length" and v.isdigit()]
    return max(sizes, default=0)
