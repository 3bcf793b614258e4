"""A store's hours: how many deliveries were worked off, and how long they took to be applied."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from integration.statements.by_driver import change
from webhooks.outcomes import Owner
from webhooks.work_rows import Writes, connection_of, for_driver, time_value

_MILLISECOND = timedelta(milliseconds=1)
# A store may be erased between a failure and its count.
_COUNT = (
    "INSERT INTO store_hours (workspace_id, store_id, hour, applied, refused, parked,"
    " delay_ms_sum, delay_ms_most)"
    " SELECT :workspace_id, :store_id, :hour, :applied, :refused, :parked, :delays, :most"
    " WHERE EXISTS (SELECT 1 FROM stores WHERE id = :store_id AND workspace_id = :workspace_id)"
    " ON CONFLICT (store_id, hour) DO UPDATE SET"
    " applied = store_hours.applied + excluded.applied,"
    " refused = store_hours.refused + excluded.refused,"
    " parked = store_hours.parked + excluded.parked,"
    " delay_ms_sum = store_hours.delay_ms_sum + excluded.delay_ms_sum,"
    " delay_ms_most = CASE WHEN store_hours.delay_ms_most > excluded.delay_ms_most"
    " THEN store_hours.delay_ms_most ELSE excluded.delay_ms_most END"
)


def count_hour(
    writes: Writes,
    owner: Owner,
    now: datetime,
    *,
    applied: Sequence[datetime] = (),
    refused: int = 0,
    parked: int = 0,
) -> None:
    """Add to the store's hour, in the transaction that worked these off; nobody's isn't counted.

    `applied` are the moments at which the applied ones came in.
    """
    if owner.store_id is None or not (applied or refused or parked):
        return
    connection = connection_of(writes)
    delays = [max((now - received_at) // _MILLISECOND, 0) for received_at in applied]
    hour = now.replace(minute=0, second=0, microsecond=0)
    given = {
        "workspace_id": owner.workspace_id,
        "store_id": owner.store_id,
        "hour": time_value(connection, hour),
        "applied": len(delays),
        "refused": refused,
        "parked": parked,
        "delays": sum(delays),
        "most": max(delays, default=0),
    }
    change(connection, for_driver(connection.dialect.name, _COUNT), given)
