"""Since when a customer waits in a conversation that was put together from several.

An answer in one of them answered nothing in another, until they were one.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from integration.models.vocabulary import ConversationStatus


class Waiting:
    """Who waits, by the conversation in which each message was written; told in their order."""

    def __init__(self) -> None:
        self._since: dict[int, datetime] = {}
        self._became: dict[int, int] = {}

    @property
    def since(self) -> datetime | None:
        """Since when somebody waits, None when nobody does."""
        return min(self._since.values(), default=None)

    def asked(self, home: int, at: datetime) -> None:
        """A customer wrote there."""
        self._since.setdefault(self._now(home), at)

    def answered(self, home: int) -> None:
        """Somebody answered there."""
        self._since.pop(self._now(home), None)

    def happened(self, home: int, details: Mapping[str, Any]) -> None:
        """An event: resolved is answered; merged and split ones go on as one."""
        what = details.get("what")
        if what == "status" and details.get("to") == ConversationStatus.RESOLVED:
            self.answered(home)
        elif what in ("merged", "split_from"):
            self._join(int(details["from"]), home)

    def _join(self, other: int, home: int) -> None:
        other, home = self._now(other), self._now(home)
        if other == home:
            return
        self._became[other] = home
        since = self._since.pop(other, None)
        if since is not None:
            self._since[home] = min(since, self._since.get(home, since))

    def _now(self, home: int) -> int:
        while home in self._became:
            home = self._became[home]
        return home
