"""A site's front page, its sign-in page, and what it says where nothing is."""

from __future__ import annotations

from html import escape

from flask import Flask, Response, redirect, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from simulators.woocommerce import staff
from simulators.woocommerce.door import current, rest
from simulators.woocommerce.state import State

_METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE"]


def page(title: str, body: str, status: int = 200, *, css: str = "") -> Response:
    """A whole HTML page; `body` is markup, `title` is not."""
    text = (
        f'<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>{escape(title)}'
        f"</title><meta name=viewport content='width=device-width'><style>{css}</style></head>"
        f"<body>{body}</body></html>"
    )
    return Response(text, status, content_type="text/html; charset=UTF-8")


def _home(state: State) -> Response:
    site = current(state)
    made = page(site.name, f"<h1><bdi>{escape(site.name)}</bdi></h1>")
    made.headers["Link"] = f'<{state.rest_root(site)}>; rel="https://api.w.org/"'
    return made


def _login_form(state: State, said: str = "") -> Response:
    where = escape(request.values.get("redirect_to", ""))
    note = f'<div id="login_error" role="alert">{escape(said)}</div>' if said else ""
    return page(
        f"Log In ‹ {current(state).name}",
        f"<h1>WordPress</h1>{note}<form method=post>"
        '<p><label>Username or Email Address <input name=log id=user_login required></label></p>'
        '<p><label>Password <input name=pwd id=user_pass type=password required></label></p>'
        f'<input type=hidden name=redirect_to value="{where}">'
        '<button id=wp-submit>Log In</button></form>',
    )  # fmt: skip


def _log_in(state: State) -> ResponseReturnValue:
    site = current(state)
    user = staff.find(site, request.form.get("log", ""), request.form.get("pwd", ""))
    if user is None:
        return _login_form(state, "Error: The username or password you entered is incorrect.")
    target = request.form.get("redirect_to") or ""
    here = (state.url(site) + "/", site.prefix + "/")
    if not target.startswith(here) or target.startswith("//"):
        target = f"{site.prefix}/wp-admin/"
    answer = redirect(target)
    staff.sign_in(state, site, user, answer)  # type: ignore[arg-type]
    return answer


def register(app: Flask, state: State) -> None:
    @app.route("/", methods=_METHODS)
    @app.route("/index.php", methods=_METHODS)
    def home() -> ResponseReturnValue:
        route = request.args.get("rest_route")
        if route:
            return rest(state, route.rstrip("/") or "/")
        return _home(state)

    @app.route("/wp-login.php", methods=["GET", "POST"])
    def login() -> ResponseReturnValue:
        if request.args.get("action") == "logout":
            answer = redirect(request.script_root + "/wp-login.php")
            staff.sign_out(state, current(state), request, answer)  # type: ignore[arg-type]
            return answer
        return _log_in(state) if request.method == "POST" else _login_form(state)

    @app.errorhandler(404)
    def nothing(_error: HTTPException) -> ResponseReturnValue:
        return page("Page not found", "<h1>Page not found</h1>", 404)
