"""A report's days as shapes: conversations as bars, the median first answer as a line.

Places are percents of the drawing. Time runs from left to right in every language, as in the plots
of a store's health.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from itertools import groupby

from integration.reports.records import ReportDay
from ui_embed.formats import Formats
from ui_embed.health.plots import Plot, Tick

_GAP = 0.16
_FEWEST = 4
_MOST_LABELS = 7
_LAST_LABEL_AT = 90.0
_STEPS = (1, 2, 4, 10, 20, 40)
# Steps that people count time in, seconds.
_TIMES = (60, 300, 900, 1_800, 3_600, 7_200, 14_400, 28_800, 57_600, 86_400, 172_800, 604_800)


@dataclass(frozen=True, slots=True)
class Column:
    """A day's bar: places and height in percent, from the left and the top."""

    at: float
    width: float
    top: float
    height: float


@dataclass(frozen=True, slots=True)
class VolumePlot:
    """Bars of how many conversations began, by day."""

    frame: Plot
    bars: tuple[Column, ...]


@dataclass(frozen=True, slots=True)
class AnswerPlot:
    """The median first answer, a line for each run of days that have one."""

    frame: Plot
    lines: tuple[str, ...]


def volume_plot(days: Sequence[ReportDay], formats: Formats) -> VolumePlot:
    """How many conversations began, by day."""
    top = _round_up(max((day.conversations for day in days), default=0))
    steps = tuple(Tick(at, formats.number(round(top * (100 - at) / 100))) for at in (0, 50, 100))
    width = 100 / len(days)
    return VolumePlot(
        frame=_frame(days, steps, formats),
        bars=tuple(
            Column(
                at=_round(number * width + width * _GAP / 2),
                width=_round(width * (1 - _GAP)),
                top=_round(100 - 100 * day.conversations / top),
                height=_round(100 * day.conversations / top),
            )
            for number, day in enumerate(days)
            if day.conversations
        ),
    )


def answer_plot(days: Sequence[ReportDay], formats: Formats) -> AnswerPlot:
    """How long the first answer took, by the day on which the conversation began."""
    longest = max((day.answered_median or 0 for day in days), default=0)
    top = next((each for each in _TIMES if each >= longest), longest)
    steps = tuple(Tick(at, formats.delay(top * 10 * (100 - at))) for at in (0, 50, 100))
    return AnswerPlot(_frame(days, steps, formats), tuple(_lines(days, top)))


def _lines(days: Sequence[ReportDay], top: int) -> list[str]:
    lines = []
    places = enumerate(days)
    for is_known, run in groupby(places, lambda each: each[1].answered_median is not None):
        if not is_known:
            continue
        points = [
            (number, _round(100 - 100 * (day.answered_median or 0) / top)) for number, day in run
        ]
        # Drawn out to both ends, so that a single day is seen too.
        first, last = points[0], points[-1]
        middles = [(number + 0.5, height) for number, height in points]
        drawn = [(first[0], first[1]), *middles, (last[0] + 1, last[1])]
        lines.append("M" + " L".join(f"{x:g},{y:g}" for x, y in drawn))
    return lines


def _frame(days: Sequence[ReportDay], steps: tuple[Tick, ...], formats: Formats) -> Plot:
    width = 100 / len(days)
    every = -(-len(days) // _MOST_LABELS)
    return Plot(
        times=tuple(
            Tick(_round(number * width), _label(day, formats, number * width))
            for number, day in enumerate(days)
            if number % every == 0 and number
        ),
        steps=steps,
        columns=tuple(_round(number * width) for number in range(len(days))),
        column_width=_round(width),
        box=f"0 0 {len(days)} 100",
    )


def _label(day: ReportDay, formats: Formats, at: float) -> str:
    return day_text(day, formats) if at < _LAST_LABEL_AT else ""


def day_text(day: ReportDay, formats: Formats) -> str:
    """A report's day as people write it; it is one already, whatever the reader's zone."""
    noon = datetime.combine(day.day, time(12), formats.zone or UTC)
    return formats.day(noon)


def _round_up(count: int) -> int:
    """The least round number that isn't less."""
    size = 1
    while True:
        for step in _STEPS:
            if step * size >= max(count, _FEWEST):
                return step * size
        size *= 10


def _round(value: float) -> float:
    return round(value, 3)
