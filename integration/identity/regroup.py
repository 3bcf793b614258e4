"""Who is one person, worked out anew for some profiles from what stands now.

Every key that somebody is on has a home. Homes that verdicts tie are one person, for whom the
lowest id stands; the others are joined to it and come back with their ids when the tie ends. So
taking a link back restores what was.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from integration.identity.heirs import hand_over
from integration.identity.homes import give_new_homes, remove_homes, unlink_homes, write_joined
from integration.identity.keys import Key
from integration.identity.members import Here, write_profiles
from integration.identity.scene import Scene, look
from integration.identity.verdicts import note_homes


@dataclass(frozen=True, slots=True)
class Before:
    """What a batch of news changed: which homes it made, and what keys accounts and orders (as
    identities) had until then.
    """

    newborn: Collection[int] = ()
    keys: Mapping[Key, Key] = field(default_factory=dict)


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
    before: Before | None = None,
) -> Regrouped:
    """Part whoever is on these profiles, or is tied to them, into persons, and write that down.

    `anchors` are identities whose verdicts are to be followed as well: new ones, or such as belong
    elsewhere now. In the caller's write transaction, which holds the workspace's lock. The caller
    works out `changed` again.
    """
    scene = look(connection, workspace_id, profile_ids, anchors, now)
    done = Regrouped()
    joined_before = dict(scene.homes)
    went = _went(scene, before or Before())
    _give_homes(connection, workspace_id, scene, now, done, before or Before(), went)
    faces = _faces(scene)
    dead = set(scene.homes) - faces.keys()
    _join(connection, joined_before, faces, done)
    _move(connection, scene, faces, done)
    note_homes(
        connection,
        [
            (one, (_home(scene, one.pair.left), _home(scene, one.pair.right)))
            for one in scene.verdicts
        ],
    )
    if dead:
        heirs = _heirs(scene, dead, went, done)
        hand_over(connection, workspace_id, heirs)
        remove_homes(connection, workspace_id, dead)
        done.removed = dead
        done.changed -= dead
    return done


def _home(scene: Scene, identity: Key) -> int | None:
    """The home that an identity leads to, where somebody is on it."""
    key = scene.keys.get(identity)
    return None if key is None else scene.home_of.get(key)


def _went(scene: Scene, before: Before) -> dict[int, list[Key]]:
    """Of each home that was left: the keys that those who were on it have now."""
    keys_then: dict[Key, set[Key]] = {}
    for member in scene.members:
        # An account or a guest's order that was taken apart, or comes back from being so.
        then = before.keys.get(member.identity, member.identity)
        if member.is_own and then != member.key:
            keys_then.setdefault(then, set()).add(member.key)
    home_of = {home: key for key, home in scene.home_of.items()}
    return {
        home: sorted(keys_then[key])
        for home in scene.homes
        if (key := home_of.get(home)) in keys_then
    }


def _give_homes(
    connection: Connection,
    workspace_id: int,
    scene: Scene,
    now: datetime,
    done: Regrouped,
    before: Before,
    went: Mapping[int, list[Key]],
) -> None:
    """A home for each key that somebody is on: its own, one that was left, or a new one.

    Where all left a home for one that was just made, the old one goes on under that key.
    """
    living = scene.living()
    lived_in = {home for key, home in scene.home_of.items() if key in living}
    left = set(scene.homes) - lived_in
    given = _succeeding(scene, left, before, went)
    homeless = sorted(living - scene.home_of.keys())
    left |= {scene.home_of[key] for key in given}
    unlink_homes(connection, workspace_id, left)
    scene.home_of = {key: home for key, home in scene.home_of.items() if home not in left}
    given |= _reused(scene, homeless, left - set(given.values()))
    unhoused = [key for key in homeless if key not in given]
    new = give_new_homes(connection, workspace_id, unhoused, given, scene.members, now)
    given |= new
    scene.home_of |= given
    scene.homes |= dict.fromkeys(new.values())
    done.changed |= set(given.values())


def _succeeding(
    scene: Scene, left: Collection[int], before: Before, went: Mapping[int, list[Key]]
) -> dict[Key, int]:
    given: dict[Key, int] = {}
    for home in sorted(left & went.keys()):
        newborn = [key for key in went[home] if scene.home_of.get(key) in before.newborn]
        key = next((key for key in newborn if key not in given), None)
        if key is not None:
            given[key] = home
    return given


def _reused(scene: Scene, homeless: Collection[Key], left: Iterable[int]) -> dict[Key, int]:
    """Homes that were left, for keys that have none and whose people were there."""
    free: dict[int, list[int]] = {}
    for home in sorted(left, reverse=True):
        free.setdefault(scene.homes[home] or home, []).append(home)
    faces: dict[Key, set[int]] = {}
    for member in scene.members:
        faces.setdefault(member.key, set()).add(member.profile_id)
    given = {}
    for key in homeless:
        face = min((face for face in faces[key] if free.get(face)), default=None)
        if face is not None:
            given[key] = free[face].pop()
    return given


def _faces(scene: Scene) -> dict[int, int]:
    """For each home that somebody is on, the one that stands for the person."""
    living = scene.living()
    face = {scene.home_of[key]: scene.home_of[key] for key in living}
    for one in scene.verdicts:
        ends = [_home(scene, end) for end in one.pair]
        if one.is_same and all(end in face for end in ends):
            joined = {face[end] for end in ends if end is not None}
            if len(joined) > 1:
                face = {home: min(joined) if of in joined else of for home, of in face.items()}
    return face


def _join(
    connection: Connection, before: dict[int, int | None], faces: dict[int, int], done: Regrouped
) -> None:
    now = {home: None if face == home else face for home, face in faces.items()}
    rows = [(joined, home) for home, joined in now.items() if joined != before.get(home)]
    write_joined(connection, rows)
    for joined, home in rows:
        done.changed |= {home, joined or home, before.get(home) or home}


def _move(connection: Connection, scene: Scene, faces: dict[int, int], done: Regrouped) -> None:
    done.moved = [
        (member, face)
        for member in scene.members
        if (face := faces[scene.home_of[member.key]]) != member.profile_id
    ]
    write_profiles(connection, done.moved)
    for who, face in done.moved:
        done.changed |= {who.profile_id, face}


def _heirs(
    scene: Scene, dead: Collection[int], went: Mapping[int, list[Key]], done: Regrouped
) -> dict[int, int | None]:
    """Where the people of each home that ends are now; None where there are none any more."""
    heirs: dict[int, int | None] = dict.fromkeys(dead)
    for who, _ in reversed(done.moved):
        if who.profile_id in heirs:
            heirs[who.profile_id] = scene.home_of[who.key]
    for home in dead:
        if home in went:
            heirs[home] = scene.home_of[went[home][0]]
    return heirs
