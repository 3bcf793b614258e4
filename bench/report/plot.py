"""Ratios against what is wanted of them, as an SVG on a log scale; light and dark by CSS."""

import math
import statistics
from collections.abc import Sequence
from xml.sax.saxutils import escape

from bench.report.kept import Measured
from bench.report.words import short

_ROW, _TOP, _LEFT, _WIDTH, _RIGHT = 30, 46, 340, 430, 160
_LEAST, _MOST = 0.2, 20.0
_TICKS = (0.25, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_STYLE = """
  svg { font: 13px system-ui, sans-serif; background: #fff; color: #1f2430 }
  text { fill: currentColor } .faint { fill: #667085 } .grid { stroke: #e4e7ec }
  .goal { stroke: #1f2430; stroke-dasharray: 4 3 } .met { fill: #137a4b; stroke: #137a4b }
  .unmet { fill: #b3541e; stroke: #b3541e } .span { stroke-width: 3; opacity: .45 }
  @media (prefers-color-scheme: dark) {
    svg { background: #12151c; color: #e8ebf1 } .faint { fill: #98a2b3 } .grid { stroke: #2a303c }
    .goal { stroke: #e8ebf1 } .met { fill: #4cc38a; stroke: #4cc38a }
    .unmet { fill: #f0955b; stroke: #f0955b }
  }"""


def plot(measured: Sequence[Measured]) -> str:
    """Each ratio's median as a dot and its rounds as a bar; right of the line is what is wanted."""
    height = _TOP + _ROW * len(measured) + 34
    width = _LEFT + _WIDTH + _RIGHT
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img"'
        ' aria-labelledby="title">',
        '<title id="title">Measured ratios against what is wanted of them</title>',
        f"<style>{_STYLE}\n</style>",
        f'<text x="{_LEFT}" y="18" class="faint">worse than wanted</text>',
        f'<text x="{_LEFT + _WIDTH}" y="18" class="faint" text-anchor="end">better</text>',
    ]
    bottom = _TOP + _ROW * len(measured)
    for tick in _TICKS:
        where = _place(tick)
        kind = "goal" if tick == 1 else "grid"
        parts.append(f'<line class="{kind}" x1="{where}" x2="{where}" y1="28" y2="{bottom}"/>')
        name = "wanted" if tick == 1 else f"{tick:g}×"
        parts.append(
            f'<text class="faint" x="{where}" y="{bottom + 18}" text-anchor="middle">{name}</text>'
        )
    for number, one in enumerate(measured):
        parts += _row(one, _TOP + _ROW * number)
    return "\n".join([*parts, "</svg>", ""])


def _row(one: Measured, top: int) -> list[str]:
    ratio = one.ratio
    rounds = [_of_wanted(ratio, value) for value in ratio["rounds"]]
    middle = top + _ROW // 2
    kind = "met" if ratio["is_met"] else "unmet"
    sign = "≤" if ratio["at_most"] else "≥"
    wanted = f"{sign} {short(ratio['wanted'])}"
    low, high, median = min(rounds), max(rounds), statistics.median(rounds)
    return [
        f'<text x="12" y="{middle + 4}">{escape(one.id)} <tspan class="faint">'
        f"{escape(_first_words(ratio['what']))}</tspan></text>",
        f'<line class="{kind} span" x1="{_place(low)}" x2="{_place(high)}" y1="{middle}"'
        f' y2="{middle}"/>',
        f'<circle class="{kind}" cx="{_place(median)}" cy="{middle}" r="5"/>',
        f'<text x="{_LEFT + _WIDTH + 14}" y="{middle + 4}">{short(ratio["ratio"])}'
        f' <tspan class="faint">{escape(wanted)}</tspan></text>',
    ]


def _of_wanted(ratio: dict[str, float], value: float) -> float:
    """How many times what is wanted a round reached; above 1 is good on either side."""
    value = max(value, 1e-9)
    return ratio["wanted"] / value if ratio["at_most"] else value / ratio["wanted"]


def _place(value: float) -> float:
    held = min(max(value, _LEAST), _MOST)
    share = math.log(held / _LEAST) / math.log(_MOST / _LEAST)
    return round(_LEFT + share * _WIDTH, 1)


def _first_words(text: str, most: int = 34) -> str:
    if len(text) <= most:
        return text
    return text[:most].rsplit(" ", 1)[0] + " …"
