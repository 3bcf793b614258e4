"""Tells in `make soak` what each test counted: what it recorded with pytest's `record_property`."""

import pytest

from tests.faults.lengths import SOAKS


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line a test that counted something."""
    if not SOAKS:
        return
    for outcome in ("passed", "failed"):
        for report in terminalreporter.stats.get(outcome, []):
            if report.when == "call" and report.user_properties:
                counted = ", ".join(f"{name} {count}" for name, count in report.user_properties)
                terminalreporter.write_line(f"{report.nodeid}: {counted} ({report.duration:.0f} s)")
