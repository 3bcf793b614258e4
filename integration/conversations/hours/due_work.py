"""What time does to conversations, found over all workspaces and done in each by itself.

The rows are the truth: whatever dies, the next look finds what is left. Each batch is a short
transaction of one workspace, and each conversation is looked at again under its lock.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select

from integration.conversations import changes
from integration.db import WorkspaceSession
from integration.models import Conversation
from integration.services import Services

BATCH = 50
# Of what can't be done now (somebody has it locked) the next job takes care.
_MOST_BATCHES = 40

_ALL = select(Conversation.workspace_id, Conversation.id)

Deed = Callable[[WorkspaceSession, Conversation, datetime], bool]


def do_due(
    services: Services,
    is_due: ColumnElement[bool],
    deed: Deed,
    *,
    found_by: Select[int, int] = _ALL,
) -> int:
    """Do that to each conversation that is due, whoever's it is. Returns to how many.

    `found_by` reads workspaces and ids of conversations where the condition alone would have all
    rows be looked at. The deed tells whether it did something; then panels are told, after the
    commit.
    """
    done = 0
    after = 0
    for _ in range(_MOST_BATCHES):
        found = _find(services, found_by.where(is_due), after)
        if not found:
            break
        after = found[-1][1]
        by_workspace: dict[int, list[int]] = {}
        for workspace_id, conversation_id in found:
            by_workspace.setdefault(workspace_id, []).append(conversation_id)
        for workspace_id, ids in by_workspace.items():
            done += _do(services, workspace_id, ids, is_due, deed)
    return done


def _find(services: Services, is_due: Select[int, int], after: int) -> Sequence[tuple[int, int]]:
    statement = is_due.where(Conversation.id > after).order_by(Conversation.id).limit(BATCH)
    with services.db.across_workspaces() as session:
        return [(row.workspace_id, row.id) for row in session.execute(statement)]


def _do(
    services: Services,
    workspace_id: int,
    ids: Sequence[int],
    is_due: ColumnElement[bool],
    deed: Deed,
) -> int:
    changed: list[int] = []
    with services.db.workspace(workspace_id, write=True) as session:
        locked = (
            select(Conversation)
            .where(Conversation.id.in_(ids), is_due)
            .order_by(Conversation.id)
            .with_for_update(skip_locked=True)
        )
        for conversation in session.execute(locked).scalars().all():
            if deed(session, conversation, services.now()):
                changed.append(conversation.id)
        session.flush()
    if changed:
        changes.tell(services, workspace_id, *changed)
    return len(changed)
