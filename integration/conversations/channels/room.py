"""What a channel may be in a workspace: how many, at which address, of which store."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select

from channels.port import Channel as Adapter
from integration.conversations.channels.fields import FieldsRefused
from integration.db import WorkspaceSession
from integration.errors import Conflict
from integration.models import Channel, Store
from integration.models.vocabulary import ChannelStatus
from integration.services import Services

MOST_CHANNELS = 100
LOCALES = ("en", "el", "he", "cs", "pl")


def check_room(
    session: WorkspaceSession, kind: str, address: str | None, *, besides: int | None = None
) -> None:
    """Raises Conflict where there is no room, or a channel of that kind has the address already."""
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


def own_store(services: Services, workspace_id: int, store_id: int | None) -> Store | None:
    """The workspace's store of that id, None for None. Raises FieldsRefused."""
    if store_id is None:
        return None
    with services.db.workspace(workspace_id) as session:
        found = session.execute(select(Store).where(Store.id == store_id)).scalar_one_or_none()
    if found is None:
        raise FieldsRefused({"store_id": "Choose one of your stores."})
    return found


def with_country(
    adapter: Adapter, given: Mapping[str, Any], store: Store | None
) -> Mapping[str, Any]:
    """What was given, with the store's country where a channel asks for one and none was told."""
    asks = any(field.name == "country" for field in adapter.accounts.fields)
    if not asks or given.get("country") or store is None or not store.country_code:
        return given
    return {**given, "country": store.country_code}


def known_locale(locale: str | None) -> str | None:
    """A language of ours, None for none. Raises FieldsRefused."""
    if locale in (None, ""):
        return None
    if locale not in LOCALES:
        raise FieldsRefused({"locale": "Choose one of the list."})
    return locale
