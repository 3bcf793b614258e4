"""Time, cron, faults, switches, logs and figures by the control API."""

from __future__ import annotations

from dataclasses import asdict, fields
from typing import Any

from simulators.woocommerce.control.ask import Asked
from simulators.woocommerce.faults import Fault
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.model.switches import Switches
from simulators.woocommerce.oracle import oracle as figures
from simulators.woocommerce.state import State

_SITE_FIELDS = ("name", "home", "pretty_permalinks", "keys_over_http", "strict_addresses",
                "https_callbacks_only", "auto_consent", "latency_seconds", "decimals",
                "currency", "extra_statuses", "zone")  # fmt: skip


def sites(state: State, _site: Site, _asked: Asked) -> Any:
    return [
        {"name": one.name, "prefix": one.prefix, "url": state.url(one),
         "rest_root": state.rest_root(one), "orders": len(one.orders), "users": len(one.users)}
        for one in state.sites.values()
    ]  # fmt: skip


def configure(state: State, site: Site, asked: Asked) -> Any:
    """Set fields of the site; what they are now."""
    with state.lock:
        for name in _SITE_FIELDS:
            if name in asked:
                setattr(site, name, asked[name])
        for order in site.orders.values():
            site.touch(order)
    return {name: getattr(site, name) for name in _SITE_FIELDS}


def switches(state: State, site: Site, asked: Asked) -> Any:
    known = {field.name for field in fields(Switches)}
    for name, value in asked.items():
        if name in known:
            setattr(site.switches, name, value)
    return asdict(site.switches)


def fault(state: State, _site: Site, asked: Asked) -> Any:
    """Add one (`kind`, `times`, …); with `clear` all go; what waits."""
    held = state.resources["faults"]
    if asked.get("clear"):
        held.clear()
    elif "kind" in asked:
        known = {field.name for field in fields(Fault)}
        held.add(Fault(**{k: v for k, v in asked.items() if k in known}))
    return held.listing()


def cron(state: State, site: Site, asked: Asked) -> Any:
    """Deliver now all that waits (of the named site, or of all)."""
    return {"delivered": state.resources["outbox"].run_cron(site if "site" in asked else None)}


def deliveries(state: State, site: Site, asked: Asked) -> Any:
    bodies = bool(asked.get("bodies"))
    log = state.resources["outbox"].log
    return [one.as_dict(bodies=bodies) for one in log if one.site == site.prefix]


def calls(state: State, site: Site, asked: Asked) -> Any:
    log = state.resources["calls"]
    shown = [asdict(one) for one in log if one.site == site.prefix]
    if asked.get("clear"):
        log.clear()
    return shown


def oracle(state: State, site: Site, _asked: Asked) -> Any:
    with state.lock:
        return figures(site)


def clock(state: State, _site: Site, asked: Asked) -> Any:
    state.clock.advance(float(asked.get("seconds", 0)))
    return {"now": state.clock.now().isoformat()}


def idle(state: State, _site: Site, asked: Asked) -> Any:
    return {"idle": state.resources["outbox"].idle(float(asked.get("timeout", 60)))}


ACTIONS = {
    "sites": sites, "site": configure, "switches": switches, "faults": fault, "cron": cron,
    "deliveries": deliveries, "calls": calls, "oracle": oracle, "clock": clock, "idle": idle,
}  # fmt: skip
