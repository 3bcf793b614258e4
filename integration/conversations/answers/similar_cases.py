"""What was handled before that resembles a conversation: cases, and conversations that are over.

By words alone: those that the customer's messages share with another, each the heavier the fewer
have it. So what is offered is explained by the words that are shared; no language is understood.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import open_content
from integration.conversations.found import conversation_for
from integration.conversations.lists.terms import of_text
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.models import Case, Conversation, Message
from integration.models.vocabulary import ConversationStatus, MessageKind
from integration.statements.by_driver import fetch
from integration.statements.prepared import several
from integration.texts.folding import words

MOST_OFFERED = 5
_MESSAGES_READ = 10
_MOST_WORDS = 200
_SHORTEST_WORD = 3
_MOST_SHARED_SHOWN = 6
# A word that so many have tells nothing; of rarer ones so many rows are read.
_COMMON = 1_000
_MOST_ROWS = 5_000
# A word that one in three has tells nothing either, however few there are of all.
_LEAST_WEIGHT = 1.0
# One common word alone resembles nothing.
_LEAST_SCORE = 2.5


@dataclass(frozen=True, slots=True)
class SimilarCase:
    """A case, and the words that it shares, the rarest first."""

    id: str
    title: str
    problem: str = field(repr=False)
    solution: str = field(repr=False)
    shared: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class SimilarConversation:
    """A conversation that was resolved, and the words that it shares."""

    id: str
    subject: str | None
    resolved_at: datetime | None
    shared: tuple[str, ...]

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


def similar(
    session: WorkspaceSession, keys: ChannelKeys, conversation_id: int, *, most: int = MOST_OFFERED
) -> tuple[SimilarCase, ...]:
    """The cases that resemble a conversation, the likest first. Raises NotFound."""
    said = _said(session, keys, conversation_id)
    likest = _likest(session, "case", said, most)
    rows = {
        row.id: row for row in session.execute(select(Case).where(Case.id.in_(likest))).scalars()
    }
    return tuple(
        SimilarCase(str(each), rows[each].title, rows[each].problem, rows[each].solution, shared)
        for each, shared in likest.items()
        if each in rows
    )


def similar_conversations(
    session: WorkspaceSession, keys: ChannelKeys, conversation_id: int, *, most: int = MOST_OFFERED
) -> tuple[SimilarConversation, ...]:
    """The resolved conversations that resemble one, the likest first. Raises NotFound."""
    held = conversation_for(session, conversation_id)
    said = _said(session, keys, held.id)
    likest = _likest(session, "conversation", said, 10 * most + 1)
    columns = select(Conversation.id, Conversation.subject, Conversation.resolved_at)
    over = columns.where(
        Conversation.id.in_(likest),
        Conversation.id != held.id,
        Conversation.status == ConversationStatus.RESOLVED,
        Conversation.merged_into_id.is_(None),
        Conversation.is_spam.is_(False),
    )
    rows = {row.id: row for row in session.execute(over)}
    found = [
        SimilarConversation(str(each), rows[each].subject, rows[each].resolved_at, shared)
        for each, shared in likest.items()
        if each in rows
    ]
    return tuple(found[:most])


def _said(session: WorkspaceSession, keys: ChannelKeys, conversation_id: int) -> dict[str, str]:
    """The customer's words as they are looked up, each as they spelled it."""
    held = conversation_for(session, conversation_id)
    its = select(Message).where(
        Message.conversation_id == held.id, Message.kind == MessageKind.CUSTOMER
    )
    texts = [held.subject or ""]
    for row in session.execute(its.order_by(Message.id).limit(_MESSAGES_READ)).scalars():
        try:
            texts.append(open_content(keys.by_id(session, row.channel_id), row).text)
        except CannotOpen:
            continue
    said: dict[str, str] = {}
    for text in texts:
        spelled = {one[0]: chunk for chunk in text.split() if len(one := words(chunk)) == 1}
        for word in of_text(text):
            if len(word) >= _SHORTEST_WORD and not word.isdigit() and "@" not in word:
                said.setdefault(word, spelled.get(word, word).strip(".,;:!?()\"'«»"))
        if len(said) >= _MOST_WORDS:
            break
    return dict(list(said.items())[:_MOST_WORDS])


def _likest(
    session: WorkspaceSession, table: str, said: Mapping[str, str], most: int
) -> dict[int, tuple[str, ...]]:
    """The ids of what shares the heaviest words, with those words; the likest first."""
    weights = _weights(session, table, said)
    if not weights:
        return {}
    scores: dict[int, list[str]] = {}
    for one, term in _holders(session, table, list(weights)):
        scores.setdefault(one, []).append(term)
    ranked = sorted(
        ((sum(weights[term] for term in terms), one) for one, terms in scores.items()),
        reverse=True,
    )
    found: dict[int, tuple[str, ...]] = {}
    for score, one in ranked[:most]:
        if score >= _LEAST_SCORE:
            heaviest = sorted(scores[one], key=lambda term: (-weights[term], term))
            found[one] = tuple(said[term] for term in heaviest[:_MOST_SHARED_SHOWN])
    return found


def _weights(session: WorkspaceSession, table: str, said: Mapping[str, str]) -> dict[str, float]:
    """How much each word tells: the rarer in cases and conversations, the more."""
    terms = list(said)
    if not terms:
        return {}
    in_cases = _counts(session, "case", terms)
    in_conversations = _counts(session, "conversation", terms)
    everything = _how_many(session)
    own = in_cases if table == "case" else in_conversations
    held = dict(zip(terms, own, strict=True))
    weights: dict[str, float] = {}
    rows = 0
    for term, some, others in sorted(
        zip(terms, in_cases, in_conversations, strict=True), key=lambda each: each[1] + each[2]
    ):
        if not held[term] or some + others >= _COMMON or rows + held[term] > _MOST_ROWS:
            continue
        weight = math.log((everything + 2) / (some + others + 0.5))
        if weight >= _LEAST_WEIGHT:
            rows += held[term]
            weights[term] = weight
    return weights


def _how_many(session: WorkspaceSession) -> int:
    """About how many cases and conversations there are: past the common it doesn't matter."""
    total = 0
    for model in (Case, Conversation):
        few = select(model.id).limit(20 * _COMMON).subquery()
        total += session.execute(select(func.count()).select_from(few)).scalar_one()
    return total


def _counts(session: WorkspaceSession, table: str, terms: Sequence[str]) -> list[int]:
    """How many have each word, as far as a common one."""
    connection = session.connection()
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    one = (
        f"(SELECT count(*) FROM (SELECT 1 FROM {table}_terms WHERE workspace_id = {mark}"  # noqa: S608
        f" AND term = {mark} LIMIT {_COMMON}) AS few)"
    )
    values = [value for term in terms for value in (session.workspace_id, term)]
    [row] = fetch(connection, f"SELECT {', '.join([one] * len(terms))}", values)
    return list(row)


def _holders(session: WorkspaceSession, table: str, terms: Sequence[str]) -> list[Any]:
    connection = session.connection()
    is_sqlite = connection.dialect.name == "sqlite"
    mark = "?" if is_sqlite else "%s"
    some = "IN (SELECT value FROM json_each(?))" if is_sqlite else "= ANY(%s)"
    text = f"SELECT {table}_id, term FROM {table}_terms WHERE workspace_id = {mark} AND term {some}"  # noqa: S608
    return fetch(connection, text, (session.workspace_id, several(connection, terms)))
