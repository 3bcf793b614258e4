"""The notebook: handled cases in agents' words, kept for whoever meets the like again."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import delete, func, select, update

from integration.conversations.lists.terms import of_text
from integration.crm.agents_text import note_text, one_line
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Case, CaseTerm, ContactReason, Conversation

MOST_CASES = 20_000
LONGEST_TITLE = 120
CASES_A_PAGE = 50
MOST_TERMS = 400
_CHANGED = "Somebody changed this case meanwhile. Read it as it is now, then change it again."


@dataclass(frozen=True, slots=True)
class KeptCase:
    """A case. `offered` and `used` are how often; `version` names its state."""

    id: str
    conversation_id: str | None
    title: str
    problem: str = field(repr=False)
    solution: str = field(repr=False)
    locale: str | None
    reason_id: str | None
    written_by: str
    offered: int
    used: int
    created_at: datetime
    updated_at: datetime
    version: str

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


def add_case(
    session: WorkspaceSession,
    *,
    title: str,
    problem: str,
    solution: str,
    by: str,
    now: datetime,
    conversation_id: int | None = None,
    locale: str | None = None,
    reason_id: int | None = None,
) -> KeptCase:
    """Keep a case, of a conversation or by itself. Raises NotFound, Invalid."""
    row = Case(
        conversation_id=_known(session, Conversation, conversation_id),
        title=_title(title),
        problem=note_text(problem),
        solution=note_text(solution),
        locale=locale,
        reason_id=_known(session, ContactReason, reason_id),
        written_by=by,
        offered=0,
        used=0,
        created_at=now,
        updated_at=now,
    )
    counted = select(func.count()).select_from(Case)
    if session.execute(counted).scalar_one() >= MOST_CASES:
        raise Invalid(f"A notebook has at most {MOST_CASES} cases.", code="too_many")
    session.add(row)
    session.flush()
    _write_terms(session, row)
    return _case(row)


def change_case(
    session: WorkspaceSession,
    case_id: int,
    *,
    version: str,
    title: str,
    problem: str,
    solution: str,
    by: str,
    now: datetime,
    reason_id: int | None = None,
) -> KeptCase:
    """Change a case whose `version` was read.

    Raises NotFound, Invalid, Conflict where it was changed since (its details have the `case`).
    """
    told = (_title(title), note_text(problem), note_text(solution))
    reason = _known(session, ContactReason, reason_id)
    row = _held(session, case_id)
    if _version(row) != version:
        raise Conflict(_CHANGED, details={"case": _case(row).as_dict()})
    row.title, row.problem, row.solution = told
    row.reason_id, row.written_by, row.updated_at = reason, by, now
    session.flush()
    _write_terms(session, row)
    return _case(row)


def read_case(session: WorkspaceSession, case_id: int) -> KeptCase:
    """One of them. Raises NotFound."""
    return _case(_held(session, case_id))


def delete_case(session: WorkspaceSession, case_id: int) -> KeptCase:
    """Remove a case; what it was is returned, by which it can be kept again. Raises NotFound."""
    row = _held(session, case_id)
    gone = _case(row)
    session.delete(row)
    session.flush()
    return gone


def list_cases(
    session: WorkspaceSession,
    search: str = "",
    *,
    before: tuple[datetime, int] | None = None,
    limit: int = CASES_A_PAGE,
) -> tuple[KeptCase, ...]:
    """Those with all words of a search, the last changed first; `before` one's time and id."""
    statement = select(Case).order_by(Case.updated_at.desc(), Case.id.desc()).limit(limit)
    for word in list(dict.fromkeys(of_text(search)))[:8]:
        having = select(CaseTerm.case_id).where(
            CaseTerm.workspace_id == session.workspace_id, CaseTerm.term == word
        )
        statement = statement.where(Case.id.in_(having))
    if before is not None:
        at, case_id = before
        statement = statement.where(
            (Case.updated_at < at) | ((Case.updated_at == at) & (Case.id < case_id))
        )
    return tuple(_case(row) for row in session.execute(statement).scalars())


def note_case_used(session: WorkspaceSession, case_id: int) -> None:
    """Count that a case helped; one that is gone meanwhile is nobody's."""
    counting = update(Case).where(Case.id == case_id).values(used=Case.used + 1)
    session.execute(counting.execution_options(synchronize_session=False))


def _write_terms(session: WorkspaceSession, row: Case) -> None:
    gone = delete(CaseTerm).where(CaseTerm.case_id == row.id)
    session.execute(gone.execution_options(synchronize_session=False))
    told = of_text(f"{row.title}\n{row.problem}\n{row.solution}")
    terms = sorted(list(dict.fromkeys(told))[:MOST_TERMS])
    session.insert_rows(CaseTerm, [{"term": term, "case_id": row.id} for term in terms])


def _held(session: WorkspaceSession, case_id: int) -> Case:
    statement = select(Case).where(Case.id == case_id).with_for_update()
    found = session.execute(statement.execution_options(populate_existing=True))
    row = found.scalars().one_or_none()
    if row is None:
        raise NotFound("There is no such case.")
    return row


def _known(session: WorkspaceSession, model: type[Any], row_id: int | None) -> int | None:
    if (
        row_id is not None
        and session.execute(select(model.id).where(model.id == row_id)).first() is None
    ):
        raise NotFound("There is no such conversation or reason.")
    return row_id


def _title(typed: str) -> str:
    title = one_line(typed)
    if not title or len(title) > LONGEST_TITLE:
        raise Invalid(f"A title has 1 to {LONGEST_TITLE} characters.", code="invalid_title")
    return title


def _version(row: Case) -> str:
    """A name of its state, by which a change since is found whatever the clock says."""
    state = "\0".join((row.title, row.problem, row.solution, str(row.reason_id)))
    return sha256(state.encode()).hexdigest()[:16]


def _case(row: Case) -> KeptCase:
    return KeptCase(
        id=str(row.id),
        conversation_id=None if row.conversation_id is None else str(row.conversation_id),
        title=row.title,
        problem=row.problem,
        solution=row.solution,
        locale=row.locale,
        reason_id=None if row.reason_id is None else str(row.reason_id),
        written_by=row.written_by,
        offered=row.offered,
        used=row.used,
        created_at=row.created_at,
        updated_at=row.updated_at,
        version=_version(row),
    )
