"""Whatever is merged, split and undone: each message stands in exactly one conversation."""

import itertools
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from integration.conversations.joining.merging import merge, unmerge
from integration.conversations.joining.splitting import split
from integration.conversations.states import set_status
from integration.conversations.writing import note
from integration.db import Database
from integration.errors import AppError
from integration.models import Conversation, Message
from tests.factories.conversations import make_agent, make_channel
from tests.factories.mirror import Mirror
from tests.factories.stores import NOW
from tests.integration.conversations.conftest import Inbox
from tests.integration.conversations.joining.test_joining import mail, wrote

MINUTE = timedelta(minutes=1)
_NUMBER = itertools.count(1)

_DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["mail", "answer", "note", "merge", "unmerge", "split", "resolve"]),
        st.integers(0, 9),
        st.integers(0, 9),
    ),
    min_size=1,
    max_size=14,
)


def _do(inbox: Any, made: list[int], number: int, deed: str, one: int, other: int) -> None:
    here, there = made[one % len(made)], made[other % len(made)]
    now = NOW + number * MINUTE
    if deed == "mail":
        mail(inbox, f"m{number}", number, conversation_id=here)
    elif deed == "answer":
        wrote(inbox, here, f"a{number}-{here}", number)
    elif deed == "note":
        inbox.write(note, here, f"n{number}", key=f"n{number}-{here}", now=now)
    elif deed == "resolve":
        inbox.do(set_status, here, "resolved", now=now)
    elif deed == "merge":
        inbox.write(merge, here, there, now=now)
    elif deed == "unmerge":
        inbox.write(unmerge, here, now=now)
    else:
        standing = inbox.messages(here)
        made.append(inbox.write(split, here, int(standing[other % len(standing)].id), now=now))


@settings(max_examples=25)
@given(_DEEDS)
def test_whatever_is_done_each_message_is_in_one_conversation(
    db: Database, deeds: list[tuple[str, int, int]]
) -> None:
    mirror = Mirror(db, f"joined-{next(_NUMBER)}.myshopify.com")
    inbox = Inbox(
        mirror, make_channel(db, mirror.workspace_id), make_agent(db, mirror.workspace_id)
    )
    made = [mail(inbox, f"first {each}", 0) for each in range(3)]
    written = 3
    for number, (deed, one, other) in enumerate(deeds, 1):
        try:
            _do(inbox, made, number, deed, one, other)
        except AppError:
            continue
        written += deed in ("mail", "answer", "note")
    check(inbox, written)


def check(inbox: Any, written: int) -> None:
    """All messages are there, none in one that went; figures are those of its messages."""
    with inbox.reading() as session:
        rows = list(session.execute(select(Message).order_by(Message.id)).scalars())
        held = {row.id: row for row in session.execute(select(Conversation)).scalars()}
    spoken = [row for row in rows if row.kind != "event"]
    assert len(spoken) == written
    assert all(held[row.conversation_id].merged_into_id is None for row in spoken)
    shown: list[str] = []
    for conversation in held.values():
        if conversation.merged_into_id is not None:
            assert conversation.messages == 0
            continue
        its = [row for row in spoken if row.conversation_id == conversation.id]
        thread = [each for each in inbox.messages(conversation.id) if each.kind != "event"]
        assert [each.id for each in thread] == [str(row.id) for row in its]
        shown += [each.id for each in thread]
        assert conversation.messages == len(its)
        assert conversation.answers == sum(row.kind == "answer" for row in its)
        asked = [row.created_at for row in its if row.kind == "customer"]
        assert conversation.first_asked_at == min(asked, default=None)
        assert conversation.last_message_id == (its[-1].id if its else None)
        if conversation.status != "resolved":
            every = [row for row in rows if row.conversation_id == conversation.id]
            moved = any(row.moved_from_id for row in every) or any(
                (row.details or {}).get("what") in ("merged", "split", "unmerged") for row in every
            )
            check_waiting(conversation, every, moved)
    assert sorted(map(int, shown)) == [row.id for row in spoken]


def check_waiting(conversation: Conversation, rows: list[Message], moved: bool) -> None:
    """Who waits has asked; whoever asked last, after all that was done, waits."""
    since = conversation.waiting_since
    assert since is None or since in {row.created_at for row in rows if row.kind == "customer"}
    spoken = [row for row in rows if row.kind in ("customer", "answer")]
    ended = [row.id for row in rows if (row.details or {}).get("to") == "resolved"]
    if spoken and spoken[-1].kind == "customer" and spoken[-1].id > max(ended, default=0):
        assert since is not None
    if not moved and not ended:
        assert since == plainly_waiting(spoken)


def plainly_waiting(rows: list[Message]) -> Any:
    since = None
    for row in rows:
        since = None if row.kind == "answer" else since or row.created_at
    return since
