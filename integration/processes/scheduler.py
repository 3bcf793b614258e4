"""The scheduler process: enqueues what is due, at intervals or after a delay. One leads.

Valkey being away ends no scheduler: whoever gets hold of it again first leads.
"""

import logging
import secrets
import threading
import time
from collections.abc import Iterable
from typing import Any, get_args

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq.cron import CronJob, CronScheduler
from rq.exceptions import StopRequested
from rq.job import Job
from rq.scheduler import RQScheduler

from integration.jobs import JobDefinition, Jobs, QueueName
from integration.rq_jobs import SERIALIZER, queue_of

log = structlog.get_logger(__name__)

LEADER_KEY = "tillside:scheduler:leader"
_LEADS_FOR_SECONDS = 6
_RENEW_SECONDS = 1.5
_MOVE_SECONDS = 1.0
_RENEW = """
if redis.call('get', KEYS[1]) == ARGV[1] then
  return redis.call('expire', KEYS[1], ARGV[2])
end
return redis.call('set', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) and 1 or 0
"""


class LeadershipLost(Exception):
    """Another scheduler leads: this one stands by again."""


class _Leadership:
    """The right to schedule, which one process has at a time. Methods raise RedisError."""

    def __init__(self, connection: Redis) -> None:
        self._connection = connection
        self._name = secrets.token_hex(8)
        self.is_held = threading.Event()

    def take(self) -> bool:
        """Whether we have it, for some seconds more."""
        given = (LEADER_KEY, self._name, str(_LEADS_FOR_SECONDS))
        if self._connection.eval(_RENEW, 1, *given):
            self.is_held.set()
            return True
        self.is_held.clear()
        return False


class _Scheduled(CronJob):
    """A scheduled job that goes through our registry instead of RQ's import of a path."""

    def __init__(self, definition: JobDefinition, jobs: Jobs) -> None:
        every = int(definition.every_seconds or 0)
        super().__init__(f"tillside-{definition.queue}", func_name=definition.name, interval=every)
        self._jobs = jobs

    def enqueue(self, connection: Redis) -> Job | None:  # type: ignore[override]
        """Have it run, unless one of it waits already."""
        self._jobs.enqueue(self.func_name, key=f"scheduled:{self.func_name}")
        return None


class _Scheduler(CronScheduler):
    """RQ's scheduler with our jobs, as long as it leads."""

    def __init__(
        self, connection: Redis, scheduled: Iterable[_Scheduled], leadership: _Leadership
    ) -> None:
        super().__init__(connection, logging_level=logging.WARNING)
        self._cron_jobs = list(scheduled)
        self._leadership = leadership
        self.is_asked_to_end = False

    def enqueue_jobs(self) -> list[CronJob]:
        """Enqueue what is due. Raises LeadershipLost."""
        if not self._leadership.take():
            raise LeadershipLost
        return super().enqueue_jobs()

    def calculate_sleep_interval(self) -> float:
        """Until something is due, or leadership is to be renewed."""
        return min(super().calculate_sleep_interval(), _RENEW_SECONDS)

    def _request_stop(self, signum: Any, frame: Any) -> None:
        self.is_asked_to_end = True
        super()._request_stop(signum, frame)  # type: ignore[no-untyped-call]


def schedule(connection: Redis, jobs: Jobs, definitions: Iterable[JobDefinition]) -> None:
    """Enqueue what is due until SIGTERM or SIGINT, whenever no other scheduler leads."""
    leadership = _Leadership(connection)
    given = (connection, leadership.is_held)
    threading.Thread(target=_move_delayed, args=given, daemon=True).start()
    due = [definition for definition in definitions if definition.every_seconds]
    scheduled = [_Scheduled(definition, jobs) for definition in due]
    scheduler = _Scheduler(connection, scheduled, leadership)
    try:
        while not scheduler.is_asked_to_end:
            _lead_once(scheduler, leadership)
    except StopRequested:
        # It came while we stood by: the handler of when we led is still there.
        pass


def _lead_once(scheduler: _Scheduler, leadership: _Leadership) -> None:
    """Stand by until we lead, then schedule until that ends."""
    try:
        while not leadership.take():
            time.sleep(_RENEW_SECONDS)
        scheduler.start()  # type: ignore[no-untyped-call]
    except LeadershipLost:
        log.warning("scheduler.leadership_lost")
    except RedisError as error:
        leadership.is_held.clear()
        log.warning("scheduler.valkey_unreachable", error=type(error).__name__)
        if not scheduler.is_asked_to_end:
            time.sleep(_RENEW_SECONDS)


def _move_delayed(connection: Redis, leads: threading.Event) -> None:
    """Put jobs whose delay is over into their queues, once a second, while we lead."""
    names = [queue_of(name, connection).name for name in get_args(QueueName)]
    delayed = RQScheduler(names, connection, serializer=SERIALIZER, logging_level=logging.WARNING)
    while True:
        leads.wait()
        try:
            delayed.prepare_registries(names)
            delayed.enqueue_scheduled_jobs()  # type: ignore[no-untyped-call]
        except RedisError as error:
            log.warning("scheduler.valkey_unreachable", error=type(error).__name__)
        time.sleep(_MOVE_SECONDS)
