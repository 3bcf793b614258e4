"""Alarms about what a store asked and nobody could work off: it would become no request by itself.

Its time runs all the same, from when it was answered; so it is told at once, and once.
"""

from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from integration.models import Alarm, Delivery, DeliveryWork
from integration.services import Services

log = structlog.get_logger(__name__)

# Written out, so that both databases see that the partial index covers the query.
_PARKED = text("delivery_works.state = 'parked'")
_STANDS = (Alarm.code == "privacy_parked", Alarm.cleared_at.is_(None))
_CHUNK = 500


def watch_parked(services: Services) -> int:
    """Tell of each compliance delivery that was parked since; how many were told."""
    with services.db.across_workspaces() as session:
        parked = list(session.execute(select(DeliveryWork).where(_PARKED)).scalars())
        told = _told(session)
    asked = _compliance(services, {work.delivery_id for work in parked})
    new = [work for work in parked if work.delivery_id in asked - told]
    if not new and told <= asked:
        return 0
    with services.db.across_workspaces(write=True) as session:
        _clear(session, told - asked, services.now())
        for work in new:
            _tell(session, work, services.now())
        session.flush()
    return len(new)


def _compliance(services: Services, delivery_ids: Collection[int]) -> set[int]:
    ids, found = sorted(delivery_ids), set[int]()
    for first in range(0, len(ids), _CHUNK):
        with services.inbox.across_workspaces() as session:
            statement = select(Delivery.id).where(
                Delivery.id.in_(ids[first : first + _CHUNK]), Delivery.is_compliance
            )
            found |= set(session.execute(statement).scalars())
    return found


def _told(session: Session) -> set[int]:
    told = session.execute(select(Alarm.delivery_id).where(*_STANDS)).scalars()
    return {delivery_id for delivery_id in told if delivery_id is not None}


def _tell(session: Session, work: DeliveryWork, now: datetime) -> None:
    ids = {"workspace_id": work.workspace_id, "store_id": work.store_id}
    session.add(
        Alarm(
            **ids,
            delivery_id=work.delivery_id,
            code="privacy_parked",
            message=f"delivery {work.delivery_id} ({work.topic}) asks about somebody's data and is"
            f" parked: {work.error_code}",
            details={},
            raised_at=now,
            cleared_at=None,
        )
    )
    log.warning("privacy.parked", delivery_id=work.delivery_id, code=work.error_code, **ids)


def _clear(session: Session, delivery_ids: Collection[int], now: datetime) -> None:
    session.execute(
        update(Alarm)
        .where(*_STANDS, Alarm.delivery_id.in_(delivery_ids))
        .values(cleared_at=now)
        .execution_options(synchronize_session=False)
    )
