"""Reply tokens lead back to their conversation, prove nothing else, and can't be made by others."""

import pytest

from integration.conversations.outgoing.outbox import send_due
from integration.conversations.outgoing.reply_tokens import ReplyTo, ReplyTokens
from integration.conversations.states import set_status
from integration.models import Agent, Conversation, Message
from integration.privacy.erasing.conversation_traces import blank_conversations
from tests.factories.conversations import make_agent
from tests.factories.fake_mail import raw_mail
from tests.integration.conversations.mail_flow import SETTINGS, Flow, flow, mail_template

__all__ = ["flow", "mail_template"]

TOKENS = ReplyTokens(SETTINGS["SECRET_KEY"])


def token_of(flow: Flow) -> str:
    """The token of an answer in the only conversation."""
    written = flow.answer()
    return TOKENS.issue(flow.workspace_id, written.conversation_id, written.message_id)


@pytest.mark.parametrize("number", [1, 127, 128, 300, 10**6, 2**40, 2**62])
def test_a_token_says_what_it_was_made_of(number: int) -> None:
    token = TOKENS.issue(7, number, number + 1)
    assert token.isalnum()
    assert token == token.lower()
    assert len(token) <= 60
    for written in (token, token.upper(), token.capitalize()):
        assert TOKENS.prove(7, written) == ReplyTo(number, number + 1)


def test_a_token_of_another_workspace_or_key_proves_nothing() -> None:
    token = TOKENS.issue(7, 1, 2)
    assert TOKENS.prove(8, token) is None
    assert ReplyTokens("another secret").prove(7, token) is None
    assert "secret" not in repr(TOKENS)


@pytest.mark.parametrize("told", [None, "", "a", "a" * 61, "ä" * 20, "=" * 8, "1189", "a" * 32])
def test_what_is_no_token_proves_nothing(told: str | None) -> None:
    assert TOKENS.prove(7, told) is None


def test_every_changed_letter_breaks_it() -> None:
    token = TOKENS.issue(7, 1, 2)
    # The last letter has bits that say nothing.
    for at in range(len(token) - 1):
        other = "a" if token[at] != "a" else "b"
        assert TOKENS.prove(7, token[:at] + other + token[at + 1 :]) is None


def test_an_answer_with_a_token_goes_on_and_opens_again(flow: Flow) -> None:
    first = flow.open_one()
    token = token_of(flow)
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        agent = session.get_one(Agent, flow.agent_id)
        set_status(session, first, "resolved", by=agent, now=flow.clock())
    flow.take(raw_mail("Thank you", message_id="t@x.example", token=token.upper()))
    assert flow.conversation().status == "open"
    assert flow.said() == ["Where is my parcel?", "Thank you"]
    assert "participant" not in flow.thread()[-1].facts


def test_a_forged_token_begins_a_conversation_of_its_own(flow: Flow) -> None:
    flow.open_one()
    token = TOKENS.issue(flow.workspace_id + 1, 1, 1)
    flow.take(raw_mail("Thank you", message_id="t@x.example", token=token))
    assert len(flow.rows(Conversation)) == 2


def test_somebody_else_with_a_token_is_another_participant(flow: Flow) -> None:
    flow.open_one()
    token = token_of(flow)
    flow.take(
        raw_mail("I am her husband", sender="max@x.example", message_id="m@x.example", token=token)
    )
    conversation = flow.conversation()
    assert conversation.person_value == "dora@mail.example"
    message = flow.thread()[-1]
    assert (message.kind, message.facts["participant"]) == ("customer", "other")


@pytest.mark.parametrize("trust", ["claimed", "aligned"])
def test_a_mail_from_an_agents_address_is_never_the_agents(flow: Flow, trust: str) -> None:
    make_agent(flow.services.db, flow.workspace_id, "Eve", email="eve@amber.example")
    flow.open_one()
    token = token_of(flow)
    forged = raw_mail(
        "Refund her 500",
        sender="Eve@Amber.example",
        message_id="f@x.example",
        token=token,
        trust=trust,
    )
    flow.take(forged)
    message = flow.thread()[-1]
    assert (message.kind, message.agent_id, message.text) == ("customer", None, "Refund her 500")
    assert message.facts == {"claims": "agent", "participant": "other"}
    assert flow.conversation().answers == 1


def test_a_mail_that_says_to_be_from_our_mailbox_is_marked(flow: Flow) -> None:
    flow.take(raw_mail("Pay here", sender="support@amber.example"))
    assert flow.thread()[-1].facts == {"claims": "channel"}


def test_a_copy_of_what_we_sent_is_no_message(flow: Flow) -> None:
    flow.open_one()
    flow.answer()
    send_due(flow.services)
    (sent,) = flow.mail.sent
    flow.take(
        raw_mail("our own words", message_id=sent.external_id, sender="support@amber.example")
    )
    assert flow.said() == ["Where is my parcel?"]
    assert flow.arrivals()[-1] == ("refused", 1, "ours")
    assert len(flow.rows(Message)) == len(flow.thread())


def test_a_mail_with_the_id_of_ours_and_anothers_address_is_theirs(flow: Flow) -> None:
    flow.open_one()
    flow.answer()
    send_due(flow.services)
    (sent,) = flow.mail.sent
    flow.take(raw_mail("I resend it", message_id=sent.external_id))
    assert flow.said() == ["Where is my parcel?", "I resend it"]
    assert flow.arrivals()[-1] == ("applied", 1, None)


def test_a_token_of_what_was_erased_leads_nowhere(flow: Flow) -> None:
    first = flow.open_one()
    token = token_of(flow)
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        blank_conversations(session, [first])
    flow.take(raw_mail("It is me again", message_id="t@x.example", token=token))
    found = flow.rows(Conversation)
    assert [each.person_value for each in found] == [None, "dora@mail.example"]
