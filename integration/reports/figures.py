"""Figures out of conversations in numbers."""

from collections.abc import Iterable, Sequence
from typing import Any

from integration.reports.records import Figures, Spread
from integration.reports.rows import Talk

_SATISFIED_FROM = 4


def figures_of(talks: Sequence[Talk]) -> Figures:
    """What these conversations come to."""
    # By columns: a year of a large workspace takes a tenth of what a loop over rows does.
    values: Any = zip(*talks, strict=True) if talks else [()] * len(Talk._fields)
    columns: Any = Talk(*values)
    asked = sum(columns.is_asked)
    resolved = [
        at_once
        for at_once, is_asked, seconds in zip(
            columns.first_contact, columns.is_asked, columns.resolved, strict=True
        )
        if is_asked and seconds is not None
    ]
    reopened = len(talks) - columns.reopened.count(0)
    ratings = [rating for rating in columns.rating if rating is not None]
    satisfied = sum(rating >= _SATISFIED_FROM for rating in ratings)
    waiting = zip(columns.is_asked, columns.answered, strict=True)
    return Figures(
        conversations=len(talks),
        asked=asked,
        unanswered=sum(1 for is_asked, seconds in waiting if is_asked and seconds is None),
        answered=spread_of(columns.answered),
        answered_office=spread_of(columns.answered_office),
        resolved=spread_of(columns.resolved),
        resolved_office=spread_of(columns.resolved_office),
        first_contact_rate=rate_of(sum(map(bool, resolved)), len(resolved)),
        reopened=reopened,
        reopened_rate=rate_of(reopened, len(talks)),
        ratings=len(ratings),
        rating=round(sum(ratings) / len(ratings), 2) if ratings else None,
        satisfied_rate=rate_of(satisfied, len(ratings)),
    )


def spread_of(seconds: Iterable[int | None]) -> Spread:
    """The median and the 90th percentile of those that are known."""
    known = sorted([each for each in seconds if each is not None])
    count = len(known)
    if not count:
        return Spread(0, None, None)
    median = (known[(count - 1) // 2] + known[count // 2]) // 2
    # The nearest rank: as many as 90 % of them, counted up.
    return Spread(count, median, known[-(-9 * count // 10) - 1])


def rate_of(part: int, whole: int) -> float | None:
    """A rate to four decimals, None of nothing."""
    return round(part / whole, 4) if whole else None
