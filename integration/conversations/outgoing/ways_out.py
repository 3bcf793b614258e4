"""How something of ours goes out: by which channel, to whom, at once or by the outbox."""

from datetime import datetime

from sqlalchemy import select

from channels.records import Address
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.channels.kinds import traits_of
from integration.conversations.contents import MessageContent
from integration.conversations.lines import add_message
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.identity.normalize import normalize_email
from integration.models import Channel, Conversation, Message, Sending
from integration.models.vocabulary import ChannelStatus, DeliveryState, MessageKind


def channel_to_send(session: WorkspaceSession, channel_id: int) -> Channel:
    """The channel that something goes out by. Raises NotFound, Invalid, Conflict."""
    channel = (
        session.execute(select(Channel).where(Channel.id == channel_id)).scalars().one_or_none()
    )
    if channel is None:
        raise NotFound("There is no such channel.")
    if not traits_of(channel.kind).can_answer:
        raise Invalid("Nothing can be sent by this channel. Choose another one.")
    if channel.status == ChannelStatus.REMOVED:
        raise Conflict("This channel was removed. Answer by another one.")
    if channel.status == ChannelStatus.PAUSED:
        raise Conflict("This channel is paused. Answer by another one, or switch it on again.")
    return channel


def write_out(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation: Conversation,
    channel: Channel,
    content: MessageContent,
    agent_id: int | None,
    key: str,
    now: datetime,
    kind: MessageKind = MessageKind.ANSWER,
) -> Message:
    """An outgoing message: there at once on a live channel, else in the outbox."""
    is_live = traits_of(channel.kind).is_live
    message = add_message(
        session,
        keys,
        conversation,
        content,
        kind=kind,
        key=key,
        now=now,
        channel_id=channel.id,
        agent_id=agent_id,
        delivery=DeliveryState.SENT if is_live else DeliveryState.WAITING,
        sent_at=now if is_live else None,
    )
    if not is_live:
        session.add(
            Sending(
                message_id=message.id,
                channel_id=channel.id,
                attempts=0,
                due_at=now,
                created_at=now,
            )
        )
    return message


def recipient_of(conversation: Conversation, channel: Channel) -> Address | None:
    """Whom an answer goes to, None where the channel knows by itself. Raises Invalid."""
    traits = traits_of(channel.kind)
    if traits.is_live:
        if conversation.channel_id != channel.id:
            raise Invalid("They can't be reached there: the chat was never theirs.")
        return None
    address = conversation.person_address
    if traits.person == "email" and (address is None or normalize_email(address) is None):
        raise Invalid("We don't know an e-mail address to write to. Add one.")
    if address is None:
        raise Invalid("We don't know where to write to on this channel.")
    return Address(address, conversation.person_name)


def check_window(conversation: Conversation, channel: Channel, now: datetime) -> None:
    """Raises Invalid where it is too late to answer on the channel."""
    window = traits_of(channel.kind).window
    newest = conversation.last_message_at
    if window is not None and newest + window < now:
        raise Invalid("It is too late to answer on this channel. Choose another one.")
