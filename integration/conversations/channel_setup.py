"""Setting a channel up and changing it; `channel_ending` pauses it and takes it away.

A merchant's password is tried before it is kept, never within a transaction, and a host that we
don't call leaves no row. What a channel brought stays when the channel goes.
"""

from collections.abc import Mapping
from typing import Any

import structlog
from pydantic import SecretStr
from sqlalchemy import func, select

from channels.errors import ChannelError, HostRefused
from channels.port import Channel as Adapter
from channels.records import Account
from integration.conversations.channel_cards import (
    ChannelCard,
    ChannelPlace,
    card_of,
    channel_by_token,
    channel_card,
    channel_token,
    list_channels,
    standing_channel,
)
from integration.conversations.channel_ending import new_token, pause, remove, resume, rotate_token
from integration.conversations.channel_fields import FieldsRefused, checked_name, settle
from integration.conversations.channel_keys import (
    ChannelKeys,
    new_channel_key,
    open_channel_key,
    open_secrets,
    seal_secrets,
    seal_token,
)
from integration.conversations.channel_standing import (
    adapter_of,
    check_channel,
    failure_of,
    went_well,
    went_wrong,
)
from integration.crypto import token_digest
from integration.db import WorkspaceSession
from integration.errors import Conflict
from integration.models import Channel, Store
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

MOST_CHANNELS = 100
LOCALES = ("en", "el", "he", "cs", "pl")


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
    name = checked_name(name)
    store = _store(services, workspace_id, store_id)
    settings, secret = _settled(services, adapter, _with_country(adapter, given, store))
    failure = _tried(services, adapter, name, settings, secret, locale)
    token, now = new_token(), services.now()
    digest = token_digest(token)
    with services.db.workspace(workspace_id, write=True) as session:
        session.lock_workspace()
        address = adapter.accounts.address(settings)
        _check_room(session, kind, address)
        channel = Channel(
            kind=kind,
            store_id=store_id,
            name=name,
            address=address,
            locale=_locale(locale),
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
    name = checked_name(name)
    store = _store(services, workspace_id, store_id)
    with services.db.workspace(workspace_id) as session:
        channel = standing_channel(session, channel_id)
        kind, seen = channel.kind, (dict(channel.settings), channel.sealed_secrets)
        held = open_secrets(ChannelKeys(services.keyring).of(channel), channel)
    adapter = adapter_of(services, kind)
    settings, secret = _settled(services, adapter, given, before=seen[0], held=held)
    failure = _tried(services, adapter, name, settings, secret, locale)
    with services.db.workspace(workspace_id, write=True) as session:
        session.lock_workspace()
        channel = standing_channel(session, channel_id, lock=True)
        if (dict(channel.settings), channel.sealed_secrets) != seen:
            raise Conflict("Somebody changed this channel meanwhile. Look at it again.")
        address = adapter.accounts.address(settings)
        _check_room(session, kind, address, besides=channel_id)
        key = open_channel_key(services.keyring, channel)
        channel.name, channel.store_id, channel.locale = name, store_id, _locale(locale)
        channel.settings, channel.address = settings, address
        channel.sealed_secrets = seal_secrets(key, channel.id, secret)
        _stand(channel, failure, services)
        session.flush()
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


def _settled(
    services: Services,
    adapter: Adapter,
    given: Mapping[str, Any],
    *,
    before: Mapping[str, Any] | None = None,
    held: Mapping[str, SecretStr] | None = None,
) -> tuple[dict[str, Any], dict[str, str]]:
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


def _check_room(
    session: WorkspaceSession, kind: str, address: str | None, *, besides: int | None = None
) -> None:
    stands = Channel.status != ChannelStatus.REMOVED
    if besides is None:
        count = session.execute(select(func.count(Channel.id)).where(stands)).scalar_one()
        if count >= MOST_CHANNELS:
            raise Conflict(f"A workspace has at most {MOST_CHANNELS} channels.")
    if address is None:
        return
    same = select(Channel.id).where(
        stands, Channel.kind == kind, func.lower(Channel.address) == address.lower()
    )
    if any(each != besides for each in session.execute(same).scalars()):
        raise Conflict("This address has a channel here already.", code="address_taken")


def _store(services: Services, workspace_id: int, store_id: int | None) -> Store | None:
    if store_id is None:
        return None
    with services.db.workspace(workspace_id) as session:
        found = session.execute(select(Store).where(Store.id == store_id)).scalar_one_or_none()
    if found is None:
        raise FieldsRefused({"store_id": "Choose one of your stores."})
    return found


def _with_country(
    adapter: Adapter, given: Mapping[str, Any], store: Store | None
) -> Mapping[str, Any]:
    """What was given, with the store's country where a channel asks for one and none was told."""
    asks = any(field.name == "country" for field in adapter.accounts.fields)
    if not asks or given.get("country") or store is None or not store.country_code:
        return given
    return {**given, "country": store.country_code}


def _locale(locale: str | None) -> str | None:
    if locale in (None, ""):
        return None
    if locale not in LOCALES:
        raise FieldsRefused({"locale": "Choose one of the list."})
    return locale


def _made(
    given: Mapping[str, Any], held: Mapping[str, SecretStr], settled: Mapping[str, str]
) -> dict[str, str]:
    """The secrets that nobody gave: made by the adapter just now."""
    return {
        name: value
        for name, value in settled.items()
        if not given.get(name) and name not in held and value
    }
