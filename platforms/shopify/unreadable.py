"""Nodes of a shop that nobody can read: told by their ids, or a fault of the whole answer."""

import re
from collections.abc import Callable
from typing import Any, Literal, TypeAlias, TypeVar

from platforms.records import Unreadable
from platforms.shopify.graph import MalformedNode
from platforms.shopify.values import number_of

R = TypeVar("R")

Kind: TypeAlias = Literal["order", "customer"]

_GID = re.compile(r"gid://shopify/\w+/[1-9]\d*", re.ASCII)
_NAMES = {"order": "an order", "customer": "an account"}


def readable(node: Any, kind: Kind, to_record: Callable[[], R]) -> R | Unreadable:
    """What a node is read as, or that it can't be read.

    Raises MalformedNode where it doesn't even tell its id: such an answer is no object of the shop.
    """
    try:
        return to_record()
    except MalformedNode as error:
        gid = node.get("id") if isinstance(node, dict) else None
        if not isinstance(gid, str) or not _GID.fullmatch(gid):
            raise
        # The message of the fault itself may hold what is personal.
        reason = f"{_NAMES[kind]} that can't be read: {type(error.__cause__).__name__}"
        return Unreadable(kind, number_of(gid), reason)
