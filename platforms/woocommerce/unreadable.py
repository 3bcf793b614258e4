"""Objects of a store that nobody can read: told by their ids, or a fault of the whole answer."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from platforms.errors import RecordUnreadable, StoreAnsweredNonsense
from platforms.records import Unreadable

Kind: TypeAlias = Literal["order", "customer"]


def unreadable_or_raise(body: Any, kind: Kind, error: Exception) -> Unreadable:
    """What is told of a body that can't be read, by its id.

    Raises StoreAnsweredNonsense where it has none: such an answer is no object of the store's.
    """
    number = body.get("id") if isinstance(body, Mapping) else None
    if type(number) is not int or number <= 0:
        raise StoreAnsweredNonsense(f"the store answers {error}") from error
    return Unreadable(kind, str(number), str(error))


def unreadable_alone(body: Any, kind: Kind, error: Exception) -> RecordUnreadable:
    """The fault of one object that was asked for. Raises as `unreadable_or_raise`."""
    return RecordUnreadable(f"the store answers {unreadable_or_raise(body, kind, error).reason}")
