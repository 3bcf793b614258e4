"""From when a reading of what changed has to go on, so that nothing is missed."""

from datetime import datetime, timedelta

# A store's search index lags, its times know seconds only, and its filters may leave the very
# second out that they are given.
OVERLAP = timedelta(minutes=5)
# So far may a store's clock be behind ours without anything being missed.
CLOCKS_DIFFER_AT_MOST = timedelta(hours=1)


def synced_until(
    started_at: datetime, behind: timedelta | None, before: datetime | None = None
) -> datetime:
    """Until when, by the store's own clock, a reading that began then has surely told everything.

    `behind` is how much older than the moment of its reading the newest record was (None: none
    came): the store's clock can't be further behind ours than that, so what changes while it is
    read is no older than its beginning less that. `before` is the same of the reading before.
    """
    earliest = started_at - CLOCKS_DIFFER_AT_MOST
    shown = earliest if behind is None else started_at - max(timedelta(0), behind)
    return max(earliest, shown, before or earliest)


def from_when(until: datetime, now: datetime) -> datetime:
    """`until` as an earlier reading left it; one that lies ahead of us was written by a clock that
    has been put back since, and would hide all that changes until then.
    """
    return until if until <= now else synced_until(now, None)


class ClockShown:
    """How far the store's clock may be behind ours, by the records of one reading."""

    def __init__(self) -> None:
        self.behind: timedelta | None = None

    def note(self, updated_at: datetime, read_at: datetime) -> None:
        """Take in a record's time; one that is far ahead of any clock shows nothing."""
        behind = read_at - updated_at
        if behind >= -CLOCKS_DIFFER_AT_MOST and (self.behind is None or behind < self.behind):
            self.behind = behind
