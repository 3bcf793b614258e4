"""Setting a channel up and changing it; `channel_ending` pauses it and takes it away.

A merchant's password is tried before it is kept, never within a transaction, and a host that we
don't call leaves no row. What a channel brought stays when the channel goes.
"""

from collections.abc import Callable, Mapping
from typing import Any

import structlog
from pydantic import SecretStr

from channels.errors import ChannelError, HostRefused
from channels.port import Channel as Adapter
from channels.records import Account
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.conversations.channels.cards import (
    ChannelCard,
    ChannelPlace,
    card_of,
    channel_by_token,
    channel_card,
    channel_token,
    list_channels,
    standing_channel,
)
from integration.conversations.channels.ending import (
    new_token,
    note_changed,
    pause,
    remove,
    resume,
    rotate_token,
)
from integration.conversations.channels.fields import FieldsRefused, Settled, checked_name, settle
from integration.conversations.channels.keys import (
    ChannelKeys,
    new_channel_key,
    open_channel_key,
    open_secrets,
    seal_secrets,
    seal_token,
)
from integration.conversations.channels.room import (
    check_room,
    known_locale,
    own_store,
    with_country,
)
from integration.conversations.channels.standing import (
    adapter_of,
    check_channel,
    failure_of,
    went_well,
    went_wrong,
)
from integration.conversations.reasons import begin_reasons
from integration.crypto import token_digest
from integration.errors import Conflict
from integration.models import Channel
from integration.models.vocabulary import ChannelStatus
from integration.services import Services

__all__ = [
    "ChannelCard",
    "ChannelPlace",
    "FieldsRefused",
    "change_channel",
    "channel_by_token",
    "channel_card",
    "channel_token",
    "check_channel",
    "create_channel",
    "list_channels",
    "pause",
    "remove",
    "resume",
    "rotate_token",
    "try_given",
]

log = structlog.get_logger(__name__)


def create_channel(
    services: Services,
    workspace_id: int,
    kind: str,
    name: str,
    given: Mapping[str, Any],
    *,
    by: str,
    store_id: int | None = None,
    locale: str | None = None,
) -> ChannelCard:
    """A new channel, tried once: its card says how that went, and holds secrets that were made.

    Raises NotFound (no such kind), FieldsRefused (also for a host that we don't call), Conflict
    for an address that a channel of that kind has already.
    """
    adapter = adapter_of(services, kind)
    store = own_store(services, workspace_id, store_id)
    told = with_country(adapter, given, store)
    name, (settings, secret) = _judged(name, lambda: _settled(services, adapter, told))
    failure = _tried(services, adapter, name, settings, secret, locale)
    token, now = new_token(), services.now()
    digest = token_digest(token)
    with services.db.workspace(workspace_id, write=True) as session:
        session.lock_workspace()
        address = adapter.accounts.address(settings)
        check_room(session, kind, address)
        channel = Channel(
            kind=kind,
            store_id=store_id,
            name=name,
            address=address,
            locale=known_locale(locale),
            settings=settings,
            data_key=new_channel_key(services.keyring, digest),
            token_digest=digest,
            sealed_token=b"",
            status=ChannelStatus.ACTIVE,
            created_at=now,
        )
        session.add(channel)
        session.flush()
        key = open_channel_key(services.keyring, channel)
        channel.sealed_token = seal_token(key, channel.id, token)
        channel.sealed_secrets = seal_secrets(key, channel.id, secret)
        _stand(channel, failure, services)
        session.flush()
        begin_reasons(session, locale)
        target = f"channel:{channel.id}"
        record(session, Action.CHANNEL_MADE, by=by, now=now, target=target, kind=kind)
        card = card_of(services.keyring, channel, store, _made(given, {}, secret))
    log.info("channel.created", channel_id=card.id, kind=kind, by=by)
    return card


def change_channel(
    services: Services,
    workspace_id: int,
    channel_id: int,
    name: str,
    given: Mapping[str, Any],
    *,
    by: str,
    store_id: int | None = None,
    locale: str | None = None,
) -> ChannelCard:
    """Give a channel other settings; a secret that is left empty stays. Its card then.

    Raises NotFound, FieldsRefused, Conflict (also when somebody changed it meanwhile).
    """
    store = own_store(services, workspace_id, store_id)
    with services.db.workspace(workspace_id) as session:
        channel = standing_channel(session, channel_id)
        kind, seen = channel.kind, (dict(channel.settings), channel.sealed_secrets)
        held = open_secrets(ChannelKeys(services.keyring).of(channel), channel)
    adapter = adapter_of(services, kind)
    name, (settings, secret) = _judged(
        name, lambda: _settled(services, adapter, given, before=seen[0], held=held)
    )
    failure = _tried(services, adapter, name, settings, secret, locale)
    with services.db.workspace(workspace_id, write=True) as session:
        session.lock_workspace()
        channel = standing_channel(session, channel_id, lock=True)
        if (dict(channel.settings), channel.sealed_secrets) != seen:
            raise Conflict("Somebody changed this channel meanwhile. Look at it again.")
        address = adapter.accounts.address(settings)
        check_room(session, kind, address, besides=channel_id)
        key = open_channel_key(services.keyring, channel)
        channel.name, channel.store_id, channel.locale = name, store_id, known_locale(locale)
        channel.settings, channel.address = settings, address
        channel.sealed_secrets = seal_secrets(key, channel.id, secret)
        _stand(channel, failure, services)
        session.flush()
        note_changed(session, channel, "settings", by=by, now=services.now())
        card = card_of(services.keyring, channel, store, _made(given, held, secret))
    log.info("channel.changed", channel_id=card.id, kind=kind, by=by)
    return card


def try_given(
    services: Services,
    workspace_id: int,
    kind: str,
    given: Mapping[str, Any],
    *,
    channel_id: int | None = None,
) -> ChannelError | None:
    """Try what was typed without keeping it: why it doesn't work, None where it does.

    `channel_id` is the channel whose secrets stand where none were typed. Raises NotFound,
    FieldsRefused (also for a host that we don't call).
    """
    before, held = None, None
    if channel_id is not None:
        with services.db.workspace(workspace_id) as session:
            channel = standing_channel(session, channel_id)
            kind, before = channel.kind, dict(channel.settings)
            held = open_secrets(ChannelKeys(services.keyring).of(channel), channel)
    adapter = adapter_of(services, kind)
    settings, secret = _settled(services, adapter, given, before=before, held=held)
    return _tried(services, adapter, "", settings, secret, None)


def _judged(name: str, settled: Callable[[], Settled]) -> tuple[str, Settled]:
    """The name and what settles, everything that is wrong with both told at once."""
    refused: dict[str, str] = {}
    kept: tuple[str, Settled] = ("", ({}, {}))
    try:
        kept = (checked_name(name), kept[1])
    except FieldsRefused as error:
        refused |= error.details["fields"]
    try:
        kept = (kept[0], settled())
    except FieldsRefused as error:
        refused |= error.details["fields"]
    if refused:
        raise FieldsRefused(refused)
    return kept


def _settled(
    services: Services,
    adapter: Adapter,
    given: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None = None,
    held: Mapping[str, SecretStr] | None = None,
) -> Settled:
    allow = services.settings.allow_private_addresses
    return settle(adapter, given, allow_private=allow, before=before, held=held)


def _tried(
    services: Services,
    adapter: Adapter,
    name: str,
    settings: Mapping[str, Any],
    secret: Mapping[str, str],
    locale: str | None,
) -> ChannelError | None:
    """Why it doesn't work. Raises FieldsRefused for a host that we don't call."""
    account = Account(
        channel_id=0,
        token="",
        name=name,
        address=adapter.accounts.address(settings),
        locale=locale,
        settings=settings,
        secrets={key: SecretStr(value) for key, value in secret.items()},
    )
    failure = failure_of(services, adapter.slug, account)
    if isinstance(failure, HostRefused):
        hosts = [field.name for field in adapter.accounts.fields if field.kind == "host"]
        blamed = [each for each in hosts if str(settings.get(each, "")) in str(failure)] or hosts
        raise FieldsRefused({(blamed or [""])[0]: str(failure)})
    return failure


def _stand(channel: Channel, failure: ChannelError | None, services: Services) -> None:
    if failure is None:
        went_well(channel, services.now())
    else:
        went_wrong(channel, failure, services.now())


def _made(
    given: Mapping[str, Any], held: Mapping[str, SecretStr], settled: Mapping[str, str]
) -> dict[str, str]:
    """The secrets that nobody gave: made by the adapter just now."""
    return {
        name: value
        for name, value in settled.items()
        if not given.get(name) and name not in held and value
    }
