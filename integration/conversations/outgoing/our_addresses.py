"""Which addresses are ours: mailboxes and numbers of any merchant's channels."""

from sqlalchemy import func, select

from integration.models import Channel
from integration.models.vocabulary import ChannelStatus
from integration.services import Services


def is_ours(services: Services, address: str) -> bool:
    """Whether somebody's channel has that address. Two houses' machines must not answer each other.

    Looks across workspaces, and tells nobody whose it is.
    """
    statement = select(Channel.id).where(
        func.lower(Channel.address) == address.strip().lower(),
        Channel.status != ChannelStatus.REMOVED,
    )
    with services.db.across_workspaces() as session:
        return session.execute(statement.limit(1)).first() is not None
