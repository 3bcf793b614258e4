"""What a store's health page shows, gathered: the answer, its troubles, plots, what was asked."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from integration.models.vocabulary import BackfillState, StoreStatus
from integration.reconciliation.health_records import HealthComparison, HealthHour, StoreHealth
from ui_embed import screens
from ui_embed.freshness import backfill_percent, freshness_of
from ui_embed.health.plots import (
    DelayPlot,
    DeliveryPlot,
    delay_plot,
    delivery_plot,
    worth_drawing,
)
from ui_embed.health.verdict import (
    UNREADABLE,
    Past,
    Trouble,
    Verdict,
    past_of,
    troubles_of,
    verdict_of,
)
from ui_embed.request_context import caller, formats
from ui_embed.settings_pages import why_ended

_SPARE = timedelta(seconds=1)
_WHOLE_MONTH = timedelta(days=29)


@dataclass(frozen=True, slots=True)
class HealthScreen:
    """A store's health as its page shows it.

    `asked_at` is when a comparison was asked for whose end the page tells, and `answer` what came
    of it. `sums_since` is set where the ledger is younger than what it is summed over; `late` is
    how late the latest of it was, in words.
    """

    health: StoreHealth
    verdict: Verdict
    troubles: list[Trouble]
    past: list[Past]
    hours: tuple[HealthHour, ...]
    delays: DelayPlot
    deliveries: DeliveryPlot
    percent: int | None
    why: str | None
    install_url: str
    asked_at: datetime | None
    answer: HealthComparison | None
    sums_since: datetime | None
    late: str
    may_compare: bool
    may_accept: bool

    @property
    def left_out(self) -> int:
        """How many records the store tells in a form that nobody can read."""
        found = (each.count for each in self.troubles if each.kind == UNREADABLE)
        return next(found, 0)

    @property
    def is_comparing(self) -> bool:
        """Whether a comparison runs or is about to."""
        runs = any(each.state == "running" for each in self.health.comparisons)
        is_asked = self.asked_at is not None and self.answer is None
        return is_asked or runs or self.health.store.is_being_read

    @property
    def has_hours(self) -> bool:
        """Whether there is anything to draw."""
        return any(hour.deliveries or hour.found for hour in self.hours)


def health_screen(found: StoreHealth, asked_at: datetime | None) -> HealthScreen:
    """The page's parts for this caller; `asked_at` is when a comparison was asked for."""
    figures, store = formats(), found.store
    hours = worth_drawing(found.hours)
    return HealthScreen(
        health=found,
        verdict=verdict_of(found),
        troubles=troubles_of(found),
        past=past_of(found),
        hours=hours,
        delays=delay_plot(hours, figures),
        deliveries=delivery_plot(hours, figures),
        percent=backfill_percent(freshness_of(store)),
        why=why_ended(store),
        install_url=screens.install_url(store.platform, store.domain),
        asked_at=asked_at,
        answer=_answer_to(found, asked_at),
        sums_since=found.sums.since if _is_young(found) else None,
        late=figures.span(timedelta(seconds=found.sums.latest_seconds)),
        may_compare=may_compare(found),
        may_accept=may_compare(found) and caller().is_owner,
    )


def _is_young(found: StoreHealth) -> bool:
    return found.as_of - found.sums.since < _WHOLE_MONTH


def may_compare(found: StoreHealth) -> bool:
    """Whether there is a copy to compare, and a store that answers for it."""
    store = found.store
    return store.status == StoreStatus.ACTIVE and store.backfill_state == BackfillState.DONE


def _answer_to(found: StoreHealth, asked_at: datetime | None) -> HealthComparison | None:
    """The first comparison that ended after somebody asked for one."""
    if asked_at is None:
        return None
    ended = [
        each
        for each in found.comparisons
        if each.finished_at is not None and each.finished_at >= asked_at - _SPARE
    ]
    return ended[-1] if ended else None
