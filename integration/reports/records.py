"""The figures of a report. docs/reports.md says exactly what each means."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Spread:
    """Whole seconds of those that have a time: how many, the median, and what 90 % stay within.

    The median of an even number is the mean of the middle two, rounded down. `p90` is the least
    that at least 90 % don't pass. Both are None for none.
    """

    count: int
    median: int | None
    p90: int | None


@dataclass(frozen=True, slots=True)
class Figures:
    """What conversations that began in the period come to. Rates are between 0 and 1.

    `asked` are those in which a customer wrote, `unanswered` those of them that nobody has answered
    yet. `first_contact_rate` is of the resolved ones that a customer began, `reopened_rate` of all,
    `rating` the mean of `ratings` from 1 to 5, `satisfied_rate` the part that is 4 or 5.
    """

    conversations: int
    asked: int
    unanswered: int
    answered: Spread
    answered_office: Spread
    resolved: Spread
    resolved_office: Spread
    first_contact_rate: float | None
    reopened: int
    reopened_rate: float | None
    ratings: int
    rating: float | None
    satisfied_rate: float | None


@dataclass(frozen=True, slots=True)
class ReportDay:
    """A day in the report's zone: what began, and what was written in it.

    `written_in` are customers' messages, `written_out` agents' answers.
    """

    day: date
    conversations: int
    answered_median: int | None
    written_in: int
    written_out: int


@dataclass(frozen=True, slots=True)
class ReportGroup:
    """The figures of a channel's kind, a store, an agent or a reason; `key` None: of none."""

    key: str | None
    name: str | None
    figures: Figures


@dataclass(frozen=True, slots=True)
class Repeat:
    """Of the persons who wrote, how many ordered again after they first did, in the period."""

    writers: int
    bought_again: int
    rate: float | None


@dataclass(frozen=True, slots=True)
class Report:
    """A report. `begins` and `ends` are its first and last day in `zone`."""

    begins: date
    ends: date
    zone: str
    figures: Figures
    repeat: Repeat
    days: tuple[ReportDay, ...]
    channels: tuple[ReportGroup, ...]
    stores: tuple[ReportGroup, ...]
    agents: tuple[ReportGroup, ...]
    reasons: tuple[ReportGroup, ...]
