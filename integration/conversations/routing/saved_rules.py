"""The routing rules of a workspace: made, changed, put in order, removed."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from sqlalchemy import delete, func, select

from integration.audit.actions import Action
from integration.audit.recording import record
from integration.conversations.inbox_settings import inbox_settings
from integration.conversations.positions import put_in_order
from integration.conversations.routing.rules import (
    Actions,
    Conditions,
    read_actions,
    read_conditions,
)
from integration.crm.agents_text import one_line, same_name
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Agent, Channel, ContactReason, RoutingRule, Store

MOST_RULES = 200
LONGEST_NAME = 80
_CHANGED = "Somebody changed this rule meanwhile. Read it as it is now, then change it again."


@dataclass(frozen=True, slots=True)
class SavedRule:
    """A rule. `conditions` and `actions` have the forms of `rules`; `version` names its state."""

    id: str
    position: int
    name: str
    conditions: dict[str, Any]
    actions: dict[str, Any]
    is_on: bool
    updated_by: str
    updated_at: datetime
    version: str

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


def list_rules(session: WorkspaceSession) -> tuple[SavedRule, ...]:
    """All of them in the order in which they are tried."""
    statement = select(RoutingRule).order_by(RoutingRule.position, RoutingRule.id)
    return tuple(_saved(row) for row in session.execute(statement).scalars())


def create_rule(
    session: WorkspaceSession,
    name: str,
    conditions: object,
    actions: object,
    *,
    by: str,
    now: datetime,
    is_on: bool = True,
) -> SavedRule:
    """Add a rule, the last to be tried. Raises Invalid."""
    asked, done = _checked(session, conditions, actions)
    kept_name = _name(name)
    session.lock_workspace()
    count, last = session.execute(select(func.count(), func.max(RoutingRule.position))).one()
    if count >= MOST_RULES:
        raise Invalid(f"A workspace has at most {MOST_RULES} rules.", code="too_many")
    row = RoutingRule(
        position=(last or 0) + 1,
        name=kept_name,
        conditions=asked.as_dict(),
        actions=done.as_dict(),
        is_on=is_on,
        updated_by=by,
        updated_at=now,
    )
    session.add(row)
    session.flush()
    _note(session, "made", by, now, row.id)
    return _saved(row)


def change_rule(
    session: WorkspaceSession,
    rule_id: int,
    *,
    version: str,
    by: str,
    now: datetime,
    name: str | None = None,
    conditions: object = None,
    actions: object = None,
    is_on: bool | None = None,
) -> SavedRule:
    """Change what is given of a rule. `version` is that of the rule which was read.

    Raises NotFound, Invalid, and Conflict where it was changed since (its details have the rule).
    """
    session.lock_workspace()
    row = _held(session, rule_id)
    if _version(row) != version:
        raise Conflict(_CHANGED, details={"rule": _saved(row).as_dict()})
    asked, done = _checked(
        session,
        row.conditions if conditions is None else conditions,
        row.actions if actions is None else actions,
    )
    if name is not None:
        row.name = _name(name)
    if is_on is not None:
        row.is_on = is_on
    row.conditions, row.actions = asked.as_dict(), done.as_dict()
    row.updated_by, row.updated_at = by, now
    _note(session, "changed", by, now, row.id)
    session.flush()
    return _saved(row)


def order_rules(
    session: WorkspaceSession, rule_ids: Sequence[int], *, by: str, now: datetime
) -> tuple[SavedRule, ...]:
    """Have the rules be tried in this order. Raises Conflict unless it names each of them once."""
    session.lock_workspace()
    moved = put_in_order(session.execute(select(RoutingRule)).scalars(), rule_ids)
    if moved is None:
        raise Conflict("The rules are others meanwhile. Look at them again.")
    for row in moved:
        row.updated_by, row.updated_at = by, now
    _note(session, "order", by, now)
    session.flush()
    return list_rules(session)


def delete_rule(session: WorkspaceSession, rule_id: int, *, by: str, now: datetime) -> SavedRule:
    """Remove a rule; what it was is returned, by which it can be made again. Raises NotFound."""
    session.lock_workspace()
    gone = _saved(_held(session, rule_id))
    statement = delete(RoutingRule).where(RoutingRule.id == rule_id)
    session.execute(statement.execution_options(synchronize_session=False))
    _note(session, "removed", by, now, rule_id)
    return gone


def _note(
    session: WorkspaceSession, deed: str, by: str, now: datetime, rule_id: int | None = None
) -> None:
    target = None if rule_id is None else f"rule:{rule_id}"
    record(session, Action.SETTINGS_CHANGED, by=by, now=now, target=target, what="rules", deed=deed)


def _checked(
    session: WorkspaceSession, conditions: object, actions: object
) -> tuple[Conditions, Actions]:
    """The forms, whose ids are all this workspace's. Raises Invalid."""
    asked, done = read_conditions(conditions), read_actions(actions)
    agents = {*done.round_robin, *((done.assign_agent,) if done.assign_agent else ())}
    reasons = {done.reason_id} if done.reason_id is not None else set()
    for model, wanted, what in (
        (Channel, set(asked.channels), "channel"),
        (Store, set(asked.stores), "store"),
        (Agent, agents, "agent"),
        (ContactReason, reasons, "reason"),
    ):
        column: Any = model.id
        if wanted and wanted - set(session.execute(select(column)).scalars()):
            raise Invalid(f"There is no such {what}.", code="invalid_rule", details={"at": what})
    if done.target_class is not None:
        classes = inbox_settings(session).targets.classes
        if same_name(done.target_class) not in {same_name(each.name) for each in classes}:
            raise Invalid(
                "There is no such class of targets. Make it with the targets first.",
                code="invalid_rule",
                details={"at": "target_class"},
            )
    return asked, done


def _held(session: WorkspaceSession, rule_id: int) -> RoutingRule:
    statement = select(RoutingRule).where(RoutingRule.id == rule_id).with_for_update()
    row = session.execute(statement).scalars().one_or_none()
    if row is None:
        raise NotFound("There is no such rule.")
    return row


def _name(typed: str) -> str:
    name = one_line(typed)
    if not name or len(name) > LONGEST_NAME:
        raise Invalid(f"A rule's name has 1 to {LONGEST_NAME} characters.", code="invalid_name")
    return name


def _saved(row: RoutingRule) -> SavedRule:
    return SavedRule(
        id=str(row.id),
        position=row.position,
        name=row.name,
        conditions=dict(row.conditions),
        actions=dict(row.actions),
        is_on=row.is_on,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
        version=_version(row),
    )


def _version(row: RoutingRule) -> str:
    """A name of its state, by which a change since is found whatever the clock says."""
    state = (row.name, row.conditions, row.actions, row.is_on)
    return sha256(orjson.dumps(state, option=orjson.OPT_SORT_KEYS)).hexdigest()[:16]
