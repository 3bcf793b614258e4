"""Working off the profiles that are due: what they are found by, and what is suggested of them.

The rows of `due_profiles` are the truth, and jobs only a hint: whatever dies, the next look finds
what is left. Each batch is one short write transaction of one workspace, so that on SQLite, which
has one writer, nobody waits long behind it.
"""

from collections.abc import Sequence

from sqlalchemy import select

from integration.crm.shared import judge_addresses
from integration.db import WorkspaceSession
from integration.identity.clues import clues_of
from integration.identity.pairing import refresh_suggestions
from integration.models import DueProfile
from integration.search.documents import NOTHING, Findable, write_documents
from integration.search.due import mark_done
from integration.search.facts import load_facts
from integration.search.terms import terms_of
from integration.services import Services
from integration.tenancy.workspace_turns import take_turns

JOB = "search.work_off"
KEY = "search"
BATCH = 50
# It shares a worker with the drain, and makes way for it as the drain does for others.
_AT_LEAST_SECONDS, _AT_MOST_SECONDS = 0.25, 2.0


def work_off_due(services: Services) -> int:
    """Work off what is due, for a moment; have another job go on where something is left.

    Workspaces take turns, a batch each. Returns how many profiles were worked off.
    """
    done, may_have_more = take_turns(
        services,
        DueProfile.workspace_id,
        lambda workspace_id: work_off_batch(services, workspace_id),
        is_over=lambda took: (
            took > _AT_MOST_SECONDS
            or (took > _AT_LEAST_SECONDS and services.jobs.has_waiting("live"))
        ),
    )
    if may_have_more:
        services.jobs.enqueue(JOB, key=KEY)
    return done


def work_off_batch(services: Services, workspace_id: int, *, at_most: int = BATCH) -> int:
    """Work off some profiles of a workspace in one transaction. Returns how many."""
    with services.db.workspace(workspace_id, write=True) as session:
        if not session.lock_workspace(waits=False):
            # Somebody writes there: what is due now is not all that will be.
            return 0
        due = _due(session, at_most)
        if due:
            # Whoever comes apart by it is due again.
            judge_addresses(session, due, services.now())
            index(session, due)
        return len(due)


def index(session: WorkspaceSession, profile_ids: Sequence[int]) -> None:
    """Work these profiles out anew, in the caller's transaction under the workspace's lock."""
    connection, workspace_id = session.connection(), session.workspace_id
    facts = load_facts(connection, workspace_id, profile_ids)
    wanted = dict.fromkeys(profile_ids, NOTHING)
    for profile_id, each in facts.items():
        wanted[profile_id] = Findable(terms_of(each), frozenset(clues_of(each)))
    before = write_documents(connection, workspace_id, wanted)
    changed = [wanted[each].clues ^ before.get(each, NOTHING).clues for each in profile_ids]
    refresh_suggestions(session, profile_ids, frozenset().union(*changed))
    mark_done(connection, workspace_id, profile_ids)


def _due(session: WorkspaceSession, at_most: int) -> Sequence[int]:
    statement = select(DueProfile.profile_id).order_by(DueProfile.profile_id).limit(at_most)
    return session.execute(statement).scalars().all()
