"""The identities that link: one for each profile, its key."""

from typing import Any

from integration.identity.family import Place
from integration.identity.keys import KINDS_OF_ONE_STORE, Key

COLUMNS = (
    "workspace_id",
    "profile_id",
    "kind",
    "value",
    "verified",
    "links",
    "evidence",
    "store_id",
    "created_at",
)


def link_row(place: Place, profile_id: int, key: Key) -> tuple[Any, ...]:
    """The linking identity of a profile, in the order of COLUMNS."""
    store_id = place.store_id if key.kind in KINDS_OF_ONE_STORE else None
    return (
        place.workspace_id,
        profile_id,
        key.kind,
        key.value,
        True,
        True,
        "store",
        store_id,
        place.now,
    )
