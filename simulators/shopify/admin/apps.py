"""The app in the admin: its home in an iframe, its session tokens, installing and removing it."""

from __future__ import annotations

from flask import Blueprint, abort, g, jsonify, render_template, request, url_for
from flask.typing import ResponseReturnValue

from simulators.shopify.actions import Refused
from simulators.shopify.actions import app as app_actions
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from .app_load import load_url, origin, token
from .files import static
from .said import go
from .staff import signed_in


def is_installed(state: State, shop: Shop) -> bool:
    """Whether the app has a live installation in the shop."""
    try:
        app_actions.installed(state, shop)
    except Refused:
        return False
    return True


def _home(shop: Shop) -> str:
    return url_for("admin.apps", shop=shop.domain)


def _register_pages(made: Blueprint, state: State) -> None:
    @made.get("/<shop>/admin/apps")
    @signed_in(state)
    def apps() -> ResponseReturnValue:
        g.section = "apps"
        app_origin = origin(state.app.app_url) if state.app.app_url else ""
        return render_template(
            "admin/apps.html", installed=is_installed(state, g.shop), app_origin=app_origin
        )

    @made.get("/<shop>/admin/apps/<handle>", strict_slashes=False)
    @made.get("/<shop>/admin/apps/<handle>/<path:path>")
    @signed_in(state)
    def app_home(handle: str, path: str = "") -> ResponseReturnValue:
        """The app's home, or the page at a path below it, with the query handed on."""
        g.section = "app"
        if handle not in (state.app.handle, state.app.client_id):
            abort(404)
        if not is_installed(state, g.shop):
            return go(_home(g.shop), f"{state.app.name} is not installed")
        url = load_url(
            state,
            g.shop,
            g.staff,
            admin_host=request.host,
            path=path,
            query=request.args.items(multi=True),
        )
        return render_template("admin/app.html", url=url, app_origin=origin(url))


def _register_bridge(made: Blueprint, state: State) -> None:
    @made.get("/_app-bridge.js")
    def app_bridge() -> ResponseReturnValue:
        """The stand-in for the script on Shopify's CDN."""
        return static("app-bridge.js")

    @made.post("/<shop>/admin/session-token")
    @signed_in(state)
    def session_token() -> ResponseReturnValue:
        """A fresh token for the signed-in staff member, for the page that frames the app."""
        answer = jsonify(token=token(state, g.shop, g.staff))
        answer.headers["Cache-Control"] = "no-store"
        return answer


def _register_installing(made: Blueprint, state: State) -> None:
    @made.post("/<shop>/admin/apps/install")
    @signed_in(state)
    def install_app() -> ResponseReturnValue:
        """Managed installation: the scopes are granted here, the app exchanges its first token."""
        app_actions.install(state, g.shop, state.app.scope_set)
        return go(url_for("admin.app_home", shop=g.shop.domain, handle=state.app.handle))

    @made.post("/<shop>/admin/apps/uninstall")
    @signed_in(state)
    def uninstall_app() -> ResponseReturnValue:
        try:
            app_actions.uninstall(state, g.shop)
        except Refused as refusal:
            return go(_home(g.shop), f"Not done: {refusal}")
        return go(_home(g.shop), f"{state.app.name} is removed from this store")


def register(made: Blueprint, state: State) -> None:
    _register_pages(made, state)
    _register_bridge(made, state)
    _register_installing(made, state)
