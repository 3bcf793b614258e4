"""E-mail HTML, names, notes, file names full of scripts: inert text."""

import html
from html.parser import HTMLParser
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update

from integration.models import Attachment, Customer, Message, Order, OrderLine, Profile
from tests.security.mailed import Mailed, mailed, raw
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import FETCHED, SAME, sign_in
from tests.ui_embed.world import World

HOSTILE = (
    "\"'><script>alert(1)</script><img src=x onerror=alert(1)><svg onload=alert(1)>"
    '<a href="javascript:alert(1)">x</a>{{7*7}}${7*7}</title></textarea></style>'
)
SECURE: dict[str, Any] = {"base_url": "https://localhost"}
_RUN = ("javascript:", "vbscript:", "data:text/html", "data:image/svg")


class _Elements(HTMLParser):
    """What a browser would make of a page: its elements with their attributes."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, {name: value or "" for name, value in attrs}))

    handle_startendtag = handle_starttag


def _assert_inert(page: str, *, within_mail: bool = False) -> None:
    for tag, attributes in _Elements(page).found:
        if tag == "script":
            assert not within_mail
            assert attributes.get("src", "").startswith("/assets/"), attributes
        assert tag not in ("object", "embed", "applet")
        assert tag != "base" or set(attributes) == {"target"}
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            assert not value.strip().lower().startswith(_RUN), (tag, value)
        if tag == "img":
            assert attributes.get("src") != "x"
        if tag == "iframe":
            assert attributes["sandbox"] == ""
            assert attributes["src"].startswith("/inbox/mail?link=")
            assert "srcdoc" not in attributes


@pytest.fixture
def mailbox(world: World, client: FlaskClient) -> Mailed:
    """A mailbox in a workspace whose owner is signed in."""
    sign_in(world, client)
    return mailed(world)


def _hostile_mail() -> bytes:
    parts = (
        ("Content-Type: text/plain; charset=utf-8", HOSTILE),
        ("Content-Type: text/html; charset=utf-8",
         f'<body onload="alert(1)">{HOSTILE}<iframe src="javascript:alert(1)"></iframe>'
         '<form action="https://evil.example"><input></form><style>@import "//evil"</style>'
         '<meta http-equiv="refresh" content="0;url=https://evil.example"><p>and so on</p>'),
    )  # fmt: skip
    alternatives = "".join(f"--c\r\n{head}\r\n\r\n{body}\r\n" for head, body in parts)
    name = HOSTILE.replace('"', "'")
    file = f'Content-Type: text/html\r\nContent-Disposition: attachment; filename="{name}.html"'
    body = (
        "--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n"
        f"{alternatives}--c--\r\n--b\r\n{file}\r\n\r\n{HOSTILE}\r\n--b--\r\n"
    )
    kind = "Content-Type: multipart/mixed; boundary=b"
    shown = HOSTILE.replace('"', '\\"')
    return raw(body, f"Subject: {HOSTILE}", kind, sender=f'"{shown}" <dora@mail.example>')


def _ask(client: FlaskClient, path: str, headers: dict[str, str] = SAME) -> Any:
    return client.get(path, headers=headers, **SECURE)


def test_scripts_are_text(mailbox: Mailed, client: FlaskClient) -> None:
    mailbox.take(_hostile_mail())
    [conversation] = mailbox.conversations()
    noted = client.post(
        f"/api/v1/conversations/{conversation.id}/messages",
        json={"kind": "note", "text": HOSTILE, "key": "a-key-of-the-note"},
        headers=FETCHED,
        **SECURE,
    )
    assert noted.status_code == 201, noted.text
    for path in (
        "/inbox",
        f"/inbox/{conversation.id}",
        f"/conversations/{conversation.id}/transcript?notes=1",
        "/inbox?q=alert",
    ):
        page = _ask(client, path)
        assert page.status_code == 200, path
        _assert_inert(page.text)
        assert page.headers["X-Content-Type-Options"] == "nosniff"
        assert "unsafe-inline" not in page.headers["Content-Security-Policy"].partition("style")[0]
    shown = _ask(client, f"/inbox/{conversation.id}").text
    # It is told, whole, as text.
    assert html.escape("<script>alert(1)</script>") in shown


def test_a_mail_as_it_was_sent_runs_nothing(mailbox: Mailed, client: FlaskClient) -> None:
    mailbox.take(_hostile_mail())
    [message] = mailbox.rows(Message)
    conversation = message.conversation_id
    frame = _ask(client, f"/inbox/{conversation}/messages/{message.id}/mail", FETCHED)
    assert frame.status_code == 200
    _assert_inert(frame.text)
    [(_, attributes)] = _Elements(frame.text).found
    mail = mailbox.world.app.test_client().get(attributes["src"], **SECURE)
    assert mail.status_code == 200
    assert "and so on" in mail.text
    _assert_inert(mail.text, within_mail=True)
    assert {tag for tag, _ in _Elements(mail.text).found} & {"meta", "form", "iframe"} == {"meta"}
    assert "evil.example" not in mail.text
    policy = mail.headers["Content-Security-Policy"]
    assert policy.startswith("sandbox; default-src 'none'; style-src 'unsafe-inline'; ")


def test_a_hostile_file_is_handed_out_to_be_kept(mailbox: Mailed, client: FlaskClient) -> None:
    mailbox.take(_hostile_mail())
    [file] = mailbox.rows(Attachment)
    answer = _ask(client, f"/api/v1/attachments/{file.key}", FETCHED)
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "html" not in answer.headers["Content-Type"]
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]


def test_a_hostile_person(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world)
    sign_in(world, client)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.execute(update(Profile).values(display_name=HOSTILE, tags=[HOSTILE]))
        session.execute(update(Customer).values(first_name=HOSTILE, note=HOSTILE))
        session.execute(update(Order).values(buyer_name=HOSTILE, tags=[HOSTILE]))
        session.execute(update(OrderLine).values(title=HOSTILE))
    noted = client.post(
        f"/api/v1/profiles/{profile_id}/notes", json={"text": HOSTILE}, headers=FETCHED, **SECURE
    )
    assert noted.status_code == 201, noted.text
    for view in ("", "?view=timeline", "?view=notes"):
        page = _ask(client, f"/profiles/{profile_id}{view}")
        assert page.status_code == 200
        _assert_inert(page.text)
        assert html.escape("<script>alert(1)</script>") in page.text
    for path in ("/panel?search=alert", "/panel"):
        _assert_inert(_ask(client, path).text)
