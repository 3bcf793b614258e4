"""The scheduler process: enqueues what is due, at intervals or after a delay. One leads."""

import logging
import os
import secrets
import signal
import threading
import time
from collections.abc import Iterable
from typing import get_args

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq.cron import CronJob, CronScheduler
from rq.job import Job
from rq.scheduler import RQScheduler

from integration.jobs import JobDefinition, Jobs, QueueName
from integration.rq_jobs import SERIALIZER, queue_of

log = structlog.get_logger(__name__)

LEADER_KEY = "tillside:scheduler:leader"
_LEADS_FOR_SECONDS = 10
_RENEW_SECONDS = 3.0
_MOVE_SECONDS = 1.0
_RENEW = """
if redis.call('get', KEYS[1]) == ARGV[1] then
  return redis.call('expire', KEYS[1], ARGV[2])
end
return redis.call('set', KEYS[1], ARGV[1], 'NX', 'EX', ARGV[2]) and 1 or 0
"""


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
    """RQ's scheduler with our jobs."""

    def __init__(self, connection: Redis, scheduled: Iterable[_Scheduled]) -> None:
        super().__init__(connection, logging_level=logging.WARNING)
        self._cron_jobs = list(scheduled)


def schedule(connection: Redis, jobs: Jobs, definitions: Iterable[JobDefinition]) -> None:
    """Enqueue what is due until SIGTERM or SIGINT; ends itself when leadership is lost."""
    leader = secrets.token_hex(8)
    _stand_by(connection, leader)
    for task, given in ((_keep_leading, (connection, leader)), (_move_delayed, (connection,))):
        threading.Thread(target=task, args=given, daemon=True).start()
    due = [definition for definition in definitions if definition.every_seconds]
    _Scheduler(connection, [_Scheduled(definition, jobs) for definition in due]).start()  # type: ignore[no-untyped-call]


def _stand_by(connection: Redis, leader: str) -> None:
    while not _leads(connection, leader):
        time.sleep(_RENEW_SECONDS)


def _keep_leading(connection: Redis, leader: str) -> None:
    while _leads(connection, leader):
        time.sleep(_RENEW_SECONDS)
    log.warning("scheduler.leadership_lost")
    os.kill(os.getpid(), signal.SIGTERM)


def _move_delayed(connection: Redis) -> None:
    """Put jobs whose delay is over into their queues, once a second."""
    names = [queue_of(name, connection).name for name in get_args(QueueName)]
    delayed = RQScheduler(names, connection, serializer=SERIALIZER, logging_level=logging.WARNING)
    while True:
        try:
            delayed.prepare_registries(names)
            delayed.enqueue_scheduled_jobs()  # type: ignore[no-untyped-call]
        except RedisError as error:
            log.warning("scheduler.valkey_unreachable", error=type(error).__name__)
        time.sleep(_MOVE_SECONDS)


def _leads(connection: Redis, leader: str) -> bool:
    try:
        return bool(connection.eval(_RENEW, 1, LEADER_KEY, leader, str(_LEADS_FOR_SECONDS)))
    except RedisError as error:
        log.warning("scheduler.valkey_unreachable", error=type(error).__name__)
        return False
