"""What ends of a channel: its work for a while, its token, or all of it."""

import secrets
from datetime import datetime

import structlog
from sqlalchemy import select, update

from integration.audit.actions import Action
from integration.audit.recording import record
from integration.conversations.channels.cards import ChannelCard, channel_card, standing_channel
from integration.conversations.channels.keys import about_channel_key, open_channel_key, seal_token
from integration.conversations.channels.standing import check_channel
from integration.crypto import token_digest
from integration.db import WorkspaceSession
from integration.models import Channel, Message, Sending
from integration.models.vocabulary import ChannelStatus, DeliveryState
from integration.services import Services

log = structlog.get_logger(__name__)

_TOKEN_BYTES = 24
_GONE = "The channel was removed before this went out."


def new_token() -> str:
    """A token for a channel's addresses."""
    return secrets.token_urlsafe(_TOKEN_BYTES)


def pause(services: Services, workspace_id: int, channel_id: int, *, by: str) -> ChannelCard:
    """Take nothing in and send nothing by a channel until it is resumed. Raises NotFound."""
    return _set_status(services, workspace_id, channel_id, ChannelStatus.PAUSED, by)


def resume(services: Services, workspace_id: int, channel_id: int, *, by: str) -> ChannelCard:
    """Let a paused channel work again, and try it; its card then. Raises NotFound."""
    _set_status(services, workspace_id, channel_id, ChannelStatus.ACTIVE, by)
    return check_channel(services, workspace_id, channel_id)


def rotate_token(services: Services, workspace_id: int, channel_id: int, *, by: str) -> str:
    """Give a channel's addresses a new token; the old one leads nowhere. Raises NotFound."""
    token = new_token()
    with services.db.workspace(workspace_id, write=True) as session:
        channel = standing_channel(session, channel_id, lock=True)
        _set_token(services, channel, token)
        note_changed(session, channel, "token", by=by, now=services.now())
    log.info("channel.token_rotated", channel_id=channel_id, by=by)
    return token


def remove(services: Services, workspace_id: int, channel_id: int, *, by: str) -> None:
    """Take a channel away: its secrets and token are destroyed, what waits to go out fails.

    Its conversations stay, and can be answered by another channel. Raises NotFound.
    """
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        channel = standing_channel(session, channel_id, lock=True)
        channel.status, channel.removed_at = ChannelStatus.REMOVED, now
        channel.error_code = channel.error = channel.failing_since = None
        channel.sealed_secrets = None
        # A token that nobody was ever told: whatever calls the old one finds nothing.
        _set_token(services, channel, new_token())
        channel.sealed_token = b""
        _fail_what_waits(session, channel_id)
        target = f"channel:{channel_id}"
        record(session, Action.CHANNEL_REMOVED, by=by, now=now, target=target, kind=channel.kind)
    log.info("channel.removed", channel_id=channel_id, by=by)


def note_changed(
    session: WorkspaceSession, channel: Channel, what: str, *, by: str, now: datetime
) -> None:
    """Write down that somebody changed that of a channel."""
    target = f"channel:{channel.id}"
    record(
        session, Action.CHANNEL_CHANGED, by=by, now=now, target=target, kind=channel.kind, what=what
    )


def _fail_what_waits(session: WorkspaceSession, channel_id: int) -> None:
    """Have what nobody is sending at this moment fail in words."""
    waits = (
        Sending.channel_id == channel_id,
        Sending.due_at.is_not(None),
        Sending.lease.is_(None),
        Sending.workspace_id == session.workspace_id,
    )
    told = {"delivery": DeliveryState.FAILED, "delivery_error": _GONE}
    silent = {"synchronize_session": False}
    of_these = select(Sending.message_id).where(*waits)
    session.execute(
        update(Message).where(Message.id.in_(of_these)).values(**told).execution_options(**silent)
    )
    given_up = {"due_at": None, "error_code": "channel_removed", "error": _GONE}
    session.execute(update(Sending).where(*waits).values(**given_up).execution_options(**silent))


def _set_status(
    services: Services, workspace_id: int, channel_id: int, status: ChannelStatus, by: str
) -> ChannelCard:
    with services.db.workspace(workspace_id, write=True) as session:
        channel = standing_channel(session, channel_id, lock=True)
        if channel.status != status:
            note_changed(session, channel, str(status), by=by, now=services.now())
        channel.status = status
    log.info("channel.status", channel_id=channel_id, status=str(status), by=by)
    return channel_card(services, workspace_id, channel_id)


def _set_token(services: Services, channel: Channel, token: str) -> None:
    before, digest = about_channel_key(channel.token_digest), token_digest(token)
    key = open_channel_key(services.keyring, channel)
    wrapped = services.keyring.rewrap(channel.data_key, before, to=about_channel_key(digest))
    channel.data_key, channel.token_digest = wrapped, digest
    channel.sealed_token = seal_token(key, channel.id, token)
