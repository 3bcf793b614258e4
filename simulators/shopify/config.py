"""The app as it is registered with the platform."""

from __future__ import annotations

from dataclasses import dataclass, field

DEFAULT_SCOPES = (
    "read_customers,read_orders,read_all_orders,read_fulfillments,read_returns,"
    "read_products,read_inventory,write_orders,write_customers"
)


@dataclass(slots=True)
class AppConfig:
    """Client id, secrets (the newest first; all of them are valid) and addresses of one app."""

    client_id: str = "tillside-demo-client-id"
    secrets: list[str] = field(default_factory=lambda: ["shpss_stand_in_secret_for_the_demo"])
    name: str = "Tillside"
    handle: str = "tillside"
    app_url: str = ""
    """Embedded home of the app."""
    redirect_urls: list[str] = field(default_factory=list)
    compliance_uri: str = ""
    """Where customers/data_request, customers/redact and shop/redact go."""
    proxy_url: str = ""
    """Where the app proxy passes a storefront's requests on to."""
    webhook_uri: str = ""
    webhook_topics: list[str] = field(default_factory=list)
    """App-specific subscriptions, as an app's TOML declares them: REST topics, to webhook_uri."""
    scopes: str = DEFAULT_SCOPES
    """Scopes of managed installation, comma-separated."""
    optional_scopes: str = ""
    api_version: str = "2026-10"
    embedded: bool = True
    auto_consent: bool = False
    """Answer the consent page by itself, for walks without a browser."""

    @property
    def secret(self) -> str:
        return self.secrets[0]

    @property
    def signing_secret(self) -> str:
        """What the platform signs with: the oldest secret that is not revoked yet."""
        return self.secrets[-1]

    @property
    def scope_set(self) -> frozenset[str]:
        return frozenset(part.strip() for part in self.scopes.split(",") if part.strip())
