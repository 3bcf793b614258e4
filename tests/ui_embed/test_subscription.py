"""Who of a workspace is told what, and how soon: at once where it is open, else once in a while."""

import asyncio

import pytest

from ui_embed import subscription
from ui_embed.subscription import Audience, News, Subscription


def _news(number: int, conversation: str, what: str = "") -> News:
    return News(f"{number}-0", "conversation", conversation, what=what)


def _told(heard: Subscription) -> list[News]:
    return [heard.queue.get_nowait() for _ in range(heard.queue.qsize())]


async def _gathered() -> None:
    await asyncio.sleep(subscription.GATHERED_SECONDS * 2)


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subscription, "GATHERED_SECONDS", 0.05)


def test_a_list_hears_the_first_at_once_and_what_follows_together() -> None:
    async def run() -> None:
        audience, lists = Audience(), Subscription()
        audience.add(lists)
        audience.hand_over(_news(1, "7"))
        assert _told(lists) == [_news(1, "7")]
        for number, conversation in ((2, "8"), (3, "9"), (4, "8")):
            audience.hand_over(_news(number, conversation))
        assert _told(lists) == []
        await _gathered()
        # Each once, as it was last, the newest at the end: after it the stream goes on.
        assert [each.gathered for each in _told(lists)] == [(_news(3, "9"), _news(4, "8"))]
        await _gathered()
        assert _told(lists) == []
        audience.hand_over(_news(5, "8"))
        assert _told(lists) == [_news(5, "8")]

    asyncio.run(run())


def test_who_has_it_open_hears_at_once_and_not_again() -> None:
    async def run() -> None:
        audience, lists = Audience(), Subscription()
        opened, visitor = Subscription(frozenset("8")), Subscription(frozenset("8"), is_narrow=True)
        for each in (lists, opened, visitor):
            audience.add(each)
        audience.hand_over(_news(1, "7"))
        assert [_told(each) for each in (opened, visitor)] == [[_news(1, "7")], []]
        audience.hand_over(_news(2, "9"))
        audience.hand_over(_news(3, "8"))
        # Whoever goes on after it would never hear of the one before, so it can't be gone on after.
        assert _told(opened) == [News("", "conversation", "8")]
        assert _told(visitor) == [_news(3, "8")]
        await _gathered()
        assert _told(opened) == [_news(2, "9")]
        assert [each.gathered for each in _told(lists)[1:]] == [(_news(2, "9"), _news(3, "8"))]
        assert _told(visitor) == []

    asyncio.run(run())


def test_that_somebody_saw_an_answer_is_told_to_who_has_it_open_only() -> None:
    async def run() -> None:
        audience, lists, opened = Audience(), Subscription(), Subscription(frozenset("8"))
        audience.add(lists)
        audience.add(opened)
        audience.hand_over(_news(1, "8", "seen"))
        await _gathered()
        assert (_told(lists), _told(opened)) == ([], [_news(1, "8", "seen")])
        assert not lists.takes(_news(1, "8", "seen"))
        assert opened.takes(_news(1, "8", "seen"))

    asyncio.run(run())


def test_what_else_there_is_comes_at_once() -> None:
    async def run() -> None:
        audience, lists = Audience(), Subscription()
        audience.add(lists)
        audience.hand_over(_news(1, "7"))
        audience.hand_over(_news(2, "8"))
        audience.hand_over(News("3-0", "profile", "5"))
        assert _told(lists) == [_news(1, "7"), News("", "profile", "5")]
        audience.remove(lists)
        await _gathered()
        assert (_told(lists), bool(audience)) == ([], False)

    asyncio.run(run())
