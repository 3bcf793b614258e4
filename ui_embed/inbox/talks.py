"""One open conversation, gathered: its messages, who can have it, how it can be answered."""

import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from integration.agents.directory import AgentCard, list_agents
from integration.agents.roles import Deed, may
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.channels.kinds import traits_of
from integration.conversations.records import ConversationView
from integration.conversations.shown import Shown, show_conversation
from integration.conversations.thread import MESSAGES_A_PAGE
from integration.db import WorkspaceSession
from integration.identity.normalize import normalize_email
from integration.models import Channel, ContactReason, Profile, Store
from integration.models.vocabulary import ChannelStatus
from integration.services import Services
from ui_embed.inbox.lists import due_of
from ui_embed.inbox.screen import Choice, Composer, Talk
from ui_embed.inbox.words import channel_icon
from ui_embed.texts import gettext

_MOST_NEWS = 300
_KEY_BYTES = 16


def read_talk(
    services: Services,
    workspace_id: int,
    conversation_id: int,
    me: AgentCard,
    query: Mapping[str, Any],
    *,
    since: int | None = None,
    before: int | None = None,
) -> Talk:
    """A conversation as its page shows it: its newest messages, those from one on, or before one.

    Raises NotFound.
    """
    keys, now = ChannelKeys(services.keyring), services.now()
    with services.db.workspace(workspace_id) as session:
        shown = show_conversation(
            session,
            keys,
            conversation_id,
            after_id=None if since is None else since - 1,
            before_id=before,
            limit=MESSAGES_A_PAGE if since is None else _MOST_NEWS,
        )
        return _talk(session, shown, me, query, now)


def _talk(
    session: WorkspaceSession,
    shown: Shown,
    me: AgentCard,
    query: Mapping[str, Any],
    now: datetime,
) -> Talk:
    view = shown.conversation
    channels = {str(each.id): each for each in _channels(session)}
    agents = list_agents(session)
    may_write = may(me, Deed.ANSWER)
    due, end = view.answer_due_at, view.resolve_due_at
    return Talk(
        view=view,
        messages=shown.messages,
        has_earlier=shown.has_earlier,
        me=str(me.id),
        may_write=may_write,
        agents={str(each.id): each.name for each in agents},
        assignees=_assignees(agents, view.assignee_id),
        reasons=_reasons(session, view.reason_id),
        channels={
            number: Choice(number, each.name, channel_icon(each.kind))
            for number, each in channels.items()
        },
        composer=_composer(view, channels.values(), agents, me, now) if may_write else None,
        due=due_of(due, due is not None and due <= now),
        end_due=due_of(end, end is not None and end <= now),
        query=query,
        store_name=_store_name(session, view.store_id),
        profile_id=shown.person.profile_id,
        name=_name(session, shown),
        warnings=shown.warnings,
    )


def _name(session: WorkspaceSession, shown: Shown) -> str | None:
    """How they are called: as they told, else as the stores know whoever it is for certain."""
    told = shown.person.name or shown.person.address
    if told or shown.person.profile_id is None:
        return told
    statement = select(Profile.display_name).where(Profile.id == int(shown.person.profile_id))
    return session.execute(statement).scalar_one_or_none()


def _composer(
    view: ConversationView,
    channels: Iterable[Channel],
    agents: Iterable[AgentCard],
    me: AgentCard,
    now: datetime,
) -> Composer:
    own = view.channel_id
    has_address = normalize_email(view.person_address or "") is not None
    usable = [each for each in channels if _can_answer(each, own, now, view)]
    first = sorted(usable, key=lambda each: (str(each.id) != own, each.id))
    choices = tuple(
        Choice(
            str(each.id),
            each.name,
            channel_icon(each.kind),
            is_chosen=position == 0,
            note=each.address,
        )
        for position, each in enumerate(first)
    )
    is_live = bool(first) and str(first[0].id) == own and traits_of(first[0].kind).is_live
    return Composer(
        key=secrets.token_urlsafe(_KEY_BYTES),
        note_key=secrets.token_urlsafe(_KEY_BYTES),
        channels=choices,
        is_live=is_live,
        takes_files=any(traits_of(each.kind).most_file_bytes for each in first),
        agents=tuple(
            Choice(str(each.id), each.name)
            for each in agents
            if each.can_answer and each.id != me.id
        ),
        needs_address=bool(first) and not is_live and not has_address,
        closed=_why_closed(first, channels, own),
    )


def _can_answer(channel: Channel, own: str, now: datetime, view: ConversationView) -> bool:
    traits = traits_of(channel.kind)
    if channel.status != ChannelStatus.ACTIVE or not traits.can_answer:
        return False
    if traits.window is not None and view.last_message_at + traits.window < now:
        return False
    return str(channel.id) == own or not traits.is_live


def _why_closed(first: Iterable[Channel], channels: Iterable[Channel], own: str) -> str | None:
    if not list(first):
        return gettext("Nobody can be answered from here: no channel that sends is connected.")
    broken = [each for each in channels if str(each.id) == own]
    if broken and broken[0].status == ChannelStatus.REAUTHORIZE:
        return gettext("The channel it came by no longer accepts our sign-in. See the settings.")
    return None


def _assignees(agents: Iterable[AgentCard], chosen: str | None) -> tuple[Choice, ...]:
    return tuple(
        Choice(str(each.id), each.name, is_chosen=str(each.id) == chosen)
        for each in agents
        if each.can_answer
    )


def _reasons(session: WorkspaceSession, chosen: str | None) -> tuple[Choice, ...]:
    rows = session.execute(
        select(ContactReason.id, ContactReason.name)
        .where(ContactReason.removed_at.is_(None))
        .order_by(ContactReason.position, ContactReason.id)
    )
    return tuple(
        Choice(str(number), name, is_chosen=str(number) == chosen) for number, name in rows
    )


def _channels(session: WorkspaceSession) -> list[Channel]:
    return list(session.execute(select(Channel).order_by(Channel.id)).scalars())


def _store_name(session: WorkspaceSession, store_id: str | None) -> str | None:
    if store_id is None:
        return None
    statement = select(Store.name).where(Store.id == int(store_id))
    return session.execute(statement).scalar_one_or_none()
