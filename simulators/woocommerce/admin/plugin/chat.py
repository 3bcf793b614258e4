"""The chat in the storefront, as the plugin prints it: a script, and who is signed in, proved."""

from __future__ import annotations

from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

from .installed import installation_of, plugin_of
from .tickets import signed

PROOF_SECONDS = 1800


def chat_of(state: State, site: Site, customer: int | None) -> dict[str, str] | None:
    """The attributes of the chat's script tag, None where the store offers no chat."""
    plugin, installation = plugin_of(state, site), installation_of(state, site)
    code = plugin.chats.get(site.prefix) if plugin is not None else None
    if installation is None or not code:
        return None
    tag = {"src": f"{installation.app_url}/widget.js", "data-channel": code}
    user = site.users.get(customer) if customer is not None else None
    if user is not None:
        claims = {"sub": str(user.id), "use": "chat", "email": user.email}
        tag["data-proof"] = signed(state, site, installation, claims, PROOF_SECONDS)
    return tag
