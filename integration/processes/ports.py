"""Ports of this machine that nobody listens on."""

import random
import socket
from collections.abc import Container

# Below those that connections are given (Linux: 32768 and up; others: 49152 and up). A port of
# theirs can be taken by any connection before its server listens, or while that one starts again.
_PORTS = range(20_000, 32_000)


def free_port(but: Container[int] = ()) -> int:
    """A port on loopback for a server that is started next. Raises OSError when there is none."""
    for port in random.sample(_PORTS, 200):
        if port not in but and is_free(port):
            return port
    raise OSError("there is no free port on this machine")


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Whether a server could listen there now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError):
            return False
    return True
