"""What passes in conversations, over a real Valkey: who hears of it, and who doesn't."""

import asyncio

import orjson
import pytest

from integration.app import create_front
from integration.events import Event
from integration.events_valkey import ValkeyEvents
from tests.ui_embed.streams import PATIENCE_SECONDS, changed, listening, opened, told, valkey
from tests.ui_embed.world import DOMAIN, World, mint
from ui_embed.news import hub_of
from ui_embed.subscription import News, Subscription

__all__ = ("listening", "told", "valkey")


def test_who_types_is_told_to_those_who_watch_and_isnt_resumed(
    listening: World, told: ValkeyEvents
) -> None:
    async def run() -> None:
        front = create_front(listening.services, listening.house)
        async with (
            opened(front, mint(DOMAIN), query="conversation=12,13") as watching,
            opened(front, mint(DOMAIN)) as other,
        ):
            await watching.take()
            await other.take()
            told.publish(
                Event(listening.workspace_id, "typing", 14, {"who": "visitor"}),
                Event(listening.workspace_id, "typing", 12, {"who": "visitor"}),
            )
            assert await watching.take() == (
                'event: changed\ndata: {"kind":"typing","subject_id":"12",'
                '"data":{"who":"visitor"}}\n\n'
            )
            told.publish(Event(listening.workspace_id, "conversation", 12))
            for stream in (watching, other):
                last, data = changed(await stream.take())
                assert data == {"kind": "conversation", "subject_id": "12"}
            told.publish(Event(listening.workspace_id, "presence", 13, {"state": "left"}))
            assert "presence" in await watching.take()
        async with opened(front, mint(DOMAIN), last_event_id=last) as again:
            await again.take()
            told.publish(Event(listening.workspace_id, "conversation", 15))
            _, data = changed(await again.take())
            assert data["subject_id"] == "15"

    asyncio.run(run())


def test_who_hears_of_one_conversation_hears_nothing_else(
    listening: World, told: ValkeyEvents
) -> None:
    async def run() -> None:
        hub = hub_of(listening.services)
        assert hub is not None
        assert hub is hub_of(listening.services)
        workspace_id, only = listening.workspace_id, frozenset(["12"])
        async with hub.subscribe(workspace_id, None, watched=only, is_narrow=True) as narrow:
            told.publish(
                Event(workspace_id, "profile", 12),
                Event(workspace_id, "conversation", 13),
                Event(listening.other_workspace_id, "conversation", 12),
                Event(workspace_id, "conversation", 12),
            )
            first = await asyncio.wait_for(narrow.queue.get(), PATIENCE_SECONDS)
            assert (first.kind, first.subject_id) == ("conversation", "12")
            told.publish(Event(workspace_id, "online", 12, {"state": "on"}))
            told.publish(Event(workspace_id, "typing", 12, {"who": "agent:7"}))
            second = await asyncio.wait_for(narrow.queue.get(), PATIENCE_SECONDS)
            assert second == News("", "typing", "12", b'{"who":"agent:7"}')
        told.publish(Event(workspace_id, "conversation", 13), Event(workspace_id, "profile", 12))
        told.publish(Event(workspace_id, "conversation", 12))
        resumed = hub.subscribe(workspace_id, first.event_id, watched=only, is_narrow=True)
        async with resumed as narrow:
            missed = await asyncio.wait_for(narrow.queue.get(), PATIENCE_SECONDS)
            assert (missed.kind, missed.subject_id) == ("conversation", "12")
            assert narrow.queue.empty()

    asyncio.run(run())


def test_much_typing_pushes_no_news_away() -> None:
    subscription = Subscription(frozenset(["12"]))
    subscription.put(News("1-0", "conversation", "12"))
    for _ in range(500):
        subscription.put(News("", "typing", "12"))
    assert subscription.queue.get_nowait() == News("1-0", "conversation", "12")
    while not subscription.queue.empty():
        assert subscription.queue.get_nowait().kind == "typing"
    for number in range(250):
        subscription.put(News(f"{number}-1", "conversation", "12"))
    assert subscription.queue.get_nowait().kind == "resync"


@pytest.mark.parametrize(
    "query", ["conversation=x", "conversation=" + "9" * 19, "conversation=1,-2"]
)
def test_what_names_no_conversations_is_refused(listening: World, query: str) -> None:
    async def run() -> None:
        async with opened(
            create_front(listening.services, listening.house), mint(DOMAIN), query=query
        ) as stream:
            assert orjson.loads(await stream.take())["error"]["code"] == "invalid"
            assert stream.status == 400

    asyncio.run(run())
