"""Who is signed in to the admin: a cookie of the stand-in's own, and the page that sets it."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from simulators.shopify.model.people import Staff
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State, UnknownShop

COOKIE = "stand_in_staff"

View = Callable[..., ResponseReturnValue]


def _sessions(state: State) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = state.resources.setdefault("staff_sessions", {})
    return found


def current(state: State, shop: Shop) -> Staff | None:
    """The staff member whose browser asks, or None."""
    signed_in = _sessions(state).get(request.cookies.get(COOKIE, ""), {})
    return shop.staff.get(signed_in.get(shop.domain, 0))


def local_path(target: str | None, otherwise: str) -> str:
    """`target` if it leads to this origin, else `otherwise`."""
    if target and target.startswith("/") and not target.startswith(("//", "/\\")):
        return target
    return otherwise


def same_origin() -> bool:
    """Whether a form or script of this admin asks (and not another site's)."""
    origin = request.headers.get("Origin")
    return origin is None or urlsplit(origin).netloc == request.host


def find_shop(state: State, name: str) -> Shop:
    """The shop, or a 404."""
    try:
        return state.shop(name)
    except UnknownShop:
        abort(404)


def signed_in(state: State) -> Callable[[View], View]:
    """A view decorator: `g.shop` and `g.staff` are set, others are asked to sign in first."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(shop: str, **arguments: Any) -> ResponseReturnValue:
            g.shop = find_shop(state, shop)
            found = current(state, g.shop)
            if request.method != "GET" and not same_origin():
                abort(403)
            if found is None:
                back = request.full_path.rstrip("?") if request.method == "GET" else None
                return redirect(url_for("admin.login", shop=g.shop.domain, next=back))
            g.staff = found
            return view(**arguments)

        return guarded

    return decorate


def register(made: Blueprint, state: State) -> None:
    @made.get("/<shop>/admin/login")
    def login(shop: str) -> ResponseReturnValue:
        found = find_shop(state, shop)
        target = local_path(request.args.get("next"), url_for("admin.home", shop=found.domain))
        return render_template("admin/login.html", shop=found, target=target)

    @made.post("/<shop>/admin/login")
    def sign_in(shop: str) -> ResponseReturnValue:
        found = find_shop(state, shop)
        chosen = found.staff.get(request.form.get("staff", 0, type=int))
        if chosen is None or not same_origin():
            abort(403)
        token = request.cookies.get(COOKIE, "")
        with state.lock:
            if token not in _sessions(state):
                token = secrets.token_urlsafe(24)
            _sessions(state).setdefault(token, {})[found.domain] = chosen.id
        home = url_for("admin.home", shop=found.domain)
        answer = redirect(local_path(request.form.get("next"), home))
        answer.set_cookie(COOKIE, token, httponly=True, samesite="Lax")
        return answer

    @made.post("/<shop>/admin/logout")
    def sign_out(shop: str) -> ResponseReturnValue:
        found = find_shop(state, shop)
        if not same_origin():
            abort(403)
        _sessions(state).get(request.cookies.get(COOKIE, ""), {}).pop(found.domain, None)
        return redirect(url_for("admin.login", shop=found.domain))

    @made.post("/<shop>/admin/language")
    @signed_in(state)
    def language() -> ResponseReturnValue:
        g.staff.locale = request.form.get("locale", "en")[:5]
        home = url_for("admin.home", shop=g.shop.domain)
        return redirect(local_path(request.form.get("next"), home))
