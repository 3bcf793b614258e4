"""What goes of each class when its time is over: which rows are too old, what becomes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from sqlalchemy import ColumnElement, Text, and_, cast, delete, null, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from integration.db import WorkspaceSession
from integration.models import (
    Arrival,
    Attachment,
    AuditEvent,
    Conversation,
    Message,
    PeopleExport,
    PersonExport,
    PrivacyRequest,
    ProfileView,
    Visitor,
)
from integration.models.vocabulary import ConversationStatus, WorkState
from integration.privacy.erasing.conversation_traces import blank_conversations

# Takes these rows, in the caller's transaction.
Take: TypeAlias = Callable[[WorkspaceSession, Sequence[int]], None]

_SILENT = {"synchronize_session": False}


@dataclass(frozen=True, slots=True)
class Ageing:
    """How a class is forgotten: the rows of `model` that are older by `age` than a moment, and of
    which `which` holds, are given to `take`.
    """

    model: Any
    age: InstrumentedAttribute[Any]
    which: tuple[ColumnElement[bool], ...]
    take: Take


def old_rows(
    session: WorkspaceSession, ageing: Ageing, before: datetime, limit: int
) -> Sequence[int]:
    """The ids of rows that are too old, the oldest first."""
    statement = select(ageing.model.id).where(*_is_old(session, ageing, before))
    return session.execute(statement.order_by(ageing.age).limit(limit)).scalars().all()


def take_old_rows(
    session: WorkspaceSession, ageing: Ageing, before: datetime, ids: Sequence[int]
) -> int:
    """Take those of these rows that are too old still; how many. The caller commits."""
    statement = select(ageing.model.id).where(
        ageing.model.id.in_(ids), *_is_old(session, ageing, before)
    )
    still = session.execute(statement.with_for_update()).scalars().all()
    ageing.take(session, still)
    return len(still)


def forget_nobodys_requests(session: Session, before: datetime) -> None:
    """Forget requests of stores that we never had, which no workspace's rule holds for."""
    which = PrivacyRequest.workspace_id.is_(None), *_OVER, PrivacyRequest.finished_at < before
    session.execute(delete(PrivacyRequest).where(*which).execution_options(**_SILENT))


def _is_old(
    session: WorkspaceSession, ageing: Ageing, before: datetime
) -> tuple[ColumnElement[bool], ...]:
    # Also of tables that are no workspace's by themselves.
    own = ageing.model.workspace_id == session.workspace_id
    return own, ageing.age < before, *ageing.which


def _blank(session: WorkspaceSession, ids: Sequence[int]) -> None:
    """Take the words out of conversations, and of what was merged into them."""
    blank_conversations(session, [*ids, *_merged_into(session, ids)])


def _merged_into(session: WorkspaceSession, ids: Sequence[int]) -> list[int]:
    """Those that were merged into these, however many times over."""
    found: list[int] = []
    while ids:
        statement = select(Conversation.id).where(Conversation.merged_into_id.in_(ids))
        ids = [each for each in session.execute(statement).scalars() if each not in found]
        found += ids
    return found


def _deleted(model: Any) -> Take:
    def take(session: WorkspaceSession, ids: Sequence[int]) -> None:
        own = model.workspace_id == session.workspace_id
        session.execute(delete(model).where(own, model.id.in_(ids)).execution_options(**_SILENT))

    return take


def _emptied(model: Any, **values: object) -> Take:
    def take(session: WorkspaceSession, ids: Sequence[int]) -> None:
        own = model.workspace_id == session.workspace_id
        which = update(model).where(own, model.id.in_(ids))
        session.execute(which.values(**values).execution_options(**_SILENT))

    return take


def _is_told(column: Any) -> ColumnElement[bool]:
    """Whether a document says anything: nothing may be written as no value or as JSON's."""
    return and_(column.is_not(None), cast(column, Text) != "null")


_OVER = (PrivacyRequest.state.in_(("done", "refused")),)
_RESOLVED = or_(Conversation.status == ConversationStatus.RESOLVED, Conversation.is_spam)
_SAYS_SOMETHING = or_(
    Conversation.preview.is_not(None),
    Conversation.person_kind.is_not(None),
    Conversation.subject.is_not(None),
    Conversation.person_name.is_not(None),
)
_OF_RESOLVED = (
    select(Message.id)
    .join(Conversation, Conversation.id == Message.conversation_id)
    .where(Message.id == Attachment.message_id, _RESOLVED)
    .exists()
)
_WROTE = select(Conversation.id).where(Conversation.visitor_id == Visitor.id).exists()

FORGETS: Final[dict[str, Ageing]] = {
    "conversations": Ageing(
        Conversation,
        Conversation.last_message_at,
        (_RESOLVED, _SAYS_SOMETHING, Conversation.merged_into_id.is_(None)),
        _blank,
    ),
    "attachments": Ageing(Attachment, Attachment.created_at, (_OF_RESOLVED,), _deleted(Attachment)),
    "visits": Ageing(
        Visitor,
        Visitor.seen_at,
        (or_(_is_told(Visitor.page), _is_told(Visitor.cart)),),
        _emptied(Visitor, page=null(), cart=null()),
    ),
    "visitors": Ageing(Visitor, Visitor.seen_at, (~_WROTE,), _deleted(Visitor)),
    "parked_arrivals": Ageing(
        Arrival,
        Arrival.received_at,
        (Arrival.state == WorkState.PARKED, Arrival.sealed_body.is_not(None)),
        _emptied(Arrival, sealed_body=None),
    ),
    "person_exports": Ageing(
        PersonExport,
        PersonExport.made_at,
        (PersonExport.sealed_file.is_not(None),),
        _emptied(PersonExport, sealed_file=None, subject_digests=""),
    ),
    "privacy_requests": Ageing(
        PrivacyRequest, PrivacyRequest.finished_at, _OVER, _deleted(PrivacyRequest)
    ),
    "profile_views": Ageing(ProfileView, ProfileView.viewed_at, (), _deleted(ProfileView)),
    "people_exports": Ageing(PeopleExport, PeopleExport.begun_at, (), _deleted(PeopleExport)),
    "audit_events": Ageing(AuditEvent, AuditEvent.at, (), _deleted(AuditEvent)),
}
