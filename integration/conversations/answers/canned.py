"""Canned answers: texts that agents use again, in the customer's language, filled in."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError

from integration.audit.actions import Action
from integration.audit.recording import record
from integration.conversations.answers.canned_texts import (
    name_text,
    plain_language,
    shortcut_text,
    texts_by_language,
)
from integration.conversations.answers.variables import Missing, Named, fill
from integration.conversations.found import conversation_for
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import CannedAnswer, Conversation, Store
from integration.texts.folding import fold, words

MOST_ANSWERS = 1_000
MOST_OFFERED = 20
_TAKEN = "There is an answer with that shortcut already."
_CHANGED = "Somebody changed this answer meanwhile. Read it as it is now, then change it again."


@dataclass(frozen=True, slots=True)
class Canned:
    """A canned answer. `texts` maps a language to its text; `store_id` None: for all stores."""

    id: str
    shortcut: str
    name: str
    texts: Mapping[str, str]
    store_id: str | None
    used: int
    version: int
    updated_by: str
    updated_at: datetime

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Offered:
    """A canned answer for one conversation: `text` filled in, in the `language` that was chosen.

    `is_customers`: that is the customer's language. `missing` is what couldn't be filled in.
    """

    id: str
    shortcut: str
    name: str
    language: str
    is_customers: bool
    text: str = field(repr=False)
    missing: tuple[Missing, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


def list_canned(session: WorkspaceSession, search: str = "") -> tuple[Canned, ...]:
    """Those that match a search, all for an empty one; the best match first, then by shortcut."""
    rows = session.execute(select(CannedAnswer)).scalars()
    return tuple(_canned(row) for row in _matching(rows, search))


def read_canned(session: WorkspaceSession, canned_id: int) -> Canned:
    """One of them. Raises NotFound."""
    return _canned(_held(session, canned_id))


def create_canned(
    session: WorkspaceSession,
    *,
    shortcut: str,
    name: str,
    texts: object,
    by: str,
    now: datetime,
    store_id: int | None = None,
) -> Canned:
    """Keep an answer. Raises Invalid, Conflict where the shortcut is taken."""
    row = CannedAnswer(
        shortcut=shortcut_text(shortcut),
        name=name_text(name),
        texts=texts_by_language(texts),
        store_id=_store(session, store_id),
        used=0,
        version=1,
        updated_by=by,
        updated_at=now,
    )
    session.lock_workspace()
    counted = select(func.count()).select_from(CannedAnswer)
    if session.execute(counted).scalar_one() >= MOST_ANSWERS:
        raise Invalid(f"A workspace has at most {MOST_ANSWERS} canned answers.", code="too_many")
    _check_free(session, row.shortcut)
    session.add(row)
    kept = _flushed(session, row)
    _note(session, "made", by, now, row.id)
    return kept


def change_canned(
    session: WorkspaceSession,
    canned_id: int,
    *,
    version: int,
    shortcut: str,
    name: str,
    texts: object,
    by: str,
    now: datetime,
    store_id: int | None = None,
) -> Canned:
    """Change an answer whose `version` was read.

    Raises NotFound, Invalid, Conflict where the shortcut is taken or it was changed since (then its
    details have the `answer` as it is).
    """
    changed = {
        "shortcut": shortcut_text(shortcut),
        "name": name_text(name),
        "texts": texts_by_language(texts),
        "store_id": _store(session, store_id),
    }
    session.lock_workspace()
    row = _held(session, canned_id)
    if row.version != version:
        raise Conflict(_CHANGED, details={"answer": _canned(row).as_dict()})
    _check_free(session, str(changed["shortcut"]), but=canned_id)
    for column, value in changed.items():
        setattr(row, column, value)
    row.version += 1
    row.updated_by, row.updated_at = by, now
    _note(session, "changed", by, now, row.id)
    return _flushed(session, row)


def delete_canned(session: WorkspaceSession, canned_id: int, *, by: str, now: datetime) -> Canned:
    """Remove an answer; what it was is returned, by which it can be made again. Raises NotFound."""
    gone = _canned(_held(session, canned_id))
    statement = delete(CannedAnswer).where(CannedAnswer.id == canned_id)
    session.execute(statement.execution_options(synchronize_session=False))
    _note(session, "removed", by, now, canned_id)
    return gone


def _note(session: WorkspaceSession, deed: str, by: str, now: datetime, canned_id: int) -> None:
    record(
        session, Action.SETTINGS_CHANGED, by=by, now=now, target=f"canned:{canned_id}",
        what="canned", deed=deed,
    )  # fmt: skip


def note_used(session: WorkspaceSession, canned_id: int) -> None:
    """Count that somebody took an answer; one that is gone meanwhile is nobody's."""
    counting = update(CannedAnswer).where(CannedAnswer.id == canned_id)
    statement = counting.values(used=CannedAnswer.used + 1)
    session.execute(statement.execution_options(synchronize_session=False))


def offered(
    session: WorkspaceSession,
    conversation_id: int,
    search: str = "",
    *,
    agent: Named,
    language: str | None = None,
    most: int = MOST_OFFERED,
) -> tuple[Offered, ...]:
    """Those that match a search, for that conversation's store, filled in.

    Each in the customer's language where it has that, else in `language`, else in English or the
    first it has. Raises NotFound.
    """
    conversation = conversation_for(session, conversation_id)
    return offered_for(session, conversation, search, agent=agent, language=language, most=most)


def offered_for(
    session: WorkspaceSession,
    conversation: Conversation,
    search: str = "",
    *,
    agent: Named,
    language: str | None = None,
    most: int = MOST_OFFERED,
) -> tuple[Offered, ...]:
    """The same for a conversation that may not be kept yet: one that is about to begin."""
    rows = session.execute(select(CannedAnswer)).scalars()
    its = (row for row in rows if row.store_id in (None, conversation.store_id))
    best = _matching(its, search)[:most]
    return tuple(_offer(session, row, conversation, agent, language) for row in best)


def _offer(
    session: WorkspaceSession,
    row: CannedAnswer,
    conversation: Conversation,
    agent: Named,
    language: str | None,
) -> Offered:
    theirs = plain_language(conversation.locale)
    wanted = (theirs, plain_language(language), "en", *row.texts)
    chosen = next(each for each in wanted if each in row.texts)
    filled = fill(session, row.texts[chosen], conversation=conversation, agent=agent, locale=chosen)
    return Offered(
        id=str(row.id),
        shortcut=row.shortcut,
        name=row.name,
        language=chosen,
        is_customers=chosen == theirs,
        text=filled.text,
        missing=filled.missing,
    )


def _matching(rows: Iterable[CannedAnswer], search: str) -> list[CannedAnswer]:
    """Those that match a search, the best match first, then by shortcut."""
    found = [
        (rank, row.shortcut, row.id, row)
        for row in rows
        if (rank := _rank(row, search)) is not None
    ]
    return [row for _, _, _, row in sorted(found, key=lambda each: each[:3])]


def _rank(row: CannedAnswer, search: str) -> int | None:
    """How well it matches: 0 best, None not at all."""
    wanted = words(search)
    if not wanted:
        return 0
    if fold(row.shortcut).startswith(fold(search).lstrip("/")):
        return 0
    if _has(wanted, (row.shortcut, row.name)):
        return 1
    return 2 if _has(wanted, (row.shortcut, row.name, *row.texts.values())) else None


def _has(wanted: Sequence[str], texts: Sequence[str]) -> bool:
    held = [word for text in texts for word in words(text)]
    return all(any(word.startswith(each) for word in held) for each in wanted)


def _held(session: WorkspaceSession, canned_id: int) -> CannedAnswer:
    statement = select(CannedAnswer).where(CannedAnswer.id == canned_id).with_for_update()
    row = session.execute(statement).scalars().one_or_none()
    if row is None:
        raise NotFound("There is no such answer.")
    return row


def _store(session: WorkspaceSession, store_id: int | None) -> int | None:
    if store_id is not None:
        if session.execute(select(Store.id).where(Store.id == store_id)).first() is None:
            raise Invalid("There is no such store.", code="invalid_store")
    return store_id


def _check_free(session: WorkspaceSession, shortcut: str, but: int | None = None) -> None:
    taken = select(CannedAnswer.id).where(CannedAnswer.shortcut == shortcut)
    other = session.execute(taken).scalar_one_or_none()
    if other is not None and other != but:
        raise Conflict(_TAKEN, code="shortcut_taken", details={"canned_id": str(other)})


def _flushed(session: WorkspaceSession, row: CannedAnswer) -> Canned:
    try:
        session.flush()
    except IntegrityError:
        raise Conflict(_TAKEN, code="shortcut_taken") from None
    return _canned(row)


def _canned(row: CannedAnswer) -> Canned:
    return Canned(
        id=str(row.id),
        shortcut=row.shortcut,
        name=row.name,
        texts=dict(row.texts),
        store_id=None if row.store_id is None else str(row.store_id),
        used=row.used,
        version=row.version,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )
