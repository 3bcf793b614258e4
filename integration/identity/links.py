"""The identities that link: one for each profile, its key."""

from typing import Any

from integration.identity.family import Place
from integration.identity.keys import KINDS_OF_ONE_STORE, Key
from integration.models.vocabulary import Trust

COLUMNS = (
    "workspace_id",
    "profile_id",
    "kind",
    "value",
    "verified",
    "links",
    "evidence",
    "trust",
    "store_id",
    "told_by",
    "source",
    "delivery_id",
    "created_at",
)


def link_row(
    place: Place, profile_id: int, key: Key, told_by: str | None = None
) -> tuple[Any, ...]:
    """The linking identity of a profile, in the order of COLUMNS.

    `told_by` is an account or order that has the key (`account:7001`, `order:1001`).
    """
    of_one_store = key.kind in KINDS_OF_ONE_STORE
    origin = place.origin if told_by is not None else None
    return (
        place.workspace_id,
        profile_id,
        key.kind,
        key.value,
        True,
        True,
        "store",
        Trust.ASSERTED.value,
        place.store_id if of_one_store or told_by is not None else None,
        told_by,
        None if origin is None else origin.source,
        None if origin is None or told_by is None else origin.deliveries.get(told_by),
        place.now,
    )
