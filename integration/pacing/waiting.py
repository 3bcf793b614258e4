"""Sleep that another process may end."""

import time

from redis import Redis

from integration.operations.measures import pacing_wait_seconds

# Valkey ends a blocked call up to a tenth of a second late.
_LATE_SECONDS = 0.12
# Below the connection's time-out, so that silence is told from a server that is gone.
_LONGEST_SECONDS = 2.0


def wait(connection: Redis, wake: str, seconds: float) -> bool:
    """Sleep so long, or until somebody pushes to `wake`: then True. Raises RedisError."""
    with pacing_wait_seconds.time():
        return _wait(connection, wake, seconds)


def _wait(connection: Redis, wake: str, seconds: float) -> bool:
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        if left <= _LATE_SECONDS * 2:
            time.sleep(left)
            return False
        if connection.blpop([wake], timeout=min(left - _LATE_SECONDS, _LONGEST_SECONDS)):
            return True
    return False
