"""What something costs besides the time that it takes: processor time, and steps or pages read.

Others on the machine make a look wait, but hardly make it cost more. Processor time is ours and,
with PostgreSQL, that of its processes for our connections (helpers of parallel plans aside). What
is read are pages of PostgreSQL's, found in its memory or not, and steps of SQLite's machine.
"""

import time
from collections.abc import Callable
from typing import Any

from sqlalchemy import event, text

from integration.db import Database

_STEPS = 100
_BACKENDS = text(
    "SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
    " AND backend_type = 'client backend'"
)
_FLUSH = text("SELECT pg_stat_force_next_flush()")
_PAGES = text(
    "SELECT blks_hit + blks_read FROM pg_stat_database WHERE datname = current_database()"
)


class Meter:
    """Of one database, used by one thread."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._backends: list[int] = []
        self._stepped = 0
        self.unit = "thousand steps" if db.is_sqlite else "pages"
        # What reading the meter reads itself.
        self._own = 0.0
        self._own = min(self.read_by(lambda: None) for _ in range(3))

    def find_backends(self) -> None:
        """Note which processes serve our connections now."""
        if not self._db.is_sqlite:
            with self._db.across_workspaces() as session:
                self._backends = [_clock_of(pid) for (pid,) in session.execute(_BACKENDS)]

    def processor_nanoseconds(self) -> int:
        """Spent so far, by us and by them."""
        return time.process_time_ns() + sum(map(time.clock_gettime_ns, self._backends))

    def read_by(self, run: Callable[[], object]) -> float:
        """How much that reads, in `unit`."""
        return self._steps(run) if self._db.is_sqlite else self._pages(run)

    def _steps(self, run: Callable[[], object]) -> float:
        self._stepped = 0
        event.listen(self._db.engine, "checkout", self._watch)
        try:
            run()
        finally:
            event.remove(self._db.engine, "checkout", self._watch)
            with self._db.across_workspaces() as session:
                driver: Any = session.connection().connection.driver_connection
                driver.set_progress_handler(None, 0)
        return self._stepped * _STEPS / 1000

    def _watch(self, connection: Any, _record: Any, _proxy: Any) -> None:
        connection.set_progress_handler(self._step, _STEPS)

    def _step(self) -> int:
        self._stepped += 1
        return 0

    def _pages(self, run: Callable[[], object]) -> float:
        before = self._so_far()
        run()
        return max(self._so_far() - before - self._own, 0)

    def _so_far(self) -> float:
        # What a process counted is told when it rests for the first time after this.
        with self._db.across_workspaces() as session:
            session.execute(_FLUSH)
        with self._db.across_workspaces() as session:
            return float(session.execute(_PAGES).scalar_one())


def _clock_of(pid: int) -> int:
    """The clock of a process' processor time, as clock_getcpuclockid(3) makes it."""
    return ~pid << 3 | 2
