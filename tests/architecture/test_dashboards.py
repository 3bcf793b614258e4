"""The dashboard and the alarms name metrics that there are, with labels that they have."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase
from prometheus_client.registry import CollectorRegistry

from integration.app import build_house
from integration.operations import gauges
from integration.operations.condition import Condition
from integration.operations.mail import MailCondition, gauges_of_mail
from integration.operations.privacy import PrivacyCondition, gauges_of_privacy
from integration.operations.queues import QUEUES, Queues
from tests.architecture.sources import ROOT

DASHBOARD: dict[str, Any] = json.loads(
    (ROOT / "deploy/grafana/tillside.json").read_text(encoding="utf-8")
)
RULES: list[dict[str, Any]] = yaml.safe_load(
    (ROOT / "deploy/prometheus/alerts.yml").read_text(encoding="utf-8")
)["groups"][0]["rules"]
ENDINGS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


def _expressions() -> list[str]:
    panels = [
        target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())
    ]
    return panels + [rule["expr"] for rule in RULES]


def _gauges() -> CollectorRegistry:
    class All(gauges.Collector):
        def collect(self) -> Any:
            well = Condition(0, {}, 0.0, 0, 0, {}, {"any": 1}, None, 0.0)
            none = dict.fromkeys(QUEUES, 0)
            yield gauges.of_parts(database=True, valkey=True)
            yield from gauges.of_database(well)
            yield from gauges_of_mail(MailCondition({}, 0, 0.0, (), 0, 0.0, 0, 0, 0.0, 0))
            yield from gauges_of_privacy(PrivacyCondition({}, 0, None, 0.0))
            yield from gauges.of_valkey(Queues(none, none, {}, has_leader=False))

    registry = CollectorRegistry()
    registry.register(All())
    return registry


@pytest.fixture(scope="module")
def names() -> set[str]:
    build_house()
    families = [*REGISTRY.collect(), *_gauges().collect()]
    return {
        f"{family.name}{ending}"
        for family in families
        for ending in ENDINGS.get(family.type, ("",))
        if family.name.startswith(("tillside_", "process_"))
    }


def test_every_metric_that_is_drawn_or_watched_exists(names: set[str]) -> None:
    used = {
        found
        for expression in _expressions()
        for found in re.findall(r"\b(?:tillside|process)_[a-z_]+", expression)
        if found != "tillside_"
    }
    assert len(used) > 20
    assert used - names == set()


@pytest.fixture(scope="module")
def labels() -> dict[str, set[str]]:
    """The labels of each metric of ours."""
    build_house()
    collectors = REGISTRY._names_to_collectors.items()
    ours = {
        name: set(collector._labelnames)
        for name, collector in collectors
        if isinstance(collector, MetricWrapperBase) and name.startswith("tillside_")
    }
    families: Any = _gauges().collect()
    return ours | {family.name: set(family._labelnames) for family in families}


def test_every_label_that_is_drawn_or_watched_exists(labels: dict[str, set[str]]) -> None:
    looked_at = 0
    for expression in _expressions():
        names = re.findall(r"\btillside_[a-z_]+", expression)
        used = {
            label
            for group in re.findall(r"\bby \(([^)]*)\)", expression)
            for label in re.split(r",\s*", group)
        } | set(re.findall(r"[{,]\s*([a-z_]+)\s*(?:=~|!=|!~|=)", expression))
        for name in names:
            looked_at += len(used)
            known = labels[name] | ({"le"} if name.endswith("_bucket") else set())
            assert used <= known, expression
    assert looked_at > 20


def test_no_label_of_ours_is_one_that_prometheus_sets_itself(
    labels: dict[str, set[str]],
) -> None:
    assert {name for name, own in labels.items() if own & {"job", "instance", "le"}} == set()


def test_what_a_panel_or_an_alarm_is_called_after_is_a_label_that_it_keeps() -> None:
    named = [
        (target["expr"], label)
        for panel in DASHBOARD["panels"]
        for target in panel.get("targets", ())
        for label in re.findall(r"\{\{\s*(\w+)\s*\}\}", target.get("legendFormat", ""))
    ] + [
        (rule["expr"], label)
        for rule in RULES
        for label in re.findall(r"\$labels\.(\w+)", str(rule["annotations"]))
    ]
    assert len(named) > 10
    for expression, label in named:
        kept = re.findall(r"\bby \(([^)]*)\)", expression)
        assert label in {"instance", "job"} or any(label in group for group in kept), expression


def test_every_metric_of_ours_is_explained(names: set[str]) -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    told = set(re.findall(r"`(tillside_[a-z_]+)`", text))
    ours = {
        re.sub(r"_(?:total|bucket|sum|count)$", "", name)
        for name in names
        if name.startswith("tillside_")
    }
    assert {re.sub(r"_total$", "", name) for name in told} == ours


def test_the_dashboard_has_a_title_and_a_source_for_every_panel() -> None:
    panels = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(ids) == len(set(ids))
    for panel in panels:
        assert panel["title"]
        assert panel["targets"]
        assert panel["datasource"]["uid"] == "${source}"


def test_every_alarm_stands_in_the_runbook() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    names = [rule["alert"] for rule in RULES]
    assert len(names) == len(set(names))
    assert {name for name in names if f"`{name}`" not in text} == set()
    assert all(rule["annotations"]["summary"] for rule in RULES)
    assert {rule["labels"]["severity"] for rule in RULES} == {"page", "ticket"}


def test_every_code_of_a_standing_alarm_stands_in_the_runbook() -> None:
    text = (ROOT / "docs/operations.md").read_text(encoding="utf-8")
    codes = {
        found
        for folder in ("integration", "webhooks")
        for path in (ROOT / folder).rglob("*.py")
        for found in _codes(path)
    }
    assert codes
    assert {code for code in codes if f"`{code}`" not in text} == set()


def _codes(path: Path) -> set[str]:
    source = path.read_text(encoding="utf-8")
    raised = set(re.findall(r"Alarm\([^)]*?code=\"([a-z_]+)\"", source, re.DOTALL))
    standing = re.search(r"StandingCode: TypeAlias = Literal\[(.*?)\]", source, re.DOTALL)
    return raised | set(re.findall(r'"([a-z_]+)"', standing.group(1) if standing else ""))
