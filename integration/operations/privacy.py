"""How requests for people's privacy stand, by a few cheap reads: for metrics and the doctor."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from prometheus_client.core import GaugeMetricFamily, Metric
from sqlalchemy import func, select

from integration.models import PrivacyRequest
from integration.operations.findings import Finding, finding
from integration.privacy.requests.overview import OPEN_STATES, percent_used
from integration.services import Services

# Erasures run within minutes; our goal is 72 hours, and a day of it is left to look.
WAITS_SECONDS = 48 * 3600
USED_PERCENT = 50


@dataclass(frozen=True, slots=True)
class PrivacyCondition:
    """Counts of one moment: what is open by its state, what runs out first, what waits longest.

    `used_percent` is of the request that is nearest to its deadline, `erasure_seconds` since when
    the first erasure could have been done whose time has come.
    """

    requests: Mapping[str, int]
    used_percent: int
    nearest_id: int | None
    erasure_seconds: float


def look_at_privacy(services: Services) -> PrivacyCondition:
    """How it stands now. Raises SQLAlchemyError where the database doesn't answer."""
    now = services.now()
    is_open = PrivacyRequest.state.in_(OPEN_STATES)
    begins = func.coalesce(PrivacyRequest.not_before, PrivacyRequest.received_at)
    with services.db.across_workspaces() as session:
        counts = session.execute(
            select(PrivacyRequest.state, func.count()).where(is_open).group_by(PrivacyRequest.state)
        ).all()
        nearest = session.execute(
            select(PrivacyRequest).where(is_open).order_by(PrivacyRequest.due_at).limit(1)
        ).scalar_one_or_none()
        waiting = session.execute(
            select(PrivacyRequest)
            .where(
                PrivacyRequest.state == "waiting",
                PrivacyRequest.kind != "data_request",
                begins <= now,
            )
            .order_by(begins)
            .limit(1)
        ).scalar_one_or_none()
    since = None if waiting is None else waiting.not_before or waiting.received_at
    return PrivacyCondition(
        requests={str(state): int(count) for state, count in counts},
        used_percent=0 if nearest is None else percent_used(nearest, now),
        nearest_id=None if nearest is None else nearest.id,
        erasure_seconds=0.0 if since is None else max(0.0, (now - since).total_seconds()),
    )


def of_privacy(found: PrivacyCondition) -> Finding:
    """Whether what was asked is done in time."""
    counts = ", ".join(f"{count} {state}" for state, count in sorted(found.requests.items()))
    says = f"{counts}; request {found.nearest_id} has used {found.used_percent} % of its time"
    hours = round(found.erasure_seconds / 3600)
    late = f"; an erasure has waited for {hours} h" if found.erasure_seconds > WAITS_SECONDS else ""
    return finding(
        "privacy",
        found.used_percent < USED_PERCENT and not late,
        says + late if counts else "nothing asked that isn't done",
        "`tillside privacy list` names what waits, `tillside privacy run` does it now and says why"
        " it can't; data that is ready has to be fetched by the merchant",
    )


def gauges_of_privacy(found: PrivacyCondition) -> Iterator[Metric]:
    """The gauges of requests."""
    family = GaugeMetricFamily(
        "tillside_privacy_requests", "Requests for privacy that aren't done", labels=["state"]
    )
    for state, count in (dict.fromkeys(OPEN_STATES, 0) | dict(found.requests)).items():
        family.add_metric([state], count)
    yield family
    yield GaugeMetricFamily(
        "tillside_privacy_used_percent",
        "How much of its time the request has used that is nearest to its deadline",
        value=found.used_percent,
    )
    yield GaugeMetricFamily(
        "tillside_erasure_waits_seconds",
        "Since when the first erasure waits whose time has come",
        value=found.erasure_seconds,
    )
