"""Names at the end what was skipped, and with `--no-skips` fails the run for it."""

from collections import Counter
from pathlib import Path

import pytest

LEFT_OUT = "left for `make check`: tests/real (PostgreSQL, Valkey, whole processes)"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--no-skips`."""
    parser.addoption("--no-skips", action="store_true", help="fail when any test was skipped")


def pytest_configure(config: pytest.Config) -> None:
    """Count from the first report on."""
    config.pluginmanager.register(_Skips(config), "tillside-skips")


class _Skips:
    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.reasons: Counter[str] = Counter()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and not hasattr(report, "wasxfail"):
            self._note(report.longrepr)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.skipped:
            self._note(report.longrepr)

    def _note(self, skipped: object) -> None:
        reason = str(skipped[2]) if isinstance(skipped, tuple) else str(skipped)
        self.reasons[reason.removeprefix("Skipped: ")] += 1

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        forbidden = self.config.getoption("--no-skips")
        if self.reasons and forbidden and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for reason, count in self.reasons.most_common():
            terminalreporter.write_line(f"skipped: {count} × {reason}", yellow=True)
        if self.reasons and self.config.getoption("--no-skips"):
            terminalreporter.write_line("nothing may be skipped here (--no-skips)", red=True)
        left_out = [Path(str(path)).name for path in self.config.getoption("ignore") or ()]
        if "real" in left_out:
            terminalreporter.write_line(LEFT_OUT)
