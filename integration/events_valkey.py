"""News over Valkey streams: one a workspace that a reader can resume, and one of what passes."""

from typing import Any

import orjson
import structlog
from redis import Redis
from redis.exceptions import RedisError

from integration.events import PASSING, Event

log = structlog.get_logger(__name__)

_KEEP_EVENTS = 1000
_KEEP_SECONDS = 3600
# What passes is handed on at once or not at all.
_KEEP_PASSING = 200
_KEEP_PASSING_SECONDS = 60


class ValkeyEvents:
    """Publishes to streams of a workspace: fields `kind`, `subject_id` and `data` (JSON)."""

    def __init__(self, connection: Redis) -> None:
        self._connection = connection

    def publish(self, *events: Event) -> None:
        """Tell; Valkey being away is logged, since pages read again by themselves."""
        if not events:
            return
        try:
            with self._connection.pipeline(transaction=False) as pipeline:
                kept_for: dict[str, int] = {}
                for event in events:
                    passes = event.kind in PASSING
                    key = (passing_key if passes else stream_key)(event.workspace_id)
                    most = _KEEP_PASSING if passes else _KEEP_EVENTS
                    pipeline.xadd(key, _fields(event), maxlen=most, approximate=True)
                    kept_for[key] = _KEEP_PASSING_SECONDS if passes else _KEEP_SECONDS
                for key, seconds in kept_for.items():
                    pipeline.expire(key, seconds)
                pipeline.execute()
        except RedisError as error:
            log.warning("events.not_published", error=type(error).__name__)


def stream_key(workspace_id: int) -> str:
    """The stream of a workspace's news."""
    return f"tillside:events:{workspace_id}"


def passing_key(workspace_id: int) -> str:
    """The stream of who reads and writes in a workspace now."""
    return f"tillside:passing:{workspace_id}"


def _fields(event: Event) -> dict[Any, Any]:
    fields: dict[Any, Any] = {
        "kind": event.kind,
        "subject_id": event.subject_id,
    }
    if event.data:
        fields["data"] = orjson.dumps(dict(event.data))
    return fields
