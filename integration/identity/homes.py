"""The rows of homes: profiles with the key that is theirs."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete

from integration.identity.family import Place
from integration.identity.keys import Key
from integration.identity.links import COLUMNS as LINK_COLUMNS
from integration.identity.links import link_row
from integration.identity.members import Here
from integration.identity.profile_ids import reserve_profile_ids
from integration.models import Identity, Profile
from integration.statements.bulk import among, table_of, update_rows, write_rows

_PROFILES, _IDENTITIES = table_of(Profile), table_of(Identity)
_BEGUN = ("id", "workspace_id", "tags", "own_tags", "created_at")


def give_new_homes(
    connection: Connection,
    workspace_id: int,
    keys: Sequence[Key],
    given: Mapping[Key, int],
    members: Iterable[Here],
    now: datetime,
) -> dict[Key, int]:
    """New profiles for these keys, by key; those `given` have one and get the key only.

    Of `members` with a key the first one is told to have said it: an account before an order.
    """
    new = dict(zip(keys, reserve_profile_ids(connection, len(keys)), strict=True))
    rows: list[tuple[Any, ...]] = [(home, workspace_id, [], [], now) for home in new.values()]
    write_rows(connection, _PROFILES, _BEGUN, rows)
    tellers: dict[Key, Here] = {}
    for member in sorted(members, key=lambda one: (one.kind, one.store_id, one.external_id)):
        tellers.setdefault(member.key, member)
    links = []
    for key, home in {**given, **new}.items():
        teller = tellers[key]
        place = Place(connection, workspace_id, teller.store_id, now)
        links.append(link_row(place, home, key, f"{teller.kind}:{teller.external_id}"))
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
