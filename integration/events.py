"""News for open panels and inboxes: what changed. A hint, never the truth; pages read again."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

CONVERSATION = "conversation"
# What happened in a conversation, where its news say so (`what`): somebody wrote to the other side,
# a note was written, the customer saw an answer. Other changes say nothing: all may be different.
MESSAGE, NOTE, SEEN = "message", "note", "seen"
# Who reads and writes now: worth nothing a moment later, so never kept and never resumed.
PASSING = frozenset(("typing", "presence", "online"))
# That an agent may come in no more, or as another: their streams ask again, and pages never hear.
AGENT = "agent"


@dataclass(frozen=True, slots=True)
class Event:
    """That something changed. `subject_id` is ours; `data` holds ids and words, never personal.

    `kind` is profile, store, backfill, conversation (it changed; see MESSAGE: with a message's go
    its id as `message`, and as `assignee` whose the conversation is, empty for nobody's), typing
    (in a conversation; `who` is `agent:<id>` or `visitor`), presence (an agent's in a conversation:
    `who` as before, `state` reading, writing or left), online (of an agent; `state` on) or agent
    (see AGENT).
    """

    workspace_id: int
    kind: str
    subject_id: int
    data: Mapping[str, str] = field(default_factory=dict, hash=False)


class Events(Protocol):
    """Where news is told, after the commit."""

    def publish(self, *events: Event) -> None:
        """Tell. Never raises: whoever misses it reads again later."""
        ...


@dataclass(slots=True)
class RecordedEvents:
    """News that is only written down: for tests and processes that nobody listens to."""

    told: list[Event] = field(default_factory=list)

    def publish(self, *events: Event) -> None:
        """Write them down."""
        self.told.extend(events)
