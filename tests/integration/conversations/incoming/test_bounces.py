"""What comes back marks our message and opens the conversation, and nothing answers it."""

import pytest

from integration.conversations.incoming.bounces import reason_of
from integration.conversations.outgoing.outbox import retry_sending, send_due
from integration.models import Agent, Conversation, InboxSettings
from tests.factories.fake_mail import raw_mail
from tests.factories.stores import NOW
from tests.integration.conversations.mail_flow import Flow, flow, mail_template

__all__ = ["flow", "mail_template"]


@pytest.fixture
def sent(flow: Flow) -> str:
    """The Message-ID of an answer that went out; receipts are switched on."""
    flow.add(
        InboxSettings(
            automatic={"acknowledge": True}, round_robin=True, updated_by="ada", updated_at=NOW
        )
    )
    flow.open_one()
    flow.answer()
    send_due(flow.services)
    assert flow.conversation().status == "pending"
    return flow.mail.sent[-1].external_id


def bounce(told: str, message_id: str = "d@mx.example") -> bytes:
    return raw_mail(
        "secret words of a server",
        sender="mailer-daemon@mx.example",
        message_id=message_id,
        bounce=told,
    )


def answer_of(flow: Flow) -> tuple[str | None, str | None]:
    thread = flow.thread(flow.rows(Conversation)[0].id)
    (message,) = [each for each in thread if each.kind == "answer"]
    return message.delivery, message.delivery_error


def test_a_bounce_marks_the_message_and_opens_the_conversation(flow: Flow, sent: str) -> None:
    before = len(flow.mail.sent)
    flow.take(bounce(f"{sent} 5.1.1"))
    assert answer_of(flow) == ("bounced", "It came back: there is no such mailbox (5.1.1).")
    assert flow.conversation().status == "open"
    details = [message.details for message in flow.thread() if message.kind == "event"]
    assert details[-2]["what"] == "bounce"
    assert details[-2]["status"] == "5.1.1"
    assert (details[-1]["what"], details[-1]["to"]) == ("status", "open")
    assert flow.arrivals()[-1] == ("applied", 1, None)
    assert send_due(flow.services) == 0
    assert len(flow.mail.sent) == before
    assert flow.said() == ["Where is my parcel?"]
    flow.take(bounce(f"{sent} 5.1.1", "again@mx.example"))
    assert len([each for each in flow.thread() if each.details.get("what") == "bounce"]) == 1


def test_what_came_back_can_be_sent_again(flow: Flow, sent: str) -> None:
    flow.take(bounce(f"{sent} 5.2.2"))
    (message,) = [each for each in flow.thread() if each.kind == "answer"]
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        agent = session.get_one(Agent, flow.agent_id)
        retry_sending(session, int(message.id), by=agent, now=flow.clock())
    assert send_due(flow.services) == 1
    assert flow.mail.sent[-1].external_id == sent
    assert answer_of(flow) == ("sent", None)


def test_a_delay_changes_nothing(flow: Flow, sent: str) -> None:
    flow.take(bounce(f"{sent} 4.4.7"))
    assert answer_of(flow) == ("sent", None)
    assert flow.conversation().status == "pending"


def test_what_we_never_sent_is_shown_and_never_answered(flow: Flow, sent: str) -> None:
    before = len(flow.mail.sent)
    flow.take(bounce("nobody@x.example 5.1.1"))
    assert answer_of(flow) == ("sent", None)
    assert len(flow.rows(Conversation)) == 2
    assert send_due(flow.services) == 0
    assert len(flow.mail.sent) == before


@pytest.mark.parametrize(
    ("status", "told"),
    [
        ("5.2.2", ("5.2.2", "It came back: the mailbox is full (5.2.2).")),
        ("5.9.9", ("5.9.9", "It came back (5.9.9).")),
        (None, (None, "It came back.")),
        ("dora@mail.example", (None, "It came back.")),
        ("5.1.1 dora", (None, "It came back.")),
    ],
)
def test_no_word_of_the_other_side_is_kept(
    status: str | None, told: tuple[str | None, str]
) -> None:
    assert reason_of(status) == told
