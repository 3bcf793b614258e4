"""Presence where no Valkey is: nobody is ever seen."""

from collections.abc import Iterable

from integration.presence.records import Doing, Here


class QuietPresence:
    """Nobody is here, and nothing is news."""

    def note(self, workspace_id: int, conversation_id: int, agent_id: int, doing: Doing) -> bool:
        """Nothing is kept."""
        return False

    def who_is_here(self, workspace_id: int, conversation_id: int) -> tuple[Here, ...]:
        """Nobody."""
        return ()

    def who_are_here(
        self, workspace_id: int, conversation_ids: Iterable[int]
    ) -> dict[int, tuple[Here, ...]]:
        """Nobody."""
        return {}

    def see_agent(self, workspace_id: int, agent_id: int) -> bool:
        """Nothing is kept."""
        return False

    def agents_online(self, workspace_id: int) -> frozenset[int]:
        """Nobody."""
        return frozenset()

    def see_visitor(self, workspace_id: int, visitor_id: int) -> bool:
        """Nothing is kept."""
        return False

    def visitors_online(self, workspace_id: int) -> frozenset[int]:
        """Nobody."""
        return frozenset()
