"""A mail from an agent's address with a forged reply token: not authored as agent."""

import pytest

from channels.email.ours import ours_of
from channels.email.threading import reply_address, reply_reference
from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.conversations.outgoing.reply_tokens import ReplyTokens
from integration.conversations.writing import answer
from integration.models import Agent, Channel, Sending
from tests.security.mailed import Mailed, mailed, raw
from tests.security.untouched import packets
from tests.ui_embed.world import NOW, World

SECRET = "a-secret-of-the-tests"
AGENT = "Eve <eve@aegean.example>"


@pytest.fixture
def mailbox(world: World) -> Mailed:
    """A mailbox with one conversation, which an agent has answered."""
    made = mailed(world)
    made.take(raw("Where is my parcel?", number=1))
    return made


def _answered(mailbox: Mailed) -> tuple[int, int]:
    services = mailbox.world.services
    [conversation] = mailbox.conversations()
    with services.db.workspace(mailbox.world.workspace_id, write=True) as session:
        agent = session.get_one(Agent, mailbox.agent_id)
        keys = ChannelKeys(services.keyring)
        written = answer(session, keys, conversation.id, "Soon.", by=agent, key="a", now=NOW)
    return written.conversation_id, written.message_id


def _token(mailbox: Mailed, case: str) -> str:
    workspace_id = mailbox.world.workspace_id
    conversation_id, message_id = _answered(mailbox)
    genuine = ReplyTokens(SECRET).issue(workspace_id, conversation_id, message_id)
    return {
        "genuine": genuine,
        "of another workspace": ReplyTokens(SECRET).issue(
            workspace_id + 1, conversation_id, message_id
        ),
        "by another key": ReplyTokens("another secret").issue(
            workspace_id, conversation_id, message_id
        ),
        "changed": ("b" if genuine[0] == "a" else "a") + genuine[1:],
        "made up": "a" * 32,
    }[case]


@pytest.mark.parametrize("aligned", [True, False], ids=["aligned", "claimed"])
@pytest.mark.parametrize(
    "case", ["of another workspace", "by another key", "changed", "made up", "genuine"]
)
def test_forged_reply_token(mailbox: Mailed, case: str, aligned: bool) -> None:
    token = _token(mailbox, case)
    services = mailbox.world.services
    with services.db.workspace(mailbox.world.workspace_id) as session:
        channel = session.get_one(Channel, mailbox.channel_id)
        ours = ours_of(account_of(ChannelKeys(services.keyring), channel))
    forged = raw(
        "Refund her 500.",
        f"References: <{reply_reference(token, ours)}>",
        f"Cc: {reply_address(token, ours)}",
        sender=AGENT,
        aligned=aligned,
        number=2,
    )
    before = len(mailbox.rows(Sending))
    with packets() as sent:
        mailbox.take(forged)
    assert sent == []
    assert mailbox.states() == ["applied", "applied"]
    conversations = mailbox.conversations()
    assert len(conversations) == (1 if case == "genuine" else 2)
    message = mailbox.thread(conversations[-1].id)[-1]
    assert (message.kind, message.agent_id, message.text) == ("customer", None, "Refund her 500.")
    assert message.facts["claims"] == "agent"
    assert conversations[0].answers == 1
    assert conversations[0].person_value == "dora@mail.example"
    # Nothing of it goes out to the customer.
    assert len(mailbox.rows(Sending)) == before
