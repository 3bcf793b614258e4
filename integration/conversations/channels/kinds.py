"""What each kind of channel can do, without one to connect by."""

import socket
from functools import cache

from channels import registry
from channels.errors import HostRefused
from channels.records import ChannelTraits


@cache
def traits_of(kind: str) -> ChannelTraits:
    """The traits of a kind. Raises KeyError for one that doesn't exist."""
    return registry.factory(kind)(_calls_nobody).traits


@cache
def is_called(kind: str) -> bool:
    """Whether a provider calls us for that kind. Raises KeyError for one that doesn't exist."""
    return registry.factory(kind)(_calls_nobody).calls is not None


def _calls_nobody(host: str, port: int, *, timeout_seconds: float) -> socket.socket:  # noqa: ARG001
    raise HostRefused("nothing is called from here")
