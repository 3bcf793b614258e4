"""The segments of a workspace: kept under names of their own, changed, removed and put back."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select
from sqlalchemy.exc import IntegrityError

from integration.crm.agents_text import one_line
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Segment, Store
from integration.segments.conditions import Condition, read_conditions, stored_conditions

LONGEST_NAME = 80
MOST_SEGMENTS = 200
_TAKEN = "There is a segment of that name already."


@dataclass(frozen=True, slots=True)
class SavedSegment:
    """A segment. `made_by` is a viewer as the audit names them."""

    id: str
    name: str
    conditions: tuple[Condition, ...]
    made_by: str
    created_at: datetime
    updated_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """The object that the API tells."""
        return {**asdict(self), "conditions": [each.as_dict() for each in self.conditions]}


def list_segments(session: WorkspaceSession) -> list[SavedSegment]:
    """All of them, in the order of their names."""
    rows = session.execute(select(Segment)).scalars()
    return sorted(map(_saved, rows), key=lambda each: (each.name.casefold(), each.name))


def read_segment(session: WorkspaceSession, segment_id: int) -> SavedSegment:
    """One of them. Raises NotFound."""
    return _saved(_held(session, segment_id))


def create_segment(
    session: WorkspaceSession, name: str, conditions: object, *, by: str, now: datetime
) -> SavedSegment:
    """Keep conditions (as `read_conditions` takes them) under a name.

    Raises Invalid, Conflict where the name is taken.
    """
    asked = checked_conditions(session, conditions)
    kept_name = _name(name)
    session.lock_workspace()
    counted = select(func.count()).select_from(Segment)
    if session.execute(counted).scalar_one() >= MOST_SEGMENTS:
        raise Invalid(f"A workspace has at most {MOST_SEGMENTS} segments.", code="too_many")
    _check_free(session, kept_name)
    row = Segment(
        name=kept_name, conditions=_told(asked), made_by=by, created_at=now, updated_at=now
    )
    session.add(row)
    return _flushed(session, row)


def change_segment(
    session: WorkspaceSession,
    segment_id: int,
    *,
    name: str | None = None,
    conditions: object = None,
    now: datetime,
) -> SavedSegment:
    """Give a segment another name or other conditions; None leaves what it has.

    Raises NotFound, Invalid, Conflict where the name is taken.
    """
    asked = None if conditions is None else _told(checked_conditions(session, conditions))
    kept_name = None if name is None else _name(name)
    session.lock_workspace()
    row = _held(session, segment_id)
    if kept_name is not None and kept_name != row.name:
        _check_free(session, kept_name, but=segment_id)
        row.name, row.updated_at = kept_name, now
    if asked is not None and asked != row.conditions:
        row.conditions, row.updated_at = asked, now
    return _flushed(session, row)


def delete_segment(session: WorkspaceSession, segment_id: int) -> SavedSegment:
    """Remove a segment; what it was is returned, by which `create_segment` makes it again.

    Raises NotFound.
    """
    gone = _saved(_held(session, segment_id))
    statement = delete(Segment).where(Segment.id == segment_id)
    session.execute(statement.execution_options(synchronize_session=False))
    return gone


def checked_conditions(session: WorkspaceSession, told: object) -> tuple[Condition, ...]:
    """The conditions that a list tells, whose stores are this workspace's. Raises Invalid."""
    conditions = read_conditions(told)
    asked = [each for each in conditions if each.kind == "bought_in"]
    if asked:
        known = {str(found) for found in session.execute(select(Store.id)).scalars()}
        for each in asked:
            if each.value not in known:
                details = {"at": conditions.index(each), "problem": "wrong"}
                raise Invalid("There is no such store.", code="invalid_condition", details=details)
    return conditions


def _held(session: WorkspaceSession, segment_id: int) -> Segment:
    row = session.execute(select(Segment).where(Segment.id == segment_id)).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such segment.")
    return row


def _name(typed: str) -> str:
    name = one_line(typed)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"A segment's name has 1 to {LONGEST_NAME} characters.", code="invalid_name")
    return name


def _check_free(session: WorkspaceSession, name: str, but: int | None = None) -> None:
    for row in session.execute(select(Segment.id, Segment.name)):
        if row.id != but and row.name.casefold() == name.casefold():
            raise Conflict(_TAKEN, code="name_taken", details={"segment_id": str(row.id)})


def _flushed(session: WorkspaceSession, row: Segment) -> SavedSegment:
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(_TAKEN, code="name_taken") from None
    return _saved(row)


def _told(conditions: Sequence[Condition]) -> list[dict[str, Any]]:
    return [each.as_dict() for each in conditions]


def _saved(row: Segment) -> SavedSegment:
    return SavedSegment(
        id=str(row.id),
        name=row.name,
        conditions=stored_conditions(row.conditions),
        made_by=row.made_by,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
