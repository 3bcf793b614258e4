"""Lets no socket out but to loopback, in the tests' process and in every Python that it starts.

Python loads a module of this name at its start where it finds one: conftest.py puts this folder on
PYTHONPATH. pytest-socket watches `socket.connect` in one process only.
"""

import ipaddress
import socket
import sys
from typing import Any

_TO_AN_ADDRESS = frozenset({"socket.connect", "socket.sendto", "socket.sendmsg"})
_LOOK_UPS = frozenset({"socket.getaddrinfo", "socket.gethostbyname"})
_INTERNET = frozenset({socket.AF_INET, socket.AF_INET6})


class OutboundBlocked(RuntimeError):
    """A test, or what it started, tried to reach another machine."""


def fence(event: str, arguments: tuple[Any, ...]) -> None:
    """The audit hook: refuses to connect, and knows no names but localhost."""
    if event in _TO_AN_ADDRESS:
        address = arguments[1]
        if address and arguments[0].family in _INTERNET and not is_here(address[0]):
            raise OutboundBlocked(f"{event} to {address[0]} is not loopback")
    elif event in _LOOK_UPS and not _is_answered_here(arguments[0]):
        raise socket.gaierror(socket.EAI_NONAME, "the tests look up no names")


def is_here(host: object) -> bool:
    """Whether an address is this machine's loopback."""
    name = host.decode() if isinstance(host, bytes) else str(host)
    if name == "localhost" or name.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(name.partition("%")[0]).is_loopback
    except ValueError:
        return False


def _is_answered_here(host: object) -> bool:
    if host is None or is_here(host) or host in ("", "0.0.0.0", "::", socket.gethostname()):
        return True
    name = host.decode() if isinstance(host, bytes) else str(host)
    try:
        ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return False
    return True


sys.addaudithook(fence)
