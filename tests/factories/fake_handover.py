"""Stores in memory that hand keys over by themselves, behind the platform's port: no network.

Their deliveries and their plugin's tickets are signed for real; the host is the adapter's own.
"""

import hmac
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import cast
from urllib.parse import urlencode

from integration.crypto import keyring, new_key_text
from integration.db import Database
from integration.doors import House
from integration.events import RecordedEvents
from integration.install import jobs as install_jobs
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from integration.settings import load
from integration.sync import jobs as sync_jobs
from platforms.changes import Change
from platforms.errors import AuthorizationLost, InstallRefused, SignatureRefused
from platforms.port import (
    Companion,
    Envelope,
    Grant,
    HandedKeys,
    OutboundHttp,
    Secret,
    Site,
    StoreAccess,
    StoreFacts,
    StorePlatform,
    Traits,
    WebhookEndpoint,
)
from platforms.records import StoreRecord, SubscriptionReport
from platforms.woocommerce.admin import WooCommerceAdminHost
from platforms.woocommerce.config import read_config
from tests.factories.databases import lay_out
from tests.factories.fake_store import FakeReader, FakeStore
from tests.factories.store_signed import signature

APP_URL = "https://tillside.test"
SLUG = "woocommerce"
SETTINGS = {"APP_URL": APP_URL, "SECRET_KEY": "a secret of the tests"}


@dataclass
class FakeSite:
    """A store on the web. `keys` are those that open it, with what they permit.

    `on_call` is called at each call to it and may raise in place of an answer.
    """

    domain: str
    name: str = "Kiosk"
    keys: dict[str, str] = field(default_factory=dict)
    has_plugin: bool = False
    obstacle: str = ""
    held: FakeStore = field(default_factory=FakeStore)
    calls: list[str] = field(default_factory=list)
    greeted: list[Companion] = field(default_factory=list)
    endpoints: list[WebhookEndpoint] = field(default_factory=list)
    on_call: Callable[[str], None] = lambda _what: None

    @property
    def url(self) -> str:
        """Its home."""
        return f"https://{self.domain}"

    def call(self, what: str, key: Secret | None = None) -> None:
        """One call to it. Raises AuthorizationLost for a key that doesn't open it."""
        self.calls.append(what)
        self.on_call(what)
        if key is not None and self.keys.get(key.reveal()) is None:
            raise AuthorizationLost("The store doesn't know these keys.")


class FakeHandover:
    """The port's KeyHandover."""

    def __init__(self, sites: dict[str, FakeSite]) -> None:
        self._sites = sites

    def visit(self, address: str) -> Site:
        site = self._sites.get(address.removeprefix("https://").rstrip("/"))
        if site is None:
            raise InstallRefused("There is no WooCommerce store at that address.")
        site.call("visit")
        return Site(
            site.domain,
            site.url,
            f"{site.url}/wp-json/",
            site.name,
            can_hand_over=not site.obstacle,
            obstacle=site.obstacle,
        )

    def begin(self, site: Site, *, nonce: str, callback_url: str, return_url: str) -> str:
        asked = {"user_id": nonce, "callback_url": callback_url, "return_url": return_url}
        return f"{site.url}/wc-auth/v1/authorize?{urlencode(asked)}"

    def receive(self, raw_body: bytes) -> HandedKeys:
        try:
            told = json.loads(raw_body)
            if told["key_permissions"] != "read_write":
                raise InstallRefused("these keys permit something else than was asked for")
            return HandedKeys(told["user_id"], Secret(told["consumer_key"]))
        except (ValueError, KeyError, TypeError):
            raise InstallRefused("that is no hand-over of keys") from None

    def offer(self, username: str, password: str) -> Secret:
        if not username or not password:
            raise InstallRefused("Both the user's name and the password are needed.")
        return Secret(f"{username}:{password}")

    def prove(self, site: Site, keys: Secret) -> Grant:
        found = self._sites[site.domain]
        found.call("prove", keys)
        if found.keys[keys.reveal()] != "read_write":
            raise InstallRefused("These keys permit too little: reading and writing is needed.")
        return Grant(found.domain, keys, ("read_write",))

    def greet(self, access: StoreAccess, companion: Companion) -> bool:
        site = self._sites[access.domain]
        site.call("greet", access.token())
        if site.has_plugin:
            site.greeted.append(companion)
        return site.has_plugin


class FakeGate:
    """The port's WebhookGate: HMAC over the body, as WooCommerce signs."""

    def __init__(self, sites: dict[str, FakeSite]) -> None:
        self._sites = sites

    def verify(
        self,
        headers: Sequence[tuple[bytes, bytes]],
        raw_body: bytes,
        secrets: Sequence[Secret] = (),
    ) -> Envelope:
        told = [value for name, value in headers if name == b"x-wc-webhook-signature"]
        if not told and raw_body.startswith(b"webhook_id="):
            return Envelope("", "", "", is_ping=True)
        expected = [signature(raw_body, secret.reveal()) for secret in secrets]
        if len(told) != 1 or not any(hmac.compare_digest(told[0], one) for one in expected):
            raise SignatureRefused("the signature doesn't hold")
        given = {name: value.decode() for name, value in headers}
        delivery_id = f"{given[b'x-wc-webhook-id']}:{given[b'x-wc-webhook-delivery-id']}"
        return Envelope(given[b"x-wc-webhook-topic"], "", delivery_id)

    def identify(self, envelope: Envelope) -> str:
        return ""

    def parse(self, envelope: Envelope, raw_body: bytes, store: StoreFacts) -> list[Change]:
        return []

    def subscribe(self, access: StoreAccess, endpoint: WebhookEndpoint) -> SubscriptionReport:
        site = self._sites[access.domain]
        site.call("subscribe", access.token())
        if endpoint not in site.endpoints:
            site.endpoints.append(endpoint)
        return SubscriptionReport(("order.updated",))

    check = subscribe

    def unsubscribe(self, access: StoreAccess, endpoint: WebhookEndpoint) -> None:
        site = self._sites[access.domain]
        site.call("unsubscribe", access.token())
        site.endpoints = [each for each in site.endpoints if each.url != endpoint.url]


class FakeInstaller:
    """As much of the port's Installer as a store without OAuth needs."""

    def __init__(self, sites: dict[str, FakeSite]) -> None:
        self._sites = sites

    def missing_scopes(self, granted: Sequence[str]) -> tuple[str, ...]:
        return ()

    def revoke(self, access: StoreAccess) -> None:
        site, key = self._sites[access.domain], access.token()
        site.call("revoke", key)
        del site.keys[key.reveal()]


class _SiteReader(FakeReader):
    def __init__(self, site: FakeSite, access: StoreAccess) -> None:
        super().__init__(site.held)
        self._site = site
        self._access = access
        site.held.on_page = lambda kind, _number: self._call(kind)

    def store(self) -> StoreRecord:
        self._call("store")
        site = self._site
        return StoreRecord(
            f"uuid-of-{site.domain}", site.domain, site.name, site.url, "EUR", "UTC", "GR"
        )

    def _call(self, what: str) -> None:
        """One call, its refusal answered as an adapter does: by asking for another token."""
        token = self._access.token()
        try:
            self._site.call(what, token)
        except AuthorizationLost:
            self._access.renew(token)


class FakePlatform:
    """The port's StorePlatform over those sites."""

    slug = SLUG
    name = "WooCommerce"
    traits = Traits(
        tokens_expire=False,
        retries_webhooks=False,
        delivery_id_unique=False,
        has_compliance_webhooks=False,
        webhook_per_store=True,
        parts_apart=True,
    )

    def __init__(self, sites: dict[str, FakeSite]) -> None:
        self._sites = sites
        self.handover = FakeHandover(sites)
        self.gate = FakeGate(sites)
        self.installer = FakeInstaller(sites)
        self.host = WooCommerceAdminHost(read_config(SETTINGS))

    def reader(self, access: StoreAccess) -> FakeReader:
        return _SiteReader(self._sites[access.domain], access)


@contextmanager
def services_of_sites(
    folder: Path,
    now: Callable[[], datetime],
    *sites: FakeSite,
    db: Database | None = None,
    **settings: str,
) -> Iterator[Services]:
    """Services whose one platform has these sites; jobs are written down.

    On SQLite files of the folder, unless a database with the schema is given.
    """
    inbox = db
    if db is None or inbox is None:
        lay_out(folder, "main.db")
        db = Database(f"sqlite:///{folder / 'main.db'}")
        inbox = Database(f"sqlite:///{folder / 'inbox.db'}")
    house = House()
    install_jobs.register(house)
    sync_jobs.register(house)
    platform = FakePlatform({site.domain: site for site in sites})
    yield Services(
        settings=load({**SETTINGS, "DATA_DIR": str(folder), **settings}),
        db=db,
        inbox=inbox,
        keyring=keyring(new_key_text("k1")),
        http=cast(OutboundHttp, None),
        platforms={SLUG: cast(StorePlatform, platform)},
        jobs=RecordedJobs(house.jobs),
        events=RecordedEvents(),
        now=now,
    )
    db.dispose()
    inbox.dispose()
