"""The plugin's REST routes: the hand-over, and tickets for who looks at a page of the admin."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask import request

from simulators.woocommerce import staff
from simulators.woocommerce.rest.call import Answer, Call
from simulators.woocommerce.rest.errors import RestError, no_route
from simulators.woocommerce.rest.router import PLUGIN_ROUTES

from .installed import (
    VERSION,
    Credential,
    Installation,
    Plugin,
    forget,
    installation_of,
    plugin_of,
    revoke,
    shut_out,
)
from .tickets import LIFETIME_SECONDS, signed

_PATTERNS = {
    "installation_id": r"[A-Za-z0-9._-]{1,64}",
    "secret": r"[A-Za-z0-9._~+/=-]{32,256}",
    "app_url": r"https?://\S{1,490}",
    "panel_url": r"https?://\S{1,490}",
}
_NO_STORE = {"Cache-Control": "no-store"}


def _forbidden(call: Call, message: str) -> RestError:
    return RestError("tillside_forbidden", message, 403 if call.user is not None else 401)


def _plugin(call: Call) -> Plugin:
    found = plugin_of(call.state, call.site)
    if found is None:
        raise no_route()
    return found


def _credential(call: Call) -> Credential | None:
    """What authenticated the request; None for a signed-in browser or a stranger."""
    if call.key is not None:
        return str(call.key.consumer_key)
    given = request.authorization
    if call.user is None or given is None or given.type != "basic":
        return None
    password = re.sub(r"[^A-Za-z0-9]", "", given.password or "")
    held = (one for one in call.site.application_passwords if one.user_id == call.user.id)
    return next((one for one in held if one.password == password), None)


def _handed_over_by(call: Call) -> Credential:
    credential = _credential(call)
    if credential is None or call.user is None or not call.user.manages:
        raise _forbidden(call, "Only Tillside may do this, with a key to this store.")
    return credential


def _texts(call: Call) -> dict[str, str]:
    """What is handed over; raises `RestError` 400."""
    missing = [name for name in _PATTERNS if name not in call.params]
    if missing:
        said = f"Missing parameter(s): {', '.join(missing)}"
        raise RestError(
            "rest_missing_callback_param", said, 400, {"status": 400, "params": missing}
        )
    given = {name: call.params[name] for name in _PATTERNS}
    wrong = [
        name for name, pattern in _PATTERNS.items()
        if not isinstance(given[name], str) or not re.fullmatch(pattern, given[name])
    ]  # fmt: skip
    if wrong:
        raise RestError("rest_invalid_param", f"Invalid parameter(s): {', '.join(wrong)}", 400)
    return given


def take_installation(call: Call) -> Answer:
    """Keep what the service hands over, and tell about this site."""
    plugin, credential = _plugin(call), _handed_over_by(call)
    given = _texts(call)
    app_url = given["app_url"].rstrip("/")
    if app_url != plugin.app_url or not given["panel_url"].startswith(f"{app_url}/panel?"):
        message = "This plugin is configured for another Tillside service."
        raise RestError("tillside_other_service", message, 403)
    plugin.installations[call.site.prefix] = Installation(
        given["installation_id"], given["secret"], app_url, given["panel_url"], credential
    )
    home = call.state.url(call.site)
    told = {"plugin_version": VERSION, "home_url": home, "admin_url": f"{home}/wp-admin/"}
    return Answer(told, headers=_NO_STORE)


def give_back_installation(call: Call) -> Answer:
    """Forget what this credential handed over, and revoke it.

    An older key that takes its leave doesn't end what a newer one has begun.
    """
    plugin, credential = _plugin(call), _handed_over_by(call)
    held = plugin.installations.get(call.site.prefix)
    is_its_own = held is not None and held.credential == credential
    if held is not None and is_its_own:
        forget(call.state, call.site)
        revoked = shut_out(call.state, call.site, held)
    else:
        revoked = revoke(call.state, call.site, credential)
    return Answer({"forgotten": is_its_own, "key_revoked": revoked}, headers=_NO_STORE)


def _subject(call: Call) -> dict[str, int]:
    """The `order` and `customer` that are looked at; raises `RestError` 400."""
    given: dict[str, Any] = {
        name: call.params[name] for name in ("order", "customer") if name in call.params
    }
    for name, value in given.items():
        if isinstance(value, bool) or not str(value).isascii() or not str(value).isdigit():
            raise RestError("rest_invalid_param", f"Invalid parameter(s): {name}", 400)
        given[name] = int(value)
        if given[name] < 1:
            raise RestError("rest_invalid_param", f"Invalid parameter(s): {name}", 400)
    return given


def give_ticket(call: Call) -> Answer:
    """A ticket for the frame; only for a page of this admin, of who may see orders."""
    _plugin(call)
    user = staff.by_nonce(call.state, call.site, request)
    if user is None or not user.manages:
        raise _forbidden(call, "You are not allowed to see this in Tillside.")
    subject = _subject(call)
    installation = installation_of(call.state, call.site)
    if installation is None:
        message = "This store is not connected to Tillside."
        raise RestError("tillside_not_connected", message, 409)
    if "order" in subject and subject["order"] not in call.site.orders:
        raise RestError("tillside_no_such_order", "There is no such order.", 404)
    claims = {name: str(value) for name, value in subject.items()} | {
        "sub": str(user.id), "use": "panel", "locale": user.locale or call.site.locale,
        "manager": user.manages,
    }  # fmt: skip
    ticket = signed(call.state, call.site, installation, claims)
    told = {"ticket": ticket, "expires_in_seconds": LIFETIME_SECONDS}
    return Answer(told, headers=_NO_STORE)


def register() -> None:
    """Add the routes to the REST API; a site without the plugin answers that there are none."""
    routes: dict[tuple[str, str], Callable[[Call], Answer]] = {
        ("POST", "/wc-tillside/v1/installation"): take_installation,
        ("DELETE", "/wc-tillside/v1/installation"): give_back_installation,
        ("POST", "/tillside/v1/ticket"): give_ticket,
    }
    PLUGIN_ROUTES.update(routes)
