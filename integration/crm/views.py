"""Who looked at whom, written down before they see it.

A view is a small commit of its own, so that no reader waits for anybody's transaction but the
disk's. Views that come at one moment share a commit: whoever finds the log free commits for all
that wait, and there is no thread between a reader and the disk.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import attrgetter
from threading import Lock
from weakref import WeakKeyDictionary

from integration.db import Database
from integration.models import ProfileView
from integration.operations.measures import commit_seconds
from integration.statements.bulk import table_of, write_rows

_TABLE = table_of(ProfileView)
_MOST_AT_ONCE = 256


@dataclass(frozen=True, slots=True)
class View:
    """That somebody looked: the columns of a ProfileView, and no personal data."""

    workspace_id: int
    profile_id: int
    store_id: int | None
    viewer: str
    surface: str
    viewed_at: datetime
    conversation_id: int | None = None


_COLUMNS = tuple(View.__dataclass_fields__)
_columns = attrgetter(*_COLUMNS)


class _Waiting:
    __slots__ = ("error", "is_done", "view")

    def __init__(self, view: View) -> None:
        self.view = view
        self.is_done = False
        self.error: Exception | None = None


class ViewLog:
    """The views of one database."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()
        self._writing = Lock()

    def add(self, db: Database, view: View) -> None:
        """Returns when the view is committed; raises what kept it from being so."""
        mine = _Waiting(view)
        self._waiting.append(mine)
        with self._writing:
            # Whoever wrote meanwhile took everything that waited, in its order.
            while not mine.is_done:
                self._write(db, self._batch())
        if mine.error is not None:
            raise mine.error

    def _batch(self) -> list[_Waiting]:
        return [self._waiting.popleft() for _ in range(min(len(self._waiting), _MOST_AT_ONCE))]

    def _write(self, db: Database, batch: Sequence[_Waiting]) -> None:
        try:
            rows = [_columns(waiting.view) for waiting in batch]
            with commit_seconds.time(), db.bare_across_workspaces(write=True) as connection:
                write_rows(connection, _TABLE, _COLUMNS, rows)
        except Exception as error:  # noqa: BLE001 - whoever waits is told, whatever it was
            if len(batch) > 1:
                # One that can't be written (its workspace was erased) mustn't fail its neighbours.
                for waiting in batch:
                    self._write(db, [waiting])
                return
            batch[0].error = error
        for waiting in batch:
            waiting.is_done = True


_LOGS: WeakKeyDictionary[Database, ViewLog] = WeakKeyDictionary()
_MAKING = Lock()


def write_view(db: Database, view: View) -> None:
    """Write the view down; it is committed when this returns. Raises what kept it from being so."""
    with _MAKING:
        log = _LOGS.setdefault(db, ViewLog())
    log.add(db, view)
