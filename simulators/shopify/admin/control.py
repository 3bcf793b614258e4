"""The page for whoever tries the demo: make things happen, disturb the webhooks, read the log."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import islice

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from simulators.shopify.actions import Refused
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State
from simulators.shopify.webhooks.delivery import Delivery
from simulators.shopify.webhooks.outbox import Outbox

from . import control_actions
from .orders import matching
from .said import go
from .staff import find_shop, same_origin

LOGGED = 40

Act = Callable[[State, Shop, Mapping[str, str]], str]


def outbox(state: State) -> Outbox | None:
    """The running server's queue of webhooks; None when there is no server around the state."""
    found = state.resources.get("outbox")
    return found if isinstance(found, Outbox) else None


def recent(state: State, shop: Shop) -> list[Delivery]:
    """The shop's newest deliveries, newest first."""
    box = outbox(state)
    if box is None:
        return []
    mine = (one for one in reversed(list(box.log)) if one.shop == shop.domain)
    return list(islice(mine, LOGGED))


def resend(state: State, shop: Shop, form: Mapping[str, str]) -> str:
    """Send one of the log again, byte for byte."""
    box = outbox(state)
    try:
        if box is None:
            raise KeyError
        sent = box.resend(form.get("webhook", ""))
    except KeyError:
        raise Refused("That delivery is no longer in the log") from None
    return f"{sent.topic} is sent once more"


def switches(state: State, shop: Shop, form: Mapping[str, str]) -> str:
    """Set how the shop's webhooks misbehave."""
    said = control_actions.switches(state, shop, form)
    box = outbox(state)
    if box is not None:
        box.reseed(shop)
        box.kick()
    return said


ACTS: dict[str, Act] = {
    "place": control_actions.place,
    "customer": control_actions.customer,
    "quick": control_actions.quick,
    "switches": switches,
    "resend": resend,
}


def register(made: Blueprint, state: State) -> None:
    def chosen() -> Shop:
        if not state.shops:
            abort(404)
        return find_shop(state, request.values.get("shop") or next(iter(state.shops)))

    @made.get("/_control/", strict_slashes=False)
    def control_page() -> ResponseReturnValue:
        with state.lock:
            shop = chosen()
            g.section = "control"
            return render_template(
                "admin/control.html",
                at=shop,
                shops=list(state.shops.values()),
                log=recent(state, shop),
                newest=matching(shop, "")[:12],
                people=sorted(shop.customers.values(), key=lambda one: one.display_name)[:300],
                variants=list(shop.variants.values())[:60],
                quick=control_actions.QUICK,
            )

    @made.get("/_control/page/log")
    def control_log() -> ResponseReturnValue:
        with state.lock:
            shop = chosen()
            return render_template("admin/control_log.html", at=shop, log=recent(state, shop))

    @made.post("/_control/page/<act>")
    def control_act(act: str) -> ResponseReturnValue:
        if act not in ACTS:
            abort(404)
        if not same_origin():
            abort(403)
        shop = chosen()
        try:
            said = ACTS[act](state, shop, request.form)
        except Refused as refusal:
            said = f"Not done: {refusal}"
        return go(url_for("admin.control_page", shop=shop.domain), said)

    @made.get("/")
    def front() -> ResponseReturnValue:
        return redirect(url_for("admin.control_page"))
