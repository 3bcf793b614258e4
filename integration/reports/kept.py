"""Reports that were read a moment ago: a year of a large workspace isn't read at each look.

Only long periods are kept, for minutes, in this process; what is kept has no personal data but the
names of agents.
"""

import time
from collections import OrderedDict
from threading import Lock
from weakref import WeakKeyDictionary

from integration.db import Database
from integration.reports.asked import ReportAsked
from integration.reports.read import report_of
from integration.reports.records import Report

KEPT_SECONDS = 300.0
_LONG_DAYS = 31
_MOST_KEPT = 64
_Kept = OrderedDict[tuple[int, ReportAsked], tuple[float, Report]]
_KEPT: WeakKeyDictionary[Database, _Kept] = WeakKeyDictionary()
_LOCK = Lock()


def see_report(db: Database, workspace_id: int, asked: ReportAsked) -> Report:
    """The report of what is asked; one of more than a month may be five minutes old.

    Raises NotFound.
    """
    if len(asked.days) <= _LONG_DAYS:
        return _read(db, workspace_id, asked)
    key, now = (workspace_id, asked), time.monotonic()
    with _LOCK:
        kept = _KEPT.setdefault(db, OrderedDict())
        held = kept.get(key)
    if held is not None and now - held[0] < KEPT_SECONDS:
        return held[1]
    found = _read(db, workspace_id, asked)
    with _LOCK:
        kept[key] = (now, found)
        kept.move_to_end(key)
        while len(kept) > _MOST_KEPT:
            kept.popitem(last=False)
    return found


def _read(db: Database, workspace_id: int, asked: ReportAsked) -> Report:
    with db.workspace(workspace_id) as session:
        return report_of(session, asked)
