"""How the house stands, by a few cheap reads of its databases: for metrics and the doctor."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from integration.models import Alarm, Delivery, DeliveryWork, InboxMark, Store, StoreSync
from integration.models.vocabulary import BackfillState, StoreStatus, WorkState
from integration.services import Services

# Written out, so that both databases see that the partial indexes cover the queries.
_OPEN = text("delivery_works.state IN ('waiting', 'leased')")
_PARKED = text("delivery_works.state = 'parked'")


@dataclass(frozen=True, slots=True)
class Behind:
    """An active store, and until when its copy is proved by comparison with the store."""

    domain: str
    complete_until: datetime


@dataclass(frozen=True, slots=True)
class Condition:
    """Counts of one moment. Ages are in seconds; there is no personal data in it.

    `received` deliveries aren't taken in yet, `works` are those that are open, by their state.
    `leases_expired` are held by nobody that lives, and not handed out again yet.
    """

    received: int
    works: Mapping[str, int]
    oldest_seconds: float
    leases_expired: int
    parked: int
    stores: Mapping[str, int]
    alarms: Mapping[str, int]
    furthest_behind: Behind | None
    behind_seconds: float

    @property
    def depth(self) -> int:
        """How many acknowledged deliveries aren't worked off."""
        return self.received + sum(self.works.values())


def look(services: Services) -> Condition:
    """How it stands now. Raises SQLAlchemyError where a database doesn't answer."""
    now = services.now()
    with services.db.across_workspaces() as session:
        mark = session.get(InboxMark, "inbox")
        taken_id = mark.taken_id if mark is not None else 0
        works = _works(session)
        oldest = _oldest_open(session) if works else None
        expired = _expired(session, now) if works else 0
        parked = session.execute(
            select(func.count()).select_from(DeliveryWork).where(_PARKED)
        ).scalar_one()
        stores = _counted(session, select(Store.status, func.count()).group_by(Store.status))
        alarms = _counted(
            session,
            select(Alarm.code, func.count()).where(Alarm.cleared_at.is_(None)).group_by(Alarm.code),
        )
        behind = _furthest_behind(session)
    received, first = _not_taken_in(services, taken_id)
    ages = [now - at for at in (oldest, first) if at is not None]
    return Condition(
        received=received,
        works=works,
        oldest_seconds=_seconds(max(ages)) if ages else 0.0,
        leases_expired=expired,
        parked=parked,
        stores=stores,
        alarms=alarms,
        furthest_behind=behind,
        behind_seconds=_seconds(now - behind.complete_until) if behind is not None else 0.0,
    )


def _counted(session: Session, statement: "object") -> dict[str, int]:
    return {str(row[0]): int(row[1]) for row in session.execute(statement)}  # type: ignore[call-overload]


def _works(session: Session) -> dict[str, int]:
    states = select(DeliveryWork.state, func.count()).where(_OPEN).group_by(DeliveryWork.state)
    return _counted(session, states)


def _oldest_open(session: Session) -> datetime | None:
    first = select(func.min(DeliveryWork.delivery_id)).where(_OPEN).scalar_subquery()
    return session.execute(
        select(DeliveryWork.received_at).where(DeliveryWork.delivery_id == first)
    ).scalar_one_or_none()


def _expired(session: Session, now: datetime) -> int:
    statement = (
        select(func.count())
        .select_from(DeliveryWork)
        .where(_OPEN, DeliveryWork.state == WorkState.LEASED.value, DeliveryWork.leased_until < now)
    )
    return int(session.execute(statement).scalar_one())


def _furthest_behind(session: Session) -> Behind | None:
    row = session.execute(
        select(Store.domain, StoreSync.complete_until)
        .join(StoreSync, StoreSync.store_id == Store.id)
        .where(
            Store.status == StoreStatus.ACTIVE.value,
            StoreSync.backfill_state == BackfillState.DONE.value,
            StoreSync.complete_until.is_not(None),
        )
        .order_by(StoreSync.complete_until)
        .limit(1)
    ).one_or_none()
    return Behind(row.domain, row.complete_until) if row is not None else None


def _not_taken_in(services: Services, taken_id: int) -> tuple[int, datetime | None]:
    with services.inbox.across_workspaces() as session:
        count = session.execute(
            select(func.count()).select_from(Delivery).where(Delivery.id > taken_id)
        ).scalar_one()
        first = session.execute(
            select(Delivery.received_at)
            .where(Delivery.id > taken_id)
            .order_by(Delivery.id)
            .limit(1)
        ).scalar_one_or_none()
    return count, first


def _seconds(age: timedelta) -> float:
    return max(0.0, age.total_seconds())
