"""The plugin as a site has it: where its files are, for which service, what was handed over."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from simulators.woocommerce.model.access import ApplicationPassword
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

VERSION = "0.1.0"
NAMESPACES = ("wc-tillside/v1", "tillside/v1")

Credential = str | ApplicationPassword
"""A consumer key, or an application password."""


@dataclass(frozen=True, slots=True)
class Installation:
    """What the service handed over, and the credential that it used for that."""

    installation_id: str
    secret: str
    app_url: str
    panel_url: str
    credential: Credential


@dataclass(slots=True)
class Plugin:
    """`folder` has the real plugin's files, `app_url` is the service that it was built for."""

    folder: Path
    app_url: str
    installations: dict[str, Installation] = field(default_factory=dict)
    """By the prefix of the site."""
    chats: dict[str, str] = field(default_factory=dict)
    """The code of the storefront's chat, by the prefix of the site."""
    deleted: set[str] = field(default_factory=set)
    """Prefixes of the sites that have deleted it."""


def plugin_of(state: State, site: Site) -> Plugin | None:
    """The plugin, where the site has it."""
    found: Plugin | None = state.resources.get("plugin")
    return found if found is not None and site.prefix not in found.deleted else None


def installation_of(state: State, site: Site) -> Installation | None:
    """What was handed over to the site, None where it isn't connected."""
    plugin = plugin_of(state, site)
    return plugin.installations.get(site.prefix) if plugin is not None else None


def forget(state: State, site: Site) -> None:
    plugin: Plugin = state.resources["plugin"]
    plugin.installations.pop(site.prefix, None)


def revoke(state: State, site: Site, credential: Credential) -> bool:
    """Delete a credential of the site's; whether it is gone by this."""
    with state.lock:
        if isinstance(credential, str):
            return site.keys.pop(credential, None) is not None
        if credential in site.application_passwords:
            site.application_passwords.remove(credential)
            return True
        return False


def shut_out(state: State, site: Site, installation: Installation) -> bool:
    """Take from the service what it has in this site; whether its credential is gone by this."""
    address = f"{installation.app_url}/webhooks/"
    with state.lock:
        for hook in list(site.webhooks.values()):
            if hook.delivery_url.startswith(address):
                del site.webhooks[hook.id]
        return revoke(state, site, installation.credential)


def is_customer(user: User) -> bool:
    """Whether the service keeps this user as a customer."""
    return user.role in ("customer", "subscriber") or user.is_paying


def put_up(state: State) -> None:
    """Have the sites name the plugin's routes, where they have the plugin."""
    if "plugin" in state.resources:
        for site in state.sites.values():
            site.namespaces.extend(name for name in NAMESPACES if name not in site.namespaces)
