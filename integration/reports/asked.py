"""What a report is asked for: a period in whole days of a zone, and filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from channels.registry import slugs
from integration.errors import Invalid

PERIODS = (7, 30, 90, 365)
USUAL_DAYS = 30
MOST_DAYS = 366
_LONGEST_ID = 18


@dataclass(frozen=True, slots=True)
class ReportAsked:
    """A period, its first and last day included, and filters; all that is given has to hold.

    `agent_id` is of the conversations that an agent answered first or resolved.
    """

    begins: date
    ends: date
    zone: str
    kind: str | None = None
    store_id: int | None = None
    agent_id: int | None = None
    reason_id: int | None = None

    @property
    def is_filtered(self) -> bool:
        """Whether a filter stands."""
        filters = (self.kind, self.store_id, self.agent_id, self.reason_id)
        return any(each is not None for each in filters)

    @property
    def since(self) -> datetime:
        """When the first day begins."""
        return _begins(self.begins, zone_named(self.zone))

    @property
    def until(self) -> datetime:
        """When the last day ends."""
        return _begins(self.ends + timedelta(days=1), zone_named(self.zone))

    @property
    def days(self) -> tuple[date, ...]:
        """All days of the period."""
        count = (self.ends - self.begins).days + 1
        return tuple(self.begins + timedelta(days=number) for number in range(count))

    @property
    def bounds(self) -> tuple[datetime, ...]:
        """When each of the days begins, and at last when the period ends."""
        zone, after = zone_named(self.zone), self.ends + timedelta(days=1)
        return tuple(_begins(day, zone) for day in (*self.days, after))


def read_report_asked(told: Mapping[str, str], zone: str | None, now: datetime) -> ReportAsked:
    """What parameters ask: `days`, or `from` and `to`, and kind, store, agent, reason.

    Days are whole ones in the zone, up to today. Raises Invalid for what can't be understood.
    """
    known = _known(zone)
    today = now.astimezone(zone_named(known)).date()
    begins, ends = _period(told, today)
    kind = told.get("kind") or None
    if kind is not None and kind not in slugs():
        raise Invalid(f"There is no such kind of channel. There are: {', '.join(slugs())}.")
    store_id, agent_id, reason_id = (_number(told, name) for name in ("store", "agent", "reason"))
    return ReportAsked(begins, ends, known, kind, store_id, agent_id, reason_id)


def zone_named(name: str) -> tzinfo:
    """The zone of a name that `read_report_asked` gave."""
    return UTC if name == "UTC" else ZoneInfo(name)


def _known(name: str | None) -> str:
    try:
        return ZoneInfo(name).key if name else "UTC"
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC"


def _period(told: Mapping[str, str], today: date) -> tuple[date, date]:
    if told.get("from") or told.get("to"):
        ends = min(_day(told, "to", today), today)
        begins = _day(told, "from", ends - timedelta(days=USUAL_DAYS - 1))
        if begins > ends:
            raise Invalid("The period ends before it begins.")
        if (ends - begins).days >= MOST_DAYS:
            raise Invalid(f"A report is of {MOST_DAYS} days at most.")
        return begins, ends
    days = _number(told, "days") or USUAL_DAYS
    if days > MOST_DAYS:
        raise Invalid(f"A report is of {MOST_DAYS} days at most.")
    return today - timedelta(days=days - 1), today


def _day(told: Mapping[str, str], name: str, usual: date) -> date:
    value = told.get(name)
    if not value:
        return usual
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = None
    # Near the ends of time no zone can be asked.
    if found is None or not 1970 < found.year < 9000:
        raise Invalid(f"The parameter {name} is no day, like 2026-11-22.")
    return found


def _begins(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _number(told: Mapping[str, str], name: str) -> int | None:
    value = told.get(name)
    if not value:
        return None
    if not (value.isascii() and value.isdigit() and len(value) <= _LONGEST_ID):
        raise Invalid(f"The parameter {name} is no number.")
    return int(value)
