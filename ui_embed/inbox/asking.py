"""Which list is looked at: as its address says, and the addresses of lists and conversations."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from integration.conversations.lists.asked import Asked, read_asked
from integration.errors import Invalid
from ui_embed.request_context import single_arguments

_KEPT = ("view", "channel", "kind", "store", "tag", "assignee", "q", "sort")
_PLAIN = {"view": "open", "sort": "newest"}


@dataclass(frozen=True, slots=True)
class Looked:
    """A list: what is asked, and the parameters that ask it."""

    asked: Asked
    query: Mapping[str, Any]

    def list_url(self, **changes: str | None) -> str:
        """The address of this list, or of one like it."""
        return url_for("inbox.listed", **_kept({**self.query, **changes}))

    def url(self, conversation_id: str) -> str:
        """The address of a conversation, opened from this list."""
        return url_for("inbox.shown", conversation_id=conversation_id, **self.query)


def looked_at() -> Looked:
    """The list that the present address means. Raises Invalid for what is none."""
    arguments = single_arguments()
    # No database of ours is asked for a NUL: PostgreSQL refuses to.
    if any("\x00" in value for value in arguments.values()):
        raise Invalid("There is a character in it that means nothing.")
    return Looked(read_asked(arguments), _kept(arguments))


def _kept(told: Mapping[str, str | None]) -> dict[str, Any]:
    return {
        name: value for name in _KEPT if (value := told.get(name)) and value != _PLAIN.get(name)
    }
