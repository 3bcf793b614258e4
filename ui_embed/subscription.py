"""One waiting page or visitor, and all those of a workspace."""

import asyncio
from dataclasses import dataclass, field

from integration.events import PASSING

RESYNC = "resync"
_OF_WATCHED = frozenset(("typing", "presence"))
_MOST_WAITING = 200


@dataclass(frozen=True, slots=True)
class News:
    """One event with its id in the stream, which is empty for what passes.

    The kind `resync` means: some were missed, read all again. `data` is the event's, as JSON.
    """

    event_id: str
    kind: str
    subject_id: str
    data: bytes = b""


@dataclass(eq=False, slots=True)
class Subscription:
    """What one open page waits on.

    Who types, reads and writes comes only for conversations in `watched`. With `is_narrow`
    nothing else comes than news of those: what a visitor may hear. `begins_after` is the id of the
    last event before it.
    """

    watched: frozenset[str] = frozenset()
    is_narrow: bool = False
    begins_after: str = ""
    queue: "asyncio.Queue[News]" = field(default_factory=lambda: asyncio.Queue(_MOST_WAITING))

    def put(self, news: News) -> None:
        """Hand news over; whoever reads too slowly is told to read all again."""
        if self.queue.full():
            if news.kind in PASSING:
                return
            while not self.queue.empty():
                self.queue.get_nowait()
            news = News(news.event_id, RESYNC, "")
        self.queue.put_nowait(news)

    def takes(self, news: News) -> bool:
        """Whether news is for it."""
        if news.kind in _OF_WATCHED:
            return news.subject_id in self.watched
        if self.is_narrow:
            return news.kind == RESYNC or (
                news.kind == "conversation" and news.subject_id in self.watched
            )
        return True


class Audience:
    """The subscriptions of one workspace. A visitor costs nothing where others are written to."""

    def __init__(self) -> None:
        self._wide: set[Subscription] = set()
        self._narrow: dict[str, set[Subscription]] = {}

    def __bool__(self) -> bool:
        """Whether anybody listens."""
        return bool(self._wide or self._narrow)

    def add(self, subscription: Subscription) -> None:
        """Let it hear."""
        if not subscription.is_narrow:
            self._wide.add(subscription)
            return
        for conversation_id in subscription.watched:
            self._narrow.setdefault(conversation_id, set()).add(subscription)

    def remove(self, subscription: Subscription) -> None:
        """Let it hear no more."""
        self._wide.discard(subscription)
        for conversation_id in subscription.watched:
            held = self._narrow.get(conversation_id, set())
            held.discard(subscription)
            if not held:
                self._narrow.pop(conversation_id, None)

    def hand_over(self, news: News) -> None:
        """Tell those whom it concerns."""
        for subscription in self._wide:
            if subscription.takes(news):
                subscription.put(news)
        for subscription in self._narrow.get(news.subject_id, ()):
            if subscription.takes(news):
                subscription.put(news)
