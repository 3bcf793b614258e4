"""What is written goes out once, or again with the same Message-ID, or fails in words."""

from datetime import timedelta

import pytest

from channels.errors import (
    ChannelUnreachable,
    CredentialsRefused,
    MessageRefused,
    TemporarilyRefused,
)
from integration.conversations.attachments import keep_upload
from integration.conversations.outgoing.outbox import PAUSES, retry_sending, send_due
from integration.conversations.outgoing.reply_tokens import ReplyTo, ReplyTokens
from integration.conversations.outgoing.sending_leases import LEASE_LASTS, lease_sending
from integration.conversations.writing import note
from integration.errors import Conflict, NotFound
from integration.models import Agent, Channel, Message
from tests.factories.conversations import keys, make_channel
from tests.factories.fake_mail import raw_mail
from tests.integration.conversations.mail_flow import SETTINGS, Flow, flow, mail_template

__all__ = ["flow", "mail_template"]


@pytest.fixture(autouse=True)
def _asked(flow: Flow) -> None:
    flow.open_one()


def standing(flow: Flow) -> tuple[str | None, str | None]:
    """How the last answer stands."""
    message = [each for each in flow.thread() if each.kind == "answer"][-1]
    return message.delivery, message.delivery_error


def test_an_answer_goes_out_with_what_it_answers_and_the_way_back(flow: Flow) -> None:
    written = flow.answer("It is on its way.\nSoon.")
    assert standing(flow) == ("waiting", None)
    assert send_due(flow.services) == 1
    (sent,) = flow.mail.sent
    assert [(each.address, each.name) for each in sent.to] == [("dora@mail.example", "Dora")]
    assert sent.subject == "Re: My order"
    assert sent.sender_name == "Ada"
    assert sent.references == ("a1@mail.example",)
    assert sent.external_id.endswith("@amber.example")
    assert sent.key not in sent.external_id
    assert sent.text == (
        "It is on its way.\nSoon.\n\n"
        "On November 22, 2026, \u2068Dora\u2069 wrote:\n> Where is my parcel?"
    )
    proven = ReplyTokens(SETTINGS["SECRET_KEY"]).prove(flow.workspace_id, sent.reply_token)
    assert proven == ReplyTo(written.conversation_id, written.message_id)
    assert standing(flow) == ("sent", None)
    assert flow.sendings() == []
    assert flow.told[-1] == ("conversation", written.conversation_id)
    assert send_due(flow.services) == 0


def test_customers_read_the_name_for_them_and_never_the_teams(flow: Flow) -> None:
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        session.get_one(Channel, flow.channel_id).settings = {"display_name": "Amber Shop"}
    flow.answer("It is on its way.")
    assert send_due(flow.services) == 1
    (sent,) = flow.mail.sent
    assert sent.sender_name == "Ada (Amber Shop)"


@pytest.mark.parametrize("name", ["Staff 7", "ada@amber.example"])
def test_who_has_said_no_name_of_theirs_is_named_to_no_customer(flow: Flow, name: str) -> None:
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        session.get_one(Agent, flow.agent_id).name = name
    flow.answer("It is on its way.")
    assert send_due(flow.services) == 1
    (sent,) = flow.mail.sent
    assert sent.sender_name is None


def test_an_answer_by_references_comes_back(flow: Flow) -> None:
    written = flow.answer()
    send_due(flow.services)
    (sent,) = flow.mail.sent
    flow.take(raw_mail("Thanks", message_id="r@x.example", references=sent.external_id))
    assert flow.thread()[-1].text == "Thanks"
    flow.answer("You are welcome", key="answer-2")
    send_due(flow.services)
    assert flow.mail.sent[-1].references == ("a1@mail.example", sent.external_id, "r@x.example")
    assert flow.mail.sent[-1].external_id != sent.external_id
    assert written.conversation_id == flow.conversation().id


def test_a_signature_and_files_go_along_and_a_note_never_does(flow: Flow) -> None:
    flow.change(Agent, flow.agent_id, signature="Ada\nAmber Shop")
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        view = keep_upload(
            session,
            keys(),
            flow.channel_id,
            "../label.pdf",
            b"%PDF-1.7",
            by="ada",
            now=flow.clock(),
        )
        agent = session.get_one(Agent, flow.agent_id)
        given = {"by": agent, "key": "note-1", "now": flow.clock()}
        note(session, keys(), flow.conversation().id, "she is angry", **given)
    flow.answer(attachment_keys=[view.key])
    send_due(flow.services)
    (sent,) = flow.mail.sent
    assert "\n\n-- \nAda\nAmber Shop\n\nOn " in sent.text
    assert "angry" not in sent.text
    assert [(file.name, file.media_type, file.data) for file in sent.files] == [
        ("label.pdf", "application/pdf", b"%PDF-1.7")
    ]


def test_a_killed_sender_repeats_the_one_message_with_the_same_id(flow: Flow) -> None:
    class Killed(BaseException):
        """Nothing of ours runs after it."""

    flow.answer("first", key="k1")
    flow.answer("second", key="k2")
    taken: list[str] = []

    def take_and_die(message: object) -> None:
        taken.append(message.external_id)  # type: ignore[attr-defined]
        raise Killed

    flow.mail.on_send = take_and_die
    with pytest.raises(Killed):
        send_due(flow.services)
    flow.mail.on_send = None
    assert send_due(flow.services) == 1
    flow.clock.advance(seconds=LEASE_LASTS.total_seconds() + 1)
    assert send_due(flow.services) == 1
    sent = [message.external_id for message in flow.mail.sent]
    assert sorted([*sent, *taken]) == sorted([*sent, sent[1]])
    assert taken == [sent[1]]
    assert len(set(sent)) == 2


def test_a_lease_is_renewed_as_long_as_the_other_side_takes(flow: Flow) -> None:
    flow.answer()
    lease = lease_sending(flow.services, flow.clock())
    assert lease is not None
    assert lease_sending(flow.services, flow.clock()) is None
    late = flow.clock() + LEASE_LASTS + timedelta(seconds=1)
    assert lease_sending(flow.services, late) is not None


def test_a_server_that_asks_for_later_gets_it_later(flow: Flow) -> None:
    flow.answer()
    flow.mail.send_error = TemporarilyRefused("the server asks to come again later")
    assert send_due(flow.services) == 0
    (row,) = flow.sendings()
    assert (row.attempts, row.due_at, row.lease) == (1, flow.clock() + PAUSES[0], None)
    assert standing(flow) == ("waiting", None)
    assert flow.channel().error_code is None
    flow.mail.send_error = None
    assert send_due(flow.services) == 0
    flow.clock.advance(seconds=PAUSES[0].total_seconds())
    assert send_due(flow.services) == 1


def test_after_some_hours_it_has_failed_in_words_and_can_be_sent_again(flow: Flow) -> None:
    written = flow.answer()
    flow.mail.send_error = ChannelUnreachable("mail.example can't be reached")
    tries = 0
    for _ in range(48 * 4):
        before = flow.sendings()[0].attempts
        send_due(flow.services)
        tries += flow.sendings()[0].attempts - before
        flow.clock.advance(seconds=300)
    assert tries == len(PAUSES) + 1
    assert standing(flow) == ("failed", "It was tried 10 times: mail.example can't be reached")
    event = flow.thread()[-1]
    assert event.details["to"] == "failed"
    assert flow.channel().error_code == "channel_unreachable"
    flow.mail.send_error = None
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        agent = session.get_one(Agent, flow.agent_id)
        retry_sending(session, written.message_id, by=agent, now=flow.clock())
        with pytest.raises(Conflict):
            retry_sending(session, written.message_id, by=agent, now=flow.clock())
        with pytest.raises(NotFound):
            retry_sending(session, 10**9, by=agent, now=flow.clock())
    assert standing(flow) == ("waiting", None)
    assert send_due(flow.services) == 1
    assert standing(flow) == ("sent", None)
    assert flow.channel().error_code is None


def test_a_refused_recipient_fails_at_once_and_holds_up_nobody(flow: Flow) -> None:
    flow.answer("to nobody", key="k1")
    flow.mail.send_error = MessageRefused("the server knows no such recipient")
    send_due(flow.services)
    assert standing(flow) == ("failed", "the server knows no such recipient")
    (row,) = flow.sendings()
    assert (row.due_at, row.error_code) == (None, "message_refused")
    flow.mail.send_error = None
    flow.answer("to somebody", key="k2")
    assert send_due(flow.services) == 1
    assert len(flow.mail.sent) == 1


def test_credentials_that_die_lose_nothing(flow: Flow) -> None:
    for number in range(5):
        flow.answer(f"answer {number}", key=f"k{number}")
    flow.mail.send_error = CredentialsRefused("the server doesn't take the password")
    send_due(flow.services)
    assert flow.channel().status == "reauthorize"
    assert ("channel", flow.channel_id) in flow.told
    flow.mail.send_error = None
    flow.clock.advance(seconds=1800)
    assert flow.fetch().error is None
    assert flow.channel().status == "reauthorize"
    assert send_due(flow.services) == 0
    assert [row.attempts for row in flow.sendings()] == [0] * 5
    flow.change(Channel, flow.channel_id, status="active", error_code=None, error=None)
    assert send_due(flow.services) == 5
    assert flow.sendings() == []


def test_dead_credentials_are_tried_again_after_an_hour(flow: Flow) -> None:
    flow.answer()
    flow.mail.send_error = CredentialsRefused("the server doesn't take the password")
    send_due(flow.services)
    flow.mail.send_error = None
    flow.clock.advance(seconds=3601)
    assert send_due(flow.services) == 1


def test_a_paused_channel_sends_when_it_is_resumed(flow: Flow) -> None:
    flow.answer()
    flow.change(Channel, flow.channel_id, status="paused")
    assert send_due(flow.services) == 0
    flow.change(Channel, flow.channel_id, status="active")
    assert send_due(flow.services) == 1


def test_what_waits_for_a_removed_channel_fails_in_words(flow: Flow) -> None:
    flow.answer()
    flow.change(Channel, flow.channel_id, status="removed")
    assert send_due(flow.services) == 0
    assert standing(flow) == ("failed", "The channel was removed before this went out.")
    assert flow.mail.sent == []


def test_a_channel_that_does_not_answer_holds_up_no_other(flow: Flow) -> None:
    other = make_channel(flow.services.db, flow.workspace_id, address="two@amber.example")
    flow.answer("first", key="k1")
    flow.answer("second", key="k2")
    flow.answer("third", key="k3", channel_id=other)

    def away(message: object) -> None:
        if message.external_id.endswith("@amber.example") and message.text.startswith("first"):  # type: ignore[attr-defined]
            raise ChannelUnreachable("mail.example can't be reached")

    flow.mail.on_send = away
    assert send_due(flow.services) == 1
    assert [message.text[:5] for message in flow.mail.sent] == ["third"]
    assert send_due(flow.services) == 1


def test_nobody_is_shown_anothers_words(flow: Flow) -> None:
    token = ReplyTokens(SETTINGS["SECRET_KEY"]).issue(
        flow.workspace_id, flow.conversation().id, flow.rows(Message)[0].id
    )
    flow.take(raw_mail("my secret", sender="max@x.example", message_id="m@x.example", token=token))
    flow.answer()
    send_due(flow.services)
    assert "secret" not in flow.mail.sent[-1].text
    assert [each.address for each in flow.mail.sent[-1].to] == ["dora@mail.example"]


def test_what_was_erased_does_not_go_out(flow: Flow) -> None:
    written = flow.answer()
    flow.change(Message, written.message_id, sealed_content=b"sealed with a destroyed key, so long")
    send_due(flow.services)
    assert flow.mail.sent == []
    assert standing(flow) == ("failed", "What it said was erased before it went out.")
