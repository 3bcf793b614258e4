"""The profile that stands for a person, and those that are joined to it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select

from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Profile


@dataclass(frozen=True, slots=True)
class Face:
    """A person: the profile that is shown, and all their profiles with it, lowest id first."""

    id: int
    homes: tuple[int, ...]


def face_of(session: WorkspaceSession, profile_id: int) -> Face:
    """Whom a profile is part of. Raises NotFound for an unknown id and for another workspace's."""
    columns = select(Profile.id, Profile.joined_id).order_by(Profile.id)
    which = or_(Profile.id == profile_id, Profile.joined_id == profile_id)
    found = {row.id: row.joined_id for row in session.execute(columns.where(which))}
    if profile_id not in found:
        raise NotFound("There is no such person.")
    face_id = found[profile_id]
    return Face(profile_id, tuple(found)) if face_id is None else face_of(session, face_id)


def homes_of(session: WorkspaceSession, face_id: int) -> Sequence[int]:
    """The ids of a person's profiles, the one that is shown among them."""
    statement = select(Profile.id).where(or_(Profile.id == face_id, Profile.joined_id == face_id))
    return session.execute(statement.order_by(Profile.id)).scalars().all()
