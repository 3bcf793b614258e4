"""How channels and their mail stand, by a few cheap reads: for metrics and the doctor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select

from integration.models import Arrival, Channel, Sending
from integration.models.vocabulary import ChannelStatus, WorkState
from integration.operations.findings import Finding, finding
from integration.services import Services

# A server that is away for less is nobody's trouble.
FAILING_SECONDS = 900
WAITING_SECONDS = 600


@dataclass(frozen=True, slots=True)
class MailCondition:
    """Counts of one moment; ages are in seconds, 0 for none.

    `failing_names` are the channels that don't work, by our ids and the merchants' names for them.
    """

    channels: Mapping[str, int]
    failing: int
    failing_seconds: float
    failing_names: tuple[str, ...]
    arrivals_waiting: int
    arrivals_seconds: float
    arrivals_parked: int
    sendings_waiting: int
    sendings_seconds: float
    sendings_failed: int


def look_at_mail(services: Services) -> MailCondition:
    """How it stands now. Raises SQLAlchemyError where the database doesn't answer."""
    now = services.now()
    stands = Channel.status != ChannelStatus.REMOVED
    with services.db.across_workspaces() as session:
        statuses = session.execute(
            select(Channel.status, func.count()).where(stands).group_by(Channel.status)
        ).all()
        failing = session.execute(
            select(Channel.id, Channel.name, Channel.failing_since)
            .where(stands, Channel.failing_since.is_not(None))
            .order_by(Channel.failing_since)
        ).all()
        waiting, oldest = session.execute(
            select(func.count(), func.min(Arrival.received_at)).where(Arrival.due_at.is_not(None))
        ).one()
        parked = session.execute(
            select(func.count()).select_from(Arrival).where(Arrival.state == WorkState.PARKED)
        ).scalar_one()
        to_send, first = session.execute(
            select(func.count(), func.min(Sending.created_at)).where(Sending.due_at.is_not(None))
        ).one()
        failed = session.execute(
            select(func.count()).select_from(Sending).where(Sending.due_at.is_(None))
        ).scalar_one()
    return MailCondition(
        channels={str(status): int(count) for status, count in statuses},
        failing=len(failing),
        failing_seconds=_age(now, failing[0].failing_since if failing else None),
        failing_names=tuple(f"{row.id} ({row.name})" for row in failing[:5]),
        arrivals_waiting=waiting,
        arrivals_seconds=_age(now, oldest),
        arrivals_parked=parked,
        sendings_waiting=to_send,
        sendings_seconds=_age(now, first),
        sendings_failed=failed,
    )


def of_mail(found: MailCondition) -> Iterator[Finding]:
    """Channels, what came in by them, and what waits to go out."""
    counts = ", ".join(f"{count} {status}" for status, count in sorted(found.channels.items()))
    away = f"; {', '.join(found.failing_names)} for up to {round(found.failing_seconds / 60)} min"
    is_refused = bool(found.channels.get(ChannelStatus.REAUTHORIZE))
    yield finding(
        "channels",
        not is_refused and found.failing_seconds <= FAILING_SECONDS,
        (counts or "none yet") + (away if found.failing else ""),
        "`tillside channels list` says why; the merchant gives new credentials in the settings",
    )
    yield finding(
        "arrivals",
        not found.arrivals_parked and found.arrivals_seconds <= WAITING_SECONDS,
        f"{found.arrivals_waiting} wait, {found.arrivals_parked} parked",
        "`tillside channels arrivals --state parked`, then `replay` what can be read by now",
    )
    yield finding(
        "outbox",
        found.sendings_seconds <= WAITING_SECONDS,
        f"{found.sendings_waiting} wait, the oldest {round(found.sendings_seconds)} s"
        if found.sendings_waiting
        else "empty",
        "`tillside channels list` names a channel that doesn't send; see that workers of the queue"
        " `calls` run",
    )


def gauges_of_mail(found: MailCondition) -> Iterator[Metric]:
    """The gauges of channels and mail."""
    statuses = {status.value: 0 for status in ChannelStatus if status != ChannelStatus.REMOVED}
    by_status = GaugeMetricFamily("tillside_channels", "Channels by status", labels=["status"])
    for status, count in (statuses | dict(found.channels)).items():
        by_status.add_metric([status], count)
    yield by_status
    for name, text, value in (
        ("failing_channels", "Channels that don't work now", found.failing),
        ("channel_failing_seconds", "For how long the first of them hasn't", found.failing_seconds),
        ("waiting_arrivals", "What came in and isn't worked off", found.arrivals_waiting),
        ("oldest_arrival_seconds", "Age of the oldest of it", found.arrivals_seconds),
        ("parked_arrivals", "What came in and was given up and kept", found.arrivals_parked),
        ("waiting_sendings", "Messages that wait to go out", found.sendings_waiting),
        ("oldest_sending_seconds", "Age of the oldest of them", found.sendings_seconds),
        ("failed_sendings", "Messages that couldn't go out", found.sendings_failed),
    ):
        yield GaugeMetricFamily(f"tillside_{name}", text, value=value)


def _age(now: datetime, since: datetime | None) -> float:
    return 0.0 if since is None else max(0.0, (now - since).total_seconds())
