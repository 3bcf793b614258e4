"""The privacy document has every table that can hold a person, with its time by the class' name."""

import re

from integration.models import InboxModel, Model
from integration.privacy.ageing.data_classes import CLASSES
from tests.architecture.sources import ROOT

DOCUMENT = ROOT / "docs" / "privacy.md"


def _section(title: str) -> str:
    text = DOCUMENT.read_text(encoding="utf-8")
    return text.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def _rows(title: str) -> list[list[str]]:
    lines = _section(title).splitlines()
    found = [line.strip("| ").split(" | ") for line in lines if line.startswith("| ")]
    return found[1:]


def test_every_table_that_can_hold_a_person_stands_in_it() -> None:
    holding = {
        table.name
        for root in (Model, InboxModel)
        for table in root.metadata.tables.values()
        for column in table.columns
        if column.info.get("personal") or column.info.get("sealed")
    }
    named = {
        name for row in _rows("What stands where") for name in re.findall(r"`([a-z_]+)`", row[1])
    }
    assert holding - named == set()
    # Nor does it name one that there is not.
    tables = {name for root in (Model, InboxModel) for name in root.metadata.tables}
    assert named - tables == set()


def test_what_stands_somewhere_has_a_time_by_its_name() -> None:
    rows = _rows("What stands where")
    named = {name for row in rows for name in re.findall(r"\*(.+?)\*", row[3])}
    assert named == {each.title for each in CLASSES}
