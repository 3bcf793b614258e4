"""The agent behind whoever comes in, and the names of all of them.

A caller's door is the audit's name for them, with the store whose admin says it: number 7 of one
store is somebody else than number 7 of another. All programs with an API key are one machine.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from integration.agents.roles import Deed, may
from integration.audit.actions import Action
from integration.audit.recording import STORE, record
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Agent, AgentDoor
from integration.models.vocabulary import AgentStatus, Role

# The door of whoever comes with an API key, and the name that their answers carry.
MACHINE_DOOR = "api-key"
MACHINE_NAME = "API"
# The door of an agent who signed in here: `agent:7`.
OWN_DOOR = "agent:"
_OF_NO_STORE = (OWN_DOOR, "owner:")
_LONGEST_ID = 18
# What `_first_name` makes.
_NOBODYS_NAME = re.compile(rf"Staff \S*|Owner|Agent|{MACHINE_NAME}")


@dataclass(frozen=True, slots=True)
class AgentCard:
    """An agent. `locales` are the languages they answer in, empty for all; `capacity` how many
    conversations at once, None without a limit. `is_machine`: the API, nobody to assign to.
    """

    id: int
    name: str
    role: str
    status: str
    email: str | None
    locale: str | None
    locales: tuple[str, ...]
    signature: str | None
    takes_conversations: bool
    capacity: int | None
    is_machine: bool
    seen_at: datetime | None

    @property
    def can_answer(self) -> bool:
        """Whether a conversation may be theirs: somebody active whose role lets them answer."""
        is_there = self.status == AgentStatus.ACTIVE and not self.is_machine
        return is_there and may(self, Deed.ANSWER)


def door_of(viewer: str, store_id: int) -> str:
    """The door of whoever the audit names so, in that store's admin."""
    if viewer.startswith(f"{MACHINE_DOOR}:"):
        return MACHINE_DOOR
    return viewer if viewer.startswith(_OF_NO_STORE) else f"{viewer}@{store_id}"


def agent_of(
    session: WorkspaceSession, door: str, *, role: str, locale: str | None, now: datetime
) -> AgentCard:
    """The agent who comes in by a door (`Caller.door`), made when they first come.

    `role` is what a store's admin says today: it holds until one was decided here. Two requests
    that come at once find the same agent. Raises NotFound for one who isn't there any more.
    """
    row = _by_door(session, door)
    if row is None and not door.startswith(OWN_DOOR):
        row = _made(session, door, role, locale, now)
    if row is None:
        raise NotFound("There is no such agent.")
    if not row.is_role_set and not row.is_machine and row.role != role:
        record(
            session, Action.AGENT_CHANGED, by=STORE, now=now, target=f"{OWN_DOOR}{row.id}",
            role=role, before=row.role,
        )  # fmt: skip
        row.role = role
    return card_of(row)


def name_for_customers(name: str) -> str | None:
    """An agent's name as customers may see it, None until they said one of their own."""
    return None if _NOBODYS_NAME.fullmatch(name) or "@" in name else name


def find_agent(session: WorkspaceSession, door: str) -> AgentCard | None:
    """The agent who comes in by a door, None where nobody did yet."""
    row = _by_door(session, door)
    return card_of(row) if row is not None else None


def get_agent(session: WorkspaceSession, agent_id: int) -> Agent:
    """The row of an agent of this workspace. Raises NotFound, also for another's."""
    row = session.execute(select(Agent).where(Agent.id == agent_id)).scalar_one_or_none()
    if row is None:
        raise NotFound("There is no such agent.")
    return row


def list_agents(session: WorkspaceSession) -> list[AgentCard]:
    """Everybody of the workspace but machines, by name; those who were disabled too."""
    rows = session.execute(select(Agent).where(Agent.is_machine.is_(False))).scalars()
    return sorted(map(card_of, rows), key=lambda card: (card.name.casefold(), card.id))


def agent_names(session: WorkspaceSession, ids: Iterable[int | None]) -> dict[int, str]:
    """The names of these agents by their ids, without those that aren't there."""
    asked = {each for each in ids if each is not None}
    if not asked:
        return {}
    rows = session.execute(select(Agent.id, Agent.name).where(Agent.id.in_(asked)))
    return dict(iter(rows))


def card_of(row: Agent) -> AgentCard:
    """An agent's row as it crosses the border."""
    return AgentCard(
        id=row.id,
        name=row.name,
        role=row.role,
        status=row.status,
        email=row.email,
        locale=row.locale,
        locales=tuple(row.locales.split()),
        signature=row.signature,
        takes_conversations=row.takes_conversations,
        capacity=row.capacity,
        is_machine=row.is_machine,
        seen_at=row.seen_at,
    )


def _by_door(session: WorkspaceSession, door: str) -> Agent | None:
    number = door.removeprefix(OWN_DOOR)
    if number != door:
        if not (number.isascii() and number.isdigit() and len(number) <= _LONGEST_ID):
            return None
        return session.execute(select(Agent).where(Agent.id == int(number))).scalar_one_or_none()
    return session.execute(
        select(Agent)
        .join(AgentDoor, AgentDoor.agent_id == Agent.id)
        .where(AgentDoor.viewer == door)
    ).scalar_one_or_none()


def _made(
    session: WorkspaceSession, door: str, role: str, locale: str | None, now: datetime
) -> Agent | None:
    is_machine = door == MACHINE_DOOR
    try:
        with session.begin_nested():
            row = Agent(
                name=first_name(door),
                role=role,
                status=AgentStatus.ACTIVE,
                locale=locale,
                is_machine=is_machine,
                takes_conversations=not is_machine and role != Role.READ_ONLY,
                created_at=now,
            )
            session.add(row)
            session.flush()
            session.add(AgentDoor(agent_id=row.id, viewer=door, created_at=now))
            session.flush()
    except IntegrityError:
        # Somebody came by the same door at this moment.
        return _by_door(session, door)
    return row


def first_name(door: str) -> str:
    """What somebody is called until they say their name."""
    if door == MACHINE_DOOR:
        return MACHINE_NAME
    kind, _, rest = door.partition(":")
    if kind.endswith("-staff"):
        return f"Staff {rest.partition('@')[0]}"[:80]
    return kind.capitalize()[:80]
