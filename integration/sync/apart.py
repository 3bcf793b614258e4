"""Reading single objects of a store beside everything else: a few at once, and applying them."""

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from typing import TypeAlias

import structlog
from sqlalchemy import select

from integration.db import WorkspaceSession
from integration.events import Event
from integration.models import Store
from integration.models.vocabulary import StoreStatus
from integration.pacing.urgency import Urgency
from integration.services import Services
from integration.sync.apply import apply
from integration.sync.due import let_rest
from integration.sync.reading import StoreNotActive
from integration.sync.reread import read_again
from integration.sync.sourced import Sourced, Wanted
from platforms.errors import PlatformError

log = structlog.get_logger(__name__)

_AT_ONCE = 3

Claiming: TypeAlias = Callable[[WorkspaceSession], list[Wanted]]


class Apart:
    """A store whose objects are read by themselves, without its claim: nobody waits for this."""

    def __init__(
        self, services: Services, workspace_id: int, store_id: int, urgency: Urgency = "bulk"
    ) -> None:
        self._services = services
        self._urgency: Urgency = urgency
        self._workspace_id = workspace_id
        self._store_id = store_id

    def claim(self, claiming: Claiming) -> list[Wanted]:
        """What `claiming` claims in a transaction. Raises StoreNotActive."""
        with self._services.db.workspace(self._workspace_id, write=True) as session:
            session.lock_workspace()
            self._active(session)
            return claiming(session)

    def read(self, wanted: Sequence[Wanted], *, at_most_seconds: float | None = None) -> None:
        """Read these and apply what came; what isn't told in time is left for another time.

        One that the store refuses is let rest. Raises the PlatformError that keeps the others from
        being read as well, once what came before it was applied; StoreNotActive.
        """
        with self._services.db.workspace(self._workspace_id) as session:
            store = self._active(session)
        found, refused, failure = self._ask(store, wanted, at_most_seconds)
        overtaken = self._take(found, refused)
        if failure is None and overtaken:
            # Once: what is overtaken again is left for the store's next refresh.
            found, refused, failure = self._ask(store, overtaken, at_most_seconds)
            self._take(found, refused)
        if failure is not None:
            raise failure

    def _ask(
        self, store: Store, wanted: Sequence[Wanted], at_most_seconds: float | None
    ) -> tuple[list[Sourced], list[Wanted], PlatformError | None]:
        pool = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="apart")
        futures = {pool.submit(self._read_one, store, one): one for one in wanted}
        wait(futures, at_most_seconds, FIRST_EXCEPTION)
        pool.shutdown(wait=at_most_seconds is None, cancel_futures=True)
        found: list[Sourced] = []
        refused: list[Wanted] = []
        failure: PlatformError | None = None
        for future, one in futures.items():
            if not future.done() or future.cancelled():
                continue
            if (error := _failure(future)) is not None:
                failure = error
            elif told := future.result():
                found += told
            else:
                refused.append(one)
        return found, refused, failure

    def _read_one(self, store: Store, one: Wanted) -> list[Sourced]:
        """What was read, nothing where the store refuses to tell this one only."""
        try:
            return read_again(self._services, store, [one], urgency=self._urgency)
        except PlatformError as error:
            if error.retryable or error.reauthorize:
                raise
            log.warning("sync.not_told", store_id=store.id, kind=one.kind, code=error.code)
            return []

    def _take(self, found: Sequence[Sourced], refused: Sequence[Wanted]) -> Sequence[Wanted]:
        """Apply these. Returns what has to be read again."""
        now, platforms = self._services.now(), self._services.platforms
        with self._services.db.workspace(self._workspace_id, write=True) as session:
            session.lock_workspace()
            store = self._active(session)
            if refused:
                let_rest(session, store.id, refused, now)
            if not found:
                return ()
            parts_apart = platforms[store.platform].traits.parts_apart
            applied = apply(session, store, found, now=now, parts_apart=parts_apart)
        self._services.events.publish(
            *(Event(self._workspace_id, "profile", found) for found in sorted(applied.profile_ids))
        )
        return sorted(applied.wanted, key=lambda one: (one.kind, one.external_id))

    def _active(self, session: WorkspaceSession) -> Store:
        store = session.execute(select(Store).where(Store.id == self._store_id)).scalar_one()
        if store.status != StoreStatus.ACTIVE:
            raise StoreNotActive(f"{store.domain} is {store.status}")
        return store


def _failure(future: "Future[list[Sourced]]") -> PlatformError | None:
    error = future.exception()
    if error is None or isinstance(error, PlatformError):
        return error
    raise error
