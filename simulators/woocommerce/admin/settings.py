"""Settings: permalinks, and WooCommerce's keys and webhooks."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.model.access import Webhook
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State
from simulators.woocommerce.wc_auth.handover import SCOPES, make_key

from .parse import whole
from .screens import Acts, Done, Form, Screen, Screens


def _permalinks(state: State, site: Site) -> ResponseReturnValue:
    return render_template("wp/permalinks.html")


def _advanced(state: State, site: Site) -> ResponseReturnValue:
    """WooCommerce → Settings → Advanced: its sections `keys` and `webhooks`."""
    wanted = request.args.get("section", "")
    g.section = "webhooks" if wanted == "webhooks" else "keys"
    with state.lock:
        return render_template(
            f"wp/{g.section}.html", keys=list(site.keys.values()), scopes=SCOPES,
            webhooks=list(site.webhooks.values()), people=site.users,
        )  # fmt: skip


def permalinks(state: State, site: Site, form: Form) -> Done:
    site.pretty_permalinks = form.get("structure") == "pretty"
    return Done("Permalink structure updated.")


def add_key(state: State, site: Site, form: Form) -> Done:
    """The one time that it is shown."""
    scope = form.get("permissions", "")
    if scope not in SCOPES:
        raise Refused("Choose what the key may do")
    key = make_key(state, site, g.user, scope, form.get("description", "").strip())
    return Done(f"Key added: {key.consumer_key} · {key.consumer_secret}")


def revoke_key(state: State, site: Site, form: Form) -> Done:
    with state.lock:
        wanted = whole(form, "key")
        found = next((key for key in site.keys.values() if key.id == wanted), None)
        if found is None:
            raise Refused("There is no such key")
        del site.keys[found.consumer_key]
    return Done("1 API key permanently revoked.")


def _hook(site: Site, form: Form) -> Webhook:
    found = site.webhooks.get(whole(form, "webhook"))
    if found is None:
        raise Refused("There is no such webhook")
    return found


def webhook_status(state: State, site: Site, form: Form) -> Done:
    hook, wanted = _hook(site, form), form.get("status", "")
    if wanted not in ("active", "paused", "disabled"):
        raise Refused("Choose a status")
    with state.lock:
        hook.status, hook.modified_at = wanted, state.clock.stamp()
        if wanted == "active":
            hook.failures = 0
    return Done("Webhook updated successfully.")


def delete_webhook(state: State, site: Site, form: Form) -> Done:
    hook = _hook(site, form)
    with state.lock:
        del site.webhooks[hook.id]
    return Done("1 webhook permanently deleted.")


SCREENS: Screens = {
    "options-permalink.php": Screen(_permalinks, "permalinks"),
    "admin.php?page=wc-settings": Screen(_advanced, "keys"),
}
ACTS: Acts = {
    "permalinks": permalinks, "key-add": add_key, "key-revoke": revoke_key,
    "webhook-status": webhook_status, "webhook-delete": delete_webhook,
}  # fmt: skip
