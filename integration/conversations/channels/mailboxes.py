"""By which mailbox somebody is written to who was met elsewhere."""

from sqlalchemy import select

from integration.conversations.channels.kinds import traits_of
from integration.db import WorkspaceSession
from integration.models import Channel
from integration.models.vocabulary import ChannelStatus


def mailbox_for(session: WorkspaceSession, store_id: int | None) -> Channel | None:
    """The channel by which a visitor who has gone is written to: the store's own, else any."""
    statement = select(Channel).where(Channel.status == ChannelStatus.ACTIVE).order_by(Channel.id)
    writing = [
        channel
        for channel in session.execute(statement).scalars()
        if traits_of(channel.kind).person == "email" and traits_of(channel.kind).can_begin
    ]
    own = [channel for channel in writing if channel.store_id == store_id]
    return next(iter((*own, *writing)), None)
