"""The identity by which a decision remembers a person."""

from sqlalchemy import Connection, select

from integration.identity.keys import Key, account_identity
from integration.models import Customer, Identity
from integration.statements.bulk import table_of

_CUSTOMERS, _IDENTITIES = table_of(Customer).c, table_of(Identity).c


def anchor_of(connection: Connection, workspace_id: int, face_id: int) -> Key | None:
    """An account of the person where they have one, else what links them; None for nobody.

    An account stays the same person's when its address changes. Of several it is the one of the
    store that was connected first, the oldest account of that store.
    """
    account = connection.execute(
        select(_CUSTOMERS.store_id, _CUSTOMERS.external_id)
        .where(
            _CUSTOMERS.workspace_id == workspace_id,
            _CUSTOMERS.profile_id == face_id,
            _CUSTOMERS.merged_into_external_id.is_(None),
        )
        .order_by(_CUSTOMERS.store_id, _CUSTOMERS.id)
        .limit(1)
    ).first()
    if account is not None:
        return account_identity(*account)
    linking = connection.execute(
        select(_IDENTITIES.kind, _IDENTITIES.value).where(
            _IDENTITIES.workspace_id == workspace_id,
            _IDENTITIES.profile_id == face_id,
            _IDENTITIES.links,
        )
    ).first()
    return None if linking is None else Key(*linking)
