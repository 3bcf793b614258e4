"""The page for whoever tries the demo: WP-Cron, disturbed webhooks, faults, the log."""

from __future__ import annotations

from itertools import islice

from flask import render_template
from flask.typing import ResponseReturnValue

from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.faults import Fault
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State
from simulators.woocommerce.webhooks.delivery import Delivery
from simulators.woocommerce.webhooks.outbox import Outbox

from .parse import whole
from .screens import Acts, Done, Form, Screen, Screens

LOGGED = 40
CRON = {
    "auto": "By itself, soon after",
    "visits": "Only when somebody visits the site",
    "off": "Never (DISABLE_WP_CRON)",
}
FAULTS = {
    "firewall": "A firewall's page (403)",
    "challenge": "A challenge page (503)",
    "throttled": "Too many requests (429)",
    "error": "A critical error (500)",
    "login_page": "A sign-in page",
    "slow": "Late by a second",
    "garbage": "Broken JSON",
    "empty": "Nothing",
    "reset": "The connection is cut",
}


def _recent(outbox: Outbox, site: Site) -> list[Delivery]:
    mine = (one for one in reversed(list(outbox.log)) if one.site == site.prefix)
    return list(islice(mine, LOGGED))


def _waiting(outbox: Outbox, site: Site) -> list[tuple[str, int]]:
    """Topic and object of what WP-Cron has not delivered yet."""
    pending = outbox.pending(site)
    hooks = site.webhooks
    return [(hooks[hook].topic, arg) for _, hook, arg in pending if hook in hooks]


def _log(state: State, site: Site) -> ResponseReturnValue:
    outbox: Outbox = state.resources["outbox"]
    with state.lock:
        return render_template(
            "wp/control_log.html", log=_recent(outbox, site), waiting=_waiting(outbox, site)
        )


def _page(state: State, site: Site) -> ResponseReturnValue:
    outbox: Outbox = state.resources["outbox"]
    faults = [one for one in state.resources["faults"].listing() if one["site"] == site.prefix]
    with state.lock:
        return render_template(
            "wp/control.html", log=_recent(outbox, site), waiting=_waiting(outbox, site),
            cron=CRON, kinds=FAULTS, faults=faults,
        )  # fmt: skip


def cron_now(state: State, site: Site, form: Form) -> Done:
    count = state.resources["outbox"].run_cron(site)
    return Done(f"WP-Cron ran: {count} delivered.")


def switches(state: State, site: Site, form: Form) -> Done:
    """Chances come as whole per cents."""
    held = site.switches
    if form.get("cron") not in CRON:
        raise Refused("Choose how WP-Cron runs")
    with state.lock:
        for name in ("drop", "double", "shuffle"):
            setattr(held, name, min(100, whole(form, name)) / 100)
        held.cron = form["cron"]
        held.cron_delay_seconds = float(min(600, whole(form, "delay")))
        held.strips_authorization = bool(form.get("strips_authorization"))
        site.auto_consent = bool(form.get("auto_consent"))
    return Done("The site behaves as you chose.")


def fault(state: State, site: Site, form: Form) -> Done:
    kind = form.get("kind", "")
    if kind not in FAULTS:
        raise Refused("Choose what goes wrong")
    times = max(1, min(1000, whole(form, "times", 1)))
    state.resources["faults"].add(Fault(kind, times, site.prefix))
    return Done(f"The next {times} answers of the REST API go wrong.")


def calm(state: State, site: Site, form: Form) -> Done:
    state.resources["faults"].clear()
    return Done("Nothing goes wrong any more.")


SCREENS: Screens = {
    "admin.php?page=stand-in": Screen(_page, "control"),
    "admin.php?page=stand-in-log": Screen(_log, "control"),
}
ACTS: Acts = {
    "cron-now": cron_now, "switches": switches, "fault": fault, "calm": calm,
}  # fmt: skip
