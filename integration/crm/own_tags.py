"""Tags that agents put on a person, beside those that the stores tell.

A tag stays with the profile that it was put on, and a person's are those of all their profiles.
"""

from collections.abc import Iterable

from sqlalchemy import select, update

from integration.crm.agents_text import one_line, same_name, tag_text
from integration.crm.faces import Face, face_of
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.models import Profile

MOST_TAGS = 50


def own_tags_of(session: WorkspaceSession, profile_id: int) -> tuple[str, ...]:
    """The agents' tags of a person, in the order of their names. Raises NotFound."""
    return _union(_held(session, face_of(session, profile_id)).values())


def add_tag(session: WorkspaceSession, profile_id: int, tag: str) -> tuple[str, ...]:
    """Put a tag on a person; one that is there in whatever case stays as it is. All of them then.

    Raises NotFound, Invalid (empty, too long, too many).
    """
    return add_tags(session, profile_id, (tag,))


def add_tags(session: WorkspaceSession, profile_id: int, tags: Iterable[str]) -> tuple[str, ...]:
    """Put several on at once, or none where one of them can't be. Raises as `add_tag`."""
    wanted = [tag_text(tag) for tag in tags]
    session.lock_workspace()
    face = face_of(session, profile_id)
    held = _held(session, face)
    known = {same_name(tag) for of_home in held.values() for tag in of_home}
    fresh = {same_name(tag): tag for tag in reversed(wanted) if same_name(tag) not in known}
    if not fresh:
        return _union(held.values())
    if len(known) + len(fresh) > MOST_TAGS:
        raise Invalid(f"A person has at most {MOST_TAGS} tags of your own.", code="too_many_tags")
    held[face.id] = _in_order((*held[face.id], *fresh.values()))
    _write(session, face.id, held[face.id])
    return _union(held.values())


def remove_tag(session: WorkspaceSession, profile_id: int, tag: str) -> tuple[str, ...]:
    """Take a tag off a person, in whatever case it is there; those that are left. Raises NotFound.

    One that isn't there is no error: it is gone, as was asked.
    """
    gone = same_name(one_line(tag))
    session.lock_workspace()
    held = _held(session, face_of(session, profile_id))
    for home_id, tags in held.items():
        left = [each for each in tags if same_name(each) != gone]
        if left != tags:
            held[home_id] = left
            _write(session, home_id, left)
    return _union(held.values())


def _held(session: WorkspaceSession, face: Face) -> dict[int, list[str]]:
    statement = select(Profile.id, Profile.own_tags).where(Profile.id.in_(face.homes))
    return {home_id: list(tags) for home_id, tags in session.execute(statement)}


def _write(session: WorkspaceSession, home_id: int, tags: list[str]) -> None:
    statement = update(Profile).where(Profile.id == home_id).values(own_tags=tags)
    session.execute(statement.execution_options(synchronize_session=False))


def _union(lists: Iterable[Iterable[str]]) -> tuple[str, ...]:
    """Each tag once: the first one's spelling where profiles spell it differently."""
    once: dict[str, str] = {}
    for tags in lists:
        for tag in tags:
            once.setdefault(same_name(tag), tag)
    return tuple(_in_order(once.values()))


def _in_order(tags: Iterable[str]) -> list[str]:
    return sorted(tags, key=lambda tag: (same_name(tag), tag))
