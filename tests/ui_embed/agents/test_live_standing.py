"""An agent's stream of news ends once they are let in no more, not when it is renewed."""

import asyncio
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.agents.changing import OPERATOR, disable, end_sessions
from integration.agents.signing_out import sign_everybody_out
from integration.agents.telling import tell_of_agent
from integration.app import create_front
from integration.events import Event
from integration.events_valkey import ValkeyEvents
from integration.models import Session
from tests.ui_embed.agents.people import add_agent, type_in
from tests.ui_embed.streams import changed, listening, opened, told, valkey
from tests.ui_embed.world import NOW, World
from ui_embed import live

__all__ = ("listening", "told", "valkey")

AGAIN = "event: again\ndata: {}\n\n"


def _browser(world: World, **changes: Any) -> tuple[int, dict[str, str]]:
    """An agent who is signed in, and what their browser sends."""
    agent_id = add_agent(world, **changes)
    client: FlaskClient = world.app.test_client()
    answer = type_in(client, email=changes.get("email", "eleni@aegean.example"))
    assert answer.status_code == 303
    name = "__Host-tillside_session"
    cookie = client.get_cookie(name)
    assert cookie is not None
    return agent_id, {"cookie": f"{name}={cookie.value}", "sec_fetch_site": "same-origin"}


def _shut_out(world: World, agent_id: int) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        disable(session, agent_id, by=OPERATOR, now=NOW)


def _sign_out(world: World, agent_id: int) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        end_sessions(session, agent_id, now=NOW)


def _sign_all_out(world: World, agent_id: int) -> None:
    """All of the workspace, but for the colleague who asks for it."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        kept = select(Session.token_digest).where(Session.agent_id != agent_id)
        digest = session.execute(kept).scalars().one()
        assert sign_everybody_out(session, by=OPERATOR, now=NOW, but_digest=digest) == [agent_id]


@pytest.mark.parametrize("ending", [_shut_out, _sign_out, _sign_all_out])
def test_it_ends_at_once_and_their_colleagues_goes_on(
    listening: World, told: ValkeyEvents, ending: Any
) -> None:
    object.__setattr__(listening.services, "events", told)
    one, browser = _browser(listening)
    _, other = _browser(listening, email="jana@aegean.example")

    async def run() -> None:
        front = create_front(listening.services, listening.house)
        async with (
            opened(front, None, **browser) as stream,
            opened(front, None, **other) as colleague,
        ):
            assert (await stream.take()).endswith(": open\n\n")
            assert (await colleague.take()).endswith(": open\n\n")
            ending(listening, one)
            tell_of_agent(listening.services, listening.workspace_id, one)
            told.publish(Event(listening.workspace_id, "profile", 7))
            assert await stream.take() == AGAIN
            await stream.end()
            _, data = changed(await colleague.take())
            assert data == {"kind": "profile", "subject_id": "7"}
        async with opened(front, None, **browser) as refused:
            await refused.take()
            assert refused.status == 401

    asyncio.run(run())


def test_it_ends_soon_where_nobody_told(listening: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live, "SEEN_EVERY_SECONDS", 0.05)
    monkeypatch.setattr(live, "HEARTBEAT_SECONDS", 0.02)
    one, browser = _browser(listening)

    async def run() -> None:
        front = create_front(listening.services, listening.house)
        async with opened(front, None, **browser) as stream:
            assert (await stream.take()).endswith(": open\n\n")
            _shut_out(listening, one)
            while (part := await stream.take()) == ": still here\n\n":
                pass
            assert part == AGAIN
            await stream.end()

    asyncio.run(run())


def test_whoever_may_still_come_in_hears_on(listening: World, told: ValkeyEvents) -> None:
    one, browser = _browser(listening)

    async def run() -> None:
        front = create_front(listening.services, listening.house)
        async with opened(front, None, **browser) as stream:
            await stream.take()
            object.__setattr__(listening.services, "events", told)
            tell_of_agent(listening.services, listening.workspace_id, one)
            told.publish(Event(listening.workspace_id, "profile", 8))
            assert changed(await stream.take())[1] == {"kind": "profile", "subject_id": "8"}

    asyncio.run(run())
