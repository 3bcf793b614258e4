"""What a report is asked for: periods in whole days of a zone, and filters."""

from datetime import UTC, date, datetime

import pytest

from integration.errors import Invalid
from integration.reports.asked import read_report_asked

LATE = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


def test_today_is_the_zones_and_thirty_days_are_usual() -> None:
    asked = read_report_asked({}, "Europe/Athens", LATE)
    assert (asked.begins, asked.ends) == (date(2026, 10, 25), date(2026, 11, 23))
    assert len(asked.days) == 30
    # In the night to the 25th of October clocks went back there.
    assert asked.since == datetime(2026, 10, 24, 21, 0, tzinfo=UTC)
    assert asked.until == datetime(2026, 11, 23, 22, 0, tzinfo=UTC)


def test_a_period_is_named_by_its_days() -> None:
    asked = read_report_asked({"from": "2026-11-01", "to": "2026-11-01"}, "Asia/Kathmandu", LATE)
    assert asked.days == (date(2026, 11, 1),)
    assert asked.since == datetime(2026, 10, 31, 18, 15, tzinfo=UTC)
    assert read_report_asked({"to": "2031-01-01"}, None, LATE).ends == date(2026, 11, 22)
    assert read_report_asked({}, "No/Where", LATE).zone == "UTC"
    assert read_report_asked({}, "../../etc/passwd", LATE).zone == "UTC"


@pytest.mark.parametrize(
    "told",
    [
        {"days": "367"},
        {"days": "-1"},
        {"days": "x"},
        {"from": "2026-11-03", "to": "2026-11-01"},
        {"from": "2025-01-01", "to": "2026-11-01"},
        {"from": "0001-01-01"},
        {"from": "yesterday"},
        {"from": "9999-12-31"},
        {"kind": "telepathy"},
        {"store": "1;2"},
        {"agent": "9" * 30},
    ],
)
def test_what_cant_be_understood_is_refused(told: dict[str, str]) -> None:
    with pytest.raises(Invalid):
        read_report_asked(told, "Europe/Athens", LATE)
