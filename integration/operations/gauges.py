"""What `/metrics` of a web process tells of the whole house, looked up when somebody asks."""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

import structlog
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector, CollectorRegistry
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from integration.models.vocabulary import StoreStatus
from integration.operations import condition, queues
from integration.operations.condition import Condition
from integration.operations.mail import gauges_of_mail, look_at_mail
from integration.operations.privacy import gauges_of_privacy, look_at_privacy
from integration.operations.queues import Queues
from integration.services import Services

log = structlog.get_logger(__name__)

_KEPT_SECONDS = 10.0
_OPEN_STATES = ("waiting", "leased")
T = TypeVar("T")


def registry_of(services: Services, connection: Redis | None) -> CollectorRegistry:
    """A registry of the house's gauges. Every web process tells the same: take one, or the most."""
    registry = CollectorRegistry()
    registry.register(_Gauges(services, connection))
    return registry


class _Gauges(Collector):
    def __init__(self, services: Services, connection: Redis | None) -> None:
        self._database = _Kept(lambda: condition.look(services), SQLAlchemyError)
        self._mail = _Kept(lambda: look_at_mail(services), SQLAlchemyError)
        self._privacy = _Kept(lambda: look_at_privacy(services), SQLAlchemyError)
        self._valkey = _Kept(lambda: _queues(connection), RedisError)

    def describe(self) -> Iterable[Metric]:
        """Nothing is looked up before somebody asks."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """The gauges. Those of a part that doesn't answer are left out, and that is told."""
        found, told = self._database.get(), self._valkey.get()
        yield of_parts(database=found is not None, valkey=told is not None)
        if found is not None:
            yield from of_database(found)
        mail = self._mail.get()
        if mail is not None:
            yield from gauges_of_mail(mail)
        privacy = self._privacy.get()
        if privacy is not None:
            yield from gauges_of_privacy(privacy)
        if told is not None:
            yield from of_valkey(told)


def of_parts(*, database: bool, valkey: bool) -> Metric:
    """Which of the parts answer."""
    answering = {"database": int(database), "valkey": int(valkey)}
    text = "1 while database or Valkey answers"
    return _by("tillside_part_answers", text, "part", answering)


def of_database(found: Condition) -> Iterator[Metric]:
    """The gauges of deliveries, stores and alarms."""
    yield _one("tillside_inbox_depth", "Acknowledged deliveries not worked off yet", found.depth)
    yield _one(
        "tillside_oldest_delivery_seconds",
        "Age of the oldest delivery not worked off yet",
        found.oldest_seconds,
    )
    states = {"received": found.received, **dict.fromkeys(_OPEN_STATES, 0), **found.works}
    yield _by("tillside_open_deliveries", "Open deliveries by state", "state", states)
    yield _one("tillside_parked_deliveries", "Deliveries given up and kept", found.parked)
    yield _one(
        "tillside_expired_leases",
        "Deliveries whose worker is gone, not handed out yet",
        found.leases_expired,
    )
    stores = {status.value: 0 for status in StoreStatus} | dict(found.stores)
    yield _by("tillside_stores", "Stores by status", "status", stores)
    yield _by("tillside_uncleared_alarms", "Alarms not cleared, by code", "code", found.alarms)
    yield _one(
        "tillside_behind_seconds",
        "Since when the furthest store's copy isn't proved by comparison",
        found.behind_seconds,
    )


def of_valkey(told: Queues) -> Iterator[Metric]:
    """The gauges of queues and processes."""
    yield _by("tillside_queued_jobs", "Jobs that wait", "queue", told.waiting)
    yield _by("tillside_delayed_jobs", "Jobs that wait for their time", "queue", told.delayed)
    expected = dict.fromkeys([*(f"worker:{name}" for name in queues.QUEUES), "scheduler"], 0)
    yield _by("tillside_processes", "Processes that run", "kind", expected | dict(told.alive))
    yield _one("tillside_scheduler_leads", "1 while a scheduler leads", int(told.has_leader))


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(name, text, value=value)


def _by(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _queues(connection: Redis | None) -> Queues:
    if connection is None:
        raise RedisError("there is no Valkey here")
    return queues.look(connection)


class _Kept(Generic[T]):
    """What was found is good for some seconds, however many ask; None where nobody answered."""

    def __init__(self, find: Callable[[], T], failure: type[Exception]) -> None:
        self._find = find
        self._failure = failure
        self._lock = threading.Lock()
        self._until = 0.0
        self._found: T | None = None

    def get(self) -> T | None:
        """What was found lately, or is found now."""
        with self._lock:
            if time.monotonic() >= self._until:
                self._found = self._look()
                self._until = time.monotonic() + _KEPT_SECONDS
            return self._found

    def _look(self) -> T | None:
        try:
            return self._find()
        except self._failure as error:
            log.warning("metrics.not_found", error=type(error).__name__)
            return None
