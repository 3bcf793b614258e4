"""The page on which calls and talks are written down."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.models import Conversation, Message
from integration.models.vocabulary import Role
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.profile_client import PART
from tests.ui_embed.sites import SAME, count, sign_in
from tests.ui_embed.world import World

TALK = {"kind": "counter", "text": "Exchanged the sandals.", "outcome": "resolved", "key": "k1"}


@pytest.fixture
def agent(world: World, client: FlaskClient) -> FlaskClient:
    """A browser of an agent."""
    sign_in(world, client, role=Role.AGENT, viewer="shopify-staff:9")
    return client


def _get(client: FlaskClient, query: str = "") -> Any:
    return client.get(f"/inbox/log{query}", headers=SAME, base_url="https://localhost")


def _post(client: FlaskClient, fields: dict[str, str], more: Any = None) -> Any:
    headers = SAME | (more or {})
    return client.post("/inbox/log", data=fields, headers=headers, base_url="https://localhost")


def _only(world: World) -> Conversation:
    with world.services.db.workspace(world.workspace_id) as session:
        return session.query(Conversation).one()


def test_a_talk_is_written_down_once_for_each_form(world: World, agent: FlaskClient) -> None:
    page = _get(agent).text
    key = re.search(r'name="key" value="([\w-]{22})"', page)
    assert key
    # The store's clock: Athens is two hours ahead.
    assert 'value="2026-11-22T14:04"' in page
    typed = TALK | {"key": key[1], "happened": "2026-11-22T13:30", "minutes": "7"}
    first = _post(agent, typed)
    held = _only(world)
    assert first.headers["Location"] == f"/inbox/{held.id}"
    assert _post(agent, typed).headers["Location"] == f"/inbox/{held.id}"
    assert count(world, Conversation) == 1
    assert (held.channel_kind, held.status) == ("counter", "resolved")
    assert held.first_asked_at is not None
    assert held.first_asked_at.isoformat() == "2026-11-22T11:30:00+00:00"
    told = _post(agent, TALK | {"key": "k2"}, PART)
    assert "It is written down." in told.text
    assert count(world, Conversation) == 2


def test_whom_the_agent_names_it_was(world: World, agent: FlaskClient) -> None:
    profile_id = add_person(world)
    page = _get(agent, f"?profile={profile_id}&kind=counter").text
    assert f'name="profile_id" value="{profile_id}"' in page
    assert 'name="address"' not in page
    _post(agent, TALK | {"profile_id": str(profile_id)})
    assert _only(world).trust == "agent"
    assert 'name="address"' in _get(agent, "?profile=99999").text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"text": ""}, "text"),
        ({"address": "12"}, "all"),
        ({"happened": "yesterday"}, "happened"),
        ({"happened": "2020-01-01T10:00"}, "all"),
        ({"minutes": "many"}, "minutes"),
        ({"outcome": "pending"}, "all"),
        ({"profile_id": "99999"}, "all"),
    ],
)
def test_what_cant_have_happened_so_comes_back_typed(
    world: World, agent: FlaskClient, changes: dict[str, str], field: str
) -> None:
    answer = _post(agent, TALK | changes)
    assert answer.status_code == 422
    assert f'id="why-{field}"' in answer.text
    assert count(world, Conversation) == count(world, Message) == 0


def test_who_only_reads_writes_nothing(world: World, client: FlaskClient) -> None:
    sign_in(world, client, role=Role.READ_ONLY, viewer="shopify-staff:8")
    assert 'class="main"' not in _get(client).text
    assert _post(client, TALK).status_code == 403
    assert count(world, Conversation) == 0
