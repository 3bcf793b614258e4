"""Which pages may ask, and how often; nothing of it takes cookies."""

import pytest
from flask.testing import FlaskClient

from integration.chat.limits import Allowance, Limits, TooMany
from integration.models import Channel
from tests.ui_embed.widget.chats import CHAT, FORM, ORIGIN, Desk, Visitor
from tests.ui_embed.world import OTHER_DOMAIN, World

ROUTES = (("GET", "settings"), ("POST", "start"), ("POST", "messages"), ("GET", "messages"))


@pytest.mark.parametrize(("method", "path"), ROUTES)
@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", f"https://{OTHER_DOMAIN}", "null", f"http://{ORIGIN[8:]}", ""],
)
def test_other_pages_are_refused_before_anything_is_done(
    visitor: Visitor, agent: Desk, method: str, path: str, origin: str
) -> None:
    visitor.origin = origin
    posted = {"text": "Hello", "key": "k" * 20} if method == "POST" else None
    answered = visitor.ask(method, path, json=posted)
    assert answered.status_code == 403
    assert "Access-Control-Allow-Origin" not in answered.headers
    assert agent.conversations() == []


def test_a_page_of_the_store_may_read(visitor: Visitor) -> None:
    answered = visitor.ask("GET", "settings")
    assert answered.headers["Access-Control-Allow-Origin"] == ORIGIN
    assert "Access-Control-Allow-Credentials" not in answered.headers
    assert "Origin" in answered.headers["Vary"]
    asked = visitor.ask("OPTIONS", "messages")
    assert (asked.status_code, asked.headers["Access-Control-Allow-Origin"]) == (204, ORIGIN)
    assert "Authorization" in asked.headers["Access-Control-Allow-Headers"]


def test_no_other_route_answers_a_stores_page(client: FlaskClient, agent: Desk) -> None:
    assert agent
    for path in ("/api/v1/context?order=1", "/inbox", f"/form/{FORM}"):
        answered = client.get(path, headers={"Origin": ORIGIN})
        assert "Access-Control-Allow-Origin" not in answered.headers or path.startswith("/api/v1")


@pytest.mark.parametrize("channel", ["", "unknown", FORM, "x" * 500])
def test_an_unknown_chat_is_404(visitor: Visitor, channel: str) -> None:
    visitor.channel = channel
    assert visitor.ask("POST", "start", json={}).status_code == 404


@pytest.mark.parametrize("status", ["paused", "removed"])
def test_a_chat_that_rests_is_not_there(
    world: World, visitor: Visitor, agent: Desk, status: str
) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for channel in session.query(Channel).all():
            channel.status = status
    assert visitor.ask("GET", "settings").status_code == 404
    assert visitor.ask("POST", "start", json={}).status_code == 404
    assert agent.conversations() == []


def test_a_visitor_writes_so_often_and_no_more(visitor: Visitor, agent: Desk) -> None:
    visitor.start()
    statuses = [visitor.say(f"{number}").status_code for number in range(22)]
    assert statuses == [200] * 20 + [429] * 2
    assert len(agent.texts(agent.conversations()[0].id)) == 20


def test_an_address_begins_so_often_and_no_more(visitor: Visitor) -> None:
    visitor.headers = {"X-Forwarded-For": "2001:db8::1"}
    for number in range(300):
        visitor.headers = {"X-Forwarded-For": f"2001:db8::{number:x}"}
        assert visitor.ask("POST", "start", json={}).status_code == 200
    refused = visitor.ask("POST", "start", json={})
    assert refused.status_code == 429
    assert 0 < refused.get_json()["error"]["details"]["retry_after_seconds"] <= 60


def test_windows_end_and_subjects_are_apart() -> None:
    now = [0.0]
    limits = Limits("", lambda: now[0], {"ask": {"v": Allowance(1, 10), "a": Allowance(3, 10)}})
    limits.take("ask", visitor="one", address="203.0.113.7", channel_id=1)
    limits.take("ask", visitor="two", address="203.0.113.7", channel_id=1)
    with pytest.raises(TooMany):
        limits.take("ask", visitor="one", address="203.0.113.7", channel_id=1)
    limits.take("ask", visitor="one", address="203.0.113.7", channel_id=2)
    with pytest.raises(TooMany):
        limits.take("ask", visitor="three", address="203.0.113.7", channel_id=1)
    now[0] = 10.0
    limits.take("ask", visitor="one", address="203.0.113.7", channel_id=1)


def test_who_is_away_is_counted_for_by_the_process_itself() -> None:
    limits = Limits("redis://127.0.0.1:1/0", lambda: 0.0, {"write": {"v": Allowance(1, 10)}})
    limits.take("write", visitor="one", channel_id=1)
    with pytest.raises(TooMany):
        limits.take("write", visitor="one", channel_id=1)


def test_what_only_reads_is_counted_without_asking_anybody(
    capsys: pytest.CaptureFixture[str],
) -> None:
    limits = Limits("redis://127.0.0.1:1/0", lambda: 0.0, {"ask": {"v": Allowance(1, 10)}})
    limits.take("ask", visitor="one", channel_id=1)
    with pytest.raises(TooMany):
        limits.take("ask", visitor="one", channel_id=1)
    assert "limits_alone" not in capsys.readouterr().out


def test_no_cookie_is_set_or_read(visitor: Visitor, client: FlaskClient) -> None:
    visitor.start()
    visitor.say("Hello")
    assert visitor.ask("GET", "messages").headers.get("Set-Cookie") is None
    client.set_cookie("visitor", visitor.token or "")
    visitor.token = None
    assert visitor.ask("GET", "messages").status_code == 401
    assert CHAT
