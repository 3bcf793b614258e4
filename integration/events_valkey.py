"""News for open panels over Valkey streams, one a workspace, so that a reader can resume."""

import structlog
from redis import Redis
from redis.exceptions import RedisError

from integration.events import Event

log = structlog.get_logger(__name__)

_KEEP_EVENTS = 1000
_KEEP_SECONDS = 3600


class ValkeyEvents:
    """Publishes to a stream per workspace, fields `kind` and `subject_id`."""

    def __init__(self, connection: Redis) -> None:
        self._connection = connection

    def publish(self, *events: Event) -> None:
        """Tell; Valkey being away is logged, since panels read again by themselves."""
        if not events:
            return
        try:
            with self._connection.pipeline(transaction=False) as pipeline:
                for event in events:
                    key = stream_key(event.workspace_id)
                    pipeline.xadd(
                        key,
                        {"kind": event.kind, "subject_id": event.subject_id},
                        maxlen=_KEEP_EVENTS,
                        approximate=True,
                    )
                for workspace_id in {event.workspace_id for event in events}:
                    pipeline.expire(stream_key(workspace_id), _KEEP_SECONDS)
                pipeline.execute()
        except RedisError as error:
            log.warning("events.not_published", error=type(error).__name__)


def stream_key(workspace_id: int) -> str:
    """The stream of a workspace's news."""
    return f"tillside:events:{workspace_id}"
