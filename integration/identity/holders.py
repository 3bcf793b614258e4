"""Who has an address or a phone on an account or a guest's order."""

from collections.abc import Collection

from sqlalchemy import Connection, select, union

from integration.identity.keys import Key
from integration.models import Customer, Identity, Order
from integration.statements.bulk import among, table_of

_ORDERS, _CUSTOMERS = table_of(Order).c, table_of(Customer).c
_IDENTITIES = table_of(Identity).c


def holders_of(connection: Connection, workspace_id: int, identities: Collection[Key]) -> set[int]:
    """The profiles on which somebody has one of these: an address, a phone (E.164), an account or
    an order; and those whose link it is.
    """
    found: set[int] = set()
    # Phones stand among the identities of whoever has them.
    values = {identity.value for identity in identities if identity.kind == "email"}
    if values:
        found |= _with(connection, workspace_id, values)
    values = {identity.value for identity in identities}
    if values:
        rows = connection.execute(
            select(_IDENTITIES.profile_id).where(
                _IDENTITIES.workspace_id == workspace_id,
                _IDENTITIES.kind.in_(sorted({identity.kind for identity in identities})),
                among(connection, _IDENTITIES.value, values),
            )
        )
        found |= set(rows.scalars())
    return found


def profile_of(connection: Connection, workspace_id: int, identity: Key) -> int | None:
    """The profile that an account or an order (kinds customer and order) is on."""
    table = _CUSTOMERS if identity.kind == "customer" else _ORDERS
    store_id, _, external_id = identity.value.partition(":")
    found = select(table.profile_id).where(
        table.workspace_id == workspace_id,
        table.store_id == int(store_id),
        table.external_id == external_id,
    )
    return connection.execute(found).scalar_one_or_none()


def _with(connection: Connection, workspace_id: int, values: Collection[str]) -> set[int]:
    parts = [
        select(table.profile_id).where(
            table.workspace_id == workspace_id,
            table.profile_id.is_not(None),
            among(connection, table.email_normalized, values),
        )
        for table in (_ORDERS, _CUSTOMERS)
    ]
    return set(connection.execute(union(*parts)).scalars())
