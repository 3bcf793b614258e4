"""Transcripts printed, as PDF and mailed: inert text, audited, in the store's zone."""

import re
import socket
import subprocess
import sys
from ctypes.util import find_library
from typing import Any

import orjson
import pytest
from flask.testing import FlaskClient

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.writing import note
from integration.errors import AppError
from integration.models import Agent, Message, ProfileView, Sending
from tests.factories.conversations import mail_of
from tests.ui_embed.api.conversing import Mailbox
from tests.ui_embed.people_rows import EMAIL
from tests.ui_embed.sites import FETCHED, count
from tests.ui_embed.world import NOW, World
from ui_embed.transcripts import pdf
from ui_embed.transcripts.directions import isolated
from ui_embed.transcripts.pdf import pdf_of

EVIL = '<script>alert(1)</script><img src="http://127.0.0.1:9/x.png"> \u202eevil'
HEBREW = "שלום, איפה ההזמנה שלי?"

_LIBRARIES = ("pango-1.0", "pangoft2-1.0", "harfbuzz-subset")
needs_pango = pytest.mark.skipif(
    not all(map(find_library, _LIBRARIES)),
    reason="PDF tests (apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0)",
)


@pytest.fixture
def number(world: World, owner: FlaskClient) -> int:
    """A conversation with a note in it; its customer is known."""
    mailbox = Mailbox(world)
    got = mailbox.receive(mail_of(EMAIL, f"{HEBREW}\n{EVIL}", subject=EVIL, locale="el"))
    services = world.services
    ada = mailbox.add_agent()
    with services.db.workspace(world.workspace_id, write=True) as session:
        agent = session.get_one(Agent, ada)
        keys = ChannelKeys(services.keyring)
        note(session, keys, got.conversation_id, "our secret", by=agent, key="n", now=NOW)
    return got.conversation_id


def test_the_page_is_inert_text_in_the_stores_zone(
    world: World, owner: FlaskClient, number: int
) -> None:
    page = owner.get(f"/conversations/{number}/transcript")
    assert page.status_code == 200, page.text
    assert "<script>alert" not in page.text
    assert "<img" not in page.text
    assert HEBREW in page.text
    assert 'datetime="2026-11-22T12:04:00Z"' in page.text
    assert "2:04:00" in page.text
    assert "our secret" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    with_notes = owner.get(f"/conversations/{number}/transcript?notes=1")
    assert "our secret" in with_notes.text
    with world.services.db.workspace(world.workspace_id) as session:
        views = session.query(ProfileView).all()
    assert {(each.surface, each.conversation_id) for each in views} == {("transcript", number)}


@pytest.mark.parametrize("locale", ["el", "he", "cs", "pl"])
def test_it_stands_in_each_language(owner: FlaskClient, number: int, locale: str) -> None:
    page = owner.get(f"/conversations/{number}/transcript", headers={"Accept-Language": locale})
    assert f'<html lang="{locale}" dir="{"rtl" if locale == "he" else "ltr"}">' in page.text


def test_a_foreign_one_is_unknown(world: World, owner: FlaskClient, client: FlaskClient) -> None:
    mailbox = Mailbox(world)
    channel = mailbox.add_channel(workspace_id=world.other_workspace_id)
    other = mailbox.receive(workspace_id=world.other_workspace_id, channel_id=channel)
    for path in ("transcript", "transcript.pdf"):
        for each in (other.conversation_id, 987_654):
            assert owner.get(f"/conversations/{each}/{path}").status_code == 404
    at = f"/conversations/{other.conversation_id}/transcript/mail"
    assert owner.post(at, headers=FETCHED).status_code == 404
    assert count(world, Sending) == 0


@needs_pango
def test_it_is_saved_as_a_pdf(owner: FlaskClient, number: int) -> None:
    made = owner.get(f"/conversations/{number}/transcript.pdf", headers={"Accept-Language": "he"})
    assert made.status_code == 200, made.text
    assert made.mimetype == "application/pdf"
    assert made.data.startswith(b"%PDF-")
    assert f'filename="conversation-{number}.pdf"' in made.headers["Content-Disposition"]
    assert b"our secret" not in made.data


@needs_pango
def test_a_pdf_fetches_nothing_from_anywhere() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        port = server.getsockname()[1]
        here = f"http://127.0.0.1:{port}"
        html = (
            f'<html><head><link rel="stylesheet" href="{here}/a.css"><base href="{here}/">'
            f'<style>@import url("{here}/b.css"); body {{background: url("{here}/c.png")}}'
            f'</style></head><body><p>text</p><img src="{here}/d.png"><img src="file:///etc/passwd">'
            f'<object data="{here}/e"></object><a rel="attachment" href="file:///etc/passwd">x</a>'
            "</body></html>"
        )
        made = pdf_of(html, "body { color: black }")
        with pytest.raises(BlockingIOError):
            server.accept()
    assert made.startswith(b"%PDF-")
    assert b"EmbeddedFile" not in made
    assert b"root:" not in made


def test_the_child_can_open_no_connection() -> None:
    code = (
        "import sys, socket\nfrom ui_embed.transcripts.pdf_child import _refuse_connections\n"
        "sys.addaudithook(_refuse_connections)\n"
        "try:\n    socket.create_connection(('127.0.0.1', 1), 1)\n"
        "except OSError as error:\n    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "nothing is connected to from here"


def test_what_hangs_or_breaks_is_killed_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "WALL_SECONDS", 0.05)
    with pytest.raises(AppError) as late:
        pdf_of("<p>x</p>", "")
    assert (late.value.code, late.value.status) == ("no_pdf", 503)
    for _ in range(2):
        assert pdf._AT_ONCE.acquire(blocking=False)
    with pytest.raises(AppError) as busy:
        pdf_of("<p>x</p>", "")
    assert (busy.value.code, busy.value.status) == ("busy", 429)
    for _ in range(2):
        pdf._AT_ONCE.release()


def test_it_is_mailed_in_the_customers_language(
    world: World, owner: FlaskClient, number: int
) -> None:
    at = f"/conversations/{number}/transcript/mail"
    assert owner.get(at).status_code == 405
    done = owner.post(at, data={"key": "one"}, headers=FETCHED)
    assert done.status_code == 200, done.text
    again = owner.post(at, data={"key": "one"}, headers=FETCHED)
    assert orjson.loads(again.data) == {"message": done.json["message"], "is_repeat": True}
    assert count(world, Sending) == 1
    shown: Any = owner.get(f"/api/v1/conversations/{number}", headers=FETCHED).json
    (sent,) = [each for each in shown["messages"] if each["id"] == done.json["message"]]
    assert HEBREW in sent["text"]
    assert "our secret" not in sent["text"]
    assert sent["to"] == [[EMAIL, "Dora"]]
    assert re.search(r"· 22 Νοεμβρίου 2026", sent["text"]), sent["text"]


def test_a_stranger_gets_none(world: World, owner: FlaskClient) -> None:
    claimed = Mailbox(world).receive(mail_of(EMAIL, trust="claimed")).conversation_id
    answer = owner.post(f"/conversations/{claimed}/transcript/mail", headers=FETCHED)
    assert answer.status_code == 409
    assert (count(world, Sending), count(world, Message)) == (0, 1)


@pytest.mark.parametrize(
    ("locale", "title"),
    [
        ("en", "Chat with <bdi>{}</bdi>"),
        ("el", "Συζήτηση με: <bdi>{}</bdi>"),
        ("he", "צ׳אט עם <bdi>{}</bdi>"),
        ("cs", "Chat: <bdi>{}</bdi>"),
        ("pl", "Czat: <bdi>{}</bdi>"),
    ],
)
def test_a_chat_is_called_by_who_it_is_with(
    world: World, owner: FlaskClient, locale: str, title: str
) -> None:
    mailbox = Mailbox(world)
    chat = mailbox.add_channel(kind="chat")
    got = mailbox.receive(mail_of(EMAIL, subject=None, name="Νίκος"), channel_id=chat)
    address = f"/conversations/{got.conversation_id}/transcript"
    page = owner.get(address, headers={"Accept-Language": locale})
    assert title.format(isolated("Νίκος")) in page.text
    assert f"<h1>{title.format(isolated('Νίκος'))}</h1>" in page.text
