"""How true an answer is: how far the copies of the stores reach that it was made from."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, case, false
from sqlalchemy.engine import Dialect

from integration.crm.json_lists import json_list, moment
from integration.crm.records import ContextBackfill, Freshness
from integration.crm.resolve import WORKSPACE, Way, store_named
from integration.models import Store, StoreSync
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.statements.bulk import table_of

_STORES, _SYNCS = table_of(Store), table_of(StoreSync)
_COLUMNS = (
    "as_of",
    "source",
    "complete_from",
    "complete_until",
    "backfill_state",
    "backfill_done",
    "backfill_total",
)
# The least advanced first.
_ADVANCE = (BackfillState.FAILED, BackfillState.WAITING, BackfillState.RUNNING, BackfillState.DONE)


def copies(dialect: Dialect, way: Way) -> ScalarSelect[Any]:
    """The copies of the workspace's stores as a JSON list, for `freshness_of`."""
    is_asked = store_named(dialect) if way.in_a_store else false()
    values = {name: _SYNCS.c[name] for name in _COLUMNS}
    return json_list(
        dialect,
        values
        | {
            "store_id": _STORES.c.id,
            "status": _STORES.c.status,
            "is_asked": case((is_asked, 1), else_=0),
        },
        _STORES.join(_SYNCS, _SYNCS.c.store_id == _STORES.c.id),
        _STORES.c.workspace_id == WORKSPACE,
    )


def freshness_of(found: Sequence[dict[str, Any]], own_store_id: int | None) -> Freshness:
    """The freshness of the store that was asked about, else of the asking store, else of the
    connected store that is furthest behind.
    """
    asked = [copy for copy in found if copy["is_asked"]]
    own = [copy for copy in found if copy["store_id"] == own_store_id]
    connected = [copy for copy in found if copy["status"] != StoreStatus.DISCONNECTED]
    meant = asked or own or connected or list(found)
    if not meant:
        return Freshness(None, None, None, None, ContextBackfill(BackfillState.WAITING, 0, None))
    copy = min(meant, key=_reach)
    return Freshness(
        as_of=moment(copy["as_of"]),
        source=copy["source"],
        complete_from=moment(copy["complete_from"]),
        complete_until=_proved_until(copy),
        backfill=ContextBackfill(
            copy["backfill_state"], copy["backfill_done"], copy["backfill_total"]
        ),
    )


def _proved_until(copy: dict[str, Any]) -> datetime | None:
    """Nothing is proved before the first read is done, nor while it is done anew."""
    is_done = copy["backfill_state"] == BackfillState.DONE
    return moment(copy["complete_until"]) if is_done else None


def _reach(copy: dict[str, Any]) -> tuple[int, str, int]:
    return _ADVANCE.index(copy["backfill_state"]), copy["complete_until"] or "", copy["store_id"]
