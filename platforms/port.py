"""What a store platform is: a slug, traits, and four roles. One folder implements all of it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from platforms.changes import Change
from platforms.outbound import Answer, OutboundHttp, Pacer, Secret, StoreAccess
from platforms.records import (
    CustomerRecord,
    OrderRecord,
    Page,
    StoreRecord,
    SubscriptionReport,
    VariantRecord,
)

__all__ = [
    "AdminHost",
    "AdminSession",
    "Answer",
    "Envelope",
    "Grant",
    "HostDocument",
    "Installer",
    "OutboundHttp",
    "Pacer",
    "PlatformFactory",
    "Reader",
    "Secret",
    "StoreAccess",
    "StoreFacts",
    "StorePlatform",
    "Traits",
    "WebhookGate",
]


@dataclass(frozen=True, slots=True)
class Grant:
    """What an install yields. Times are UTC; a token without an end has `expires_at` None."""

    domain: str
    access_token: Secret
    scopes: tuple[str, ...]
    expires_at: datetime | None = None
    refresh_token: Secret | None = None
    refresh_expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Envelope:
    """A verified delivery, its body untouched.

    Only the signature over the body is proven: `store_hint` and `topic` are hints where the
    platform doesn't sign headers. `delivery_id` is empty where the platform sent none.
    `is_ping` asks for the exact 200 and nothing else; `is_compliance` must be stored always.
    """

    topic: str
    store_hint: str
    delivery_id: str
    event_id: str | None = None
    triggered_at: datetime | None = None
    api_version: str | None = None
    is_ping: bool = False
    is_compliance: bool = False


@dataclass(frozen=True, slots=True)
class StoreFacts:
    """What `parse` knows of the store that a delivery is for."""

    domain: str
    external_id: str | None
    currency: str | None


@dataclass(frozen=True, slots=True)
class AdminSession:
    """Who looks: a staff member of a store, proven by the host's token."""

    domain: str
    staff_external_id: str
    session_id: str
    token_id: str
    expires_at: datetime
    locale: str | None = None


@dataclass(frozen=True, slots=True)
class HostDocument:
    """What a document must hold to stand in the host's admin.

    `scripts` come first in the head, in this order; `metas` are `<meta name content>` pairs;
    `script_origins` and `connect_origins` go into the page's CSP.
    """

    scripts: tuple[str, ...] = ()
    metas: tuple[tuple[str, str], ...] = ()
    script_origins: tuple[str, ...] = ()
    connect_origins: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Traits:
    """A platform's ways, as data, so that nobody asks which platform it is.

    `object_ids_global`: an order's or account's id never stands for two things in two stores, so
    one that another store holds already proves a delivery foreign.
    """

    tokens_expire: bool
    retries_webhooks: bool
    delivery_id_unique: bool
    has_compliance_webhooks: bool
    wanted_scopes: tuple[str, ...] = ()
    webhook_path: str = ""
    webhook_topics: tuple[str, ...] = field(default=())
    object_ids_global: bool = False


class Installer(Protocol):
    """How a store gives us its authorization."""

    def store_domain(self, query: Sequence[tuple[str, str]]) -> str:
        """The canonical store name that an install request names. Raises InstallRefused."""
        ...

    def begin(self, domain: str, *, state: str, redirect_uri: str) -> str:
        """The address to send the merchant's browser to."""
        ...

    def complete(self, query: Sequence[tuple[str, str]], *, now: datetime) -> Grant:
        """The grant for a callback whose state the caller has checked. Raises InstallRefused."""
        ...

    def missing_scopes(self, granted: Sequence[str]) -> tuple[str, ...]:
        """What we can't work without and this grant doesn't hold."""
        ...

    def exchange(self, session_token: str) -> Grant:
        """The grant for a host's session token (managed install)."""
        ...

    def refresh(self, domain: str, refresh_token: Secret) -> Grant:
        """A new pair. Raises AuthorizationLost when the store refuses the refresh token."""
        ...

    def revoke(self, access: StoreAccess) -> None:
        """Give the authorization back, as far as the platform lets us."""
        ...


class Reader(Protocol):
    """What a store holds. Pages come in the source's order, each record once or more."""

    def store(self) -> StoreRecord:
        """The store itself."""
        ...

    def customers(
        self, since: datetime | None = None, cursor: str | None = None
    ) -> Iterator[Page[CustomerRecord]]:
        """Accounts changed since then (all without), resumed after `cursor`."""
        ...

    def orders(
        self, since: datetime | None = None, cursor: str | None = None
    ) -> Iterator[Page[OrderRecord]]:
        """Orders changed since then (all without), resumed after `cursor`."""
        ...

    def customer(self, external_id: str) -> CustomerRecord | None:
        """One account as it is now, None when the store has none by that id."""
        ...

    def order(self, external_id: str) -> OrderRecord | None:
        """One order as it is now, None when the store has none by that id."""
        ...

    def variants(self, external_ids: Sequence[str]) -> list[VariantRecord]:
        """Variants that still exist, with their stock; those that are gone are left out."""
        ...

    def complete_from(self, scopes: Sequence[str], now: datetime) -> datetime | None:
        """How far back these scopes let us see; None for all of it."""
        ...


class WebhookGate(Protocol):
    """How deliveries come in."""

    def verify(self, headers: Sequence[tuple[bytes, bytes]], raw_body: bytes) -> Envelope:
        """The envelope of a genuine delivery. Raises SignatureRefused, whatever the input."""
        ...

    def identify(self, envelope: Envelope) -> str:
        """The canonical name of the store that it is for ('' when it can't be told)."""
        ...

    def parse(self, envelope: Envelope, raw_body: bytes, store: StoreFacts) -> list[Change]:
        """What a delivery means. Raises DeliveryUnreadable or DeliveryForeign."""
        ...

    def subscribe(self, access: StoreAccess, address: str) -> SubscriptionReport:
        """Make the subscriptions that we want and that aren't there."""
        ...

    def check(self, access: StoreAccess, address: str) -> SubscriptionReport:
        """Find and mend subscriptions that are gone, disabled or astray."""
        ...

    def unsubscribe(self, access: StoreAccess, address: str) -> None:
        """Remove ours."""
        ...


class AdminHost(Protocol):
    """The store's admin, in which our panel stands."""

    def verify(self, token: str, *, now: datetime) -> AdminSession:
        """Who looks, from the host's token. Raises SessionRefused, whatever the input."""
        ...

    def frame_ancestors(self, domain: str) -> tuple[str, ...]:
        """The exact origins that may frame us for that store."""
        ...

    def document(self, domain: str) -> HostDocument:
        """What a document of ours needs in that store's admin (App Bridge and its key)."""
        ...

    def order_url(self, domain: str, external_id: str) -> str:
        """Where staff see that order in the store's admin."""
        ...

    def app_url(self, domain: str) -> str:
        """Where staff see us in the store's admin."""
        ...


class StorePlatform(Protocol):
    """A platform: one object a process, without state of any one store."""

    slug: str
    name: str
    traits: Traits
    installer: Installer
    gate: WebhookGate
    host: AdminHost

    def reader(self, access: StoreAccess) -> Reader:
        """A reader of that store."""
        ...


class PlatformFactory(Protocol):
    """Builds a platform from its own environment settings and the guarded client."""

    def __call__(self, http: OutboundHttp, settings: Mapping[str, str]) -> StorePlatform:
        """The platform, from settings in the form of the environment.

        Raises ValueError whose text names the setting that is missing or wrong.
        """
        ...
