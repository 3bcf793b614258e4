"""Who has left the chat gets the answer by mail: an agent's own words, never a rule's.

An answer that its visitor hasn't seen for two minutes goes out by a mailbox of the workspace, where
the visitor isn't there and has an address: the account's, or one that they typed for this. What
comes back by mail joins the conversation, and isn't shown in the chat: a typed address proves
nobody.
"""

from dataclasses import replace
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from channels.records import Address
from integration.chat.visitors import contact_of
from integration.conversations.changes import tell
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.channels.kinds import traits_of
from integration.conversations.channels.mailboxes import mailbox_for
from integration.conversations.contents import open_content, seal_content
from integration.conversations.outgoing.automatic import count_mail, may_be_handed_over
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.models import Channel, Conversation, Message, Sending, Visitor
from integration.models.vocabulary import ChannelStatus, DeliveryState, MessageKind
from integration.services import Services

log = structlog.get_logger(__name__)

JOB = "chat.hand_over"
AFTER = timedelta(minutes=2)
# Later an answer in the chat is left there: whoever was away so long with nobody's fault of ours.
UNTIL = timedelta(hours=6)
_MOST_AT_ONCE = 100
_SUBJECTS = {
    "en": "Our answer to your chat",
    "el": "Η απάντησή μας στη συνομιλία σας",
    "he": "התשובה שלנו לשיחה שלך",
    "cs": "Naše odpověď na váš chat",
    "pl": "Nasza odpowiedź na Twój czat",
}


def hand_over_due(services: Services) -> int:
    """Put unseen answers to visitors who have gone into the outbox; how many."""
    done = 0
    for workspace_id in _workspaces(services):
        here = services.presence.visitors_online(workspace_id)
        with services.db.workspace(workspace_id) as session:
            due = [
                message_id
                for message_id, visitor_id in _due(session, services.now())
                if visitor_id not in here
            ]
        for message_id in due:
            done += _hand_over(services, workspace_id, message_id)
    return done


def _workspaces(services: Services) -> list[int]:
    """Those with a chat that takes messages."""
    statement = select(Channel.workspace_id, Channel.kind).where(
        Channel.status == ChannelStatus.ACTIVE
    )
    with services.db.across_workspaces() as session:
        rows = session.execute(statement.distinct()).all()
    return sorted({row.workspace_id for row in rows if traits_of(row.kind).is_live})


def _due(session: WorkspaceSession, now: datetime) -> list[tuple[int, int]]:
    statement = (
        select(Message.id, Visitor.id)
        .join(Conversation, Conversation.id == Message.conversation_id)
        .join(Visitor, Visitor.id == Conversation.visitor_id)
        .where(
            Message.created_at > now - UNTIL,
            Message.created_at <= now - AFTER,
            Message.kind == MessageKind.ANSWER,
            Message.delivery == DeliveryState.SENT,
            Message.seen_at.is_(None),
            # It has one from when it was handed over.
            Message.external_id.is_(None),
            Message.channel_id == Visitor.channel_id,
            (Visitor.signed_email.is_not(None)) | (Visitor.email.is_not(None)),
        )
        .order_by(Message.id)
        .limit(_MOST_AT_ONCE)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def _hand_over(services: Services, workspace_id: int, message_id: int) -> bool:
    now, keys = services.now(), ChannelKeys(services.keyring)
    with services.db.workspace(workspace_id, write=True) as session:
        statement = select(Message).where(Message.id == message_id).with_for_update()
        message = session.execute(statement).scalar_one()
        if message.seen_at is not None or message.delivery != DeliveryState.SENT:
            return False
        conversation = session.get_one(Conversation, message.conversation_id)
        visitor = session.get_one(Visitor, conversation.visitor_id)
        chat = session.get_one(Channel, message.channel_id)
        mailbox = mailbox_for(session, chat.store_id)
        address = contact_of(visitor)
        if mailbox is None or address is None or not chat.settings.get("mails_when_away", True):
            return False
        if not may_be_handed_over(services, session, address):
            return False
        try:
            _address(keys, session, message, conversation, Address(address, visitor.name))
        except CannotOpen:
            return False
        message.delivery = DeliveryState.WAITING
        session.add(
            Sending(message_id=message.id, channel_id=mailbox.id, due_at=now, created_at=now)
        )
        count_mail(services, session, address, conversation_id=conversation.id)
    log.info("chat.handed_over", workspace_id=workspace_id, message_id=message_id)
    tell(services, workspace_id, conversation.id, is_to_be_sent=True)
    return True


def _address(
    keys: ChannelKeys,
    session: WorkspaceSession,
    message: Message,
    conversation: Conversation,
    to: Address,
) -> None:
    """Say in the answer where it goes. Raises CannotOpen."""
    key = keys.by_id(session, message.channel_id)
    subject = _SUBJECTS.get(conversation.locale or "", _SUBJECTS["en"])
    content = open_content(key, message)
    told = replace(content, to=((to.address, to.name),), subject=content.subject or subject)
    message.sealed_content = seal_content(key, message.channel_id, message.key, told)
