"""A conversation as a record: whole, in its order, for the house or for its customer.

What is for the customer holds what they wrote and were told: no notes, no events, no quotes.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import func, select

from channels.records import Address
from integration.agents.directory import agent_names
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.found import conversation_for
from integration.conversations.lines import add_event
from integration.conversations.outgoing.automatic import count_mail, is_machine
from integration.conversations.records import ConversationView, MessageView, Written
from integration.conversations.thread import FOR_CUSTOMERS, thread_of
from integration.conversations.who import person_of
from integration.conversations.writing import LONGEST_TEXT, automatic
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid
from integration.identity.normalize import normalize_email
from integration.models import Agent, Channel, Message, Order, Store
from integration.models.vocabulary import ChannelStatus, MessageKind
from integration.services import Services

MOST_MESSAGES = 2_000
MOST_MAILED = 5
# The messages by which transcripts went out: a transcript in a transcript tells nothing.
_KEY = "transcript-"
_PAGE = 200


@dataclass(frozen=True, slots=True)
class Line:
    """A message of a transcript. `author` is an agent's name, the sender's, or None."""

    message: MessageView
    author: str | None


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation to be read by itself. `zone` is the store's, None where nobody knows.

    `is_whole` is False where it had more messages than are told: the newest are.
    """

    conversation: ConversationView
    profile_id: str | None
    store_name: str | None
    order_name: str | None
    zone: str | None
    lines: tuple[Line, ...]
    has_notes: bool
    is_whole: bool


@dataclass(frozen=True, slots=True)
class TranscriptWords:
    """What a mailed transcript says around the messages, in the customer's language."""

    subject: str
    opening: str
    text: str


def transcript_of(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_id: int,
    *,
    with_notes: bool = False,
) -> Transcript:
    """The conversation's messages; notes only where they are asked for. Raises NotFound.

    Where its person is shown to somebody, that is to be audited.
    """
    kinds = FOR_CUSTOMERS | {MessageKind.NOTE} if with_notes else FOR_CUSTOMERS
    conversation = conversation_for(session, conversation_id)
    messages, is_whole = _messages(session, keys, conversation.id, kinds)
    names = agent_names(session, (int(each.agent_id) for each in messages if each.agent_id))
    store = _store(session, conversation.store_id)
    order = select(Order.name).where(Order.id == conversation.order_id)
    person = person_of(session, conversation)
    view = thread_of(session, keys, conversation.id, limit=1).conversation
    return Transcript(
        conversation=view,
        profile_id=None if person.profile_id is None else str(person.profile_id),
        store_name=store.name if store else None,
        order_name=session.execute(order).scalar_one_or_none(),
        zone=store.timezone if store else None,
        lines=tuple(Line(each, _author(each, names)) for each in messages),
        has_notes=with_notes,
        is_whole=is_whole,
    )


def mail_transcript(
    services: Services,
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_id: int,
    words: TranscriptWords,
    *,
    by: Agent,
    key: str,
    now: datetime,
) -> Written:
    """Mail a transcript to the conversation's customer: an agent's deed, written into it.

    `words.text` must be made of `transcript_of` without notes. The same `key` twice is one mail.
    Raises NotFound, Invalid (no address that people read), Conflict where nothing proves that the
    address is the customer's, where no mailbox can send, and after five mails of one conversation.
    """
    conversation = conversation_for(session, conversation_id)
    address = _address(session, conversation.id)
    channel = _mailbox(session, conversation.channel_id)
    own = f"{_KEY}{key}"[:64]
    mailed = select(func.count()).where(
        Message.conversation_id == conversation.id, Message.key.startswith(_KEY, autoescape=True)
    )
    written_before = session.execute(select(Message.id).where(Message.key == own)).first()
    if written_before is None and session.execute(mailed).scalar_one() >= MOST_MAILED:
        raise Conflict("This conversation was mailed to them several times already.")
    done = automatic(
        session,
        keys,
        conversation.id,
        f"{words.opening}\n\n{words.text}"[:LONGEST_TEXT],
        key=own,
        now=now,
        to=address,
        channel_id=channel.id,
        subject=words.subject,
    )
    if not done.is_repeat:
        add_event(session, conversation, {"what": "transcript"}, agent_id=by.id, now=now)
        count_mail(services, session, address.address, conversation_id=conversation.id)
    return replace(done, is_to_be_sent=not done.is_repeat)


def _address(session: WorkspaceSession, conversation_id: int) -> Address:
    conversation = conversation_for(session, conversation_id)
    address = conversation.person_address
    if address is None or normalize_email(address) is None or is_machine(address):
        raise Invalid("We don't know an address of theirs that a person reads.")
    if person_of(session, conversation).profile_id is None:
        raise Conflict(
            "Nothing proves that this address is theirs. Say who it is first.", code="unverified"
        )
    return Address(address, conversation.person_name)


def _mailbox(session: WorkspaceSession, preferred_id: int) -> Channel:
    statement = select(Channel).where(
        Channel.kind == "email", Channel.status == ChannelStatus.ACTIVE
    )
    found = session.execute(statement.order_by(Channel.id)).scalars().all()
    if not found:
        raise Conflict("There is no mailbox that can send it.")
    return next((each for each in found if each.id == preferred_id), found[0])


def _messages(
    session: WorkspaceSession, keys: ChannelKeys, conversation_id: int, kinds: Iterable[str]
) -> tuple[tuple[MessageView, ...], bool]:
    """The messages in their order, and whether these are all."""
    found: list[MessageView] = []
    before: int | None = None
    while len(found) < MOST_MESSAGES:
        page = thread_of(
            session,
            keys,
            conversation_id,
            before_id=before,
            limit=_PAGE,
            kinds=frozenset(kinds),
        )
        found[:0] = [each for each in page.messages if not each.key.startswith(_KEY)]
        if not page.has_earlier or not page.messages:
            return tuple(found), True
        before = int(page.messages[0].id)
    return tuple(found[-MOST_MESSAGES:]), False


def _author(message: MessageView, names: dict[int, str]) -> str | None:
    if message.agent_id is not None:
        return names.get(int(message.agent_id))
    return message.sender_name or message.sender_address


def _store(session: WorkspaceSession, store_id: int | None) -> Store | None:
    statement = select(Store).order_by(Store.id).limit(1)
    if store_id is not None:
        statement = statement.where(Store.id == store_id)
    return session.execute(statement).scalars().first()
