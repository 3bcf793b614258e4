"""How long and how much a mail server may talk: a merchant names it, and it may be anybody's."""

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from typing import IO

from channels.port import Connect

# A turn of fetching or sending is over long before.
LONGEST_TALK_SECONDS = 600.0
MOST_LINES = 10_000


def timed(connect: Connect, ends: ExitStack, seconds: float = LONGEST_TALK_SECONDS) -> Connect:
    """The same, but connections are cut after that time, until `ends` closes.

    Each byte that comes renews a socket's own timeout, so that alone is no end.
    """

    def opened(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        connected = connect(host, port, timeout_seconds=timeout_seconds)
        ends.enter_context(_cut_after(connected, seconds))
        return connected

    return opened


@contextmanager
def _cut_after(connected: socket.socket, seconds: float) -> Iterator[None]:
    # Another handle of the same connection: TLS takes the first one over.
    handle = connected.dup()

    def cut() -> None:
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    timer = threading.Timer(seconds, cut)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        timer.join()
        handle.close()


class FewLines:
    """A server's answers as a file that ends with an error after so many lines."""

    def __init__(self, answers: IO[bytes]) -> None:
        self._answers = answers
        self._left = MOST_LINES

    def readline(self, size: int = -1) -> bytes:
        """The next line. Raises OSError past the limit."""
        self._left -= 1
        if self._left < 0:
            raise ConnectionAbortedError("the server doesn't stop to talk")
        return self._answers.readline(size)

    def close(self) -> None:
        """Close the file."""
        self._answers.close()
