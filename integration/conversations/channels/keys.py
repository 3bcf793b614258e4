"""Each channel's data key, and what it seals of the channel itself: its secrets and its token."""

from collections.abc import Mapping

import orjson
from pydantic import SecretStr
from sqlalchemy import select

from channels.records import Account
from integration.crypto import CannotOpen, DataKey, Keyring, associated
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Channel


class ChannelKeys:
    """The data keys of channels, opened once each. Make one for a request or a job.

    It remembers what it opened: kept for long, it would outlive a key that was destroyed.
    """

    __slots__ = ("_opened", "keyring")

    def __init__(self, keyring: Keyring) -> None:
        self.keyring = keyring
        self._opened: dict[int, DataKey] = {}

    def of(self, channel: Channel) -> DataKey:
        """The channel's key. Raises CannotOpen when it was destroyed."""
        opened = self._opened.get(channel.id)
        if opened is None:
            opened = self._opened[channel.id] = open_channel_key(self.keyring, channel)
        return opened

    def by_id(self, session: WorkspaceSession, channel_id: int) -> DataKey:
        """The key of one of the workspace's channels. Raises NotFound, CannotOpen."""
        opened = self._opened.get(channel_id)
        if opened is not None:
            return opened
        found = session.execute(select(Channel).where(Channel.id == channel_id))
        channel = found.scalar_one_or_none()
        if channel is None:
            raise NotFound("There is no such channel.")
        return self.of(channel)

    def __repr__(self) -> str:
        return "ChannelKeys(***)"


def about_channel_key(token_digest: bytes) -> bytes:
    """What a channel's wrapped data key is bound to."""
    return associated("channels", "data_key", token_digest.hex())


def new_channel_key(keyring: Keyring, token_digest: bytes) -> bytes:
    """A fresh data key for a channel, wrapped, as `Channel.data_key` keeps it."""
    return keyring.wrap_new(about_channel_key(token_digest))


def open_channel_key(keyring: Keyring, channel: Channel) -> DataKey:
    """The channel's data key. Raises CannotOpen when it was destroyed."""
    if not channel.data_key:
        raise CannotOpen("the channel's data key was destroyed")
    return keyring.unwrap(channel.data_key, about_channel_key(channel.token_digest))


def seal_secrets(key: DataKey, channel_id: int, secrets: Mapping[str, str]) -> bytes | None:
    """What `Channel.sealed_secrets` keeps; None where there are none. The row has its id."""
    kept = {name: value for name, value in secrets.items() if value}
    return key.seal(orjson.dumps(kept), _about_secrets(channel_id)) if kept else None


def open_secrets(key: DataKey, channel: Channel) -> dict[str, SecretStr]:
    """The channel's secrets by name. Raises CannotOpen."""
    if channel.sealed_secrets is None:
        return {}
    plain = orjson.loads(key.open(channel.sealed_secrets, _about_secrets(channel.id)))
    return {name: SecretStr(value) for name, value in plain.items()}


def seal_token(key: DataKey, channel_id: int, token: str) -> bytes:
    """What `Channel.sealed_token` keeps. The row has its id."""
    return key.seal(token.encode(), _about_token(channel_id))


def open_token(key: DataKey, channel: Channel) -> str:
    """The token in the addresses of a channel; empty for one that was removed."""
    if not channel.sealed_token:
        return ""
    return key.open(channel.sealed_token, _about_token(channel.id)).decode()


def account_of(keys: ChannelKeys, channel: Channel) -> Account:
    """A channel as its adapter takes it, its secrets and token opened. Raises CannotOpen."""
    key = keys.of(channel)
    return Account(
        channel_id=channel.id,
        token=open_token(key, channel),
        name=channel.name,
        address=channel.address,
        locale=channel.locale,
        settings=channel.settings,
        secrets=open_secrets(key, channel),
    )


def _about_secrets(channel_id: int) -> bytes:
    return associated("channels", "secrets", channel_id)


def _about_token(channel_id: int) -> bytes:
    return associated("channels", "token", channel_id)
