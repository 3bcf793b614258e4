"""A message of ours as it goes out: with what it answers, its files, and the way back to it."""

import hmac
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import select

from channels.records import Address, File, Outbound
from integration.agents.directory import name_for_customers
from integration.conversations.attachments import read_files
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import MessageContent, open_content
from integration.conversations.outgoing.mail_words import Words
from integration.conversations.outgoing.reply_tokens import ReplyTokens
from integration.crypto import CannotOpen, associated, derive
from integration.db import WorkspaceSession
from integration.identity.normalize import normalize_email
from integration.models import Agent, Channel, Conversation, Message
from integration.models.vocabulary import MessageKind
from integration.services import Services

_LABEL = "message ids"
_REFERENCES_AT_MOST = 20
_QUOTED_CHARACTERS, _QUOTED_LINES = 4000, 60
_SAID = (MessageKind.CUSTOMER, MessageKind.ANSWER, MessageKind.AUTOMATIC)
_NO_DOMAIN = "mail.invalid"


def external_id_of(
    services: Services, workspace_id: int, message: Message, channel: Channel
) -> str:
    """The Message-ID of a message of ours: the same whenever it goes out, and nobody's to guess."""
    if message.external_id:
        return message.external_id
    key = derive(services.settings.secret_key.get_secret_value(), _LABEL)
    told = hmac.digest(key, associated("message", workspace_id, message.key), sha256)
    domain = (normalize_email(channel.address) or "").rpartition("@")[2]
    return f"{told[:16].hex()}@{domain or _NO_DOMAIN}"


def outbound_of(
    services: Services,
    session: WorkspaceSession,
    keys: ChannelKeys,
    message: Message,
    channel: Channel,
) -> Outbound:
    """What a channel is handed. Raises CannotOpen where the message's key was destroyed."""
    conversation = session.get_one(Conversation, message.conversation_id)
    content = open_content(keys.by_id(session, message.channel_id), message)
    is_automatic = message.kind == MessageKind.AUTOMATIC
    agent = session.get(Agent, message.agent_id) if message.agent_id is not None else None
    earlier = _earlier(session, message, channel)
    tokens = ReplyTokens(services.settings.secret_key.get_secret_value())
    text = content.text
    if not is_automatic:
        text = _signed(text, agent)
        text = _with_quotation(session, keys, conversation, content, earlier, text)
    return Outbound(
        key=message.key,
        external_id=external_id_of(services, session.workspace_id, message, channel),
        to=_addresses(content.to),
        cc=_addresses(content.cc),
        text=text,
        subject=_subject(content.subject, earlier, is_automatic=is_automatic),
        sender_name=_sender_name(channel, agent),
        references=tuple(each.external_id for each in earlier if each.external_id),
        reply_token=tokens.issue(session.workspace_id, conversation.id, message.id),
        locale=conversation.locale or channel.locale,
        files=_files(session, keys, message),
        is_automatic=is_automatic,
    )


def _earlier(session: WorkspaceSession, message: Message, channel: Channel) -> Sequence[Message]:
    """What was said before on channels of that kind, the oldest first."""
    statement = (
        select(Message)
        .join(Channel, Channel.id == Message.channel_id)
        .where(
            Message.conversation_id == message.conversation_id,
            Message.id < message.id,
            Message.kind.in_(_SAID),
            Message.external_id.is_not(None),
            Channel.kind == channel.kind,
        )
        .order_by(Message.id.desc())
        .limit(_REFERENCES_AT_MOST)
    )
    return list(session.execute(statement).scalars())[::-1]


def _with_quotation(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation: Conversation,
    content: MessageContent,
    earlier: Sequence[Message],
    text: str,
) -> str:
    """The answer with what its recipient wrote last below it; nobody is shown another's words."""
    recipients = {normalize_email(address) for address, _ in (*content.to, *content.cc)}
    for each in reversed(earlier):
        if each.kind != MessageKind.CUSTOMER:
            continue
        try:
            said = open_content(keys.by_id(session, each.channel_id), each)
        except CannotOpen:
            return text
        if recipients != {normalize_email(said.sender_address)} or not said.text.strip():
            return text
        lines = said.text[:_QUOTED_CHARACTERS].strip().splitlines()[:_QUOTED_LINES]
        name = said.sender_name or said.sender_address or ""
        words = Words(conversation.locale)
        quotation = words.quoted("\n".join(lines), each.sent_at or each.created_at, name)
        return f"{text}\n\n{quotation}"
    return text


def _signed(text: str, agent: Agent | None) -> str:
    signature = (agent.signature or "").strip() if agent is not None else ""
    return f"{text}\n\n-- \n{signature}" if signature else text


def _subject(subject: str | None, earlier: Sequence[Message], *, is_automatic: bool) -> str | None:
    is_answer = any(each.kind == MessageKind.CUSTOMER for each in earlier)
    if subject is None or is_automatic or not is_answer:
        return subject
    return subject if subject.lower().startswith("re:") else f"Re: {subject}"


def _sender_name(channel: Channel, agent: Agent | None) -> str | None:
    """As customers know us. The channel's own name is the team's word for it."""
    shop = str(channel.settings.get("display_name") or "") or None
    name = name_for_customers(agent.name) if agent is not None else None
    return f"{name} ({shop})" if name and shop else name or shop


def _addresses(told: Sequence[tuple[str, str | None]]) -> tuple[Address, ...]:
    return tuple(Address(address, name) for address, name in told)


def _files(session: WorkspaceSession, keys: ChannelKeys, message: Message) -> tuple[File, ...]:
    return tuple(read_files(session, keys, message.id))
