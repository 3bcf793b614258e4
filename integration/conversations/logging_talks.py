"""A call or a talk in the shop that an agent writes down: a conversation like any other."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import or_, select

from channels.records import Inbound, Person
from integration.audit.actions import Action
from integration.audit.recording import ITSELF, record
from integration.conversations.channels.ending import new_token
from integration.conversations.channels.keys import (
    ChannelKeys,
    new_channel_key,
    open_channel_key,
    seal_token,
)
from integration.conversations.found import conversation_to_change
from integration.conversations.lines import written_before
from integration.conversations.receiving import receive
from integration.conversations.records import Received
from integration.conversations.states import set_person, set_status
from integration.conversations.writing import checked_text
from integration.crypto import token_digest
from integration.db import WorkspaceSession
from integration.errors import Invalid
from integration.identity.normalize import normalize_email, normalize_phone
from integration.models import Agent, Channel, Message, Store
from integration.models.vocabulary import ChannelStatus, ConversationStatus

TalkKind = Literal["phone", "counter"]
_NAMES: dict[str, str] = {"phone": "Phone", "counter": "Shop counter"}
_OUTCOMES = frozenset({ConversationStatus.OPEN, ConversationStatus.RESOLVED})
_LONGEST_AGO = timedelta(days=31)
# Whose clock goes ahead may log what happens now.
_CLOCKS_DIFFER = timedelta(minutes=5)
_MOST_MINUTES = 24 * 60


@dataclass(frozen=True, slots=True)
class Talk:
    """What an agent tells of a talk.

    `profile_id` is whom they say it was with; `address` is what was typed in its place, a phone or
    an e-mail. `outcome` is the conversation's status then: resolved, or open where something is
    still to be done. `minutes` is how long it took. Without `channel_id` it is the channel of that
    kind of the store, or of the workspace, made where there is none; `channel_name` names that one.
    """

    kind: TalkKind
    text: str = field(repr=False)
    outcome: str = ConversationStatus.RESOLVED
    profile_id: int | None = None
    name: str | None = field(default=None, repr=False)
    address: str | None = field(default=None, repr=False)
    happened_at: datetime | None = None
    minutes: int | None = None
    channel_id: int | None = None
    channel_name: str | None = None
    store_id: int | None = None


def log_talk(
    session: WorkspaceSession,
    keys: ChannelKeys,
    talk: Talk,
    *,
    by: Agent,
    key: str,
    now: datetime,
) -> Received:
    """Write a talk down as a conversation; it was answered while it happened, by `by`.

    The same `key` twice is one talk. Whom the agent names is who it was (trust agent); an address
    that was typed is claimed. Raises Invalid (422) with a sentence, NotFound.
    """
    before = written_before(session, key)
    if before is not None:
        return Received(before.conversation_id, before.id, is_repeat=True)
    text = _checked(talk, now)
    channel = _channel(session, keys, talk, now)
    inbound = Inbound(
        external_id=None,
        person=_person(session, talk, channel),
        text=text,
        sent_at=talk.happened_at or now,
        was_answered=True,
        facts=_facts(talk),
    )
    received = receive(session, keys, channel, inbound, key=key, now=now)
    session.get_one(Message, received.message_id).agent_id = by.id
    conversation = conversation_to_change(session, received.conversation_id)
    conversation.first_answered_by = by.id
    if conversation.assignee_id is None or talk.outcome == ConversationStatus.RESOLVED:
        conversation.assignee_id = by.id
    session.flush()
    if talk.profile_id is not None:
        set_person(session, conversation.id, talk.profile_id, by=by, now=now)
    if talk.outcome == ConversationStatus.RESOLVED:
        set_status(session, conversation.id, ConversationStatus.RESOLVED, by=by, now=now)
    return received


def _checked(talk: Talk, now: datetime) -> str:
    """The text as it is kept. Raises Invalid for what can't have happened so."""
    if talk.kind not in _NAMES:
        raise _refusal("A talk is on the phone or at the counter.")
    if talk.outcome not in _OUTCOMES:
        raise _refusal("A talk that is written down is resolved or open.")
    happened = talk.happened_at or now
    if not now - _LONGEST_AGO <= happened <= now + _CLOCKS_DIFFER:
        raise _refusal("Give a time of the last 31 days.")
    if talk.minutes is not None and not 0 <= talk.minutes <= _MOST_MINUTES:
        raise _refusal("Give the length in minutes, a day at most.")
    return checked_text(talk.text, may_be_empty=False)


def _person(session: WorkspaceSession, talk: Talk, channel: Channel) -> Person:
    """Who it was as far as it was typed. Raises Invalid for what is no address and no number."""
    typed = (talk.address or "").strip()
    if "@" in typed:
        email = normalize_email(typed)
        if email is None:
            raise _refusal("That isn't an e-mail address.")
        return Person("email", email, "claimed", talk.name)
    number = normalize_phone(typed, _country(session, channel)) if typed else None
    if typed and number is None:
        raise _refusal("That isn't a phone number. Begin it with + and the country's code.")
    return Person("phone", number or "", "claimed", talk.name)


def _country(session: WorkspaceSession, channel: Channel) -> str | None:
    """The country in which a number without a country's code is read."""
    told = channel.settings.get("country")
    if told:
        return str(told)
    of_store = Store.id == channel.store_id if channel.store_id else Store.country_code.is_not(None)
    asked = select(Store.country_code).where(of_store).order_by(Store.id).limit(1)
    return session.execute(asked).scalars().first()


def _channel(session: WorkspaceSession, keys: ChannelKeys, talk: Talk, now: datetime) -> Channel:
    """Where the talk belongs. Raises Invalid for a channel of another kind, or none of ours."""
    stands = (Channel.kind == talk.kind, Channel.status != ChannelStatus.REMOVED)
    if talk.channel_id is not None:
        chosen = select(Channel).where(*stands, Channel.id == talk.channel_id)
        found = session.execute(chosen).scalars().one_or_none()
        if found is None:
            raise _refusal("Choose one of your channels.")
        return found
    own = or_(Channel.store_id == talk.store_id, Channel.store_id.is_(None))
    asked = select(Channel).where(*stands, own)
    asked = asked.order_by(Channel.store_id.is_(None), Channel.id).limit(1)
    session.lock_workspace()
    return session.execute(asked).scalars().first() or _made(session, keys, talk, now)


def _made(session: WorkspaceSession, keys: ChannelKeys, talk: Talk, now: datetime) -> Channel:
    token = new_token()
    digest = token_digest(token)
    channel = Channel(
        kind=talk.kind,
        name=talk.channel_name or _NAMES[talk.kind],
        settings={},
        data_key=new_channel_key(keys.keyring, digest),
        token_digest=digest,
        sealed_token=b"",
        status=ChannelStatus.ACTIVE,
        created_at=now,
    )
    session.add(channel)
    session.flush()
    key = open_channel_key(keys.keyring, channel)
    channel.sealed_token = seal_token(key, channel.id, token)
    target = f"channel:{channel.id}"
    record(session, Action.CHANNEL_MADE, by=ITSELF, now=now, target=target, kind=talk.kind)
    return channel


def _facts(talk: Talk) -> dict[str, str]:
    facts: dict[str, str] = {"talk": talk.kind}
    if talk.minutes is not None:
        facts["minutes"] = str(talk.minutes)
    return facts


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, code="invalid_talk", status=422)
