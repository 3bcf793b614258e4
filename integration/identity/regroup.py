"""Who is one person, worked out anew for some profiles from what stands now.

Every key that somebody is on has a home. Homes that verdicts tie are one person, for whom the
lowest id stands; the others are joined to it and come back with their ids when the tie ends. So
taking a link back restores what was.
"""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete

from integration.bulk import among, table_of, update_rows, write_rows
from integration.identity.family import Place
from integration.identity.heirs import hand_over
from integration.identity.keys import Key
from integration.identity.links import COLUMNS as LINK_COLUMNS
from integration.identity.links import link_row
from integration.identity.members import Here
from integration.identity.profile_ids import reserve_profile_ids
from integration.identity.scene import Scene, look
from integration.identity.verdicts import note_homes
from integration.models import Customer, Identity, Order, Profile

_TABLES = {"account": table_of(Customer), "order": table_of(Order)}
_PROFILES, _IDENTITIES = table_of(Profile), table_of(Identity)
_BEGUN = ("id", "workspace_id", "tags", "own_tags", "created_at")


@dataclass(slots=True)
class Regrouped:
    """What became of the profiles that were looked at.

    `changed` are those to be worked out again (joined ones too: nothing is on them any more),
    `removed` those that are no more, `moved` who is on another profile than before, as (who,
    profile now).
    """

    changed: set[int] = field(default_factory=set)
    removed: set[int] = field(default_factory=set)
    moved: list[tuple[Here, int]] = field(default_factory=list)


def regroup(
    connection: Connection,
    workspace_id: int,
    profile_ids: Collection[int],
    now: datetime,
    *,
    anchors: Collection[Key] = (),
) -> Regrouped:
    """Part whoever is on these profiles, or is tied to them, into persons, and write that down.

    `anchors` are identities whose verdicts are to be followed as well: new ones, or such as belong
    elsewhere now. In the caller's write transaction, which holds the workspace's lock. The caller
    works out `changed` again.
    """
    scene = look(connection, workspace_id, profile_ids, anchors, now)
    done = Regrouped()
    before = dict(scene.homes)
    _give_homes(connection, workspace_id, scene, now, done)
    faces = _faces(scene)
    dead = set(scene.homes) - faces.keys()
    _join(connection, before, faces, done)
    _move(connection, scene, faces, done)
    note_homes(
        connection,
        [
            (one, (_home(scene, one.pair.left), _home(scene, one.pair.right)))
            for one in scene.verdicts
        ],
    )
    _remove(connection, workspace_id, dead, done)
    return done


def _home(scene: Scene, identity: Key) -> int | None:
    """The home that an identity leads to, where somebody is on it."""
    key = scene.keys.get(identity)
    return None if key is None else scene.home_of.get(key)


def _give_homes(
    connection: Connection, workspace_id: int, scene: Scene, now: datetime, done: Regrouped
) -> None:
    """A home for each key that somebody is on: its own, one that was left, or a new one."""
    living = scene.living()
    homeless = sorted(living - scene.home_of.keys())
    left = _left(scene, living)
    scene.home_of = {key: home for key, home in scene.home_of.items() if home not in left}
    free = {home: scene.homes[home] or home for home in sorted(left)}
    given: dict[Key, int] = {}
    for key in homeless:
        old_faces = {member.profile_id for member in scene.members if member.key == key}
        reused = next((home for home, face in free.items() if face in old_faces), None)
        if reused is not None:
            given[key] = reused
            del free[reused]
    unhoused = [key for key in homeless if key not in given]
    new = dict(zip(unhoused, reserve_profile_ids(connection, len(unhoused)), strict=True))
    rows: list[tuple[Any, ...]] = [(home, workspace_id, [], [], now) for home in new.values()]
    write_rows(connection, _PROFILES, _BEGUN, rows)
    _unlink(connection, workspace_id, left)
    given |= new
    links = []
    for key in given:
        teller = min(
            (member for member in scene.members if member.key == key),
            key=lambda member: (member.kind, member.store_id, member.external_id),
        )
        place = Place(connection, workspace_id, teller.store_id, now)
        said = f"{teller.kind}:{teller.external_id}"
        links.append(link_row(place, given[key], key, said))
    write_rows(connection, _IDENTITIES, LINK_COLUMNS, links)
    scene.home_of |= given
    scene.homes |= dict.fromkeys(new.values())
    done.changed |= set(given.values())


def _left(scene: Scene, living: Collection[Key]) -> set[int]:
    """The homes of these profiles whose key nobody is on."""
    lived_in = {home for key, home in scene.home_of.items() if key in living}
    return set(scene.homes) - lived_in


def _unlink(connection: Connection, workspace_id: int, homes: Collection[int]) -> None:
    if homes:
        connection.execute(
            delete(_IDENTITIES).where(
                _IDENTITIES.c.workspace_id == workspace_id,
                among(connection, _IDENTITIES.c.profile_id, homes),
            )
        )


def _faces(scene: Scene) -> dict[int, int]:
    """For each home that somebody is on, the one that stands for the person."""
    living = scene.living()
    face = {scene.home_of[key]: scene.home_of[key] for key in living}
    for one in scene.verdicts:
        ends = [_home(scene, end) for end in one.pair]
        if one.is_same and all(end in face for end in ends):
            joined = {face[end] for end in ends if end is not None}
            face = {home: min(joined) if of in joined else of for home, of in face.items()}
    return face


def _join(
    connection: Connection, before: dict[int, int | None], faces: dict[int, int], done: Regrouped
) -> None:
    now = {home: None if face == home else face for home, face in faces.items()}
    rows = [(joined, home) for home, joined in now.items() if joined != before.get(home)]
    update_rows(connection, _PROFILES, ("joined_id",), rows, key=("id",))
    for joined, home in rows:
        done.changed |= {home, joined or home, before.get(home) or home}


def _move(connection: Connection, scene: Scene, faces: dict[int, int], done: Regrouped) -> None:
    done.moved = [
        (member, face)
        for member in scene.members
        if (face := faces[scene.home_of[member.key]]) != member.profile_id
    ]
    for kind, table in _TABLES.items():
        rows = [
            (face, who.store_id, who.external_id) for who, face in done.moved if who.kind == kind
        ]
        update_rows(connection, table, ("profile_id",), rows, key=("store_id", "external_id"))
    for who, face in done.moved:
        done.changed |= {who.profile_id, face}


def _remove(
    connection: Connection, workspace_id: int, dead: Collection[int], done: Regrouped
) -> None:
    if not dead:
        return
    heirs = {who.profile_id: face for who, face in reversed(done.moved)}
    hand_over(connection, workspace_id, {home: heirs.get(home) for home in dead})
    connection.execute(
        delete(_PROFILES).where(
            _PROFILES.c.workspace_id == workspace_id, among(connection, _PROFILES.c.id, dead)
        )
    )
    done.removed = set(dead)
    done.changed -= done.removed
