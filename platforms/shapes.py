"""The shapes that the port's roles give and take; `platforms.port` re-exports them."""

from dataclasses import dataclass, field
from datetime import datetime

from platforms.outbound import Secret


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
class Site:
    """A store that was visited before it granted anything.

    `domain` is its canonical name, `url` its home, `rest_root` where its API begins (ends with a
    slash), `name` what it calls itself. `can_hand_over` is False where it can't give keys by
    itself, `obstacle` says why in a plain sentence.
    """

    domain: str
    url: str
    rest_root: str
    name: str
    can_hand_over: bool = True
    obstacle: str = ""


@dataclass(frozen=True, slots=True)
class HandedKeys:
    """What a store sent us by itself: the nonce that says for whom, and keys not yet proven."""

    nonce: str
    keys: Secret


@dataclass(frozen=True, slots=True)
class WebhookEndpoint:
    """Where a store sends its webhooks, and what it signs them with.

    `secret` is None where the platform signs with our app's own.
    """

    url: str
    secret: Secret | None = None


@dataclass(frozen=True, slots=True)
class Companion:
    """Our own part inside the store (a plugin): what it needs to speak for its staff.

    `installation_id` names us to each other, `secret` signs its tickets; `app_url` and `panel_url`
    are ours.
    """

    installation_id: str
    secret: Secret
    app_url: str
    panel_url: str


@dataclass(frozen=True, slots=True)
class ServiceTicket:
    """A signed request of a store's own server: what for, by whose address, for once.

    `domain` is the store that signed, by its canonical name; the caller compares. `page`, from 1,
    is which part of a long answer it asks for.
    """

    use: str
    token_id: str
    expires_at: datetime
    domain: str
    email: str | None = None
    page: int = 1


@dataclass(frozen=True, slots=True)
class StorefrontVisit:
    """Who looks at a store's own pages, by the store's signature.

    `domain` is the store that signed; the caller compares. `external_id` is the account that is
    signed in there, None for nobody, `email` its address where the store tells it. `expires_at`
    is until when the store's word is taken.
    """

    domain: str
    external_id: str | None
    expires_at: datetime
    email: str | None = None


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
    """Who looks: a staff member of a store, proven by the host's token.

    `manages` is told of those who may connect and disconnect the store.
    """

    domain: str
    staff_external_id: str
    session_id: str
    token_id: str
    expires_at: datetime
    locale: str | None = None
    manages: bool = False


@dataclass(frozen=True, slots=True)
class HostDocument:
    """What a document must hold to stand in the host's admin.

    `scripts` come first in the head, in this order; `metas` are `<meta name content>` pairs;
    `script_origins` and `connect_origins` go into the page's CSP. `ticket_origins` are the exact
    origins of a parent page that hands single-use tickets to our frame; empty where a bridge
    script proves who looks.
    """

    scripts: tuple[str, ...] = ()
    metas: tuple[tuple[str, str], ...] = ()
    script_origins: tuple[str, ...] = ()
    connect_origins: tuple[str, ...] = ()
    ticket_origins: tuple[str, ...] = ()


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
    webhook_per_store: bool = False
    parts_apart: bool = False
