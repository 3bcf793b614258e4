"""Other names for the parcels of erased orders: some stores know one by its tracking number."""

from collections.abc import Collection
from secrets import token_hex

from sqlalchemy import bindparam, select, update

from integration.db import WorkspaceSession
from integration.models import Fulfillment
from integration.statements.bulk import among, table_of

_PARCELS = table_of(Fulfillment)


def rename_parcels(session: WorkspaceSession, store_id: int, order_ids: Collection[str]) -> None:
    """Give the parcels of these orders names that say nothing; they stay as figures."""
    connection = session.connection()
    own = (_PARCELS.c.workspace_id == session.workspace_id, _PARCELS.c.store_id == store_id)
    these = select(_PARCELS.c.order_external_id, _PARCELS.c.external_id).where(
        *own, among(connection, _PARCELS.c.order_external_id, order_ids)
    )
    rows = [
        {"of_order": order_id, "was": name, "is_now": f"erased-{token_hex(8)}"}
        for order_id, name in connection.execute(these)
    ]
    if not rows:
        return
    renamed = update(_PARCELS).where(
        *own,
        _PARCELS.c.order_external_id == bindparam("of_order"),
        _PARCELS.c.external_id == bindparam("was"),
    )
    connection.execute(renamed.values(external_id=bindparam("is_now")), rows)
