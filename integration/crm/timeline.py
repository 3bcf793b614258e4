"""What happened with a person, from all that is held of them: one list, newest first.

Each kind of event has a source that gives no more than a page, so a page costs the same number of
statements however much there is. A page begins after a place in the list, not after a count: what
happens meanwhile neither repeats an event nor hides one.
"""

import base64
import binascii
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.engine import Dialect

from integration.crm.json_lists import json_list, objects
from integration.crm.timeline_events import event_of
from integration.crm.timeline_records import Timeline
from integration.crm.timeline_sources import END_OF_TIME, SOURCES
from integration.db import WorkspaceSession
from integration.errors import Invalid, NotFound
from integration.models import Profile
from integration.models.declarative import BigId
from integration.statements.bulk import table_of
from integration.statements.prepared import Prepared, several
from platforms.port import StorePlatform

MOST_EVENTS = 100
USUAL_EVENTS = 30
_LAST = 2**63 - 1
_BEFORE_ALL = -1
_RANKS = {source.kind: rank for rank, source in enumerate(SOURCES)}
_PROFILES = table_of(Profile)


@dataclass(frozen=True, slots=True)
class _Place:
    """A place in the list: after the event that has these."""

    at: datetime
    rank: int
    number: int
    text: str


_BEGINNING = _Place(END_OF_TIME, -1, _LAST, "")


def timeline_of(
    session: WorkspaceSession,
    platforms: Mapping[str, StorePlatform],
    profile_id: int,
    *,
    limit: int = USUAL_EVENTS,
    cursor: str | None = None,
) -> Timeline:
    """What happened with the person that a profile is part of, after `cursor`; audits nothing.

    Raises NotFound for an unknown profile and for another workspace's, Invalid for a cursor that is
    none.
    """
    place = _BEGINNING if cursor is None else _read_cursor(cursor)
    limit = max(1, min(limit, MOST_EVENTS))
    face_id, homes = _face(session, profile_id)
    given = {
        "workspace_id": session.workspace_id,
        "face_id": face_id,
        "homes": several(session.connection(), homes),
        "most": limit + 1,
    }
    found = [
        (source.kind, row)
        for rank, source in enumerate(SOURCES)
        for row in source.newest.rows(session.connection(), **(given | _after(place, rank)))
    ]
    # Sorting keeps the order of equals: the sources' own, and each one's rows' own.
    found.sort(key=lambda each: each[1].at, reverse=True)
    page = found[:limit]
    return Timeline(
        profile_id=str(face_id),
        events=tuple(event_of(kind, row, platforms) for kind, row in page),
        next=_cursor(*page[-1]) if len(found) > limit else None,
    )


def _after(place: _Place, rank: int) -> dict[str, Any]:
    """The place for one source: of its kind after the event, of the others before or after it."""
    number, text = place.number, place.text
    if rank != place.rank:
        number, text = _LAST if rank > place.rank else _BEFORE_ALL, ""
    return {"at": place.at, "number": number, "text": text}


def _face(session: WorkspaceSession, profile_id: int) -> tuple[int, list[int]]:
    """The profile that stands for the person, and all of the person's."""
    connection = session.connection()
    given = {"workspace_id": session.workspace_id, "profile_id": profile_id}
    rows = _FACE.rows(connection, **given)
    if not rows:
        raise NotFound("There is no such person.")
    return rows[0].id, [rows[0].id, *(each["id"] for each in objects(rows[0].joined))]


def _faces(dialect: Dialect) -> Select[Any]:
    asked, joined = _PROFILES.alias("asked"), _PROFILES.alias("joined")
    face = (
        select(func.coalesce(asked.c.joined_id, asked.c.id))
        .where(
            asked.c.workspace_id == bindparam("workspace_id", type_=BigId),
            asked.c.id == bindparam("profile_id", type_=BigId),
        )
        .scalar_subquery()
    )
    homes = json_list(dialect, {"id": joined.c.id}, joined, joined.c.joined_id == _PROFILES.c.id)
    return select(_PROFILES.c.id, homes.label("joined")).where(_PROFILES.c.id == face)


_FACE = Prepared(_faces)


def _cursor(kind: str, row: Any) -> str:
    text = f"{row.at.isoformat()}|{kind}|{row.number}|{row.text}"
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read_cursor(cursor: str) -> _Place:
    try:
        told = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        at_text, kind, number, text = told.split("|", 3)
        at = datetime.fromisoformat(at_text)
        if at.tzinfo is None or not 0 < int(number) < _LAST or "\x00" in text:
            raise ValueError(cursor)
        return _Place(at.astimezone(UTC), _RANKS[kind], int(number), text)
    except (ValueError, KeyError, OverflowError, binascii.Error):
        raise Invalid("The cursor is none of ours.", code="invalid_cursor") from None
