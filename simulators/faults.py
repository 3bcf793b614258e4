"""Faults that wait for the requests that are to meet them."""

from __future__ import annotations

import os
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import asdict
from typing import Any, ClassVar, Generic, Protocol, TypeVar

from flask import Request


class Counted(Protocol):
    """A dataclass; `times` below zero lasts until cleared."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    times: int


F = TypeVar("F", bound=Counted)


class Faults(Generic[F]):
    """The faults that wait; thread-safe."""

    def __init__(self) -> None:
        self._waiting: list[F] = []
        self._lock = threading.Lock()

    def add(self, fault: F) -> None:
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        with self._lock:
            self._waiting.clear()

    def listing(self) -> list[dict[str, Any]]:
        with self._lock:
            return [asdict(fault) for fault in self._waiting]

    def take(self, meets: Callable[[F], bool]) -> F | None:
        """The first fault that meets the request, used up by one."""
        with self._lock:
            for fault in self._waiting:
                if meets(fault):
                    fault.times -= 1
                    if fault.times == 0:
                        self._waiting.remove(fault)
                    return fault
        return None


def cut_connection(request: Request) -> None:
    """Reset the TCP connection under the answer."""
    held = request.environ.get("werkzeug.socket")
    if held is not None:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        os.close(held.detach())
