"""The rows of homes: profiles with the key that is theirs."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete

from integration.bulk import among, table_of, update_rows, write_rows
from integration.identity.family import Place
from integration.identity.keys import KINDS_OF_ONE_STORE, Key
from integration.identity.links import COLUMNS as LINK_COLUMNS
from integration.identity.links import link_row
from integration.identity.profile_ids import reserve_profile_ids
from integration.models import Identity, Profile

_PROFILES, _IDENTITIES = table_of(Profile), table_of(Identity)
_BEGUN = ("id", "workspace_id", "tags", "own_tags", "created_at")


def give_new_homes(
    connection: Connection,
    workspace_id: int,
    keys: Sequence[Key],
    given: Mapping[Key, int],
    now: datetime,
) -> dict[Key, int]:
    """New profiles for these keys, by key; those `given` have one and get the key only."""
    new = dict(zip(keys, reserve_profile_ids(connection, len(keys)), strict=True))
    rows: list[tuple[Any, ...]] = [(home, workspace_id, [], [], now) for home in new.values()]
    write_rows(connection, _PROFILES, _BEGUN, rows)
    links = [
        link_row(_place(connection, workspace_id, key, now), home, key)
        for key, home in {**given, **new}.items()
    ]
    write_rows(connection, _IDENTITIES, LINK_COLUMNS, links)
    return new


def unlink_homes(connection: Connection, workspace_id: int, homes: Collection[int]) -> None:
    """Take their keys away, and whatever else is shown of them."""
    if homes:
        connection.execute(
            delete(_IDENTITIES).where(
                _IDENTITIES.c.workspace_id == workspace_id,
                among(connection, _IDENTITIES.c.profile_id, homes),
            )
        )


def write_joined(connection: Connection, rows: list[tuple[int | None, int]]) -> None:
    """Write which home stands for the person (None: itself), and the home."""
    update_rows(connection, _PROFILES, ("joined_id",), rows, key=("id",))


def remove_homes(connection: Connection, workspace_id: int, homes: Collection[int]) -> None:
    """Remove profiles that nobody is on."""
    connection.execute(
        delete(_PROFILES).where(
            _PROFILES.c.workspace_id == workspace_id, among(connection, _PROFILES.c.id, homes)
        )
    )


def _place(connection: Connection, workspace_id: int, key: Key, now: datetime) -> Place:
    of_one_store = key.kind in KINDS_OF_ONE_STORE
    store_id = int(key.value.partition(":")[0]) if of_one_store else 0
    return Place(connection, workspace_id, store_id, now)
