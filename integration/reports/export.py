"""A report as a file for spreadsheets: one table, every figure by its own word."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from integration.agents.directory import door_of
from integration.audit.actions import Action
from integration.audit.recording import record
from integration.db import WorkspaceSession
from integration.models import PeopleExport
from integration.reports.records import Figures, Report, ReportDay, ReportGroup, Spread
from integration.segments.spreadsheet import BYTE_ORDER_MARK, Value, lines

# Stable words, whatever the reader's language: files are joined, and read by programs.
COLUMNS = (
    "by",
    "key",
    "name",
    "conversations",
    "asked",
    "unanswered",
    "answered",
    "answer_median_seconds",
    "answer_p90_seconds",
    "office_answer_median_seconds",
    "office_answer_p90_seconds",
    "resolved",
    "resolution_median_seconds",
    "resolution_p90_seconds",
    "office_resolution_median_seconds",
    "office_resolution_p90_seconds",
    "first_contact_rate",
    "reopened",
    "reopened_rate",
    "ratings",
    "rating",
    "satisfied_rate",
    "written_in",
    "written_out",
)


@dataclass(frozen=True, slots=True)
class Taker:
    """Who takes a report out, as the audit keeps it."""

    viewer: str
    surface: str
    store_id: int | None = None


def report_file(report: Report) -> bytes:
    """The file: UTF-8 with a byte order mark, no cell of which is run as a formula."""
    return BYTE_ORDER_MARK + lines([COLUMNS, *_rows(report)])


def note_taken(session: WorkspaceSession, taker: Taker, now: datetime) -> None:
    """Write down that somebody took a report out; it has no people in it."""
    session.add(
        PeopleExport(
            store_id=taker.store_id,
            viewer=taker.viewer,
            surface=taker.surface,
            what="report",
            segment_id=None,
            people=0,
            begun_at=now,
            ended_at=now,
        )
    )
    by = taker.viewer if taker.store_id is None else door_of(taker.viewer, taker.store_id)
    told: dict[str, Any] = {"what": "report", "surface": taker.surface}
    record(session, Action.PEOPLE_EXPORTED, by=by, now=now, **told)


def _rows(report: Report) -> Iterator[tuple[Value, ...]]:
    written = (
        sum(day.written_in for day in report.days),
        sum(day.written_out for day in report.days),
    )
    yield ("all", None, None, *_figures(report.figures), *written)
    for by, groups in (
        ("channel", report.channels),
        ("store", report.stores),
        ("agent", report.agents),
        ("reason", report.reasons),
    ):
        yield from (_group(by, group) for group in groups)
    yield from map(_day, report.days)


def _group(by: str, group: ReportGroup) -> tuple[Value, ...]:
    return (by, group.key, group.name, *_figures(group.figures), None, None)


def _day(day: ReportDay) -> tuple[Value, ...]:
    row: dict[str, Value] = dict.fromkeys(COLUMNS)
    row |= {
        "by": "day",
        "key": day.day.isoformat(),
        "conversations": day.conversations,
        "answer_median_seconds": day.answered_median,
        "written_in": day.written_in,
        "written_out": day.written_out,
    }
    return tuple(row.values())


def _figures(figures: Figures) -> tuple[Value, ...]:
    return (
        figures.conversations,
        figures.asked,
        figures.unanswered,
        *_spread(figures.answered),
        *_spread(figures.answered_office)[1:],
        *_spread(figures.resolved),
        *_spread(figures.resolved_office)[1:],
        _decimal(figures.first_contact_rate),
        figures.reopened,
        _decimal(figures.reopened_rate),
        figures.ratings,
        _decimal(figures.rating),
        _decimal(figures.satisfied_rate),
    )


def _spread(spread: Spread) -> tuple[Value, ...]:
    return spread.count, spread.median, spread.p90


def _decimal(value: float | None) -> Decimal | None:
    return None if value is None else Decimal(str(value))
