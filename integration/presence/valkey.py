"""Presence over Valkey: sorted sets of ids, each scored by the second when it ends.

Times are Valkey's own machine's only by way of this process' clock: a clock that is off by seconds
shows somebody a little longer or shorter, and nothing else depends on it.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

import structlog
from redis import Redis
from redis.exceptions import RedisError

from integration.presence.records import Doing, Here

log = structlog.get_logger(__name__)

T = TypeVar("T")

READING_SECONDS = 45.0
WRITING_SECONDS = 8.0
ONLINE_SECONDS = 45.0


class ValkeyPresence:
    """Who is here, kept for seconds."""

    def __init__(self, connection: Redis, clock: Callable[[], float] = time.time) -> None:
        self._connection = connection
        self._now = clock

    def note(self, workspace_id: int, conversation_id: int, agent_id: int, doing: Doing) -> bool:
        """That an agent does it now; whether that is news."""
        key, now = _here(workspace_id, conversation_id), self._now()
        reading, writing = f"{agent_id}:reading", f"{agent_id}:writing"
        try:
            with self._connection.pipeline(transaction=True) as pipe:
                pipe.zmscore(key, [reading, writing])
                match doing:
                    case Doing.READING:
                        pipe.zadd(key, {reading: now + READING_SECONDS})
                        pipe.zrem(key, writing)
                    case Doing.WRITING:
                        ends = {reading: now + READING_SECONDS, writing: now + WRITING_SECONDS}
                        pipe.zadd(key, ends)
                    case Doing.LEFT:
                        pipe.zrem(key, reading, writing)
                pipe.zremrangebyscore(key, "-inf", now)
                pipe.expire(key, int(READING_SECONDS) + 1)
                ends_before = pipe.execute()[0]
        except RedisError as error:
            return _nothing(error, otherwise=False)
        reading_ends, writing_ends = ends_before
        return _doing(reading_ends, writing_ends, now) != doing

    def who_is_here(self, workspace_id: int, conversation_id: int) -> tuple[Here, ...]:
        """The agents that have it open, in the order of their ids."""
        return self.who_are_here(workspace_id, [conversation_id]).get(conversation_id, ())

    def who_are_here(
        self, workspace_id: int, conversation_ids: Iterable[int]
    ) -> dict[int, tuple[Here, ...]]:
        """The same for many conversations; those that nobody has open aren't in it."""
        asked, now = list(conversation_ids), self._now()
        if not asked:
            return {}
        try:
            with self._connection.pipeline(transaction=False) as pipe:
                for conversation_id in asked:
                    pipe.zrangebyscore(_here(workspace_id, conversation_id), f"({now}", "+inf")
                answers = pipe.execute()
        except RedisError as error:
            return _nothing(error, otherwise={})
        found = {each: _seen(members) for each, members in zip(asked, answers, strict=True)}
        return {each: here for each, here in found.items() if here}

    def see_agent(self, workspace_id: int, agent_id: int) -> bool:
        """That an agent is online for the next 45 s; whether that is news."""
        return self._see(_online(workspace_id, "agents"), agent_id)

    def agents_online(self, workspace_id: int) -> frozenset[int]:
        """The agents that are."""
        return self._seen_at(_online(workspace_id, "agents"))

    def see_visitor(self, workspace_id: int, visitor_id: int) -> bool:
        """That a visitor is in a shop's chat for the next 45 s; whether that is news."""
        return self._see(_online(workspace_id, "visitors"), visitor_id)

    def visitors_online(self, workspace_id: int) -> frozenset[int]:
        """The visitors that are."""
        return self._seen_at(_online(workspace_id, "visitors"))

    def _see(self, key: str, subject_id: int) -> bool:
        now = self._now()
        try:
            with self._connection.pipeline(transaction=True) as pipe:
                pipe.zremrangebyscore(key, "-inf", now)
                pipe.zadd(key, {str(subject_id): now + ONLINE_SECONDS})
                pipe.expire(key, int(ONLINE_SECONDS) + 1)
                return bool(pipe.execute()[1])
        except RedisError as error:
            return _nothing(error, otherwise=False)

    def _seen_at(self, key: str) -> frozenset[int]:
        try:
            members = self._connection.zrangebyscore(key, f"({self._now()}", "+inf")
        except RedisError as error:
            return _nothing(error, otherwise=frozenset())
        return frozenset(int(each) for each in _list(members))


def _doing(reading_ends: float | None, writing_ends: float | None, now: float) -> Doing:
    if writing_ends is not None and writing_ends > now:
        return Doing.WRITING
    if reading_ends is not None and reading_ends > now:
        return Doing.READING
    return Doing.LEFT


def _seen(members: Any) -> tuple[Here, ...]:
    doing: dict[int, Doing] = {}
    for member in _list(members):
        agent_id, _, told = member.partition(":")
        if doing.get(int(agent_id)) != Doing.WRITING:
            doing[int(agent_id)] = Doing(told)
    return tuple(Here(agent_id, doing[agent_id]) for agent_id in sorted(doing))


def _list(members: Any) -> list[str]:
    return [each.decode() if isinstance(each, bytes) else str(each) for each in members]


def _nothing(error: RedisError, *, otherwise: T) -> T:
    log.warning("presence.away", error=type(error).__name__)
    return otherwise


def _here(workspace_id: int, conversation_id: int) -> str:
    return f"tillside:here:{workspace_id}:{conversation_id}"


def _online(workspace_id: int, who: str) -> str:
    return f"tillside:online:{workspace_id}:{who}"
