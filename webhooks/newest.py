"""The newest state of each object in a batch: of older ones nothing is read but which they are."""

from collections.abc import Iterable
from datetime import datetime

from platforms.changes import AppUninstalled, Change, CustomerChanged, OrderChanged


class Newest:
    """What was read so far, the newest deliveries first; answers the gate's `is_superseded`."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, str], tuple[datetime, frozenset[str]]] = {}

    def note(self, changes: Iterable[Change]) -> None:
        """Remember the states that a delivery tells.

        After an uninstall nothing may change: what came before it can't rest on what came after.
        """
        for change in changes:
            if isinstance(change, AppUninstalled):
                self._states.clear()
            if isinstance(change, OrderChanged | CustomerChanged):
                kind = "order" if isinstance(change, OrderChanged) else "customer"
                record = change.record
                key = (kind, record.external_id)
                held = self._states.get(key)
                if held is None or held[0] < record.updated_at:
                    self._states[key] = (record.updated_at, record.withheld)

    def supersedes(
        self, kind: str, external_id: str, at: datetime, withheld: frozenset[str]
    ) -> bool:
        """Whether a truly newer state that tells at least as much was read already.

        Ties are for `apply` to judge.
        """
        held = self._states.get((kind, external_id))
        return held is not None and held[0] > at and held[1] <= withheld
