"""A store's health: the page that shows whether everything is here, and what proves it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from integration.errors import AppError, Invalid
from integration.models.vocabulary import BackfillState, StoreStatus
from integration.reconciliation.health import store_comparisons, store_health
from integration.reconciliation.health_records import HealthComparison, HealthHour, StoreHealth
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.freshness import backfill_percent, freshness_of
from ui_embed.health_verdict import (
    Past,
    Trouble,
    Verdict,
    past_of,
    troubles_of,
    verdict_of,
)
from ui_embed.plots import (
    DelayPlot,
    DeliveryPlot,
    delay_plot,
    delivery_plot,
    worth_drawing,
)
from ui_embed.reading import store_number
from ui_embed.request_context import (
    caller,
    formats,
    services,
    show_in_zone,
    single_arguments,
)
from ui_embed.settings_pages import store_status, why_ended

store_health_pages = Blueprint("store_health", __name__)

_LONGEST_ID = 18
# So long the page waits for a comparison that somebody asked for.
_ASKED_FOR = timedelta(minutes=10)
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
    def is_comparing(self) -> bool:
        """Whether a comparison runs or is about to."""
        runs = any(each.state == "running" for each in self.health.comparisons)
        is_asked = self.asked_at is not None and self.answer is None
        return is_asked or runs or self.health.store.is_being_read

    @property
    def has_hours(self) -> bool:
        """Whether there is anything to draw."""
        return any(hour.deliveries or hour.found for hour in self.hours)


@store_health_pages.get("/settings/stores/<int:store_id>")
@staff_page
def health(store_id: int) -> Any:
    """Whether everything of a store is here, what is wrong now, its hours and its ledger."""
    return _page(store_number(str(store_id)), _asked_at(single_arguments().get("asked")))


@store_health_pages.post("/settings/stores/<store_id>/compare")
@staff_page
def compare(store_id: str) -> Response:
    """Have the copy compared with the store now; the page tells when that is done."""
    number, who = store_number(store_id), caller()
    found = store_health(services(), who.workspace_id, number)
    if _may_compare(found):
        services().jobs.enqueue(
            "sync.refresh",
            key=f"refresh:{number}",
            workspace_id=who.workspace_id,
            store_id=number,
            source="reconcile",
            asked_by="person",
        )
    return _asked(store_id)


@store_health_pages.post("/settings/stores/<store_id>/accept-deletions")
@staff_page
def accept_deletions(store_id: str) -> Response:
    """Have what the store doesn't list any more deleted here too, however much; for the owner."""
    number, who = store_number(store_id), caller()
    found = store_health(services(), who.workspace_id, number)
    if not who.is_owner:
        raise AppError("Only the owner can do this.", code="forbidden", status=403)
    if _may_compare(found):
        services().jobs.enqueue(
            "reconciliation.whole",
            key=f"whole:{number}:accepted",
            workspace_id=who.workspace_id,
            store_id=number,
            asked_by="person",
            accept_deletions=True,
        )
    return _asked(store_id)


def _asked(store_id: str) -> Response:
    """The page that waits for a comparison: swapped in by a script, or loaded anew."""
    asked_at = services().now()
    if request.headers.get("HX-Request-Type") is not None:
        return _page(store_number(store_id), asked_at)
    there = url_for("store_health.health", store_id=store_id, asked=_written(asked_at))
    response = redirect(there, 303)
    assert isinstance(response, Response)
    return response


@store_health_pages.get("/settings/stores/<store_id>/comparisons")
@staff_page
def comparisons(store_id: str) -> Response:
    """Older comparisons, as rows only, after a cursor."""
    cursor, number = single_arguments().get("cursor"), store_number(store_id)
    if not cursor:
        raise Invalid("The parameter cursor is missing.")
    who = caller()
    show_in_zone(store_health(services(), who.workspace_id, number).timezone)
    rows, following = store_comparisons(services(), who.workspace_id, number, cursor)
    page = render_template(
        "screens/comparisons.html", store_id=store_id, comparisons=rows, next=following
    )
    return Response(page)


def _page(store_id: int, asked_at: datetime | None) -> Response:
    found = store_health(services(), caller().workspace_id, store_id)
    show_in_zone(found.timezone)
    return screens.page(
        "screens/health.html",
        screen=_screen(found, asked_at),
        store_status=store_status,
        written=_written,
        section="stores",
    )


def _screen(found: StoreHealth, asked_at: datetime | None) -> HealthScreen:
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
        may_compare=_may_compare(found),
        may_accept=_may_compare(found) and caller().is_owner,
    )


def _is_young(found: StoreHealth) -> bool:
    return found.as_of - found.sums.since < _WHOLE_MONTH


def _may_compare(found: StoreHealth) -> bool:
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


def _asked_at(text: str | None) -> datetime | None:
    """When a comparison was asked for, None for what is no recent moment."""
    if not text or not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        return None
    now = services().now()
    if abs(now.timestamp() - int(text)) > _ASKED_FOR.total_seconds():
        return None
    return datetime.fromtimestamp(int(text), tz=now.tzinfo)


def _written(moment: datetime) -> str:
    return str(int(moment.timestamp()))
