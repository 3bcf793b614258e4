"""Removing deliveries that were worked off long ago: their bodies are personal data.

On SQLite the inbox has one other writer, the receiver, whose senders wait: so a few rows at a time,
with pauses between them. What is removed frees its pages for later deliveries; the file stays as
large as the most that it ever held.
"""

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Row, text
from sqlalchemy.orm import Session

from integration.models import DeliveryWork
from integration.models.declarative import UtcDateTime
from integration.models.vocabulary import WorkState
from integration.privacy.ageing.data_classes import days_of
from integration.services import Services
from webhooks.work_rows import among_text, list_value

log = structlog.get_logger(__name__)

# So long a delivery can be looked up and replayed. What is parked waits for a person.
KEPT = timedelta(days=days_of("deliveries"))
PARKED_KEPT = timedelta(days=days_of("parked_deliveries"))
_KEPT_IN = {
    WorkState.APPLIED.value: KEPT,
    WorkState.REFUSED.value: KEPT,
    WorkState.PARKED.value: PARKED_KEPT,
}
_CLOCKS_DIFFER = timedelta(hours=1)
_PAGE = 500
_AT_ONCE = 50
_PAUSE_SECONDS = 0.2
_AT_MOST_SECONDS = 1200.0
_WORKS = text(
    "SELECT delivery_id, state, finished_at, received_at FROM delivery_works"
    " WHERE delivery_id > :after ORDER BY delivery_id LIMIT :page"
).columns(finished_at=UtcDateTime(), received_at=UtcDateTime())
_UNDONE = text("SELECT delivery_id FROM privacy_requests WHERE state = 'waiting'")


def prune(services: Services, pause: Callable[[float], None] = time.sleep) -> int:
    """Remove what was worked off so long ago that nobody needs it. Returns how many deliveries.

    A compliance delivery stays until its request is done. Ends after a while; the next run goes on.
    """
    now, until = services.now(), time.monotonic() + _AT_MOST_SECONDS
    undone = _undone(services)
    after = removed = 0
    while time.monotonic() < until:
        page = _page(services, after)
        # Ids grow with time: past the first that came too late to be old, none is.
        old = [row for row in page if row.received_at < now - KEPT]
        due = [
            row.delivery_id
            for row in old
            if _is_over(row.state, row.finished_at, now) and row.delivery_id not in undone
        ]
        for start in range(0, len(due), _AT_ONCE):
            _remove(services, due[start : start + _AT_ONCE])
            pause(_PAUSE_SECONDS)
        removed += len(due)
        if len(old) < _PAGE:
            break
        after = old[-1].delivery_id
    if removed:
        log.info("inbox.pruned", deliveries=removed)
    return removed


def is_going(session: Session, work: DeliveryWork, now: datetime) -> bool:
    """Whether a delivery's time is over or nearly so: it may be on its way out at this moment.

    Whoever has it worked off again would lose it. A process' clock may differ from this one's.
    """
    if not _is_over(work.state, work.finished_at, now + _CLOCKS_DIFFER):
        return False
    return work.delivery_id not in set(session.execute(_UNDONE).scalars())


def _is_over(state: str, finished_at: datetime | None, now: datetime) -> bool:
    kept = _KEPT_IN.get(state)
    return kept is not None and finished_at is not None and finished_at < now - kept


def _undone(services: Services) -> set[int]:
    with services.db.across_workspaces() as session:
        return set(session.execute(_UNDONE).scalars())


def _page(
    services: Services, after: int
) -> Sequence[Row[tuple[int, str, datetime | None, datetime]]]:
    with services.db.across_workspaces() as session:
        return session.execute(_WORKS, {"after": after, "page": _PAGE}).all()


def _remove(services: Services, ids: Sequence[int]) -> None:
    # The body first: whoever dies in between leaves a work row, which the next run finds.
    with services.inbox.across_workspaces(write=True) as session:
        these = among_text(session, "id", "ids")
        given = {"ids": list_value(session, ids)}
        session.execute(text(f"DELETE FROM deliveries WHERE {these}"), given)  # noqa: S608
    with services.db.across_workspaces(write=True) as session:
        these = among_text(session, "delivery_id", "ids")
        for table in ("attempts", "delivery_works"):
            session.execute(text(f"DELETE FROM {table} WHERE {these}"), given)  # noqa: S608
