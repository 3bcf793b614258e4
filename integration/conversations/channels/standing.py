"""How a channel stands after it was tried, and the trial that a merchant asks for."""

from datetime import datetime

from channels.errors import ChannelError
from channels.port import Channel as Adapter
from channels.records import Account
from integration.conversations.channels.cards import ChannelCard, channel_card, standing_channel
from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.errors import NotFound
from integration.models import Channel
from integration.models.vocabulary import ChannelStatus
from integration.services import Services

# A sentence of an adapter's; another machine's words can be any length.
_LONGEST_ERROR = 500


def adapter_of(services: Services, kind: str) -> Adapter:
    """The adapter of a kind. Raises NotFound for one that doesn't exist."""
    found = services.channels.get(kind)
    if found is None:
        raise NotFound("There is no such kind of channel.")
    return found


def went_well(channel: Channel, now: datetime) -> None:
    """The other side took the credentials: whatever was wrong is over."""
    if channel.status == ChannelStatus.REAUTHORIZE:
        channel.status = ChannelStatus.ACTIVE
    channel.error_code = channel.error = channel.failing_since = None
    channel.checked_at = now


def went_wrong(channel: Channel, error: ChannelError, now: datetime) -> None:
    """It failed; refused credentials wait for the merchant, anything else is tried again."""
    if error.reauthorize and channel.status == ChannelStatus.ACTIVE:
        channel.status = ChannelStatus.REAUTHORIZE
    channel.error_code = error.code
    channel.error = str(error)[:_LONGEST_ERROR]
    channel.failing_since = channel.failing_since or now
    channel.checked_at = now


def check_channel(services: Services, workspace_id: int, channel_id: int) -> ChannelCard:
    """Try a channel's credentials and write down how it went; its card then. Raises NotFound.

    Nothing is locked meanwhile. What was changed during the trial is not judged by it.
    """
    with services.db.workspace(workspace_id) as session:
        channel = standing_channel(session, channel_id)
        kind, tried = channel.kind, _credentials(channel)
        account = account_of(ChannelKeys(services.keyring), channel)
    failure = failure_of(services, kind, account)
    with services.db.workspace(workspace_id, write=True) as session:
        channel = standing_channel(session, channel_id, lock=True)
        if _credentials(channel) == tried:
            if failure is None:
                went_well(channel, services.now())
            else:
                went_wrong(channel, failure, services.now())
    return channel_card(services, workspace_id, channel_id)


def failure_of(services: Services, kind: str, account: Account) -> ChannelError | None:
    """Why an account doesn't work, None where it does. Calls the other side."""
    try:
        adapter_of(services, kind).accounts.check(account)
    except ChannelError as error:
        return error
    return None


def _credentials(channel: Channel) -> tuple[object, ...]:
    return dict(channel.settings), channel.sealed_secrets, channel.token_digest
