"""How the queues stand, and who works on them: what Valkey knows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast, get_args

from redis import Redis

from integration.jobs import QueueName
from integration.operations.signs import alive
from integration.processes.scheduler import LEADER_KEY

QUEUES: tuple[QueueName, ...] = get_args(QueueName)


@dataclass(frozen=True, slots=True)
class Queues:
    """Jobs that wait in each queue, jobs with a delay, and how many processes run of each kind.

    `alive` counts `worker:<queue>` and `scheduler`; who was killed counts for some seconds more.
    """

    waiting: Mapping[str, int]
    delayed: Mapping[str, int]
    alive: Mapping[str, int]
    has_leader: bool


def look(connection: Redis) -> Queues:
    """How they stand now. Raises RedisError where Valkey doesn't answer."""
    with connection.pipeline(transaction=False) as pipeline:
        for name in QUEUES:
            pipeline.llen(f"rq:queue:tillside-{name}")
        for name in QUEUES:
            pipeline.zcard(f"rq:scheduled:tillside-{name}")
        pipeline.exists(LEADER_KEY)
        counts = [cast(int, answer) for answer in pipeline.execute()]
    waiting, delayed = counts[: len(QUEUES)], counts[len(QUEUES) : -1]
    return Queues(
        waiting=dict(zip(QUEUES, waiting, strict=True)),
        delayed=dict(zip(QUEUES, delayed, strict=True)),
        alive=alive(connection),
        has_leader=bool(counts[-1]),
    )
