"""A mailbox with a styled mail in it, and how its frame and its document are asked for."""

import html
import re
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from integration.models import Message
from tests.factories.conversations import mail_of, make_channel, receive_message
from tests.ui_embed.sites import FETCHED
from tests.ui_embed.world import NOW, World
from ui_embed.inbox.mail_links import MailLink, MailLinks

LINK = "/inbox/mail"
# As a sanitised mail is kept, and what no sanitised one has: nothing else stands between.
STYLED = (
    '<table width="560" style="background-color:rgb(250,244,230)"><tr><td style="padding:16px">'
    '<h2 id="styled" style="color:rgb(12,34,56);font-size:22px;text-align:center">Kalliope</h2>'
    "<p>Good morning, the jug came <b>without its lid</b>.</p>"
    '<p style="color:rgb(150,30,30);border-left:4px solid rgb(150,30,30);padding-left:8px">'
    "Order #1042</p></td></tr></table>"
)
HOSTILE = (
    "<script>document.title='ran'; parent.postMessage('ran', '*')</script>"
    "<img src=x onerror=\"document.title='ran'\">"
    '<img src="https://tracker.example/pixel.gif" alt="logo">'
    '<form action="https://evil.example/take"><button>Win</button></form>'
)


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Two conversations by mail; the first message has HTML, the next one in it has none."""

    world: World
    owner: FlaskClient
    conversation_id: int
    other_id: int
    message_id: int
    plain_id: int

    def frame_path(self, message_id: object) -> str:
        """Where the frame of a message is asked for."""
        return f"{LINK.rpartition('/')[0]}/{self.conversation_id}/messages/{message_id}/mail"

    def ask_frame(self, message_id: object, **more: Any) -> TestResponse:
        """Ask for the frame as the page's script does."""
        given = {"headers": FETCHED, "base_url": "https://localhost", **more}
        client = self.world.app.test_client() if more else self.owner
        return client.get(self.frame_path(message_id), **given)

    def frame(self, **more: Any) -> str:
        """The frame of the mail with HTML."""
        answer = self.ask_frame(self.message_id, **more)
        assert answer.status_code == 200, answer.text
        return answer.text

    def link(self, **more: Any) -> str:
        """The link that its frame was given."""
        found = re.search(r'src="([^"]+)"', self.frame(**more))
        assert found is not None
        parts = urlsplit(html.unescape(found.group(1)))
        assert parts.path == LINK
        return parse_qs(parts.query)["link"][0]

    def proved(self, text: str | None = None) -> MailLink:
        """What such a link proves."""
        secret = self.world.services.settings.secret_key.get_secret_value()
        proved = MailLinks(secret).prove(text or self.link(), now=NOW)
        assert proved is not None
        return proved

    def ask(self, text: str) -> TestResponse:
        """What a frame gets that has nothing but that link."""
        return self.ask_path(f"{LINK}?{urlencode({'link': text})}")

    def ask_path(self, path: str, **more: Any) -> TestResponse:
        """Ask without any cookie."""
        given = {"base_url": "https://localhost", **more}
        return self.world.app.test_client().get(path, **given)


def mailbox_of(world: World, owner: FlaskClient, content: str = STYLED) -> Mailbox:
    """A mailbox in the first workspace, with a mail of that HTML."""
    db, workspace_id, ring = world.services.db, world.workspace_id, world.services.keyring
    channel = make_channel(db, workspace_id, ring=ring)
    mail = replace(
        mail_of("kalliope@mail.example", "Good morning", subject="The jug"), html=content
    )
    first = receive_message(db, workspace_id, channel, mail, ring=ring, now=NOW)
    plain = receive_message(
        db,
        workspace_id,
        channel,
        mail_of("kalliope@mail.example", "And the lid?"),
        ring=ring,
        now=NOW,
        conversation_id=first.conversation_id,
    )
    other = receive_message(
        db, workspace_id, channel, mail_of("dora@mail.example", "Hello"), ring=ring, now=NOW
    )
    with db.workspace(workspace_id) as session:
        statement = select(Message.id).where(Message.conversation_id == first.conversation_id)
        assert set(session.execute(statement).scalars()) >= {first.message_id, plain.message_id}
    return Mailbox(
        world,
        owner,
        first.conversation_id,
        other.conversation_id,
        first.message_id,
        plain.message_id,
    )
