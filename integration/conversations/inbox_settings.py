"""A workspace's settings of its inbox, with their defaults; read often, changed seldom."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from integration.audit.actions import Action
from integration.audit.recording import record
from integration.conversations.hours.office_hours import (
    OfficeHours,
    read_office_hours,
    stored_office_hours,
)
from integration.conversations.hours.target_classes import Targets, read_targets
from integration.conversations.outgoing.automatic_settings import checked_mails
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.models import Agent, Channel
from integration.models import InboxSettings as Row
from integration.models.vocabulary import AgentStatus, Role


class _Unchanged:
    """Stands for what isn't to be changed; None is a value."""


UNCHANGED: Final = _Unchanged()


@dataclass(frozen=True, slots=True)
class SettingsOfInbox:
    """How a workspace answers. `office_hours` None: always. `automatic` is of automatic mails.

    `round_robin`: new conversations that no rule gives to anybody go to whoever is there, in turn.
    """

    office_hours: OfficeHours | None = None
    targets: Targets = field(default_factory=Targets)
    automatic: Mapping[str, Any] = field(default_factory=dict)
    round_robin: bool = True
    updated_by: str | None = None
    updated_at: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return {
            "office_hours": self.office_hours.as_dict() if self.office_hours else None,
            "targets": self.targets.as_dict(),
            "automatic": dict(self.automatic),
            "round_robin": self.round_robin,
            "updated_by": self.updated_by,
            "updated_at": self.updated_at,
        }


def inbox_settings(session: WorkspaceSession) -> SettingsOfInbox:
    """What is set, the defaults where nothing is."""
    row = _row(session)
    return SettingsOfInbox() if row is None else _settings(row)


def office_hours_of(session: WorkspaceSession) -> OfficeHours | None:
    """The workspace's office hours, None where it has none set."""
    return inbox_settings(session).office_hours


def change_inbox_settings(
    session: WorkspaceSession,
    *,
    by: str,
    now: datetime,
    office_hours: object = UNCHANGED,
    targets: object = UNCHANGED,
    automatic: object = UNCHANGED,
    round_robin: bool | None = None,
) -> SettingsOfInbox:
    """Change what is given, in the forms of `office_hours` and `target_classes`; None clears it.

    `by` is a viewer as the audit names them. Conversations that wait keep the times they have
    until something happens to them. Raises Invalid.
    """
    changed: dict[str, Any] = {}
    if not isinstance(office_hours, _Unchanged):
        read = read_office_hours(office_hours)
        changed["office_hours"] = read.as_dict() if read else None
    if not isinstance(targets, _Unchanged):
        changed["targets"] = _checked(session, read_targets(targets)).as_dict()
    if not isinstance(automatic, _Unchanged):
        changed["automatic"] = _mails(automatic)
    if round_robin is not None:
        changed["round_robin"] = round_robin
    session.lock_workspace()
    row = _row(session)
    if row is None:
        row = Row(round_robin=True)
        session.add(row)
    for name, value in changed.items():
        setattr(row, name, value)
    row.updated_by, row.updated_at = by, now
    record(session, Action.SETTINGS_CHANGED, by=by, now=now, what=" ".join(sorted(changed)))
    session.flush()
    return _settings(row)


def _row(session: WorkspaceSession) -> Row | None:
    return session.execute(select(Row)).scalars().one_or_none()


def _settings(row: Row) -> SettingsOfInbox:
    return SettingsOfInbox(
        office_hours=stored_office_hours(row.office_hours),
        targets=read_targets(row.targets),
        automatic=dict(row.automatic or {}),
        round_robin=row.round_robin,
        updated_by=row.updated_by,
        updated_at=row.updated_at,
    )


def _checked(session: WorkspaceSession, targets: Targets) -> Targets:
    """The same, whose channels and agent are this workspace's."""
    asked = {each for one in targets.classes for each in one.channels}
    if asked:
        known = set(session.execute(select(Channel.id).where(Channel.id.in_(asked))).scalars())
        if asked - known:
            raise Invalid("There is no such channel.", code="invalid_targets")
    agent_id = targets.escalation.agent_id
    if agent_id is not None:
        able = select(Agent.id).where(
            Agent.id == agent_id,
            Agent.status != AgentStatus.DISABLED,
            Agent.role != Role.READ_ONLY,
        )
        if session.execute(able).first() is None:
            raise Invalid("There is no such agent who could answer.", code="invalid_targets")
    return targets


def _mails(told: object) -> dict[str, Any] | None:
    if told is None:
        return None
    if not isinstance(told, Mapping):
        raise Invalid("The settings of automatic mails are an object.")
    return checked_mails(told).as_dict()
