"""The link of a mail's own document: to whom it opens, until when, and who can't make one."""

import hmac
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from hashlib import sha256
from typing import Any

import pytest
from sqlalchemy import select, update

from integration.agents.changing import OPERATOR, disable, end_sessions
from integration.conversations.outgoing.reply_tokens import ReplyTokens
from integration.crypto import associated, derive
from integration.models import Agent, Message, Session
from integration.privacy.erasing.conversation_traces import blank_conversations
from tests.ui_embed.inbox.mails import LINK, Mailbox
from tests.ui_embed.sites import FETCHED
from tests.ui_embed.world import NOW, World, change_store
from ui_embed.inbox.mail_links import LASTS, LinkEnded, MailLink, MailLinks

SECRET = "a-secret-of-the-tests"
LINKS = MailLinks(SECRET)
TOLD = MailLink(7, 11, 13, 17, 19, 23, True, int((NOW + LASTS).timestamp()))


def test_a_link_says_what_it_was_made_of_until_it_ends() -> None:
    text = LINKS.issue(TOLD)
    assert LINKS.prove(text, now=NOW) == TOLD
    assert LINKS.prove(text, now=NOW + LASTS - timedelta(seconds=1)) == TOLD
    with pytest.raises(LinkEnded) as ended:
        LINKS.prove(text, now=NOW + LASTS)
    assert ended.value.link == TOLD
    assert timedelta(minutes=1) <= LASTS <= timedelta(minutes=15)
    assert "secret" not in repr(LINKS)


def test_every_changed_letter_breaks_it() -> None:
    text = LINKS.issue(TOLD)
    for at, letter in enumerate(text):
        other = "1" if letter != "1" else "2"
        assert LINKS.prove(text[:at] + other + text[at + 1 :], now=NOW) is None


@pytest.mark.parametrize(
    "text",
    ["", ".", "-", "7-11", "7-11-13-17-19-23-1-9.", "." + "0" * 64, "é.ü", "\ud800", "9" * 999],
)
def test_what_is_no_link_proves_nothing(text: str) -> None:
    assert LINKS.prove(text, now=NOW) is None


@pytest.mark.parametrize("label", ["mail reply token", "chat-proof", "form-stamp", "receipts"])
def test_no_other_key_of_ours_makes_one(label: str) -> None:
    told = LINKS.issue(TOLD).partition(".")[0]
    key = derive(SECRET, label)
    for message in (associated("mail document", told), told.encode()):
        forged = hmac.new(key, message, sha256).hexdigest()
        assert LINKS.prove(f"{told}.{forged}", now=NOW) is None
    assert MailLinks("another secret").prove(LINKS.issue(TOLD), now=NOW) is None


def test_what_was_signed_for_something_else_opens_nothing() -> None:
    """With the very same key: what is signed says what it is for."""
    told = LINKS.issue(TOLD).partition(".")[0]
    key = derive(SECRET, "mail document link")
    for message in (told.encode(), associated("attachment", told)):
        assert LINKS.prove(f"{told}.{hmac.new(key, message, sha256).hexdigest()}", now=NOW) is None
    assert LINKS.prove(ReplyTokens(SECRET).issue(7, 11, 13), now=NOW) is None


def test_a_link_opens_the_mail_without_a_cookie(mailbox: Mailbox) -> None:
    answer = mailbox.ask(mailbox.link())
    assert answer.status_code == 200
    assert answer.mimetype == "text/html"
    assert "color:rgb(12,34,56)" in answer.text
    assert 'sandbox=""' in mailbox.frame()


def test_it_is_this_message_that_it_opens(mailbox: Mailbox) -> None:
    mine = mailbox.proved()
    assert (mine.workspace_id, mine.conversation_id) == (
        mailbox.world.workspace_id,
        mailbox.conversation_id,
    )
    for changes in (
        {"message_id": mailbox.plain_id},
        {"message_id": mine.message_id + 1000},
        {"conversation_id": mailbox.other_id},
        {"conversation_id": mine.conversation_id + 1000},
    ):
        answer = mailbox.ask(LINKS.issue(replace(mine, **changes)))
        assert answer.status_code == 404, changes
        assert "rgb(12,34,56)" not in answer.text


def test_another_workspaces_link_opens_nothing_of_ours(mailbox: Mailbox) -> None:
    mine, world = mailbox.proved(), mailbox.world
    foreign = replace(mine, workspace_id=world.other_workspace_id)
    assert mailbox.ask(LINKS.issue(foreign)).status_code == 404
    with_its_store = replace(foreign, store_id=world.other_store_id)
    assert mailbox.ask(LINKS.issue(with_its_store)).status_code == 401
    nobodys = replace(mine, workspace_id=999)
    assert mailbox.ask(LINKS.issue(nobodys)).status_code == 404


def test_a_forged_link_is_what_a_missing_page_is(mailbox: Mailbox) -> None:
    told = mailbox.link().partition(".")[0]
    missing = mailbox.ask_path("/inbox/mail/nothing")
    for text in ("", told, f"{told}.{'0' * 64}", MailLinks("forged").issue(mailbox.proved())):
        answer = mailbox.ask(text)
        assert answer.status_code == missing.status_code == 404
        assert "There is nothing here" in answer.text
    assert mailbox.ask_path(f"{LINK}?link=a&link=b").status_code == 400


def test_a_link_that_has_ended_says_so_within_its_frame(mailbox: Mailbox) -> None:
    text = mailbox.link()
    object.__setattr__(mailbox.world.services, "now", lambda: NOW + LASTS)
    answer = mailbox.ask(text)
    assert answer.status_code == 401
    assert "This link doesn&#39;t work any more" in answer.text
    assert "rgb(12,34,56)" not in answer.text
    assert answer.headers["Content-Security-Policy"].endswith("frame-ancestors 'self'")


def _sign_out(world: World, agent_id: int) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        end_sessions(session, agent_id, now=NOW)


def _shut_out(world: World, agent_id: int) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        # Not their sessions: the link itself asks how its agent stands.
        session.execute(update(Agent).where(Agent.id == agent_id).values(status="disabled"))


def _forget_session(world: World, agent_id: int) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for row in session.execute(select(Session)).scalars():
            session.delete(row)


def _disconnect(world: World, agent_id: int) -> None:
    change_store(world.services, world.store_id, status="disconnected")


@pytest.mark.parametrize("ending", [_sign_out, _shut_out, _forget_session, _disconnect])
def test_it_ends_with_whoever_asked_for_it(
    mailbox: Mailbox, ending: Callable[[World, int], None]
) -> None:
    text, mine = mailbox.link(), mailbox.proved()
    assert mine.session_id != 0
    assert mailbox.ask(text).status_code == 200
    ending(mailbox.world, mine.agent_id)
    answer = mailbox.ask(text)
    assert answer.status_code == 401
    assert "rgb(12,34,56)" not in answer.text


def test_signing_out_in_the_browser_ends_it(mailbox: Mailbox) -> None:
    text = mailbox.link()
    mailbox.owner.post("/sign-out", headers=FETCHED, base_url="https://localhost")
    assert mailbox.ask(text).status_code == 401


def test_staff_in_an_admin_are_shut_out_too(mailbox: Mailbox) -> None:
    text = mailbox.link(headers=mailbox.world.bearer())
    mine = mailbox.proved(text)
    assert (mine.session_id, mine.is_framed) == (0, True)
    assert mailbox.ask(text).status_code == 200
    with mailbox.world.services.db.workspace(mine.workspace_id, write=True) as session:
        disable(session, mine.agent_id, by=OPERATOR, now=NOW)
    assert mailbox.ask(text).status_code == 401


def test_a_mail_that_was_erased_meanwhile_is_gone(mailbox: Mailbox) -> None:
    text = mailbox.link()
    with mailbox.world.services.db.workspace(mailbox.world.workspace_id, write=True) as session:
        blank_conversations(session, [mailbox.conversation_id])
        assert session.get_one(Message, mailbox.proved(text).message_id).sealed_content is None
    answer = mailbox.ask(text)
    assert answer.status_code == 404
    assert "This message was erased." in answer.text


@pytest.mark.parametrize("word", ["plain_id", "unknown", "x", "0", "-1", "9" * 40])
def test_only_a_mail_with_html_has_a_frame(mailbox: Mailbox, word: str) -> None:
    number: Any = {"plain_id": mailbox.plain_id, "unknown": 987654}.get(word, word)
    assert mailbox.ask_frame(number).status_code == 404


def test_nobody_gets_a_link_without_being_let_in(mailbox: Mailbox) -> None:
    path = mailbox.frame_path(mailbox.message_id)
    assert mailbox.ask_path(path).status_code == 401
    key = {"Authorization": "Bearer key-of-the-aegean-store"}
    assert mailbox.ask_path(path, headers=key).status_code == 401
