"""The registry of personal data names every place that can hold some, and its page is current."""

import ast
import re
from collections.abc import Iterable, Iterator
from importlib import import_module
from pathlib import Path

import pytest
from prometheus_client import REGISTRY
from prometheus_client.metrics import MetricWrapperBase
from sqlalchemy import Column, MetaData, Table, Text

from integration.app import build_house
from integration.models import InboxModel, Model
from integration.models.declarative import personal
from integration.privacy.ageing.data_classes import BY_NAME
from integration.privacy.registry import whole as registry
from integration.privacy.registry.records import Place
from integration.privacy.registry.whole import (
    PLACES,
    as_markdown,
    classes_as_markdown,
    marked_columns,
    registered_columns,
)
from tests.architecture.sources import PRODUCT, ROOT, files, name, tree
from tests.architecture.test_dashboards import _gauges
from tests.conftest import StandingClock
from tests.integration.privacy.everywhere import SUBJECT, erase, fill
from tests.webhooks.parts import add_store, make_services

# A label of a derived key, no key of Valkey's.
NO_KEYS = {"integration/crypto.py"}
BESIDE = re.compile(r"(-wal|-shm|\.turn|\.next)$")


def named(kind: str) -> set[str]:
    return {place.name for place in PLACES if place.kind == kind}


def held(kind: str) -> set[str]:
    return {value for place in PLACES if place.kind == kind for value in place.holds}


def unregistered() -> set[str]:
    known = registered_columns()
    return {
        f"{table}.{column}"
        for table, columns in marked_columns().items()
        for column in columns - known.get(table, set())
    }


def test_every_personal_column_stands_in_it_and_nothing_that_is_none() -> None:
    assert unregistered() == set()
    assert registered_columns() == marked_columns()


def test_a_column_that_is_added_fails_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    more = Table("letters", MetaData(), Column("sender", Text, info=personal("contact")))
    tables = [*registry._tables(), more]
    monkeypatch.setattr(registry, "_tables", lambda: tables)
    assert unregistered() == {"letters.sender"}


def test_records_are_tables_and_columns_that_there_are() -> None:
    tables = {**Model.metadata.tables, **InboxModel.metadata.tables}
    for place in PLACES:
        if place.kind == "records":
            assert set(place.holds) <= set(tables[place.name].columns.keys()), place.name


def missing_methods(places: Iterable[Place]) -> set[str]:
    missing = set()
    for place in places:
        if place.is_erased_by_code:
            module, _, function = place.erased_by.rpartition(".")
            if not callable(getattr(import_module(module), function, None)):
                missing.add(f"{place.name}: {place.erased_by}")
        elif not re.match(r"nothing: \w", place.erased_by):
            missing.add(f"{place.name}: {place.erased_by}")
    return missing


def test_what_erases_a_place_exists() -> None:
    assert missing_methods(PLACES) == set()


@pytest.mark.parametrize(
    "erased_by", ["integration.privacy.erasing.persons.erase_nobody", "somebody does", ""]
)
def test_a_method_that_does_not_exist_fails_by_its_name(erased_by: str) -> None:
    place = Place("columns", "letters", ("sender",), "x", "staff", erased_by, "nobody")
    assert missing_methods([place]) == {f"letters: {erased_by}"}


def test_every_place_says_what_for_how_long_and_who_sees_it() -> None:
    for place in PLACES:
        assert place.data_class in BY_NAME, place.name
        assert place.purpose, place.name
        assert place.seen_by, place.name
        assert place.holds, place.name
    keys = [(place.kind, place.name, place.holds) for place in PLACES]
    assert len(keys) == len(set(keys))


def test_every_job_stands_in_it() -> None:
    assert held("jobs") == set(build_house().jobs)


def _texts(path: Path) -> Iterator[str]:
    """Every text of a module, of one with values in it its beginning."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.JoinedStr):
            first = node.values[0] if node.values else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def test_every_key_of_valkeys_stands_in_it() -> None:
    registered = named("valkey") - {"rq:"}
    used = {
        text
        for path in files(".py", under=PRODUCT)
        if name(path) not in NO_KEYS and "privacy/registry" not in name(path)
        for text in _texts(path)
        if re.match(r"tillside:\S", text)
    }
    strange = {key for key in used if not key.startswith(tuple(registered))}
    assert strange == set()
    assert {each for each in registered if not any(key.startswith(each) for key in used)} == set()


def test_every_file_of_data_dir_that_the_code_names_stands_in_it() -> None:
    found = set()
    for path in files(".py", under=("integration", "webhooks", "ui_embed")):
        text = path.read_text(encoding="utf-8")
        constants = dict(re.findall(r"^(\w+) = \"([^\"]+)\"$", text, re.MULTILINE))
        for line in text.splitlines():
            if re.search(r"data_dir|DATA_DIR", line):
                joined = re.findall(r"(?<!/)/ (?:'([^']+)'|\"([^\"]+)\"|([A-Z_]+))", line)
                for single, double, constant in joined:
                    found.add(single or double or constants.get(constant, constant))
    assert found
    assert found - named("files") == set()


def test_every_file_that_comes_to_be_in_data_dir_stands_in_it(
    tmp_path: Path, clock: StandingClock
) -> None:
    services = make_services(tmp_path, clock)
    store = add_store(services)
    fill(services, store)
    erase(services, store, SUBJECT)
    there = {BESIDE.sub("", path.name) for path in tmp_path.iterdir()}
    services.db.dispose()
    services.inbox.dispose()
    assert there >= {"tillside.db", "inbox.db"}
    assert there - named("files") == set()


def test_every_storage_of_a_browser_stands_in_it() -> None:
    storing = {
        path: path.read_text(encoding="utf-8")
        for suffix in (".js", ".ts", ".tsx", ".mjs")
        for path in files(suffix, under=("ui_embed",))
        if not {"dist", "node_modules"} & set(path.parts)
        and re.search(r"(local|session)Storage|indexedDB", path.read_text(encoding="utf-8"))
    }
    prefixes = named("browser") - {"cookies"}
    assert len(storing) == len(prefixes)
    for path, text in storing.items():
        assert any(prefix in text for prefix in prefixes), name(path)


def test_every_label_of_a_metric_stands_in_it() -> None:
    build_house()
    collectors = REGISTRY._names_to_collectors.items()
    used = {
        label
        for called, collector in collectors
        if isinstance(collector, MetricWrapperBase) and called.startswith("tillside_")
        for label in collector._labelnames
    }
    used |= {
        label
        for family in _gauges().collect()
        for label in family._labelnames  # type: ignore[attr-defined]
    }
    assert held("metrics") == used


def test_its_page_is_current() -> None:
    written = (ROOT / "docs/privacy-registry.md").read_text(encoding="utf-8")
    assert written == as_markdown(), "tillside privacy registry > docs/privacy-registry.md"


def test_the_table_of_classes_is_current() -> None:
    written = (ROOT / "docs/privacy-requests.md").read_text(encoding="utf-8")
    assert classes_as_markdown() in written, classes_as_markdown()
