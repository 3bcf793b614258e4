"""The pages of `wc-auth/v1`."""

from __future__ import annotations

from html import escape

from flask import Flask, Response, abort, redirect, request
from flask.typing import ResponseReturnValue

from simulators.woocommerce import php, staff
from simulators.woocommerce.door import current
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.pages import page
from simulators.woocommerce.state import State
from simulators.woocommerce.wc_auth.handover import AuthError, Wanted, checked, grant

_ROOT = "/wc-auth/v1"
_PERMISSIONS = {
    "read": ("View coupons", "View customers", "View orders and sales reports", "View products"),
    "write": ("Create webhooks", "Create coupons", "Create customers", "Create orders",
              "Create products"),
    "read_write": ("Create webhooks", "View and manage coupons", "View and manage customers",
                   "View and manage orders and sales reports", "View and manage products"),
}  # fmt: skip
_NAMES = {"read": "Read", "write": "Write", "read_write": "Read/Write"}
_CSS = """
body{background:#f0f0f1;color:#3c434a;font:15px/1.5 system-ui,sans-serif;margin:0}
h1{text-align:center;color:#7f54b3;font-size:28px;margin:2em 0 .7em}
.wc-auth-content{background:#fff;border:1px solid #dcdcde;box-shadow:0 1px 3px #0002;
max-inline-size:34em;margin:0 auto 3em;padding:1.5em 2em}
.wc-auth-permissions{padding-inline-start:1.4em}
.wc-auth-logged-in-as{background:#f6f7f7;padding:.8em 1em;display:flex;gap:1em}
.wc-auth-actions{display:flex;gap:1em;justify-content:flex-end;margin-block-start:1.5em}
.button,button{border:1px solid #7f54b3;border-radius:3px;padding:.6em 1.2em;font:inherit;
text-decoration:none;color:#7f54b3;background:#fff;cursor:pointer}
.button-primary,button{background:#7f54b3;color:#fff}
input{font:inherit;inline-size:100%;padding:.5em;box-sizing:border-box}
"""


def _frame(title: str, body: str, status: int = 200) -> Response:
    whole = f'<h1 id="wc-logo">WooCommerce</h1><div class="wc-auth-content">{body}</div>'
    return page(title, whole, status, css=_CSS)


def _error(message: str) -> Response:
    return _frame("Access denied", f"<p>Error: {escape(message)}.</p>", 401)


def _login(wanted: Wanted, said: str = "") -> Response:
    name = f"<bdi>{escape(wanted.app_name)}</bdi>"
    note = f'<p role="alert">{escape(said)}</p>' if said else ""
    return _frame(
        "Connect",
        f"<h2>{name} would like to connect to your store</h2>{note}"
        f"<p>To connect to {name} you need to be logged in. Log in to your store below, or "
        f'<a href="{escape(wanted.back(0))}">cancel and return to {name}</a></p>'
        '<form method=post class="wc-auth-login"><p><label>Username or email address'
        "<input name=username required autocomplete=username></label></p><p><label>Password"
        "<input name=password type=password required autocomplete=current-password></label></p>"
        "<p class=wc-auth-actions><button>Log in</button></p></form>",
    )


def _consent(state: State, site: Site, user: User, wanted: Wanted) -> Response:
    name = f"<bdi>{escape(wanted.app_name)}</bdi>"
    listed = "".join(f"<li>{escape(one)}</li>" for one in _PERMISSIONS[wanted.scope])
    whole = f"{state.url(site)}{_ROOT}/access_granted/"
    nonce = staff.nonce(state, site, request, "wc_auth_grant_access")
    no = escape(wanted.back(0))
    yes = escape(f"{wanted.link(whole)}&wc_auth_nonce={nonce}")
    out = f"{state.url(site)}/wp-login.php?action=logout"
    return _frame(
        "Connect",
        f"<h2>{name} would like to connect to your store</h2><p>This will give “{name}” "
        f"<strong>{_NAMES[wanted.scope]}</strong> access which will allow it to:</p>"
        f'<ul class="wc-auth-permissions">{listed}</ul><div class="wc-auth-logged-in-as">'
        f"<span>Logged in as <bdi>{escape(user.display_name)}</bdi></span>"
        f'<a class="wc-auth-logout" href="{escape(out)}">Logout</a></div>'
        f'<p class="wc-auth-actions"><a class="button wc-auth-deny" href="{no}">Deny</a>'
        f'<a class="button button-primary wc-auth-approve" href="{yes}">Approve</a></p>',
    )


def _granted(state: State, site: Site, user: User, wanted: Wanted) -> Response:
    grant(state, site, user, wanted)
    return redirect(wanted.back(1))  # type: ignore[return-value]


def _log_in(state: State, site: Site, wanted: Wanted) -> Response:
    user = staff.find(site, request.form.get("username", ""), request.form.get("password", ""))
    if user is None:
        return _login(wanted, "The username or password you entered is incorrect.")
    answer = redirect(wanted.link(f"{state.url(site)}{_ROOT}/authorize/"))
    staff.sign_in(state, site, user, answer)  # type: ignore[arg-type]
    return answer  # type: ignore[return-value]


def _step(state: State, site: Site, step: str, wanted: Wanted) -> Response:
    """One page of the hand-over; raises `AuthError`."""
    user = staff.signed_in(state, site, request)
    if site.auto_consent and step == "authorize":
        return _granted(state, site, user or site.manager(), wanted)
    if step == "login" and user is None:
        return _log_in(state, site, wanted) if request.method == "POST" else _login(wanted)
    if step in ("login", "authorize") and (user is None) == (step == "authorize"):
        other = "login" if user is None else "authorize"
        return redirect(wanted.link(f"{state.url(site)}{_ROOT}/{other}/"))  # type: ignore[return-value]
    if user is not None and user.manages and step == "authorize":
        return _consent(state, site, user, wanted)
    if user is not None and user.manages and step == "access_granted":
        right = staff.nonce(state, site, request, "wc_auth_grant_access")
        if request.args.get("wc_auth_nonce") != right:
            raise AuthError("Invalid nonce verification")
        return _granted(state, site, user, wanted)
    raise AuthError("You do not have permission to access this page")


def register(app: Flask, state: State) -> None:
    @app.route(_ROOT + "/<step>", methods=["GET", "POST"], strict_slashes=False)
    @app.route(_ROOT + "/<step>/", methods=["GET", "POST"])
    def wc_auth(step: str) -> ResponseReturnValue:
        site = current(state)
        if not site.pretty_permalinks:
            abort(404)
        try:
            query = php.parse_query(request.query_string.decode("latin-1"))
            return _step(state, site, step.lower(), checked(site, query))
        except AuthError as error:
            return _error(str(error))
