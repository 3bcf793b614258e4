"""Rows as SQLite's driver takes them, and back."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from integration.models import Profile
from integration.statements.bulk import table_of
from integration.statements.column_values import decoded, encoded
from platforms.records import TrackingRecord

_TABLE = table_of(Profile)
_COLUMNS = ("display_name", "first_order_at", "tags", "created_at")
_NOW = datetime(2026, 11, 22, 10, 0, tzinfo=UTC)


def test_each_row_keeps_its_own_values() -> None:
    later = _NOW + timedelta(microseconds=5)
    there = datetime(2026, 11, 22, 12, 0, tzinfo=timezone(timedelta(hours=2)))
    rows: list[tuple[Any, ...]] = [
        ("Ada", None, [], _NOW),
        (None, there, ["vip"], _NOW),
        ("Ada", later, (), later),
        ("Ida", None, ["vip"], _NOW),
    ]
    written = [
        ("Ada", None, "[]", "2026-11-22 10:00:00.000000"),
        (None, "2026-11-22 10:00:00.000000", '["vip"]', "2026-11-22 10:00:00.000000"),
        ("Ada", "2026-11-22 10:00:00.000005", "[]", "2026-11-22 10:00:00.000005"),
        ("Ida", None, '["vip"]', "2026-11-22 10:00:00.000000"),
    ]
    assert encoded(_TABLE, _COLUMNS, rows, "sqlite") == written
    assert decoded(_TABLE, _COLUMNS, written, "sqlite") == [
        ("Ada", None, [], _NOW),
        (None, _NOW, ["vip"], _NOW),
        ("Ada", later, [], later),
        ("Ida", None, ["vip"], _NOW),
    ]


def test_no_rows_stay_none() -> None:
    assert encoded(_TABLE, _COLUMNS, [], "sqlite") == []


def test_records_are_written_as_objects() -> None:
    record = TrackingRecord("GLS", "1", None)
    ((written,),) = encoded(_TABLE, ("tags",), [([record],)], "sqlite")
    assert written == '[{"company":"GLS","number":"1","url":null}]'
