"""What somebody asks of the audit: who, what, from when until when, read from texts."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from integration.audit.actions import Action
from integration.errors import Invalid

_LONGEST_ID = 18
# The first words of actions, each of which asks for all that begin so.
FAMILIES = tuple(dict.fromkeys(str(each).partition(".")[0] for each in Action))


@dataclass(frozen=True, slots=True)
class AuditAsked:
    """`agent_id` is who, `actions` what (empty: all), `since` and `until` (not included) when.

    `profile_id` and `conversation_id` are asked of views alone.
    """

    agent_id: int | None = None
    actions: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    profile_id: int | None = None
    conversation_id: int | None = None


def read_audit_asked(told: Mapping[str, str], zone: str | None = None) -> AuditAsked:
    """What parameters ask: `agent`, `action` (or a family), `from`, `to` (days or moments).

    A day is one of that zone's, `to` with all of it. An empty one asks nothing. Raises Invalid.
    """
    return AuditAsked(
        agent_id=_id(told, "agent"),
        actions=_actions(told.get("action", "")),
        since=_moment(told.get("from", ""), zone, is_end=False),
        until=_moment(told.get("to", ""), zone, is_end=True),
        profile_id=_id(told, "profile"),
        conversation_id=_id(told, "conversation"),
    )


def read_before(text: str | None) -> int | None:
    """Where a page begins: the id that the one before it ended with. Raises Invalid."""
    return _id({"before": text or ""}, "before")


def _id(told: Mapping[str, str], name: str) -> int | None:
    text = told.get(name, "").strip()
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        raise Invalid(f"The parameter {name} is no id.")
    return int(text)


def _actions(text: str) -> tuple[str, ...]:
    wanted = text.strip()
    if not wanted:
        return ()
    found = tuple(
        str(each) for each in Action if wanted in (str(each), str(each).partition(".")[0])
    )
    if not found:
        raise Invalid("There is no such action.")
    return found


def _moment(text: str, zone: str | None, *, is_end: bool) -> datetime | None:
    wanted = text.strip()
    if not wanted:
        return None
    try:
        if len(wanted) == len("2026-01-01"):
            day = date.fromisoformat(wanted) + timedelta(days=1 if is_end else 0)
            return datetime.combine(day, time(), _zone(zone)).astimezone(UTC)
        moment = datetime.fromisoformat(wanted)
        return (moment if moment.tzinfo else moment.replace(tzinfo=_zone(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Invalid("A time is a day (2026-11-23) or a moment (ISO 8601).") from None


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name or "UTC")
    except (ValueError, KeyError, OSError):
        return ZoneInfo("UTC")
