"""Who has left the chat gets the answer by mail, once, and only where they left an address."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from integration.chat.handover import hand_over_due
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.outgoing.outbox import retry_sending
from integration.conversations.thread import thread_of
from integration.errors import Conflict
from integration.models import Agent, AutomaticMail, Channel, Message, Sending
from integration.models.vocabulary import ChannelStatus, DeliveryState
from integration.services import Services
from tests.factories.conversations import make_channel
from tests.ui_embed.widget.chats import Desk, Visitor
from tests.ui_embed.world import NOW, World

LATER = NOW + timedelta(minutes=3)


@pytest.fixture
def mailbox(world: World) -> int:
    """A mailbox of the workspace."""
    return make_channel(world.services.db, world.workspace_id, ring=world.services.keyring)


def _later(world: World, **changes: Any) -> Services:
    return replace(world.services, now=lambda: LATER, **changes)


def _sendings(world: World) -> list[Sending]:
    with world.services.db.workspace(world.workspace_id) as session:
        return list(session.execute(select(Sending)).scalars())


def _answered(visitor: Visitor, agent: Desk, email: str | None = "dora@mail.example") -> int:
    visitor.start()
    visitor.say("Hello", email=email, name="Dora")
    return agent.answer(agent.conversations()[0].id, "On its way.")


def test_an_unseen_answer_goes_out_by_mail_once(
    world: World, visitor: Visitor, agent: Desk, mailbox: int
) -> None:
    message_id = _answered(visitor, agent)
    assert hand_over_due(world.services) == 0
    services = _later(world)
    assert (hand_over_due(services), hand_over_due(services)) == (1, 0)
    (sending,) = _sendings(world)
    assert (sending.message_id, sending.channel_id, sending.due_at) == (message_id, mailbox, LATER)
    # It counts against what may go to that address by itself.
    with world.services.db.across_workspaces() as session:
        assert len(session.execute(select(AutomaticMail)).scalars().all()) == 1
    assert visitor.texts() == ["Hello", "On its way."]


def test_it_says_where_it_goes(world: World, visitor: Visitor, agent: Desk, mailbox: int) -> None:
    message_id = _answered(visitor, agent)
    hand_over_due(_later(world))
    with world.services.db.workspace(world.workspace_id) as session:
        thread = thread_of(
            session, ChannelKeys(world.services.keyring), agent.conversations()[0].id
        )
    (sent,) = [each for each in thread.messages if each.id == str(message_id)]
    assert (sent.text, sent.to) == ("On its way.", (("dora@mail.example", "Dora"),))
    assert (sent.subject, sent.delivery) == ("Our answer to your chat", "waiting")
    assert mailbox


@pytest.mark.usefixtures("mailbox")
def test_what_was_seen_stays_in_the_chat(world: World, visitor: Visitor, agent: Desk) -> None:
    message_id = _answered(visitor, agent)
    visitor.ask("POST", "seen", json={"up_to": str(message_id)})
    assert hand_over_due(_later(world)) == 0
    assert _sendings(world) == []


@pytest.mark.usefixtures("mailbox")
def test_who_is_still_there_is_not_written_to(world: World, visitor: Visitor, agent: Desk) -> None:
    _answered(visitor, agent)
    here = agent.conversations()[0].visitor_id

    class Presence:
        def visitors_online(self, workspace_id: int) -> frozenset[int | None]:
            return frozenset({here})

    assert hand_over_due(_later(world, presence=Presence())) == 0
    assert _sendings(world) == []


@pytest.mark.usefixtures("mailbox")
@pytest.mark.parametrize("email", [None, "mailer-daemon@mail.example", "support@amber.example"])
def test_nobody_is_written_to_without_an_address_that_somebody_reads(
    world: World, visitor: Visitor, agent: Desk, email: str | None
) -> None:
    _answered(visitor, agent, email)
    assert hand_over_due(_later(world)) == 0
    assert _sendings(world) == []


def test_without_a_mailbox_nothing_is_promised(world: World, visitor: Visitor, agent: Desk) -> None:
    _answered(visitor, agent)
    assert hand_over_due(_later(world)) == 0
    assert visitor.start()["availability"]["mails_when_away"] is False


def test_a_mail_that_was_seen_meanwhile_keeps_telling_how_it_went(
    world: World, visitor: Visitor, agent: Desk, mailbox: int
) -> None:
    message_id = _answered(visitor, agent)
    hand_over_due(_later(world))
    visitor.ask("POST", "seen", json={"up_to": str(message_id)})
    with world.services.db.workspace(world.workspace_id) as session:
        message = session.get_one(Message, message_id)
    assert (message.delivery, message.seen_at) == ("waiting", NOW)
    assert mailbox


def test_one_that_came_back_goes_out_again_by_a_mailbox(
    world: World, visitor: Visitor, agent: Desk, mailbox: int
) -> None:
    message_id = _answered(visitor, agent)
    hand_over_due(_later(world))
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        message = session.get_one(Message, message_id)
        message.delivery = DeliveryState.BOUNCED
        session.delete(session.get_one(Sending, message_id))
    assert agent.conversations()[0].channel_id != mailbox
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        by = session.get_one(Agent, agent.agent_id)
        again = retry_sending(session, message_id, by=by, now=LATER)
        assert again.delivery == DeliveryState.WAITING
    (sending,) = _sendings(world)
    assert (sending.channel_id, sending.due_at, sending.attempts) == (mailbox, LATER, 0)


def test_without_a_mailbox_it_says_so_and_stays_failed(
    world: World, visitor: Visitor, agent: Desk, mailbox: int
) -> None:
    message_id = _answered(visitor, agent)
    hand_over_due(_later(world))
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.get_one(Message, message_id).delivery = DeliveryState.FAILED
        session.get_one(Channel, mailbox).status = ChannelStatus.REMOVED
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        by = session.get_one(Agent, agent.agent_id)
        with pytest.raises(Conflict, match="no mailbox"):
            retry_sending(session, message_id, by=by, now=LATER)
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.get_one(Message, message_id).delivery == DeliveryState.FAILED
