"""What has to be looked at together when links change: profiles, who is on them, and what was
decided about them and about whomever they are tied to.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, or_, select

from integration.identity.keys import LINKING_KINDS, Key
from integration.identity.members import Here, keys_of, members_of
from integration.identity.verdicts import Standing, verdicts_on
from integration.models import Identity, Profile
from integration.statements.bulk import among, table_of

_PROFILES, _IDENTITIES = table_of(Profile).c, table_of(Identity).c


@dataclass(slots=True)
class Scene:
    """`homes` are profiles with the one they are joined to; `home_of` whose home a key has;
    `keys` what the verdicts' identities belong to now.
    """

    homes: dict[int, int | None] = field(default_factory=dict)
    members: list[Here] = field(default_factory=list)
    verdicts: list[Standing] = field(default_factory=list)
    home_of: dict[Key, int] = field(default_factory=dict)
    keys: dict[Key, Key] = field(default_factory=dict)

    def living(self) -> set[Key]:
        """The keys that somebody is on."""
        return {member.key for member in self.members}


def look(
    connection: Connection,
    workspace_id: int,
    profile_ids: Collection[int],
    anchors: Collection[Key],
    now: datetime,
) -> Scene:
    """These profiles and all that verdicts tie them to, and what verdicts say of `anchors`."""
    faces = _faces(connection, workspace_id, profile_ids)
    while True:
        scene = _look_at(connection, workspace_id, faces, anchors, now)
        ends = [end for one in scene.verdicts if one.is_same for end in one.pair]
        keys = scene.living() | {scene.keys[end] for end in ends if end in scene.keys}
        tied = {scene.home_of[key] for key in keys if key in scene.home_of}
        further = _faces(connection, workspace_id, tied - scene.homes.keys())
        if further <= faces:
            return scene
        faces |= further


def _look_at(
    connection: Connection,
    workspace_id: int,
    faces: Collection[int],
    anchors: Collection[Key],
    now: datetime,
) -> Scene:
    scene = Scene(_homes(connection, workspace_id, faces))
    scene.members = members_of(connection, workspace_id, scene.homes, now)
    scene.home_of = _linking(
        connection,
        workspace_id,
        or_(
            among(connection, _IDENTITIES.profile_id, scene.homes),
            among(connection, _IDENTITIES.value, {key.value for key in scene.living()}),
        ),
    )
    spoken_of = {member.identity for member in scene.members if member.is_own}
    spoken_of |= {*scene.living(), *scene.home_of, *anchors}
    scene.verdicts = verdicts_on(
        connection, workspace_id, identities=spoken_of, homes=scene.homes.keys()
    )
    here = {member.identity: member.key for member in scene.members}
    ends = {end for one in scene.verdicts for end in one.pair}
    elsewhere = keys_of(connection, workspace_id, ends - here.keys(), now)
    scene.keys = {end: here.get(end) or elsewhere[end] for end in ends if end in here | elsewhere}
    unknown = {key.value for key in scene.keys.values() if key not in scene.home_of}
    if unknown:
        found = among(connection, _IDENTITIES.value, unknown)
        scene.home_of = _linking(connection, workspace_id, found) | scene.home_of
    return scene


def _faces(connection: Connection, workspace_id: int, profile_ids: Collection[int]) -> set[int]:
    if not profile_ids:
        return set()
    face = func.coalesce(_PROFILES.joined_id, _PROFILES.id)
    rows = connection.execute(
        select(face).where(
            _PROFILES.workspace_id == workspace_id, among(connection, _PROFILES.id, profile_ids)
        )
    )
    return set(rows.scalars())


def _homes(
    connection: Connection, workspace_id: int, faces: Collection[int]
) -> dict[int, int | None]:
    rows = connection.execute(
        select(_PROFILES.id, _PROFILES.joined_id).where(
            _PROFILES.workspace_id == workspace_id,
            or_(
                among(connection, _PROFILES.id, faces),
                among(connection, _PROFILES.joined_id, faces),
            ),
        )
    )
    return {row.id: row.joined_id for row in rows}


def _linking(connection: Connection, workspace_id: int, which: Any) -> dict[Key, int]:
    rows: Iterable[Any] = connection.execute(
        select(_IDENTITIES.kind, _IDENTITIES.value, _IDENTITIES.profile_id).where(
            _IDENTITIES.workspace_id == workspace_id,
            _IDENTITIES.links,
            _IDENTITIES.kind.in_(LINKING_KINDS),
            which,
        )
    )
    return {Key(kind, value): home for kind, value, home in rows}
