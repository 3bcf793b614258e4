"""One job listens to all mailboxes and only hints; nobody's death stops the rest."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from channels.errors import ChannelUnreachable
from integration.conversations.incoming import listening
from integration.conversations.incoming.listening import JOB, Listener
from integration.models import Channel
from tests.factories.conversations import make_channel
from tests.integration.conversations.mail_flow import Flow, flow, mail_template

__all__ = ["flow", "mail_template"]


class News:
    """A mailbox whose news a test tells."""

    def __init__(self) -> None:
        self.waiting: list[int] = []
        self.told: dict[int, threading.Event] = {}
        self.error: Exception | None = None

    def await_news(self, account: Any, *, at_most_seconds: float) -> bool:
        assert 240 <= at_most_seconds <= 420
        self.waiting.append(account.channel_id)
        if self.error is not None:
            raise self.error
        event = self.told.setdefault(account.channel_id, threading.Event())
        was_told = event.wait(120)
        event.clear()
        return was_told


@pytest.fixture
def news(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> News:
    monkeypatch.setattr(listening, "_LOOKS_EVERY_SECONDS", 0.02)
    made = News()
    flow.mail.mailbox = made
    return made


def listening_to(flow: Flow, news: News, holds: Callable[[], bool]) -> None:
    """Listen until that holds."""
    listener = Listener(flow.services)
    thread = threading.Thread(target=listener.run, args=(60.0,))
    thread.start()
    until = time.monotonic() + 60
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    listener.leave()
    for event in news.told.values():
        event.set()
    thread.join(60)
    for waiting in listener._threads.values():
        waiting.join(60)
    assert holds()


def asked(flow: Flow) -> list[int]:
    return [
        int(given["channel_id"] or 0) for name, given in flow.jobs.waiting if name == "mail.fetch"
    ]


def test_news_have_the_mailbox_asked_and_nothing_more(flow: Flow, news: News) -> None:
    news.told[flow.channel_id] = threading.Event()
    news.told[flow.channel_id].set()
    listening_to(flow, news, lambda: asked(flow) == [flow.channel_id])
    assert flow.mail.reads == 0


def test_a_mailbox_that_comes_later_is_listened_to(flow: Flow, news: News) -> None:
    later: list[int] = []

    def both() -> bool:
        if flow.channel_id in news.waiting and not later:
            made = make_channel(flow.services.db, flow.workspace_id, address="two@amber.example")
            later.append(made)
        return bool(later) and later[0] in news.waiting

    listening_to(flow, news, both)
    assert asked(flow) == []


def test_what_stands_still_or_fails_is_not_listened_to(flow: Flow, news: News) -> None:
    number = make_channel(flow.services.db, flow.workspace_id, address="b@amber.example")
    flow.change(Channel, number, status="paused")
    number = make_channel(flow.services.db, flow.workspace_id, address="c@amber.example")
    flow.change(Channel, number, failing_since=flow.clock())
    number = make_channel(flow.services.db, flow.workspace_id, address="d@amber.example")
    flow.change(Channel, number, status="reauthorize")
    listening_to(flow, news, lambda: news.waiting == [flow.channel_id])


def test_a_mailbox_that_is_away_is_left_for_a_while(
    flow: Flow, news: News, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "_PAUSE_SECONDS", (120.0, 120.0))
    news.error = ChannelUnreachable("mail.example can't be reached")
    listening_to(flow, news, lambda: news.waiting == [flow.channel_id])
    assert asked(flow) == []


def test_it_runs_once_and_ends_for_its_successor(flow: Flow, news: News) -> None:
    held: list[str] = []
    released: list[str] = []

    class Keys:
        """What is held and let go of."""

        def hold(self, key: str, *, for_seconds: float) -> None:
            held.append(key)

        def release(self, key: str) -> None:
            released.append(key)

    listener = Listener(flow.services)
    object.__setattr__(flow.services, "jobs", Keys())
    listener.run(0.1)
    assert set(held) == {f"scheduled:{JOB}"}
    assert released == [f"scheduled:{JOB}"]
    news.told.setdefault(flow.channel_id, threading.Event()).set()
    for waiting in listener._threads.values():
        waiting.join(60)
