"""The page of the report, with the same as a file."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, request, url_for

from channels.registry import slugs
from integration.agents.directory import list_agents
from integration.conversations.reasons import list_reasons
from integration.crm.stores import list_stores
from integration.db import WorkspaceSession
from integration.errors import AppError
from integration.reports.asked import PERIODS, ReportAsked, read_report_asked
from integration.reports.export import Taker, note_taken, report_file
from integration.reports.kept import see_report
from integration.reports.records import Report
from ui_embed import screens
from ui_embed.auth import Caller
from ui_embed.entrance import staff_page
from ui_embed.inbox.words import channel_word
from ui_embed.reports.plots import AnswerPlot, VolumePlot, answer_plot, day_text, volume_plot
from ui_embed.request_context import (
    caller,
    formats,
    here,
    services,
    show_in_zone,
    single_arguments,
)

reports = Blueprint("reports", __name__)

_FILTERS = ("kind", "store", "agent", "reason")


@dataclass(frozen=True, slots=True)
class Choice:
    """What a filter offers: values with their words."""

    name: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True, slots=True)
class ReportScreen:
    """The report, drawn, with what it can be narrowed by."""

    report: Report
    asked: ReportAsked
    volume: VolumePlot
    answers: AnswerPlot
    choices: tuple[Choice, ...]
    periods: tuple[tuple[int, str, bool], ...]
    file_url: str
    has_any: bool


@reports.get("/reports")
@staff_page
def shown() -> Response:
    """What conversations came to: `days=` or `from=` and `to=`, `kind=`, `store=`, `agent=`,
    `reason=`."""
    who, told = caller(), single_arguments()
    asked = asked_of(who, told)
    report = see_report(services().db, who.workspace_id, asked)
    show_in_zone(report.zone)
    with services().db.workspace(who.workspace_id) as session:
        choices = _choices(session, who, told)
    kept: dict[str, Any] = {
        name: told[name] for name in (*_FILTERS, "days", "from", "to") if told.get(name)
    }
    screen = ReportScreen(
        report=report,
        asked=asked,
        volume=volume_plot(report.days, formats(who.store)),
        answers=answer_plot(report.days, formats(who.store)),
        choices=choices,
        periods=_periods(kept, asked),
        file_url=url_for("reports.file", **kept),
        has_any=report.figures.conversations > 0,
    )
    return screens.page(
        "screens/report.html",
        screen=screen,
        section="reports",
        day_text=lambda day: day_text(day, formats(who.store)),
    )


@reports.get("/reports/conversations.csv")
@staff_page
def file() -> Response:
    """The same as a file for spreadsheets; that it was taken is written down."""
    who, told = caller(), single_arguments()
    if who.by_cookie and not here().is_ours:
        raise AppError("Ask for the file on our page.", code="forbidden", status=403)
    asked = asked_of(who, told)
    report = see_report(services().db, who.workspace_id, asked)
    name = f"tillside-report-{asked.begins}-{asked.ends}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    mimetype = "text/csv; charset=utf-8; header=present"
    if request.method == "HEAD":
        return Response(headers=headers, content_type=mimetype)
    store_id = who.store_id if who.kind == "session" else None
    with services().db.workspace(who.workspace_id, write=True) as session:
        note_taken(session, Taker(who.viewer, "page", store_id), services().now())
    return Response(report_file(report), headers=headers, content_type=mimetype)


def asked_of(who: Caller, told: dict[str, str]) -> ReportAsked:
    """What parameters ask, in the zone of the caller's store. Raises Invalid."""
    return read_report_asked(told, who.store.timezone, services().now())


def _choices(session: WorkspaceSession, who: Caller, told: dict[str, str]) -> tuple[Choice, ...]:
    stores = list_stores(services(), who.workspace_id)
    offered: dict[str, tuple[tuple[str, str], ...]] = {
        "kind": tuple((slug, channel_word(slug)) for slug in slugs()),
        "store": tuple((store.id, store.name) for store in stores) if len(stores) > 1 else (),
        "agent": tuple((str(agent.id), agent.name) for agent in list_agents(session)),
        "reason": tuple((str(each.id), each.name) for each in list_reasons(session)),
    }
    return tuple(
        Choice(name, options, told.get(name) or "") for name, options in offered.items() if options
    )


def _periods(kept: dict[str, Any], asked: ReportAsked) -> tuple[tuple[int, str, bool], ...]:
    filters = {name: value for name, value in kept.items() if name in _FILTERS}
    is_named = "from" not in kept and "to" not in kept
    return tuple(
        (days, url_for("reports.shown", days=days, **filters), is_named and len(asked.days) == days)
        for days in PERIODS
    )
