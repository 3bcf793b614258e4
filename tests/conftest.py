"""What every test has: no way out but loopback, a clock that stands, a browser, a data folder.

In the tests' own process SQLite doesn't wait for the disk, no template is compiled twice, and who
sends a delivery is patient.
"""

import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

import hypothesis
import pytest
import structlog
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from playwright.sync_api import Browser, Page, expect, sync_playwright

from integration import db
from scripts import chromium
from webhooks import receiver

ROOT = Path(__file__).resolve().parent.parent
_PATIENCE_MS = 60_000
FENCE = str(Path(__file__).resolve().parent / "fence")

CHROMIUM_ARGUMENTS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Chromium's own sockets: no name resolves but those of this machine.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE localhost , EXCLUDE *.localhost"
    " , EXCLUDE 127.0.0.1 , EXCLUDE [::1]",
)

pytest_plugins = ("tests.skips", "tests.counts")

hypothesis.settings.register_profile("here", deadline=None)
hypothesis.settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "here")


def pytest_configure() -> None:
    """Put up the fence around this process and whatever it starts."""
    if FENCE not in sys.path:
        sys.path.insert(0, FENCE)
        sys.modules.pop("sitecustomize", None)
        import_module("sitecustomize")
        sys.path.remove(FENCE)
    before = os.environ.get("PYTHONPATH")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (FENCE, before)))


class _Compiled(BytecodeCache):
    """Templates that an application of this process compiled, for those after it."""

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


_as_shipped = db._prepare_sqlite


def _prepare_sqlite_in_a_hurry(connection: Any, record: Any) -> None:
    _as_shipped(connection, record)
    # No power fails under a test: what is tested isn't the disk.
    connection.execute("PRAGMA synchronous=OFF")


@pytest.fixture(scope="session", autouse=True)
def _no_time_is_wasted() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Flask, "jinja_options", {"bytecode_cache": _Compiled()})
        patch.setattr(db, "_prepare_sqlite", _prepare_sqlite_in_a_hurry)
        # Senders outlast a machine that stands still; tests of their patience set their own.
        patch.setattr(receiver, "PATIENCE_SECONDS", 60.0)
        yield


@pytest.fixture(autouse=True)
def _logs_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """How a test sets logs up is its own: loggers would remember it for all that follow."""
    configure = structlog.configure

    def for_this_test(**given: Any) -> None:
        configure(**{**given, "cache_logger_on_first_use": False})

    monkeypatch.setattr(structlog, "configure", for_this_test)
    yield
    if structlog.is_configured():
        structlog.reset_defaults()


@pytest.fixture
def careful_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    """SQLite as the product opens it, which waits for the disk at each commit."""
    monkeypatch.setattr(db, "_prepare_sqlite", _as_shipped)


@dataclass(slots=True)
class StandingClock:
    """A clock that moves only when a test moves it. Call it for the time, aware, in UTC."""

    time: datetime = field(default=datetime(2026, 11, 22, 12, 0, tzinfo=UTC))

    def __call__(self) -> datetime:
        """The time that it shows."""
        return self.time

    def advance(self, *, days: float = 0, hours: float = 0, seconds: float = 0) -> datetime:
        """Move it on; the time that it shows then."""
        self.time += timedelta(days=days, hours=hours, seconds=seconds)
        return self.time


@pytest.fixture
def clock() -> StandingClock:
    """A clock at noon of 2026-11-22, UTC."""
    return StandingClock()


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    """An empty folder that serves as DATA_DIR."""
    folder = tmp_path / "data"
    folder.mkdir()
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium with a profile of its own. It downloads nothing and reaches this machine only.

    One a module: while Playwright runs, its event loop holds the thread, and asyncio.run fails.
    """
    lacking = chromium.lacking()
    if lacking:
        pytest.skip(f"browser tests (apt-get install {' '.join(lacking)})")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=chromium.find(), args=list(CHROMIUM_ARGUMENTS), headless=True
        )
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page, 1280 by 800, in a context of its own. A script's error fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(_PATIENCE_MS)
    # Expectations have a limit of their own, 5 s, which a busy machine can pass.
    expect.set_options(timeout=_PATIENCE_MS)
    opened = context.new_page()
    errors: list[str] = []
    opened.on("pageerror", lambda error: errors.append(str(error)))
    yield opened
    context.close()
    assert errors == []
