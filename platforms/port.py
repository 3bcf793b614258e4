"""What a store platform is: a slug, traits, and four roles. One folder implements all of it."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Protocol

from platforms.changes import Change, IsSuperseded
from platforms.outbound import Answer, OutboundHttp, Pacer, Secret, StoreAccess
from platforms.records import (
    CustomerRecord,
    Differing,
    Mark,
    OrderRecord,
    Page,
    StoreRecord,
    SubscriptionReport,
    VariantRecord,
)
from platforms.shapes import (
    AdminSession,
    Companion,
    Envelope,
    Grant,
    HandedKeys,
    HostDocument,
    ServiceTicket,
    Site,
    StoreFacts,
    Traits,
    WebhookEndpoint,
)
from platforms.storefront import Storefront

__all__ = [
    "AdminHost",
    "AdminSession",
    "Answer",
    "Companion",
    "Differing",
    "Envelope",
    "Grant",
    "HandedKeys",
    "HostDocument",
    "Installer",
    "KeyHandover",
    "Mark",
    "OutboundHttp",
    "Pacer",
    "PlatformFactory",
    "Reader",
    "Secret",
    "ServiceTicket",
    "Site",
    "StoreAccess",
    "StoreFacts",
    "StorePlatform",
    "Traits",
    "WebhookEndpoint",
    "WebhookGate",
]


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


class KeyHandover(Protocol):
    """How a store that has no OAuth gives us keys by itself. Raises InstallRefused in sentences."""

    def visit(self, address: str) -> Site:
        """What stands at that address. Calls it; raises InstallRefused, AddressRefused."""
        ...

    def begin(self, site: Site, *, nonce: str, callback_url: str, return_url: str) -> str:
        """The address to send the merchant's browser to."""
        ...

    def receive(self, raw_body: bytes) -> HandedKeys:
        """What a hand-over says, unproven. Raises InstallRefused for what is none."""
        ...

    def offer(self, username: str, password: str) -> Secret:
        """Keys that a person typed in (an application password), unproven."""
        ...

    def prove(self, site: Site, keys: Secret) -> Grant:
        """The grant, after a call to the store showed that the keys open it.

        Raises AuthorizationLost when they don't, InstallRefused when they open too little,
        StoreUnreachable or StoreAnsweredNonsense when that can't be told now.
        """
        ...

    def greet(self, access: StoreAccess, companion: Companion) -> bool:
        """Tell our part inside the store how to speak to us; False where it isn't there."""
        ...


class Reader(Protocol):
    """What a store holds. Pages come in the source's order, each record once or more."""

    def store(self) -> StoreRecord:
        """The store itself."""
        ...

    def customers(self, cursor: str | None = None) -> Iterator[Page[CustomerRecord]]:
        """All accounts, resumed after `cursor`."""
        ...

    def orders(self, cursor: str | None = None) -> Iterator[Page[OrderRecord]]:
        """All orders, resumed after `cursor`."""
        ...

    def changed_customers(
        self, since: datetime, differing: Differing
    ) -> Iterator[Page[CustomerRecord]]:
        """Accounts changed since then, in few calls: those that the copy doesn't hold as they are,
        or all. Ask right before `changed_orders`: what is learnt here may save calls there.
        """
        ...

    def changed_orders(self, since: datetime, differing: Differing) -> Iterator[Page[OrderRecord]]:
        """Orders changed since then that the copy doesn't hold as they are, in few calls."""
        ...

    def customer_marks(self, cursor: str | None = None) -> Iterator[Page[Mark]]:
        """The mark of every account, proved to be all of them before the last page."""
        ...

    def order_marks(self, cursor: str | None = None) -> Iterator[Page[Mark]]:
        """The mark of every order, trashed ones too, proved to be all before the last page."""
        ...

    def customers_by_id(self, external_ids: Sequence[str]) -> Iterator[Page[CustomerRecord]]:
        """These accounts as they are now; those that the store has no more are left out."""
        ...

    def orders_by_id(self, external_ids: Sequence[str]) -> Iterator[Page[OrderRecord]]:
        """These orders as they are now; those that the store has no more are left out."""
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

    def verify(
        self,
        headers: Sequence[tuple[bytes, bytes]],
        raw_body: bytes,
        secrets: Sequence[Secret] = (),
    ) -> Envelope:
        """The envelope of a genuine delivery. Raises SignatureRefused, whatever the input.

        `secrets` are the store's own, where its webhooks come to an address of its own.
        """
        ...

    def identify(self, envelope: Envelope) -> str:
        """The canonical name of the store that it is for ('' when it can't be told)."""
        ...

    def parse(
        self,
        envelope: Envelope,
        raw_body: bytes,
        store: StoreFacts,
        is_superseded: IsSuperseded | None = None,
    ) -> list[Change]:
        """What a delivery means. Raises DeliveryUnreadable or DeliveryForeign.

        A state of which `is_superseded` says so may be told as no more than `Superseded`.
        """
        ...

    def subscribe(self, access: StoreAccess, endpoint: WebhookEndpoint) -> SubscriptionReport:
        """Make the subscriptions that we want and that aren't there."""
        ...

    def check(self, access: StoreAccess, endpoint: WebhookEndpoint) -> SubscriptionReport:
        """Find and mend subscriptions that are gone, disabled or astray."""
        ...

    def unsubscribe(self, access: StoreAccess, endpoint: WebhookEndpoint) -> None:
        """Remove ours."""
        ...


class AdminHost(Protocol):
    """The store's admin, in which our panel stands."""

    def verify(self, token: str, *, now: datetime, secret: Secret | None = None) -> AdminSession:
        """Who looks, from the host's token. Raises SessionRefused, whatever the input.

        `secret` is the installation's own, where `installation_of` names one.
        """
        ...

    def installation_of(self, token: str) -> str:
        """Whose secret a token claims to be signed with; '' where it is our app's own.

        Unproven: it only says which secret to try. Raises SessionRefused.
        """
        ...

    def service_ticket(self, token: str, *, now: datetime, secret: Secret) -> ServiceTicket:
        """What the store's own server asks. Raises SessionRefused, whatever the input."""
        ...

    def frame_ancestors(self, domain: str) -> tuple[str, ...]:
        """The exact origins that may frame us for that store."""
        ...

    def document(self, domain: str) -> HostDocument:
        """What a document of ours needs in that store's admin (App Bridge and its key)."""
        ...

    def order_url(self, domain: str, external_id: str, admin_url: str | None = None) -> str:
        """Where staff see that order in the store's admin, which begins at `admin_url` where the
        store told so."""
        ...

    def customer_url(self, domain: str, external_id: str, admin_url: str | None = None) -> str:
        """Where staff see that account in the store's admin, likewise."""
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
    storefront: Storefront
    handover: KeyHandover | None

    def reader(self, access: StoreAccess) -> Reader:
        """A reader of that store."""
        ...


class PlatformFactory(Protocol):
    """Builds a platform from its own environment settings and the guarded client."""

    def __call__(self, http: OutboundHttp, settings: Mapping[str, str]) -> StorePlatform | None:
        """The platform, from settings in the form of the environment; None where none is given of
        those that only it needs. Raises ValueError that names the setting that is missing or wrong.
        """
        ...
