"""From when a reading of what changed has to go on, so that nothing is missed."""

from datetime import datetime, timedelta

# A store's search index lags, its times know seconds only, and its filters may leave the very
# second out that they are given.
OVERLAP = timedelta(minutes=5)
# So far may a store's clock be behind ours without anything being missed.
CLOCKS_DIFFER_AT_MOST = timedelta(hours=1)


def synced_until(started_at: datetime, newest: datetime | None) -> datetime:
    """Until when, by the store's own clock, a reading that began then has surely told everything.

    `newest` is the latest time that the store had told before (None: none): what changes while it
    is read is no older than that, whatever the order of its lists.
    """
    earliest = started_at - CLOCKS_DIFFER_AT_MOST
    return earliest if newest is None else max(earliest, min(started_at, newest))
