"""What happens to the app's installation."""

from __future__ import annotations

from simulators.shopify.model.access import Installation, Subscription
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from . import Refused


def installed(state: State, shop: Shop) -> Installation:
    """The app's live installation; raises `Refused`."""
    found = shop.installations.get(state.app.client_id)
    if found is None or not found.active:
        raise Refused("The app is not installed")
    return found


def install(state: State, shop: Shop, scopes: frozenset[str]) -> Installation:
    """Make (or widen) the installation; a reinstall starts without tokens."""
    with state.action():
        found = shop.installations.get(state.app.client_id)
        if found is None or not found.active:
            found = Installation(
                state.app.client_id, shop.next_id("AppInstallation"), scopes, state.clock.stamp()
            )
            shop.installations[state.app.client_id] = found
        elif found.scopes != scopes:
            previous, found.scopes = found.scopes, scopes
            state.emit(shop, "app/scopes_update", (previous, scopes))
        declare_app_subscriptions(state, shop)
        return found


def declare_app_subscriptions(state: State, shop: Shop) -> None:
    """App-specific subscriptions (those of the app's TOML) exist wherever it is installed."""
    for key in [k for k, s in shop.subscriptions.items() if s.app_specific]:
        del shop.subscriptions[key]
    at = state.clock.stamp()
    for topic in state.app.webhook_topics:
        key = shop.next_id("WebhookSubscription")
        shop.subscriptions[key] = Subscription(
            key, topic, state.app.webhook_uri, at, at, state.app.api_version, app_specific=True
        )


def change_scopes(state: State, shop: Shop, scopes: frozenset[str]) -> Installation:
    """The merchant grants or revokes scopes; fires app/scopes_update."""
    with state.action():
        found = installed(state, shop)
        previous, found.scopes = found.scopes, scopes
        for token in found.access_tokens.values():
            token.scopes = token.scopes & scopes
        state.emit(shop, "app/scopes_update", (previous, scopes))
        return found


def uninstall(state: State, shop: Shop) -> None:
    """Every token dies at once; fires app/uninstalled, then the subscriptions are gone."""
    with state.action():
        found = installed(state, shop)
        found.uninstalled_at = state.clock.stamp()
        found.access_tokens.clear()
        found.refresh_tokens.clear()
        shop.codes.clear()
        state.emit(shop, "app/uninstalled", shop)
        shop.subscriptions.clear()


def redact_shop(state: State, shop: Shop) -> None:
    """What the platform sends 48 hours after an uninstall: shop/redact."""
    with state.action():
        state.emit(shop, "shop/redact", shop)
