"""Whether all that a workspace sealed can be opened: what can't be read can't be erased either."""

from sqlalchemy import select

from integration.conversations.channels.keys import about_channel_key
from integration.crypto import CannotOpen
from integration.install.keys import about_data_key
from integration.models import Channel, Store
from integration.services import Services


class KeyNotHeld(Exception):
    """A data key is there that no key of ENCRYPTION_KEYS opens; one that was destroyed isn't."""


def require_keys(services: Services, workspace_id: int) -> None:
    """Raise KeyNotHeld where a store's or channel's data key can't be opened at this moment.

    So nothing is taken for destroyed, or passed over, that only waits for its key to come back.
    """
    with services.db.workspace(workspace_id) as session:
        stores = session.execute(select(Store.id, Store.data_key, Store.platform, Store.domain))
        held = [
            (f"store {row.id}", row.data_key, about_data_key(row.platform, row.domain))
            for row in stores
        ]
        channels = session.execute(select(Channel.id, Channel.data_key, Channel.token_digest))
        held += [
            (f"channel {row.id}", row.data_key, about_channel_key(row.token_digest))
            for row in channels
        ]
    for name, wrapped, about in held:
        if not wrapped:
            continue
        try:
            services.keyring.unwrap(wrapped, about)
        except CannotOpen:
            raise KeyNotHeld(f"the data key of {name} opens by no key that is held") from None
