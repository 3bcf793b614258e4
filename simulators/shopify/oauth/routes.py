"""`/admin/oauth/authorize` (with its consent page) and `/admin/oauth/access_token`."""

from __future__ import annotations

import hmac
from typing import Any
from urllib.parse import urlencode

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    redirect,
    render_template_string,
    request,
)
from flask.typing import ResponseReturnValue

from simulators.shopify.actions import app as app_actions
from simulators.shopify.hosts import prefix, shop_of_request
from simulators.shopify.model.access import Installation
from simulators.shopify.model.people import Staff
from simulators.shopify.model.shop import Shop
from simulators.shopify.oauth.signature import host_parameter, sign_query
from simulators.shopify.oauth.tokens import (
    Answer,
    OAuthError,
    issue,
    issue_online,
    new_code,
    read_session_token,
    refresh,
)
from simulators.shopify.state import State

STAFF_COOKIE = "stand_in_staff"
EXCHANGE = "urn:ietf:params:oauth:grant-type:token-exchange"
ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"
OFFLINE = "urn:shopify:params:oauth:token-type:offline-access-token"
ONLINE = "urn:shopify:params:oauth:token-type:online-access-token"

CONSENT = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Install {{ app.name }}</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<style>
  body { font: 14px/1.5 system-ui, sans-serif; background: #f1f1f1; margin: 0 }
  main { max-inline-size: 32rem; margin: 4rem auto; background: #fff; padding: 2rem;
         border-radius: 12px }
  button { font: inherit; padding: .6rem 1.2rem; border: 0; border-radius: 8px;
           background: #303030; color: #fff }
</style></head><body><main>
<p>{{ shop.name }} · {{ shop.domain }}</p>
<h1>Install {{ app.name }}?</h1>
<p>The app will be able to:</p>
<ul>{% for scope in scopes %}<li><code>{{ scope }}</code></li>{% endfor %}</ul>
<form method="post" action="{{ action }}">
{% for name, value in fields.items() %}
<input type="hidden" name="{{ name }}" value="{{ value }}">
{% endfor %}
<button type="submit" name="consent" value="yes">Install app</button>
</form></main></body></html>"""
ERROR = """<!doctype html><html lang="en"><head><title>Oauth error</title></head>
<body><h1>Oauth error {{ error }}</h1><p>{{ text }}</p></body></html>"""


def signed_in(state: State, shop: Shop) -> Staff | None:
    """The staff member of this browser's session, as the admin's sign-in page keeps it."""
    sessions = state.resources.get("staff_sessions", {})
    held = sessions.get(request.cookies.get(STAFF_COOKIE, ""), {})
    return shop.staff.get(held.get(shop.domain, 0))


def _owner(shop: Shop) -> Staff:
    return next(staff for staff in shop.staff.values() if staff.owner)


def _error_page(error: str, text: str) -> ResponseReturnValue:
    return Response(
        render_template_string(ERROR, error=error, text=text), 400, mimetype="text/html"
    )


def _refusal(state: State, fields: dict[str, str]) -> ResponseReturnValue | None:
    if fields.get("client_id") != state.app.client_id:
        return _error_page("invalid_request", "Could not find Shopify API application with api_key")
    if fields.get("redirect_uri") not in state.app.redirect_urls:
        return _error_page("invalid_request", "The redirect_uri is not whitelisted")
    return None


def _scopes(state: State, fields: dict[str, str]) -> frozenset[str]:
    asked = frozenset(s.strip() for s in fields.get("scope", "").split(",") if s.strip())
    return asked or state.app.scope_set


def _grant(
    state: State, shop: Shop, staff: Staff, fields: dict[str, str], scopes: frozenset[str]
) -> ResponseReturnValue:
    with state.action():
        app_actions.install(state, shop, scopes)
        code = new_code(state, shop, fields["redirect_uri"], scopes, staff.id)
        code.online = fields.get("grant_options[]") == "per-user"
    query = {
        "code": code.value,
        "host": host_parameter(shop.name_prefix),
        "shop": shop.domain,
        "state": fields.get("state", ""),
        "timestamp": str(int(state.clock.now().timestamp())),
    }
    query["hmac"] = sign_query(query, state.app.signing_secret)
    target = fields["redirect_uri"]
    return redirect(f"{target}{'&' if '?' in target else '?'}{urlencode(query)}")


def _authorize(state: State) -> ResponseReturnValue:
    shop = shop_of_request(state)
    fields = request.values.to_dict()
    refusal = _refusal(state, fields)
    if refusal is not None:
        return refusal
    scopes = _scopes(state, fields)
    staff = signed_in(state, shop)
    if state.app.auto_consent:
        return _grant(state, shop, staff or _owner(shop), fields, scopes)
    if staff is None and "admin" in current_app.blueprints:
        back = f"{request.path}?{urlencode(fields)}"
        return redirect(f"/{shop.domain}/admin/login?{urlencode({'next': back})}")
    staff = staff or _owner(shop)
    held = shop.installations.get(state.app.client_id)
    known = held is not None and held.active and scopes <= held.scopes
    if known or (request.method == "POST" and fields.get("consent") == "yes"):
        fields.pop("consent", None)
        return _grant(state, shop, staff, fields, scopes)
    return render_template_string(
        CONSENT, app=state.app, shop=shop, scopes=sorted(scopes), fields=fields,
        action=f"{prefix(shop)}/admin/oauth/authorize",
    )  # fmt: skip


def _by_code(state: State, shop: Shop, fields: dict[str, Any], *, expiring: bool) -> Answer:
    code = shop.codes.pop(str(fields.get("code", "")), None)
    if code is None or code.expires_at <= state.clock.now():
        raise OAuthError(
            "invalid_request", "The authorization code was not found or was already used"
        )
    installation = _installed(state, shop)
    if code.online:
        return issue_online(state, shop, installation, code.user_id)
    return issue(state, installation, expiring=expiring)


def _installed(state: State, shop: Shop) -> Installation:
    held = shop.installations.get(state.app.client_id)
    if held is None or not held.active:
        raise OAuthError("invalid_request", "The app is not installed on this shop")
    return held


def _by_exchange(state: State, shop: Shop, fields: dict[str, Any], *, expiring: bool) -> Answer:
    if fields.get("subject_token_type") != ID_TOKEN:
        raise OAuthError("invalid_request", "Unsupported subject_token_type")
    claims = read_session_token(state, shop, str(fields.get("subject_token", "")))
    installation = _installed(state, shop)
    wanted = fields.get("requested_token_type", ONLINE)
    if wanted == OFFLINE:
        return issue(state, installation, expiring=expiring)
    if wanted != ONLINE:
        raise OAuthError("invalid_request", "Unsupported requested_token_type")
    return issue_online(state, shop, installation, int(claims["sub"]))


def _check_client(state: State, fields: dict[str, Any]) -> None:
    given = str(fields.get("client_secret", "")).encode()
    right = any(hmac.compare_digest(given, secret.encode()) for secret in state.app.secrets)
    if fields.get("client_id") != state.app.client_id or not right:
        raise OAuthError("invalid_client", "The client id or secret is invalid")


def _token_answer(state: State, shop: Shop) -> Answer:
    fields: dict[str, Any] = request.values.to_dict()
    if request.is_json:
        body = request.get_json(silent=True)
        if not isinstance(body, dict):
            raise OAuthError("invalid_request", "The body is not a JSON object")
        fields |= body
    _check_client(state, fields)
    expiring = str(fields.get("expiring", "0")).lower() in ("1", "true")
    grant = fields.get("grant_type")
    if grant == EXCHANGE:
        return _by_exchange(state, shop, fields, expiring=expiring)
    if grant == "refresh_token":
        return refresh(state, _installed(state, shop), str(fields.get("refresh_token", "")))
    if grant in (None, "authorization_code"):
        return _by_code(state, shop, fields, expiring=expiring)
    raise OAuthError("unsupported_grant_type", "The grant type is not supported")


def _access_token(state: State) -> ResponseReturnValue:
    shop = shop_of_request(state)
    try:
        with state.action():
            return jsonify(_token_answer(state, shop))
    except OAuthError as refusal:
        return jsonify(error=refusal.error, error_description=refusal.description), 400


def register(made: Blueprint, state: State) -> None:
    for start in ("", "/<shop>"):
        made.add_url_rule(
            f"{start}/admin/oauth/authorize", f"authorize{len(start)}",
            lambda shop="": _authorize(state), methods=["GET", "POST"],
        )  # fmt: skip
        made.add_url_rule(
            f"{start}/admin/oauth/access_token", f"access_token{len(start)}",
            lambda shop="": _access_token(state), methods=["POST"],
        )  # fmt: skip
