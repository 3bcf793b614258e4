"""What agents write about a person: added, changed, taken back and put back.

A note stays with the profile that it was written on, and a person's are those of all their
profiles: so each goes its own way again when a link ends.
"""

from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from sqlalchemy import func, select

from integration.crm.agents_text import note_text
from integration.crm.faces import Face, face_of
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import ProfileNote

MOST_NOTES = 2_000
NOTES_A_PAGE = 50
_CHANGED = "Somebody changed this note meanwhile. Read it as it is now, then change it again."


@dataclass(frozen=True, slots=True)
class Note:
    """A note. `author` and `edited_by` are viewers as the audit names them.

    `version` stands for its text: whoever changes it says which version they read. `deleted_at` is
    when it was taken back.
    """

    id: str
    profile_id: str
    text: str
    author: str
    created_at: datetime
    edited_by: str | None
    edited_at: datetime | None
    deleted_at: datetime | None
    version: str


@dataclass(frozen=True, slots=True)
class Notes:
    """A page of notes, the newest first. `next` is a cursor for those that follow, or None."""

    notes: tuple[Note, ...]
    next: str | None


def notes_of(
    session: WorkspaceSession,
    profile_id: int,
    *,
    limit: int = NOTES_A_PAGE,
    cursor: str | None = None,
) -> Notes:
    """The notes about a person that stand. Raises NotFound, Invalid for a cursor that is none."""
    face = face_of(session, profile_id)
    statement = select(ProfileNote).where(
        ProfileNote.profile_id.in_(face.homes), ProfileNote.deleted_at.is_(None)
    )
    if cursor is not None:
        statement = statement.where(ProfileNote.id < _number(cursor))
    statement = statement.order_by(ProfileNote.id.desc()).limit(limit + 1)
    rows = session.execute(statement).scalars().all()
    notes = tuple(_note(row, face) for row in rows[:limit])
    return Notes(notes, notes[-1].id if len(rows) > limit else None)


def add_note(
    session: WorkspaceSession, profile_id: int, text: str, *, by: str, now: datetime
) -> Note:
    """Write a note about a person. Raises NotFound, Invalid (empty, too long, too many)."""
    kept = note_text(text)
    session.lock_workspace()
    face = face_of(session, profile_id)
    counted = select(func.count()).select_from(ProfileNote)
    standing = counted.where(ProfileNote.profile_id.in_(face.homes))
    if session.execute(standing).scalar_one() >= MOST_NOTES:
        raise Invalid(f"A person has at most {MOST_NOTES} notes.", code="too_many_notes")
    row = ProfileNote(profile_id=face.id, text=kept, author=by, created_at=now)
    session.add(row)
    session.flush()
    return _note(row, face)


def edit_note(
    session: WorkspaceSession,
    profile_id: int,
    note_id: int,
    text: str,
    *,
    version: str,
    by: str,
    now: datetime,
) -> Note:
    """Change a note that stands. `version` is that of the text which the editor read.

    Raises NotFound, Invalid, and Conflict where it was changed or taken back since; its details
    then have `text` and `version` as they are and `edited_by`.
    """
    kept = note_text(text)
    row, face = _held(session, profile_id, note_id)
    if row.deleted_at is not None:
        raise Conflict("This note was taken back meanwhile.", details=_as_it_is(row))
    if kept == row.text:
        return _note(row, face)
    if _version(row.text) != version:
        raise Conflict(_CHANGED, details=_as_it_is(row))
    row.text, row.edited_by, row.edited_at = kept, by, now
    session.flush()
    return _note(row, face)


def delete_note(session: WorkspaceSession, profile_id: int, note_id: int, *, now: datetime) -> Note:
    """Take a note back; one that is taken back already stays so. Raises NotFound."""
    row, face = _held(session, profile_id, note_id)
    row.deleted_at = row.deleted_at or now
    session.flush()
    return _note(row, face)


def restore_note(session: WorkspaceSession, profile_id: int, note_id: int) -> Note:
    """Put a note back that was taken back. Raises NotFound."""
    row, face = _held(session, profile_id, note_id)
    row.deleted_at = None
    session.flush()
    return _note(row, face)


def _held(session: WorkspaceSession, profile_id: int, note_id: int) -> tuple[ProfileNote, Face]:
    """The note of that person, which nobody else changes until the commit."""
    face = face_of(session, profile_id)
    statement = select(ProfileNote).where(
        ProfileNote.id == note_id, ProfileNote.profile_id.in_(face.homes)
    )
    row = session.execute(statement.with_for_update()).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such note.")
    return row, face


def _note(row: ProfileNote, face: Face) -> Note:
    return Note(
        id=str(row.id),
        profile_id=str(face.id),
        text=row.text,
        author=row.author,
        created_at=row.created_at,
        edited_by=row.edited_by,
        edited_at=row.edited_at,
        deleted_at=row.deleted_at,
        version=_version(row.text),
    )


def _as_it_is(row: ProfileNote) -> dict[str, str | None]:
    return {"text": row.text, "version": _version(row.text), "edited_by": row.edited_by}


def _version(text: str) -> str:
    """A name of that text, by which a change since is found whatever the clock says."""
    return sha256(text.encode()).hexdigest()[:16]


def _number(cursor: str) -> int:
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) <= 18):
        raise Invalid("The cursor is none of ours.", code="invalid_cursor")
    return int(cursor)
