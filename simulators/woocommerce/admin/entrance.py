"""Who is signed in to wp-admin, and the page on which somebody chooses who that is."""

from __future__ import annotations

from functools import wraps
from urllib.parse import urlsplit

from flask import Blueprint, abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from simulators.shopify.admin.staff import View, local_path, same_origin
from simulators.woocommerce import staff
from simulators.woocommerce.door import current
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

STAFF = ("administrator", "shop_manager", "editor")
"""Roles of those who may sign in; an editor writes pages and sees no orders."""
ROLES = {"administrator": "administrator", "shop_manager": "shop manager", "editor": "editor",
         "customer": "customer", "subscriber": "subscriber"}  # fmt: skip
EDITOR = "eva"
LANGUAGES = {
    "en_US": "English",
    "el": "Ελληνικά",
    "he_IL": "עברית",
    "cs_CZ": "Čeština",
    "pl_PL": "Polski",
}


def colleagues(state: State, site: Site) -> list[User]:
    """Who may sign in; the one who sees no orders joins when first asked for."""
    with state.lock:
        if all(user.role != "editor" for user in site.users.values()):
            now = state.clock.stamp()
            made = User(
                site.next_id("user"), f"{EDITOR}@staff.example", EDITOR, now, now, "Eva", "Editor",
                "editor", locale="en_US",
            )  # fmt: skip
            site.users[made.id] = made
        found = [user for user in site.users.values() if user.role in STAFF]
    return sorted(found, key=lambda user: STAFF.index(user.role))


def admin_path(rest: str = "") -> str:
    """The path of a page of this site's admin, as a browser asks for it."""
    return f"{request.script_root}/wp-admin/{rest}"


def _at_home(state: State, site: Site) -> str | None:
    """Where the same page is at the site's own address, when it was asked for at another."""
    home = urlsplit(state.url(site))
    if not home.netloc or request.host == home.netloc or request.method != "GET":
        return None
    return f"{home.scheme}://{home.netloc}{request.full_path.rstrip('?')}"


def guarded(state: State, view: View) -> View:
    """A view for the signed-in: `g.site` and `g.user` are set, others are asked to sign in."""

    @wraps(view)
    def enter(**arguments: str) -> ResponseReturnValue:
        g.site = current(state)
        elsewhere = _at_home(state, g.site)
        if elsewhere is not None:
            return redirect(elsewhere)
        if request.method != "GET" and not same_origin():
            abort(403)
        found = staff.signed_in(state, g.site, request)
        if found is None:
            back = request.script_root + request.full_path.rstrip("?")
            target = back if request.method == "GET" else admin_path()
            return render_template(
                "wp/sign_in.html", people=colleagues(state, g.site), target=target, roles=ROLES
            )
        g.user = found
        return view(**arguments)

    return enter


def register(made: Blueprint, state: State) -> None:
    @made.post("/wp-admin/sign-in")
    def sign_in() -> ResponseReturnValue:
        site = current(state)
        chosen = site.users.get(request.form.get("user", 0, type=int))
        if chosen is None or chosen.role not in STAFF or not same_origin():
            abort(403)
        answer = redirect(local_path(request.form.get("next"), admin_path()), 303)
        staff.sign_in(state, site, chosen, answer)  # type: ignore[arg-type]
        return answer

    @made.post("/wp-admin/sign-out")
    def sign_out() -> ResponseReturnValue:
        if not same_origin():
            abort(403)
        answer = redirect(admin_path(), 303)
        staff.sign_out(state, current(state), request, answer)  # type: ignore[arg-type]
        return answer

    def language() -> ResponseReturnValue:
        """The language of who is signed in."""
        if request.form.get("locale") in LANGUAGES:
            g.user.locale = request.form["locale"]
        return redirect(local_path(request.form.get("back"), admin_path()), 303)

    made.add_url_rule("/wp-admin/language", "language", guarded(state, language), methods=["POST"])
