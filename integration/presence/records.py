"""What is known of who is here, and who keeps it."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


class Doing(StrEnum):
    """What an agent does in a conversation."""

    READING = "reading"
    WRITING = "writing"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Here:
    """An agent who has a conversation open. `doing` is reading or writing."""

    agent_id: int
    doing: Doing


class Presence(Protocol):
    """Who is here, by ids only. Nothing in it is ever relied on, and nothing raises."""

    def note(self, workspace_id: int, conversation_id: int, agent_id: int, doing: Doing) -> bool:
        """That an agent does it now; whether that is news. Reading holds 45 s, writing 8 s."""
        ...

    def who_is_here(self, workspace_id: int, conversation_id: int) -> tuple[Here, ...]:
        """The agents that have it open, in the order of their ids."""
        ...

    def who_are_here(
        self, workspace_id: int, conversation_ids: Iterable[int]
    ) -> dict[int, tuple[Here, ...]]:
        """The same for many conversations; those that nobody has open aren't in it."""
        ...

    def see_agent(self, workspace_id: int, agent_id: int) -> bool:
        """That an agent is online for the next 45 s; whether that is news."""
        ...

    def agents_online(self, workspace_id: int) -> frozenset[int]:
        """The agents that are."""
        ...

    def see_visitor(self, workspace_id: int, visitor_id: int) -> bool:
        """That a visitor is in a shop's chat for the next 45 s; whether that is news."""
        ...

    def visitors_online(self, workspace_id: int) -> frozenset[int]:
        """The visitors that are."""
        ...
