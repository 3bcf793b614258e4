"""Reading objects again that no delivery tells whole: outside any transaction."""

import threading
from collections.abc import Sequence

import structlog

from integration.models import Store
from integration.services import Services
from integration.sync.erasures import Marks
from integration.sync.reread import read_again
from integration.sync.sourced import Sourced, Wanted
from platforms.errors import PlatformError
from webhooks.leases import HeldWork, LeaseLost, renew
from webhooks.outcomes import Failure, Verdict
from webhooks.planning import is_stale, objects_of, objects_of_change
from webhooks.reading import Item

log = structlog.get_logger(__name__)

_BEAT_SECONDS = 3.0
# A copy that still lags after so many attempts is no lag: its times are just kept otherwise.
_LAGS_AT_MOST = 3


class Rereading:
    """What was read again for a batch. `fresh` holds it by object."""

    def __init__(self, services: Services, store: Store) -> None:
        self._services = services
        self._store = store
        self.fresh: dict[Wanted, list[Sourced]] = {}

    def read(
        self, items: Sequence[Item], wanted: frozenset[Wanted]
    ) -> tuple[list[Item], list[Failure]]:
        """Read these objects; returns the deliveries that can go on, and those that can't."""
        missing = wanted - self.fresh.keys()
        if not missing:
            return list(items), []
        # Of what was erased nothing would be taken.
        erased = self._erased(missing)
        self._remember(list(erased), ())
        missing -= erased
        listed = sorted(missing, key=lambda w: (w.kind, w.external_id))
        unread = self._read_some(listed) if listed else {}
        going: list[Item] = []
        failures: list[Failure] = []
        for item in items:
            failure = self._failure_of(item, unread)
            if failure is None:
                going.append(item)
            else:
                failures.append(failure)
        return going, failures

    def _erased(self, wanted: frozenset[Wanted]) -> set[Wanted]:
        store = self._store
        with self._services.db.workspace(store.workspace_id) as session:
            return Marks(session.connection(), store.workspace_id, store.id).erased(wanted)

    def _read_some(self, wanted: Sequence[Wanted]) -> dict[Wanted, PlatformError]:
        try:
            found = read_again(
                self._services, self._store, wanted, source="webhook", urgency="live"
            )
            self._remember(wanted, found)
        except PlatformError as error:
            if len(wanted) == 1 or error.retryable or error.reauthorize:
                return dict.fromkeys(wanted, error)
            # One object that the store refuses to tell must not fail the others.
            unread: dict[Wanted, PlatformError] = {}
            for one in wanted:
                unread.update(self._read_some([one]))
            return unread
        return {}

    def _remember(self, wanted: Sequence[Wanted], found: Sequence[Sourced]) -> None:
        for one in wanted:
            self.fresh[one] = []
        for sourced in found:
            for about in objects_of_change(sourced.change):
                if about in self.fresh:
                    self.fresh[about].append(sourced)

    def _failure_of(self, item: Item, unread: dict[Wanted, PlatformError]) -> Failure | None:
        for about in objects_of(item):
            error = unread.get(about)
            if error is not None:
                lasting = not (error.retryable or error.reauthorize)
                return Failure(
                    item.work,
                    Verdict.PARK if lasting else Verdict.RETRY_STORE,
                    error.code,
                    str(error),
                    retry_after_seconds=error.retry_after_seconds,
                )
        if item.work.attempts < _LAGS_AT_MOST and self._lags(item):
            message = "the store's answer is older than what it told us"
            return Failure(item.work, Verdict.RETRY_STORE, "source_lags", message)
        return None

    def _lags(self, item: Item) -> bool:
        return any(
            is_stale(change, self.fresh.get(about, ()))
            for change in item.changes
            for about in objects_of_change(change)
        )


class KeptLease:
    """Keeps a lease from its making until `close`, however long the store takes to answer."""

    def __init__(self, services: Services, works: Sequence[HeldWork]) -> None:
        self._services = services
        self._works = works
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._beat, name="lease", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Keep it no longer."""
        self._ended.set()
        self._thread.join()

    def _beat(self) -> None:
        while not self._ended.wait(_BEAT_SECONDS):
            try:
                renew(self._services, self._works, self._services.now())
            except LeaseLost:
                return
            except Exception as error:  # noqa: BLE001 - tried again at the next beat
                log.warning("drain.lease_not_renewed", error=type(error).__name__)
