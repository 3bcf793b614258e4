"""Which addresses are ours: mailboxes and numbers of any merchant's channels."""

from sqlalchemy import func, or_, select

from integration.conversations.outgoing.one_mailbox import domains_of, mailbox_of
from integration.models import Channel
from integration.models.vocabulary import ChannelStatus
from integration.services import Services


def is_ours(services: Services, address: str) -> bool:
    """Whether an address leads to somebody's channel, also by a tag behind a plus.

    Two houses' machines must not answer each other. Looks across workspaces, and tells nobody
    whose it is.
    """
    wanted = address.strip().lower()
    held = func.lower(Channel.address)
    alike = (held.endswith(f"@{each}", autoescape=True) for each in domains_of(wanted))
    statement = select(held).where(
        or_(held == wanted, *alike), Channel.status != ChannelStatus.REMOVED
    )
    with services.db.across_workspaces() as session:
        found = session.execute(statement).scalars()
        return any(mailbox_of(each) == mailbox_of(wanted) for each in found)
