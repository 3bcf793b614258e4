"""Sockets to vetted addresses: what the guarded HTTP client and the channels connect by.

A name is looked up, every address that it has is judged, and a judged one is connected to: a name
that changes between look-up and connection gains nothing.
"""

import socket
from typing import Any

from channels.errors import ChannelUnreachable, HostRefused
from channels.port import Connect
from integration.addresses import is_loopback, is_public

# IMAP, and SMTP with the ports by which hosters offer it.
_MAIL_PORTS = frozenset({25, 143, 465, 587, 993, 2525})
_LONGEST_HOST = 253


class AddressForbidden(OSError):
    """An address that we don't call. An OSError: libraries take it for a failure to connect."""


def open_vetted(host: str, port: int, timeout: Any, allow_loopback: bool) -> socket.socket:
    """A socket to the first address of a host that answers.

    Raises AddressForbidden if any of its addresses is forbidden, OSError when none answers.
    """
    return _first_that_answers(_vetted(host, port, allow_loopback), host, port, timeout)


def guarded_connect(*, allow_private_addresses: bool = False) -> Connect:
    """How channels open connections: to mail servers' ports at public addresses.

    With `allow_private_addresses` also to any port of this machine.
    """

    def connect(host: str, port: int, *, timeout_seconds: float) -> socket.socket:
        name = host.strip().rstrip(".")
        if not name or len(name) > _LONGEST_HOST or any(each in name for each in "@/\\%\0 "):
            raise HostRefused("that isn't a server's name")
        if port not in _MAIL_PORTS and not allow_private_addresses:
            raise HostRefused(f"port {port} is not called")
        try:
            addresses = _vetted(name, port, allow_private_addresses)
            if port not in _MAIL_PORTS and not all(map(is_loopback, addresses)):
                raise HostRefused(f"port {port} is not called")
            return _first_that_answers(addresses, name, port, timeout_seconds)
        except AddressForbidden as error:
            raise HostRefused(str(error)) from None
        except TimeoutError:
            raise ChannelUnreachable(f"{name} didn't answer in time") from None
        except (OSError, UnicodeError, OverflowError):
            # UnicodeError: a label that no name can have.
            raise ChannelUnreachable(f"{name} can't be reached") from None

    return connect


def _vetted(host: str, port: int, allow_loopback: bool) -> list[str]:
    """All addresses of a host. Raises AddressForbidden if any is forbidden."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(info[4][0]) for info in found]
    for address in addresses:
        if not (is_public(address) or (allow_loopback and is_loopback(address))):
            raise AddressForbidden(f"{host} is at an address that we don't call")
    return addresses


def _first_that_answers(addresses: list[str], host: str, port: int, timeout: Any) -> socket.socket:
    failure: OSError | None = None
    for address in addresses:
        try:
            return socket.create_connection((address, port), timeout)
        except OSError as error:
            failure = error
    raise failure or OSError(f"{host} has no address")
