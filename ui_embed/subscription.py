"""One waiting page or visitor, and all those of a workspace."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from integration.events import CONVERSATION, PASSING, SEEN

RESYNC = "resync"
_OF_WATCHED = frozenset(("typing", "presence"))
_MOST_WAITING = 200
# Of conversations that a page doesn't have open it shows a row: those are told this seldom.
GATHERED_SECONDS = 1.0


@dataclass(frozen=True, slots=True)
class News:
    """One event with its id in the stream, which is empty for what isn't resumed after.

    The kind `resync` means: some were missed, read all again. `data` is the event's, as JSON, and
    `what` is from it. `gathered` are several that are told at once; it is no event itself then.
    """

    event_id: str
    kind: str
    subject_id: str
    data: bytes = b""
    what: str = ""
    gathered: tuple["News", ...] = ()

    @property
    def is_of_seeing(self) -> bool:
        """Whether nothing changed but that the customer saw an answer: no list shows that."""
        return self.what == SEEN


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
        if news.kind in _OF_WATCHED or news.is_of_seeing:
            return news.subject_id in self.watched
        if self.is_narrow:
            return news.kind == RESYNC or (
                news.kind == CONVERSATION and news.subject_id in self.watched
            )
        return True


class Audience:
    """The subscriptions of one workspace. A visitor costs nothing where others are written to, and
    an agent little: of conversations that a page doesn't watch it hears once in a second.
    """

    def __init__(self) -> None:
        self._wide: set[Subscription] = set()
        # By conversation: pages and visitors that watch it.
        self._watching: dict[str, set[Subscription]] = {}
        self._gathered: dict[str, News] = {}
        self._told_at = -GATHERED_SECONDS
        self._telling: asyncio.TimerHandle | None = None

    def __bool__(self) -> bool:
        """Whether anybody listens."""
        return bool(self._wide or self._watching)

    def add(self, subscription: Subscription) -> None:
        """Let it hear."""
        if not subscription.is_narrow:
            self._wide.add(subscription)
        for conversation_id in subscription.watched:
            self._watching.setdefault(conversation_id, set()).add(subscription)

    def remove(self, subscription: Subscription) -> None:
        """Let it hear no more."""
        self._wide.discard(subscription)
        for conversation_id in subscription.watched:
            held = self._watching.get(conversation_id, set())
            held.discard(subscription)
            if not held:
                self._watching.pop(conversation_id, None)
        if not self and self._telling is not None:
            self._telling.cancel()
            self._telling = None
            self._gathered.clear()

    def hand_over(self, news: News) -> None:
        """Tell those whom it concerns."""
        watching = self._watching.get(news.subject_id, ())
        if news.kind == CONVERSATION:
            self._tell(watching, news)
            if self._wide and not news.is_of_seeing:
                self._gather(news)
        elif news.kind in _OF_WATCHED:
            self._tell(watching, news)
        else:
            self._tell(self._wide, news)

    def _tell(self, subscriptions: Iterable[Subscription], news: News) -> None:
        # Resumed after this one, what is gathered before it would never be told.
        behind = replace(news, event_id="") if self._gathered else news
        for each in subscriptions:
            each.put(news if each.is_narrow else behind)

    def _gather(self, news: News) -> None:
        loop = asyncio.get_running_loop()
        self._gathered.pop(news.subject_id, None)
        self._gathered[news.subject_id] = news
        if self._telling is not None:
            return
        due_at = self._told_at + GATHERED_SECONDS
        if due_at <= loop.time():
            self._tell_gathered()
        else:
            self._telling = loop.call_at(due_at, self._tell_gathered)

    def _tell_gathered(self) -> None:
        self._telling, self._told_at = None, asyncio.get_running_loop().time()
        gathered, self._gathered = tuple(self._gathered.values()), {}
        subjects = {each.subject_id for each in gathered}
        whole = _together(gathered)
        for each in self._wide:
            if each.watched.isdisjoint(subjects):
                each.put(whole)
                continue
            # What it watches it has been told, as it came.
            others = tuple(news for news in gathered if news.subject_id not in each.watched)
            if others:
                each.put(_together(others))


def _together(news: tuple[News, ...]) -> News:
    return news[0] if len(news) == 1 else News("", "", "", gathered=news)
