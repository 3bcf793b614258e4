"""Two plots of a store's hours as shapes: delays as a line in a band, deliveries as bars.

Places are percents of the drawing, so that it takes any width while text, lines and gaps keep
their size; paths are in a box of the hours by 100. Time runs from left to right in every language:
readers of Hebrew are used to that of graphs, as of numbers.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from math import log

from integration.reconciliation.health_records import HealthHour
from ui_embed.formats import Formats

# A delay may be milliseconds or a day: each step up has the same height.
_DELAY_STEPS_MS = (
    10,
    100,
    1_000,
    10_000,
    60_000,
    600_000,
    3_600_000,
    6 * 3_600_000,
    24 * 3_600_000,
)
_FEWEST_DELAY_STEPS = 3
_FEWEST_DELIVERIES = 4
# Of the drawing's height: one that was missed among thousands is still seen.
_LEAST_SHARE = 4.0
_GAP = 0.16
# A young store's few hours would drown in three days. With each span: hours between two marks.
_SPANS = {12: 3, 24: 6}
_LAST_LABEL_AT = 90.0


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis, at so many percent from its beginning (left, top)."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """An hour's column; heights and places in percent, from the top and the left."""

    at: float
    width: float
    top: float
    height: float
    found_top: float
    found_height: float


@dataclass(frozen=True, slots=True)
class Plot:
    """What both plots have: marks along the time axis, steps up, one column an hour."""

    times: tuple[Tick, ...]
    steps: tuple[Tick, ...]
    columns: tuple[float, ...]
    column_width: float
    box: str


@dataclass(frozen=True, slots=True)
class DelayPlot:
    """The mean as a line for each run of hours, and a band from it to the longest."""

    frame: Plot
    means: tuple[str, ...]
    bands: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class DeliveryPlot:
    """Bars of what came, and on top of each what a comparison found."""

    frame: Plot
    bars: tuple[Bar, ...]


def worth_drawing(hours: Sequence[HealthHour]) -> tuple[HealthHour, ...]:
    """The newest hours, as few as hold all that happened: 12, 24 or all."""
    busy = [number for number, hour in enumerate(hours) if hour.deliveries or hour.found]
    needed = len(hours) - busy[0] if busy else 0
    count = next((span for span in _SPANS if span >= needed), len(hours))
    return tuple(hours[-count:])


def delay_plot(hours: Sequence[HealthHour], formats: Formats) -> DelayPlot:
    """How long deliveries took, by hour."""
    longest = max((hour.longest_delay_ms or 0 for hour in hours), default=0)
    above = next(
        (number for number, step in enumerate(_DELAY_STEPS_MS) if step >= longest),
        len(_DELAY_STEPS_MS) - 1,
    )
    top = max(above, _FEWEST_DELAY_STEPS)
    steps = tuple(
        Tick(_round(100 - 100 * number / top), formats.delay(_DELAY_STEPS_MS[number]))
        for number in range(top, -1, -1)
    )
    runs = list(_runs(hours))
    return DelayPlot(
        frame=_frame(hours, steps, formats),
        means=tuple(_line(hours, run, top) for run in runs),
        bands=tuple(_band(hours, run, top) for run in runs),
    )


def delivery_plot(hours: Sequence[HealthHour], formats: Formats) -> DeliveryPlot:
    """How many deliveries came, by hour, and what comparisons found besides."""
    most = _round_number(max((hour.deliveries + hour.found for hour in hours), default=0))
    steps = tuple(Tick(at, formats.number(round(most * (100 - at) / 100))) for at in (0, 50, 100))
    width = 100 / len(hours)
    return DeliveryPlot(
        frame=_frame(hours, steps, formats),
        bars=tuple(
            _bar(hour, number * width, width, most)
            for number, hour in enumerate(hours)
            if hour.deliveries or hour.found
        ),
    )


def _frame(hours: Sequence[HealthHour], steps: tuple[Tick, ...], formats: Formats) -> Plot:
    width = 100 / len(hours)
    return Plot(
        times=tuple(_times(hours, formats)),
        steps=steps,
        columns=tuple(_round(number * width) for number in range(len(hours))),
        column_width=_round(width),
        box=f"0 0 {len(hours)} 100",
    )


def _times(hours: Sequence[HealthHour], formats: Formats) -> Iterator[Tick]:
    """Where days begin in the store's zone, of a day or less its hours; near the end no label."""
    first, last = hours[0].hour, hours[-1].hour + timedelta(hours=1)
    every = _SPANS.get(len(hours), 24)
    begins = first.astimezone(formats.zone).replace(hour=0, minute=0)
    while begins < last:
        # By the clock on the wall: a day may have 23 hours or 25.
        begins += timedelta(hours=every)
        at = 100 * (begins - first) / (last - first)
        if 0 < at < 100:
            label = formats.weekday(begins) if every == 24 else formats.time(begins)
            yield Tick(_round(at), label if at < _LAST_LABEL_AT else "")


def _runs(hours: Sequence[HealthHour]) -> Iterator[range]:
    """Stretches of hours that have a delay, so that a line never bridges a gap."""
    known = [number for number, hour in enumerate(hours) if hour.mean_delay_ms is not None]
    if not known:
        return
    begins = known[0]
    for before, after in pairwise([*known, len(hours) + 1]):
        if after != before + 1:
            yield range(begins, before + 1)
            begins = after


def _line(hours: Sequence[HealthHour], run: range, top: int) -> str:
    points = _through(run, [_height(hours[at].mean_delay_ms, top) for at in run])
    return "M" + " L".join(points)


def _band(hours: Sequence[HealthHour], run: range, top: int) -> str:
    upper = _through(run, [_height(hours[at].longest_delay_ms, top) for at in run])
    lower = _through(run, [_height(hours[at].mean_delay_ms, top) for at in run])
    return "M" + " L".join([*upper, *reversed(lower)]) + " Z"


def _through(run: range, heights: Sequence[float]) -> list[str]:
    """Points in the hours' middles, drawn out to the run's both ends."""
    middles = [(at + 0.5, height) for at, height in zip(run, heights, strict=True)]
    points = [(float(run[0]), heights[0]), *middles, (float(run[-1] + 1), heights[-1])]
    return [f"{x:g},{y:g}" for x, y in points]


def _height(delay_ms: int | None, top: int) -> float:
    """A delay's place from the top, between the steps that it lies between."""
    delay = max(delay_ms or 0, _DELAY_STEPS_MS[0])
    for number, (lower, upper) in enumerate(pairwise(_DELAY_STEPS_MS)):
        if delay <= upper:
            return _round(100 - 100 * (number + log(delay / lower) / log(upper / lower)) / top)
    return 0.0


def _bar(hour: HealthHour, at: float, width: float, most: int) -> Bar:
    height = 100 * hour.deliveries / most
    found = max(_LEAST_SHARE, 100 * hour.found / most) if hour.found else 0.0
    top = max(0.0, 100 - height - found)
    return Bar(
        at=_round(at + width * _GAP / 2),
        width=_round(width * (1 - _GAP)),
        top=_round(top + found),
        height=_round(100 - top - found),
        found_top=_round(top),
        found_height=_round(found),
    )


def _round_number(most: int) -> int:
    """The next even number of the kind that an axis ends with."""
    size = _FEWEST_DELIVERIES
    while size < most:
        # 4, 10, 20, 40, 100, …
        size = size * 5 // 2 if str(size)[0] == "4" else size * 2
    return size


def _round(value: float) -> float:
    return round(value, 3)
