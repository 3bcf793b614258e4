"""The channels of a workspace as people see them, and the channel that a token belongs to."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select

from integration.conversations.channels.keys import (
    ChannelKeys,
    open_channel_key,
    open_secrets,
    open_token,
)
from integration.crypto import CannotOpen, Keyring, token_digest
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Channel, Store
from integration.models.vocabulary import ChannelStatus
from integration.services import Services

_LONGEST_TOKEN = 200


@dataclass(frozen=True, slots=True)
class ChannelCard:
    """A channel without its secrets; `secrets` names those that it has.

    `made` are secrets that were made just now, by name: shown once, never again.
    """

    id: str
    workspace_id: str
    kind: str
    name: str
    store_id: str | None
    store_name: str | None
    address: str | None
    locale: str | None
    status: str
    error_code: str | None
    error: str | None
    failing_since: datetime | None
    checked_at: datetime | None
    created_at: datetime
    settings: Mapping[str, Any] = field(repr=False)
    secrets: tuple[str, ...] = ()
    made: Mapping[str, str] = field(default_factory=dict, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """As the commands and the API tell it: nothing of it is secret."""
        values = asdict(self)
        values.pop("made")
        return values


@dataclass(frozen=True, slots=True)
class ChannelPlace:
    """Whose channel a token is."""

    workspace_id: int
    channel_id: int
    kind: str
    status: str


def list_channels(services: Services, workspace_id: int) -> list[ChannelCard]:
    """The workspace's channels that weren't removed, in the order in which they were made."""
    with services.db.workspace(workspace_id) as session:
        rows = session.execute(_cards().order_by(Channel.id)).all()
        return [card_of(services.keyring, channel, store) for channel, store in rows]


def channel_card(services: Services, workspace_id: int, channel_id: int) -> ChannelCard:
    """One channel. Raises NotFound for an unknown one, another's, and one that was removed."""
    with services.db.workspace(workspace_id) as session:
        row = session.execute(_cards().where(Channel.id == channel_id)).one_or_none()
        if row is None:
            raise NotFound("There is no such channel.")
        return card_of(services.keyring, row[0], row[1])


def channel_token(services: Services, workspace_id: int, channel_id: int) -> str:
    """The token in the addresses of a channel. Raises NotFound."""
    with services.db.workspace(workspace_id) as session:
        channel = standing_channel(session, channel_id)
        return open_token(ChannelKeys(services.keyring).of(channel), channel)


def channel_by_token(services: Services, kind: str, token: str) -> ChannelPlace:
    """The channel of that kind with that token, whichever workspace's it is. Raises NotFound.

    One that was removed has none.
    """
    if not token or len(token) > _LONGEST_TOKEN:
        raise NotFound("There is no such channel.")
    asked = select(Channel.workspace_id, Channel.id, Channel.kind, Channel.status).where(
        Channel.token_digest == token_digest(token),
        Channel.kind == kind,
        Channel.status != ChannelStatus.REMOVED,
    )
    with services.db.across_workspaces() as session:
        row = session.execute(asked).one_or_none()
    if row is None:
        raise NotFound("There is no such channel.")
    return ChannelPlace(*row)


def standing_channel(session: WorkspaceSession, channel_id: int, *, lock: bool = False) -> Channel:
    """A channel that wasn't removed, locked until the commit on demand. Raises NotFound."""
    statement = select(Channel).where(
        Channel.id == channel_id, Channel.status != ChannelStatus.REMOVED
    )
    if lock:
        statement = statement.with_for_update().execution_options(populate_existing=True)
    channel = session.execute(statement).scalars().one_or_none()
    if channel is None:
        raise NotFound("There is no such channel.")
    return channel


def card_of(
    keyring: Keyring, channel: Channel, store: Store | None, made: Mapping[str, str] | None = None
) -> ChannelCard:
    """A channel's card."""
    try:
        held = open_secrets(open_channel_key(keyring, channel), channel)
    except CannotOpen:
        # Its page still has to stand, so that somebody can type them again.
        held = {}
    return ChannelCard(
        id=str(channel.id),
        workspace_id=str(channel.workspace_id),
        kind=channel.kind,
        name=channel.name,
        store_id=None if channel.store_id is None else str(channel.store_id),
        store_name=store.name if store is not None else None,
        address=channel.address,
        locale=channel.locale,
        status=channel.status,
        error_code=channel.error_code,
        error=channel.error,
        failing_since=channel.failing_since,
        checked_at=channel.checked_at,
        created_at=channel.created_at,
        settings=dict(channel.settings),
        secrets=tuple(sorted(held)),
        made=dict(made or {}),
    )


def _cards() -> Select[Channel, Store]:
    return (
        select(Channel, Store)
        .outerjoin(Store, Store.id == Channel.store_id)
        .where(Channel.status != ChannelStatus.REMOVED)
    )
