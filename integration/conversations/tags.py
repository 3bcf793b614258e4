"""Tags on conversations: put on, taken off, and which there are."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from integration.conversations.found import conversation_to_change
from integration.conversations.hours import targets
from integration.conversations.lines import add_event
from integration.crm.agents_text import one_line, same_name, tag_text
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.models import Agent, Conversation, ConversationTag
from integration.statements.bulk import table_of
from integration.statements.by_driver import fetch

MOST_TAGS = 30
MOST_LISTED = 500
# A tag on more is told as on so many: nobody waits for a count.
MOST_COUNTED = 1_000
_TAGS = table_of(ConversationTag)
_FIRST = "SELECT min(tag) FROM conversation_tags WHERE workspace_id = :of"
_EACH_TAG = f"""
WITH RECURSIVE each_tag(tag, place) AS (
    SELECT ({_FIRST}), 1
    UNION ALL
    SELECT ({_FIRST} AND tag > each_tag.tag), place + 1
    FROM each_tag WHERE tag IS NOT NULL AND place < {MOST_LISTED}
)"""  # noqa: S608
_OF_A_TAG = (
    "SELECT 1 FROM conversation_tags AS its WHERE its.workspace_id = :of AND its.tag = each_tag.tag"
)


@dataclass(frozen=True, slots=True)
class TagUsed:
    """A tag and on how many conversations it is, counted to a thousand."""

    tag: str
    conversations: int


def tags_of(session: WorkspaceSession, conversation_id: int) -> tuple[str, ...]:
    """The tags of a conversation, in the order of their names."""
    its = ConversationTag.conversation_id == conversation_id
    return _in_order(session.execute(select(ConversationTag.tag).where(its)).scalars().all())


def tag_conversation(
    session: WorkspaceSession,
    conversation_id: int,
    tags: Collection[str],
    *,
    by: Agent | None,
    now: datetime,
) -> tuple[str, ...]:
    """Put tags on; one that is there in whatever case stays. All of its tags then.

    Raises NotFound, Invalid (empty, too long, too many).
    """
    wanted = [tag_text(each) for each in tags]
    conversation = conversation_to_change(session, conversation_id)
    held = tags_of(session, conversation.id)
    known = {same_name(each) for each in held}
    if len(known | {same_name(each) for each in wanted}) > MOST_TAGS:
        raise Invalid(f"A conversation has at most {MOST_TAGS} tags.", code="too_many_tags")
    _changed(session, conversation, "tagged", put_on(session, conversation.id, wanted), by, now)
    return tags_of(session, conversation.id)


def untag_conversation(
    session: WorkspaceSession, conversation_id: int, tag: str, *, by: Agent | None, now: datetime
) -> tuple[str, ...]:
    """Take a tag off, in whatever case it is there; those that are left. Raises NotFound.

    One that isn't there is no error: it is gone, as was asked.
    """
    gone = same_name(one_line(tag))
    conversation = conversation_to_change(session, conversation_id)
    removed = [each for each in tags_of(session, conversation.id) if same_name(each) == gone]
    if removed:
        statement = delete(ConversationTag).where(
            ConversationTag.conversation_id == conversation.id, ConversationTag.tag.in_(removed)
        )
        session.execute(statement.execution_options(synchronize_session=False))
    _changed(session, conversation, "untagged", tuple(removed), by, now)
    return tags_of(session, conversation.id)


def put_on(
    session: WorkspaceSession, conversation_id: int, tags: Collection[str]
) -> tuple[str, ...]:
    """Put tags on a conversation that is locked or new, as many as it may have; those put on.

    One that others use already is spelled as they do, so that a list by tag finds both.
    """
    if not tags:
        return ()
    held = {same_name(each) for each in tags_of(session, conversation_id)}
    fresh: list[str] = []
    for tag in tags:
        if same_name(tag) not in held and len(held) < MOST_TAGS:
            held.add(same_name(tag))
            fresh.append(_as_used(session, tag))
    rows = [{"tag": tag, "conversation_id": conversation_id} for tag in fresh]
    session.insert_rows(ConversationTag, rows)
    return tuple(fresh)


def tags_used(session: WorkspaceSession) -> tuple[TagUsed, ...]:
    """The tags of the workspace's conversations, in the order of their names: 500 at most."""
    found = [TagUsed(tag, count) for tag, count in _counted(session)]
    return tuple(sorted(found, key=lambda each: (same_name(each.tag), each.tag)))


def common_tags(session: WorkspaceSession, most: int) -> tuple[str, ...]:
    """Those that the most conversations have, counted to a thousand; else by their names."""
    often = sorted(_counted(session), key=lambda each: (-each[1], same_name(each[0]), each[0]))
    return tuple(tag for tag, _ in often[:most])


def _counted(session: WorkspaceSession) -> list[tuple[str, int]]:
    count = f"(SELECT count(*) FROM ({_OF_A_TAG} LIMIT {MOST_COUNTED}) AS few)"  # noqa: S608
    return [(tag, number) for tag, number in _each(session, f"tag, {count}", 1)]


def _distinct(session: WorkspaceSession) -> list[str]:
    return [tag for (tag,) in _each(session, "tag", 0)]


def _each(session: WorkspaceSession, columns: str, workspaces: int) -> list[Any]:
    """One tag after the other by the key's order: one on all conversations is read once.

    `workspaces` is how often the columns ask for the workspace.
    """
    connection = session.connection()
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    statement = f"{_EACH_TAG} SELECT {columns} FROM each_tag WHERE tag IS NOT NULL"  # noqa: S608
    values = [session.workspace_id] * (2 + workspaces)
    return fetch(connection, statement.replace(":of", mark), values)


def _as_used(session: WorkspaceSession, tag: str) -> str:
    """The spelling that others have of a tag, its own where nobody uses it."""
    same = select(_TAGS.c.tag).where(_TAGS.c.workspace_id == session.workspace_id)
    if session.execute(same.where(_TAGS.c.tag == tag).limit(1)).first() is not None:
        return tag
    known = {same_name(each): each for each in _distinct(session)}
    return known.get(same_name(tag), tag)


def _changed(
    session: WorkspaceSession,
    conversation: Conversation,
    what: str,
    tags: Sequence[str],
    by: Agent | None,
    now: datetime,
) -> None:
    """Write down that tags changed, if any did; their names, which may be personal, stay out."""
    if not tags:
        return
    details = {"what": what, "count": len(tags)}
    add_event(session, conversation, details, agent_id=by.id if by else None, now=now)
    targets.set_due(session, conversation, now)
    session.flush()


def _in_order(tags: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(tags, key=lambda tag: (same_name(tag), tag)))
