"""Tells how many calls were made, after the last test."""

import pytest


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One line: how many calls in how many tests."""
    counted = [
        int(str(value))
        for reports in terminalreporter.stats.values()
        for report in reports
        if isinstance(report, pytest.TestReport) and report.when == "teardown"
        for name, value in report.user_properties
        if name == "calls"
    ]
    if counted:
        terminalreporter.write_line(f"{sum(counted)} calls in {len(counted)} tests")
