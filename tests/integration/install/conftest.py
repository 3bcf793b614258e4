"""Services on a SQLite file with an installer that is scripted: no network, no host."""

import itertools
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from integration.crypto import keyring, new_key_text
from integration.db import Database
from integration.events import RecordedEvents
from integration.http import GuardedHttp
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from platforms.errors import InstallRefused, SessionRefused
from platforms.port import AdminSession, Grant, Secret, StoreAccess, Traits
from tests.factories.databases import lay_out

START = datetime(2026, 11, 1, 12, tzinfo=UTC)
DOMAIN = "aegean.myshopify.com"


@dataclass
class SettableClock:
    """A clock that a test turns."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now


@dataclass
class ScriptedInstaller:
    """Gives grants with numbered tokens. `on_refresh` may raise in place of an answer."""

    clock: SettableClock
    refreshes: list[str] = field(default_factory=list)
    on_refresh: Callable[[], None] = lambda: None
    _numbers: Any = field(default_factory=lambda: itertools.count(1))
    _lock: Any = field(default_factory=threading.Lock)

    def grant(self, domain: str = DOMAIN) -> Grant:
        with self._lock:
            number = next(self._numbers)
        return Grant(
            domain=domain,
            access_token=Secret(f"access-{number}"),
            scopes=("read_orders", "read_customers"),
            expires_at=self.clock() + timedelta(hours=1),
            refresh_token=Secret(f"refresh-{number}"),
            refresh_expires_at=self.clock() + timedelta(days=90),
        )

    def store_domain(self, query: Sequence[tuple[str, str]]) -> str:
        shops = [value for name, value in query if name == "shop"]
        if len(shops) != 1 or not shops[0].endswith(".myshopify.com"):
            raise InstallRefused("the shop's name isn't one of *.myshopify.com")
        return shops[0]

    def begin(self, domain: str, *, state: str, redirect_uri: str) -> str:
        return f"https://{domain}/authorize?state={state}&redirect_uri={redirect_uri}"

    def complete(self, query: Sequence[tuple[str, str]], *, now: datetime) -> Grant:
        return self.grant(self.store_domain(query))

    def missing_scopes(self, granted: Sequence[str]) -> tuple[str, ...]:
        return tuple(scope for scope in ("read_orders",) if scope not in granted)

    def exchange(self, session_token: str) -> Grant:
        return self.grant(session_token)

    def refresh(self, domain: str, refresh_token: Secret) -> Grant:
        self.refreshes.append(refresh_token.reveal())
        self.on_refresh()
        return self.grant(domain)

    def revoke(self, access: StoreAccess) -> None:
        access.token()


@dataclass
class ScriptedHost:
    """Takes a domain for a token."""

    def verify(self, token: str, *, now: datetime) -> AdminSession:
        if not token.endswith(".myshopify.com"):
            raise SessionRefused("not a token")
        return AdminSession(token, "1", "sid", "jti", now + timedelta(minutes=1))


@dataclass
class ScriptedPlatform:
    """As much of a platform as an install needs."""

    installer: ScriptedInstaller
    host: ScriptedHost = field(default_factory=ScriptedHost)
    slug: str = "shopify"
    name: str = "Scripted"
    handover: None = None
    traits: Traits = field(
        default_factory=lambda: Traits(
            tokens_expire=True,
            retries_webhooks=True,
            delivery_id_unique=True,
            has_compliance_webhooks=True,
        )
    )


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def installer(clock: SettableClock) -> ScriptedInstaller:
    return ScriptedInstaller(clock)


@pytest.fixture
def services(tmp_path: Path, clock: SettableClock, installer: ScriptedInstaller) -> Services:
    lay_out(tmp_path, "main.db", inbox=None)
    database = Database(f"sqlite:///{tmp_path / 'main.db'}")
    settings = {"APP_URL": "https://tillside.test", "SECRET_KEY": "s", "DATA_DIR": str(tmp_path)}
    return Services(
        settings=load(settings),
        db=database,
        inbox=database,
        keyring=keyring(new_key_text("k1")),
        http=GuardedHttp(),
        platforms={"shopify": ScriptedPlatform(installer)},  # type: ignore[dict-item]
        jobs=RecordedJobs(),
        events=RecordedEvents(),
        now=clock,
    )
