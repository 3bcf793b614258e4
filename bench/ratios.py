"""A figure of ours beside a peer's or a limit's, of alternating rounds in one run."""

import json
import statistics
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Ratio:
    """Ours ÷ theirs, round by round; `unit` is of both. `wanted` bounds it from below, or from
    above where `at_most`. `more` are further figures of the run, by name, with their units in it.
    """

    id: str
    what: str
    unit: str
    ours: tuple[float, ...]
    theirs: tuple[float, ...]
    wanted: float
    at_most: bool = False
    more: dict[str, float | str] = field(default_factory=dict)

    @property
    def rounds(self) -> tuple[float, ...]:
        """The ratio of each round."""
        return tuple(our / their for our, their in zip(self.ours, self.theirs, strict=True))

    @property
    def ratio(self) -> float:
        """The median of the rounds' ratios."""
        return statistics.median(self.rounds)

    @property
    def is_met(self) -> bool:
        """Whether the median is on the wanted side."""
        return self.ratio <= self.wanted if self.at_most else self.ratio >= self.wanted

    def as_dict(self) -> dict[str, Any]:
        """For `--json` and the report."""
        return {
            "id": self.id,
            "what": self.what,
            "unit": self.unit,
            "ours": list(self.ours),
            "theirs": list(self.theirs),
            "rounds": list(self.rounds),
            "ratio": self.ratio,
            "wanted": self.wanted,
            "at_most": self.at_most,
            "is_met": self.is_met,
            "more": self.more,
        }

    def line(self) -> str:
        """One line for people."""
        sign, verdict = "≤" if self.at_most else "≥", "met" if self.is_met else "NOT MET"
        ours, theirs = statistics.median(self.ours), statistics.median(self.theirs)
        more = "".join(f"; {name} {_short(value)}" for name, value in self.more.items())
        return (
            f"{self.id}  {self.what}: {_short(ours)} ÷ {_short(theirs)} {self.unit} = "
            f"{_short(self.ratio)} (wanted {sign} {_short(self.wanted)}: {verdict}){more}"
        )


def tell(ratios: list[Ratio], *, as_json: bool) -> None:
    """Print them, as JSON or as lines."""
    if as_json:
        print(json.dumps([ratio.as_dict() for ratio in ratios]))
        return
    for ratio in ratios:
        print(ratio.line())


def _short(value: float | str) -> str:
    return value if isinstance(value, str) else f"{value:,.4g}" if value < 1000 else f"{value:,.0f}"
