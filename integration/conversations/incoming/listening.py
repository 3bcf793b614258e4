"""Listening to mailboxes: who has news is asked at once instead of within the minute.

One long job listens to all of them, a thread each that sleeps in its socket. It only hints: what it
misses is found by the minute's look. It ends after a while for its successor to begin, in whatever
process that is; when its process dies, the scheduler finds nobody listening and begins anew.
"""

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from sqlalchemy import select

from channels.errors import ChannelError
from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.conversations.incoming.fetching import ask
from integration.models import Channel
from integration.models.vocabulary import ChannelStatus
from integration.processes.ending import given_back_at_end
from integration.services import Services

log = structlog.get_logger(__name__)

JOB = "mail.listen"
EVERY_SECONDS = 15
# Threads that sleep cost some tens of kB each; whoever is beyond is asked each minute.
MAILBOXES_AT_MOST = 400
_LISTENS_SECONDS = 3600.0
_LOOKS_EVERY_SECONDS = 10.0
_HELD_SECONDS = 30.0
# Below the half hour after which servers end an IDLE, and not all at the same moment.
_WAITS_SECONDS = (240.0, 420.0)
_PAUSE_SECONDS = (30.0, 90.0)


def listen(services: Services) -> None:
    """Listen to all mailboxes for an hour. At most one of it runs at a time."""
    listener = Listener(services)
    with given_back_at_end(listener.leave):
        listener.run(_LISTENS_SECONDS)


@dataclass(frozen=True, slots=True)
class _Place:
    workspace_id: int
    channel_id: int


class Listener:
    """The threads that wait for news, one a mailbox."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._ended = threading.Event()
        self._threads: dict[_Place, threading.Thread] = {}

    def run(self, at_most_seconds: float) -> None:
        """Listen until the time is over, or until `leave`."""
        until = time.monotonic() + at_most_seconds
        try:
            while time.monotonic() < until and not self._ended.is_set():
                self._hold()
                self._look()
                self._ended.wait(_LOOKS_EVERY_SECONDS)
        finally:
            self.leave()

    def leave(self) -> None:
        """Let another process listen; threads that sleep end by themselves."""
        self._ended.set()
        self._services.jobs.release(f"scheduled:{JOB}")

    def _hold(self) -> None:
        # The key by which the scheduler would enqueue another.
        self._services.jobs.hold(f"scheduled:{JOB}", for_seconds=_HELD_SECONDS)

    def _look(self) -> None:
        """Begin to listen to mailboxes that are new, or well again."""
        self._threads = {
            place: thread for place, thread in self._threads.items() if thread.is_alive()
        }
        for place in self._places():
            if place not in self._threads and len(self._threads) < MAILBOXES_AT_MOST:
                self._threads[place] = _started(lambda place=place: self._wait(place))  # type: ignore[misc]

    def _places(self) -> list[_Place]:
        kinds = [slug for slug, each in self._services.channels.items() if each.mailbox is not None]
        statement = select(Channel.workspace_id, Channel.id).where(
            Channel.kind.in_(kinds),
            Channel.status == ChannelStatus.ACTIVE,
            Channel.failing_since.is_(None),
        )
        with self._services.db.across_workspaces() as session:
            rows = session.execute(statement.order_by(Channel.id)).all()
        return [_Place(*row) for row in rows]

    def _wait(self, place: _Place) -> None:
        """Wait for news of one mailbox until something is wrong with it, or this ends."""
        try:
            while not self._ended.is_set():
                if not self._wait_once(place):
                    return
        except ChannelError as error:
            # The minute's look finds out, and writes it down.
            log.info("mail.not_listening", channel_id=place.channel_id, code=error.code)
            self._ended.wait(random.uniform(*_PAUSE_SECONDS))
        except Exception as error:
            log.exception("mail.listening_failed", error=type(error).__name__)
            self._ended.wait(random.uniform(*_PAUSE_SECONDS))

    def _wait_once(self, place: _Place) -> bool:
        """Wait once and ask the mailbox if there is news; False where nobody listens any more."""
        services = self._services
        with services.db.workspace(place.workspace_id) as session:
            channel = session.get(Channel, place.channel_id)
            if channel is None or channel.status != ChannelStatus.ACTIVE:
                return False
            account = account_of(ChannelKeys(services.keyring), channel)
            kind = channel.kind
        mailbox = services.channels[kind].mailbox
        assert mailbox is not None
        began = time.monotonic()
        is_news = mailbox.await_news(account, at_most_seconds=random.uniform(*_WAITS_SECONDS))
        if is_news and not self._ended.is_set():
            ask(services, place.workspace_id, place.channel_id)
            # A mailbox that always has news is asked once a second.
            self._ended.wait(max(0.0, 1.0 - (time.monotonic() - began)))
        return True


def _started(work: Callable[[], None]) -> threading.Thread:
    thread = threading.Thread(target=work, name="listening", daemon=True)
    thread.start()
    return thread
