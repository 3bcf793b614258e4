"""What benchmarks found: kept by name, shown as a table and a plot."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from bench.ratios import Ratio
from bench.report.kept import Measured, keep, kept
from bench.report.listed import WANTED, chosen, others, told
from bench.report.page import page
from bench.report.plot import plot

MACHINE = {"CPU": "a fast one", "cores": "2"}
OLDER = {"CPU": "a slow one", "cores": "1"}


def measured(
    id: str, ours: tuple[float, ...], *, module: str = "accept", date: str = "2026-11-22"
) -> Measured:
    ratio = Ratio(id, "ours ÷ theirs", "a second", ours, (100.0,) * len(ours), 4.0, more={"p99": 5})
    return Measured(ratio.as_dict(), module, date, MACHINE)


def test_new_figures_take_the_place_of_the_modules_old_ones(tmp_path: Path) -> None:
    path = tmp_path / "benchmarks.json"
    old = Measured(measured("B3", (300.0,)).ratio, "backfill", "2026-11-01", OLDER)
    keep([measured("B2", (80.0,)), measured("B1", (400.0, 500.123456))], path)
    keep([old], path)
    keep([measured("B1", (600.0,), date="2026-11-23")], path)
    found = kept(path)
    assert [(one.id, one.date, one.machine) for one in found] == [
        ("B1", "2026-11-23", MACHINE),
        ("B3", "2026-11-01", OLDER),
    ]
    assert found[0].ratio["rounds"] == [6.0]
    assert kept(tmp_path / "nothing.json") == []


def test_the_page_tells_what_is_met_and_what_isnt() -> None:
    told = page([measured("B1", (400.0, 500.0, 600.0)), measured("B2", (100.0,))])
    assert "| B1 | ours ÷ theirs | 500 | 100 | a second | **5** (4 to 6) | ≥ 4 | met |" in told
    assert "| **1** (1 to 1) | ≥ 4 | **not met** |" in told
    assert "- B1: p99 5" in told
    assert "- CPU a fast one, cores 2" in told


def test_the_plot_stays_inside_its_frame_whatever_was_found() -> None:
    drawn = ElementTree.fromstring(
        plot([measured("B1", (400.0, 1e9)), measured("B2 <b>", (0.0, 1.0))])
    )
    width = float(drawn.attrib["viewBox"].split()[2])
    circles = [node for node in drawn.iter() if node.tag.endswith("circle")]
    assert [node.attrib["class"] for node in circles] == ["met", "unmet"]
    assert all(0 < float(node.attrib["cx"]) < width for node in circles)


def test_benchmarks_are_named_by_module_or_id() -> None:
    assert chosen(["b7", "accept", "B1"]) == ["context", "accept"]
    assert chosen([]) == list(WANTED)
    assert chosen(["panel"]) == ["panel"]
    with pytest.raises(KeyError):
        chosen(["B99"])


@pytest.mark.parametrize("module", WANTED)
def test_each_says_how_it_is_run_and_told(module: str) -> None:
    assert f"python -m bench.{module} " in told(module)
    assert "--json" in told(module)


def test_others_are_listed_apart() -> None:
    assert "panel" in others()
    assert not set(others()) & set(WANTED)
