"""The OpenID Connect provider that the operator named, where there is one."""

from typing import Any
from urllib.parse import urlsplit

from flask import current_app, url_for

from integration.agents.oidc_provider import OidcProvider
from integration.errors import NotFound
from integration.settings import Settings
from ui_embed.request_context import services

PROVIDER = "oidc_provider"


def new_provider(settings: Settings, http: Any, now: Any) -> OidcProvider | None:
    """The provider that the operator named, None where there is none."""
    return OidcProvider(settings, http, now) if settings.has_oidc else None


def the_provider() -> OidcProvider:
    """This process's. Raises NotFound where there is none."""
    provider: OidcProvider | None = current_app.extensions[PROVIDER]
    if provider is None:
        raise NotFound("There is no such page.")
    return provider


def provider_name() -> str | None:
    """What the provider is called, None where there is none."""
    settings = services().settings
    if not settings.has_oidc:
        return None
    return settings.oidc_name or urlsplit(settings.oidc_issuer).hostname


def callback_address() -> str:
    """Where the provider sends a browser back to."""
    return services().settings.app_url.rstrip("/") + url_for("sign_in.from_provider")
