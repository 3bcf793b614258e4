"""What agents decide about two persons: join them, keep them apart, and take any decision back.

Each runs in a write session of the workspace, which it locks: two agents act one after the other,
and the second sees what the first did. Nothing is merged: accounts, orders, notes and tags stay
whose they are, so taking a decision back restores what was.
"""

from datetime import datetime

from integration.crm.deeds import Decider, Decision, begin, conclude, decision_of, pair_of
from integration.crm.faces import face_of
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.identity.deciding import Deed, stands
from integration.identity.history import Action, EventRecord, deed_of, event_by_id
from integration.identity.holders import holders_of
from integration.identity.rulings import BY_RULE
from integration.identity.verdicts import Pair, verdicts_on
from integration.models.vocabulary import Ruling, Verdict

_CHANGED = "This has changed since. Look at the person again and decide anew."


def link(
    session: WorkspaceSession,
    profile_id: int,
    other_id: int,
    *,
    by: Decider,
    now: datetime,
    reason: str | None = None,
) -> Decision:
    """Let two profiles be one person. Those that are one already stay so.

    Raises NotFound for a profile that isn't the workspace's, Invalid for one with itself.
    """
    if profile_id == other_id:
        raise Invalid("A person can't be joined with themselves.")
    session.lock_workspace()
    one, other = face_of(session, profile_id), face_of(session, other_id)
    if one.id == other.id:
        return Decision(None, one.id, other_id, changed=False)
    deed = begin(session, by, now, reason, one.id, other.id)
    pair = pair_of(session, one.id, other.id)
    deed.decide_pair(pair, Verdict.SAME)
    conclude(session, deed, {one.id, other.id}, pair)
    return decision_of(session, deed)


def dismiss(
    session: WorkspaceSession,
    profile_id: int,
    other_id: int,
    *,
    by: Decider,
    now: datetime,
    reason: str | None = None,
) -> Decision:
    """Let two profiles be different persons: nobody is asked about them again.

    Raises NotFound, Invalid for one with itself, Conflict where they are joined.
    """
    if profile_id == other_id:
        raise Invalid("A person is the same as themselves.")
    session.lock_workspace()
    one, other = face_of(session, profile_id), face_of(session, other_id)
    if one.id == other.id:
        raise Conflict("These two are joined. Take them apart first.")
    deed = begin(session, by, now, reason, one.id, other.id)
    pair = pair_of(session, one.id, other.id)
    deed.decide_pair(pair, Verdict.DIFFERENT)
    conclude(session, deed, {one.id, other.id}, pair)
    return decision_of(session, deed)


def reconsider(
    session: WorkspaceSession, profile_id: int, other_id: int, *, by: Decider, now: datetime
) -> Decision:
    """Take back that two profiles are different persons. Raises NotFound, Conflict."""
    session.lock_workspace()
    one, other = face_of(session, profile_id), face_of(session, other_id)
    deed = begin(session, by, now, None, one.id, other.id)
    connection = session.connection()
    for verdict in verdicts_on(connection, session.workspace_id, homes=one.homes):
        if verdict.verdict == Verdict.DIFFERENT and set(verdict.homes) & set(other.homes):
            deed.decide_pair(verdict.pair, None)
    if deed.event_id is None:
        raise Conflict("Nobody said that these two are different.")
    conclude(session, deed, {one.id, other.id})
    return decision_of(session, deed)


def undo(session: WorkspaceSession, event_id: int, *, by: Decider, now: datetime) -> Decision:
    """Take back what an event decided, with all that was decided at once with it.

    Raises NotFound for an event that isn't the workspace's, Conflict where something else was
    decided since, or where it was taken back already.
    """
    session.lock_workspace()
    told = event_by_id(session, event_id)
    if told is None:
        raise NotFound("There is no such entry.")
    events = deed_of(session, told)
    connection, workspace_id = session.connection(), session.workspace_id
    standing = [one for one in events if stands(connection, workspace_id, one.event)]
    # What was added to it, and was decided otherwise since, is left as it is.
    if not events[0].can_undo or events[0] not in standing:
        raise Conflict(_CHANGED)
    first = events[0].event
    deed = begin(session, by, now, None, first.profile_id, first.other_profile_id)
    anchors = {key for one in standing for key in (one.event.left, one.event.right) if key}
    affected = holders_of(connection, workspace_id, anchors)
    affected |= {first.profile_id or 0, first.other_profile_id or 0} - {0}
    for one in reversed(standing):
        _take_back(deed, one)
    conclude(session, deed, affected, anchors)
    return decision_of(session, deed)


def _take_back(deed: Deed, told: EventRecord) -> None:
    event = told.event
    assert event.left is not None
    if event.right is not None:
        verdict = None if event.before is None else Verdict(event.before)
        deed.decide_pair(Pair(event.left, event.right), verdict, undoes_id=told.id)
        return
    # A rule would decide the same again at once: it takes a decision to hold against it.
    is_rules = event.made_by == BY_RULE and event.action == Action.MARKED_SHARED
    before = Ruling.SINGLE.value if is_rules else event.before
    deed.decide_one(event.left, before, undoes_id=told.id)
