"""By which mailbox somebody is written to who was met elsewhere."""

from collections.abc import Sequence

from sqlalchemy import select

from integration.conversations.channels.kinds import traits_of
from integration.db import WorkspaceSession
from integration.models import Channel
from integration.models.vocabulary import ChannelStatus


def mailbox_for(session: WorkspaceSession, store_id: int | None) -> Channel | None:
    """The channel by which a visitor who has gone is written to: the store's own, else any."""
    writing = [each for each in mailboxes(session) if each.status == ChannelStatus.ACTIVE]
    own = [channel for channel in writing if channel.store_id == store_id]
    return next(iter((*own, *writing)), None)


def mailboxes(session: WorkspaceSession) -> Sequence[Channel]:
    """The mailboxes from which somebody can be written to first, those too whose access is refused
    for now: what is written by one waits until it works again.
    """
    kept = (ChannelStatus.ACTIVE, ChannelStatus.REAUTHORIZE)
    statement = select(Channel).where(Channel.status.in_(kept)).order_by(Channel.id)
    return [
        channel
        for channel in session.execute(statement).scalars()
        if traits_of(channel.kind).person == "email" and traits_of(channel.kind).can_begin
    ]
