"""Requests that wait, worked off one by one: the first due first, whatever comes of the others."""

from collections.abc import Callable

import structlog
from sqlalchemy import ColumnElement, select

from integration.models import PrivacyRequest
from integration.services import Services

log = structlog.get_logger(__name__)


def each_waiting(
    services: Services, which: ColumnElement[bool], work_off: Callable[[Services, int], object]
) -> int:
    """Work off each of these requests that waits; how many were done.

    One that fails is told in the log, stops no other and waits on.
    """
    statement = (
        select(PrivacyRequest.id)
        .where(PrivacyRequest.state == "waiting", which)
        .order_by(PrivacyRequest.due_at, PrivacyRequest.id)
    )
    with services.db.across_workspaces() as session:
        ids = list(session.execute(statement).scalars())
    done = 0
    for request_id in ids:
        try:
            work_off(services, request_id)
            done += 1
        except Exception as error:
            log.exception("privacy.failed", request_id=request_id, error=type(error).__name__)
    return done
