"""Alarms about requests whose time runs out: at half, at four fifths, and when it is over.

Each is told once, in the log and as a standing alarm; one that is told supersedes the one before,
and none stands any longer once its request is over.
"""

from collections.abc import Iterable
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from integration.models import Alarm, PrivacyRequest
from integration.privacy.requests.overview import OPEN_STATES, percent_used
from integration.services import Services

log = structlog.get_logger(__name__)

TOLD_AT = (50, 80, 100)


def watch(services: Services) -> int:
    """Tell of each request that has passed one more of these; how many were told."""
    now = services.now()
    told = 0
    with services.db.across_workspaces(write=True) as session:
        statement = select(PrivacyRequest).where(PrivacyRequest.state.in_(OPEN_STATES))
        # Whoever looks at the same moment waits, and finds them told of.
        locked = statement.order_by(PrivacyRequest.id).with_for_update()
        due = list(session.execute(locked).scalars())
        standing = _standing(session)
        _clear(standing, {request.id for request in due}, now)
        for request in due:
            reached = max(
                (each for each in TOLD_AT if each <= percent_used(request, now)), default=0
            )
            if reached > request.alarmed_percent:
                _tell(session, request, reached, standing, now)
                told += 1
        session.flush()
    return told


def _tell(
    session: Session,
    request: PrivacyRequest,
    reached: int,
    standing: dict[int, Alarm],
    now: datetime,
) -> None:
    request.alarmed_percent = reached
    before = standing.get(request.id)
    if before is not None:
        before.cleared_at = now
    due = f"{request.due_at:%Y-%m-%d}"
    until = f"is due on {due} and has used {reached} % of its time"
    says = f"was due on {due} and isn't done" if reached >= 100 else until
    ids = {"workspace_id": request.workspace_id, "store_id": request.store_id}
    session.add(
        Alarm(
            **ids,
            delivery_id=request.delivery_id,
            code="privacy_due",
            message=f"request {request.id} for privacy ({request.kind}) {says}",
            details={"request_id": str(request.id), "percent": reached},
            raised_at=now,
            cleared_at=None,
        )
    )
    log.warning("privacy.due", request_id=request.id, kind=request.kind, percent=reached, **ids)


def _standing(session: Session) -> dict[int, Alarm]:
    statement = select(Alarm).where(Alarm.code == "privacy_due", Alarm.cleared_at.is_(None))
    return {
        int(alarm.details["request_id"]): alarm for alarm in session.execute(statement).scalars()
    }


def _clear(standing: dict[int, Alarm], due: Iterable[int], now: datetime) -> None:
    for request_id in set(standing).difference(due):
        standing[request_id].cleared_at = now
