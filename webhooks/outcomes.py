"""How the work on a delivery ends: applied, refused, put off or parked."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from sqlalchemy.orm import Session

from integration.models import Alarm, Attempt
from integration.models.vocabulary import WorkState
from webhooks.leases import HeldWork
from webhooks.work_rows import Writes, set_values

ATTEMPTS_AT_MOST = 8
# After which time a delivery is tried again, by the number of failed attempts.
_STORE_FAILED_SECONDS = (10, 30, 120, 300, 900, 3600, 10800)
_WE_FAILED_SECONDS = (1, 5, 15, 60, 300, 900, 1800)


class Verdict(Enum):
    """What becomes of a delivery that couldn't be applied."""

    PARK = "park"
    REFUSE = "refuse"
    RETRY_STORE = "retry_store"
    RETRY = "retry"


@dataclass(frozen=True, slots=True)
class Failure:
    """Why a delivery couldn't be applied. `message` holds no personal data and no secret.

    `alarm` is the code of the alarm that an operator gets, None for none.
    """

    work: HeldWork
    verdict: Verdict
    code: str
    message: str
    alarm: str | None = None
    retry_after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Owner:
    """Whose delivery it is."""

    workspace_id: int | None
    store_id: int | None


def mark_applied(writes: Writes, works: Iterable[HeldWork], now: datetime) -> None:
    """Say that these had their effect, which the same transaction commits."""
    _finish(writes, works, WorkState.APPLIED, now)


def mark_refused(
    session: Session, works: Iterable[HeldWork], now: datetime, code: str, message: str
) -> None:
    """Say that these must have no effect."""
    _finish(session, works, WorkState.REFUSED, now, code, message)


def record_failure(session: Session, owner: Owner, failure: Failure, now: datetime) -> WorkState:
    """Write a failed attempt and what becomes of the delivery. Returns its new state."""
    work = failure.work
    attempts = work.attempts + 1
    session.add(
        Attempt(
            delivery_id=work.delivery_id,
            workspace_id=owner.workspace_id,
            at=now,
            error_code=failure.code,
            error=failure.message,
        )
    )
    state = _state_after(failure, attempts)
    not_before = None
    if state == WorkState.WAITING:
        not_before = now + timedelta(seconds=_gap_seconds(failure, attempts))
    _set(
        session,
        [work],
        state=state.value,
        attempts=attempts,
        not_before=not_before,
        leased_until=None,
        finished_at=None if state == WorkState.WAITING else now,
        error_code=failure.code,
        error=failure.message,
    )
    if failure.alarm is not None:
        raise_alarm(session, owner, failure.alarm, failure.message, now, work.delivery_id)
    return state


def raise_alarm(
    session: Session,
    owner: Owner,
    code: str,
    message: str,
    now: datetime,
    delivery_id: int | None = None,
) -> None:
    """Put something before an operator. `message` holds no personal data."""
    session.add(
        Alarm(
            workspace_id=owner.workspace_id,
            store_id=owner.store_id,
            delivery_id=delivery_id,
            code=code,
            message=message,
            details={},
            raised_at=now,
        )
    )


def _state_after(failure: Failure, attempts: int) -> WorkState:
    if failure.verdict is Verdict.REFUSE:
        return WorkState.REFUSED
    if failure.verdict is Verdict.PARK or attempts >= ATTEMPTS_AT_MOST:
        return WorkState.PARKED
    return WorkState.WAITING


def _gap_seconds(failure: Failure, attempts: int) -> float:
    by_store = failure.verdict is Verdict.RETRY_STORE
    gaps = _STORE_FAILED_SECONDS if by_store else _WE_FAILED_SECONDS
    gap = gaps[min(attempts, len(gaps)) - 1]
    return max(gap, failure.retry_after_seconds or 0)


def _finish(
    writes: Writes,
    works: Iterable[HeldWork],
    state: WorkState,
    now: datetime,
    code: str | None = None,
    message: str | None = None,
) -> None:
    _set(
        writes,
        list(works),
        state=state.value,
        finished_at=now,
        leased_until=None,
        not_before=None,
        error_code=code,
        error=message,
    )


def _set(writes: Writes, works: Sequence[HeldWork], **values: Any) -> None:
    if works:
        set_values(writes, [work.delivery_id for work in works], **values)
