"""What one call for a list gives: its bodies with their ids, each read by itself."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from platforms.errors import DeliveryUnreadable, StoreAnsweredNonsense
from platforms.records import Unreadable
from platforms.woocommerce.unreadable import Kind, unreadable_or_raise

R = TypeVar("R")

Body = Mapping[str, Any]


def bodies_with_ids(value: Any) -> list[tuple[int, Body]]:
    """The bodies of a list beside their ids. Raises StoreAnsweredNonsense for anything else."""
    if not isinstance(value, list):
        raise StoreAnsweredNonsense("the store answers no list where there should be one")
    return [(_id(body), body) for body in value]


def read_listed(
    body: Body, to_record: Callable[[Body], R | None], kind: Kind
) -> R | Unreadable | None:
    """The record of a listed body, None for one that is left out, or that it can't be read."""
    try:
        return to_record(body)
    except DeliveryUnreadable as error:
        return unreadable_or_raise(body, kind, error)


def _id(body: Any) -> int:
    number = body.get("id") if isinstance(body, Mapping) else None
    if type(number) is not int or number <= 0:
        raise StoreAnsweredNonsense("the store lists an object without an id")
    return number
