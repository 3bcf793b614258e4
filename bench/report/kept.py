"""The figures that are kept in docs/benchmarks.json: the newest of each ratio, with its date."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs" / "benchmarks.json"


@dataclass(frozen=True, slots=True)
class Measured:
    """A ratio as its module told it (`Ratio.as_dict`), and when and on what it was measured."""

    ratio: dict[str, Any]
    module: str
    date: str
    machine: dict[str, str]

    @property
    def id(self) -> str:
        """Its name, as B1."""
        return str(self.ratio["id"])


def kept(path: Path = KEPT) -> list[Measured]:
    """What is kept, in the order of the names."""
    if not path.exists():
        return []
    found = json.loads(path.read_text(encoding="utf-8"))
    machines = found["machines"]
    return [
        Measured(one["ratio"], one["module"], one["date"], machines[one["machine"]])
        for one in found["measured"]
    ]


def keep(new: list[Measured], path: Path = KEPT) -> list[Measured]:
    """Put new figures in the place of the modules' old ones; gives all of them."""
    again = {one.module for one in new}
    together = [one for one in kept(path) if one.module not in again] + new
    together.sort(key=lambda one: one.id)
    machines: list[dict[str, str]] = []
    for one in together:
        if one.machine not in machines:
            machines.append(one.machine)
    told = {
        "machines": machines,
        "measured": [
            {
                "date": one.date,
                "machine": machines.index(one.machine),
                "module": one.module,
                "ratio": _rounded(one.ratio),
            }
            for one in together
        ],
    }
    path.write_text(json.dumps(told, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    return together


def _rounded(value: Any) -> Any:
    """The same with five digits that count: more were never measured."""
    if isinstance(value, float):
        return float(f"{value:.5g}")
    if isinstance(value, dict):
        return {name: _rounded(one) for name, one in value.items()}
    return [_rounded(one) for one in value] if isinstance(value, list) else value
