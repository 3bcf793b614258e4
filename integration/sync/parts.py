"""What lists and deliveries of some platforms leave out: notes, the times of refunds, accounts.

It is read object by object, newest first, beside the copy's own readings: without their claim, and
in short turns, so that nothing has to wait for it.
"""

import time
from collections.abc import Callable

import structlog

from integration.db import WorkspaceSession
from integration.services import Services
from integration.sync.apart import Apart
from integration.sync.due import claim_named, claim_newest, claim_untold, count_untold
from integration.sync.reading import OnProgress, StoreNotActive
from integration.sync.sourced import Wanted
from platforms.errors import PlatformError

log = structlog.get_logger(__name__)

# One turn: then whoever waits in the queue comes first.
_MOST_ORDERS = 100
_MOST_SECONDS = 20.0
_AT_A_TIME = 12
_RETRY_SECONDS = (60, 120, 300, 900)


def enqueue_parts(services: Services, *, workspace_id: int, store_id: int) -> None:
    """Have what is untold of a store's newest orders read soon."""
    services.jobs.enqueue(
        "sync.parts", key=f"parts:{store_id}", workspace_id=workspace_id, store_id=store_id
    )


def has_parts_apart(services: Services, platform: str) -> bool:
    """Whether that platform's lists and deliveries leave parts of an order out."""
    known = services.platforms.get(platform)
    return known is not None and known.traits.parts_apart


def read_parts(services: Services, *, workspace_id: int, store_id: int, attempt: int = 0) -> None:
    """Read what is untold of a store's orders, and the accounts that they name, for one turn.

    The next turn is a job of its own. A store that doesn't answer is asked again later, one that
    isn't active not at all.
    """
    apart = Apart(services, workspace_id, store_id)
    try:
        is_done = _read_for(services, apart, store_id, _MOST_ORDERS, _MOST_SECONDS)
    except StoreNotActive:
        return
    except PlatformError as error:
        log.warning("sync.parts_failed", store_id=store_id, code=error.code)
        if error.retryable:
            services.jobs.enqueue(
                "sync.parts",
                # Of its own, so that what is new meanwhile doesn't wait for it.
                key=f"parts-again:{store_id}",
                in_seconds=_wait(error, attempt),
                workspace_id=workspace_id,
                store_id=store_id,
                attempt=attempt + 1,
            )
        return
    if not is_done:
        enqueue_parts(services, workspace_id=workspace_id, store_id=store_id)


def read_newest(
    services: Services,
    *,
    workspace_id: int,
    store_id: int,
    at_most: int = 50,
    at_most_seconds: float = 90.0,
    with_rest: bool = True,
    on_progress: OnProgress = lambda _done, _total: None,
) -> bool:
    """Read what is untold, then the newest orders once more: whether all of that was done in time.

    For whoever waits for it: a note that was added changes no order that a list would tell.
    Without `with_rest` only the newest are read, since others read the rest. `on_progress` hears
    how many of how many were read, of both together. Raises PlatformError, StoreNotActive.
    """
    until = time.monotonic() + at_most_seconds
    apart = Apart(services, workspace_id, store_id)
    with services.db.workspace(workspace_id) as session:
        count = count_untold(session, store_id, services.now())
    untold = min(10 * at_most, count) if with_rest else 0
    read = 0

    def tell(more: int, still: int) -> None:
        nonlocal read
        read += more
        on_progress(read, max(read, still))

    if untold:
        tell(0, untold)
    is_done = count == 0
    if with_rest:
        most = 10 * at_most
        is_done = _read_for(
            services, apart, store_id, most, at_most_seconds, lambda more: tell(more, untold)
        )
    newest = apart.claim(
        lambda session: claim_newest(session, store_id, services.now(), at_most=at_most)
    )
    total = read + len(newest)
    for start in range(0, len(newest), _AT_A_TIME):
        if time.monotonic() > until:
            return False
        some = newest[start : start + _AT_A_TIME]
        apart.read(some)
        tell(len(some), total)
    return is_done


def _read_for(
    services: Services,
    apart: Apart,
    store_id: int,
    at_most: int,
    at_most_seconds: float,
    tell: Callable[[int], None] = lambda _read: None,
) -> bool:
    """Read until nothing is due (True), or so many are read or so much time has passed."""
    until = time.monotonic() + at_most_seconds
    read = 0
    while read < at_most:
        wanted = apart.claim(_claiming(services, store_id))
        if not wanted:
            return True
        apart.read(wanted)
        read += len(wanted)
        tell(len(wanted))
        if time.monotonic() > until:
            break
    return False


def _claiming(services: Services, store_id: int) -> Callable[[WorkspaceSession], list[Wanted]]:
    def claim(session: WorkspaceSession) -> list[Wanted]:
        now = services.now()
        named = claim_named(session, store_id, now, at_most=_AT_A_TIME // 2)
        untold = claim_untold(session, store_id, now, at_most=_AT_A_TIME - len(named))
        return [*named, *untold]

    return claim


def _wait(error: PlatformError, attempt: int) -> float:
    gap = _RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)]
    return max(float(gap), error.retry_after_seconds or 0.0)
