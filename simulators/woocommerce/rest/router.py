"""From a request to its handler: route, arguments, permissions, in WordPress' order."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from flask import Request

from simulators.woocommerce import php
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.rest import about, customers, orders, products, refunds, webhooks
from simulators.woocommerce.rest.arguments import validated
from simulators.woocommerce.rest.auth import identify
from simulators.woocommerce.rest.call import Answer, Call
from simulators.woocommerce.rest.errors import RestError, no_route
from simulators.woocommerce.state import State

Handler = Callable[[Call], Answer]

_DATA = Path(__file__).parent / "schema" / "routes.json"
_ORDER, _ONE = r"/wc/v3/orders/(?P<order_id>[\d]+)", r"/(?P<id>[\d]+)"
_EDITS = "POST"
HANDLERS: dict[tuple[str, str], Handler] = {
    ("GET", "/wc/v3/orders"): orders.listing,
    (_EDITS, "/wc/v3/orders"): orders.create,
    ("GET", "/wc/v3/orders/statuses"): orders.statuses,
    ("GET", "/wc/v3/orders" + _ONE): orders.read,
    (_EDITS, "/wc/v3/orders" + _ONE): orders.update,
    ("DELETE", "/wc/v3/orders" + _ONE): orders.delete,
    ("GET", _ORDER + "/notes"): refunds.notes,
    (_EDITS, _ORDER + "/notes"): refunds.create_note,
    ("GET", _ORDER + "/notes" + _ONE): refunds.read_note,
    ("DELETE", _ORDER + "/notes" + _ONE): refunds.delete_note,
    ("GET", _ORDER + "/refunds"): refunds.of_order,
    (_EDITS, _ORDER + "/refunds"): refunds.create,
    ("GET", _ORDER + "/refunds" + _ONE): refunds.read,
    ("DELETE", _ORDER + "/refunds" + _ONE): refunds.delete,
    ("GET", "/wc/v3/refunds"): refunds.all_refunds,
    ("GET", "/wc/v3/customers"): customers.listing,
    (_EDITS, "/wc/v3/customers"): customers.create,
    ("GET", "/wc/v3/customers" + _ONE): customers.read,
    (_EDITS, "/wc/v3/customers" + _ONE): customers.update,
    ("DELETE", "/wc/v3/customers" + _ONE): customers.delete,
    ("GET", "/wc/v3/products"): products.listing,
    ("GET", "/wc/v3/products" + _ONE): products.read,
    ("GET", r"/wc/v3/products/(?P<product_id>[\d]+)/variations"): products.variations,
    ("GET", r"/wc/v3/products/(?P<product_id>[\d]+)/variations" + _ONE): products.variation,
    ("GET", "/wc/v3/webhooks"): webhooks.listing,
    (_EDITS, "/wc/v3/webhooks"): webhooks.create,
    ("GET", "/wc/v3/webhooks" + _ONE): webhooks.read,
    (_EDITS, "/wc/v3/webhooks" + _ONE): webhooks.update,
    ("DELETE", "/wc/v3/webhooks" + _ONE): webhooks.delete,
    ("GET", "/wc/v3/system_status"): about.system_status,
    ("GET", r"/wc/v3/settings/(?P<group_id>[\w-]+)/(?P<id>[\w-]+)"): about.setting,
    ("GET", "/wc/v3"): about.namespace,
    ("GET", "/"): about.index,
}
"""By method and route; POST stands for PUT and PATCH too. Pages of the admin add plugins' own."""

OPEN = ("/", "/wc/v3", "/wc/v3/orders/statuses")
"""To everybody."""
PLUGIN_ROUTES: dict[tuple[str, str], Handler] = {}
"""`("POST", "/tillside/v1/ticket")` and the like: no argument is checked for them."""


@dataclass(frozen=True, slots=True)
class Route:
    pattern: re.Pattern[str]
    name: str
    methods: dict[str, dict[str, Any]]
    """Method to its arguments' schemas."""

    @property
    def allow(self) -> str:
        return ", ".join(self.methods)


@cache
def routes() -> tuple[Route, ...]:
    """The platform's, fixed ones before those with numbers."""
    held: dict[str, Any] = json.loads(_DATA.read_text(encoding="utf-8"))
    held["/"] = held["/wc/v3"] = [{"methods": ["GET"], "args": {}}]
    made = [
        Route(
            re.compile(name), name,
            {method: end["args"] for end in ends for method in end["methods"]},
        )
        for name, ends in held.items()
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda one: "(" in one.name))


def _plugin_routes() -> list[Route]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for method, name in PLUGIN_ROUTES:
        found.setdefault(name, {})[method] = {}
    return [Route(re.compile(name), name, methods) for name, methods in found.items()]


def match(path: str) -> tuple[Route, dict[str, Any]]:
    """The route of a path and what its pattern held; raises `RestError` 404."""
    for route in (*routes(), *_plugin_routes()):
        found = route.pattern.fullmatch(path)
        if found:
            return route, found.groupdict()
    raise no_route()


def _body(request: Request) -> dict[str, Any]:
    if request.mimetype != "application/json" or not request.data:
        return (
            php.parse_query(request.get_data(as_text=True))
            if request.mimetype.endswith("x-www-form-urlencoded")
            else {}
        )
    try:
        made = json.loads(request.data)
    except ValueError:
        raise RestError(
            "rest_invalid_json", "Invalid JSON body passed.", 400,
            {"status": 400, "json_error_code": 4, "json_error_message": "Syntax error"},
        ) from None  # fmt: skip
    return made if isinstance(made, dict) else {}


def _with_statuses(site: Site, args: dict[str, Any]) -> dict[str, Any]:
    """Plugins' statuses are allowed wherever the core's are."""
    schema = args.get("status")
    if not schema or not site.extra_statuses:
        return args
    schema = dict(schema)
    if schema.get("items", {}).get("enum") and "checkout-draft" in schema["items"]["enum"]:
        enum = [*schema["items"]["enum"], *site.extra_statuses]
        schema["items"] = {**schema["items"], "enum": enum}
    elif "checkout-draft" in schema.get("enum", ()):
        schema["enum"] = [*schema["enum"], *site.extra_statuses]
    return {**args, "status": schema}


def _arguments(site: Site, route: Route, method: str) -> dict[str, Any]:
    args = _with_statuses(site, route.methods[method])
    if "dp" in args:
        args = {**args, "dp": {**args["dp"], "default": site.decimals}}
    if method == "POST" and "currency" in args:
        args = {**args, "currency": {**args["currency"], "default": ""}}
        args["currency"]["enum"] = [*args["currency"]["enum"], ""]
    return args


def _may(user: User | None, route: Route) -> bool:
    """Whether the Allow header tells anything; permissions of plugins' routes are their own."""
    if route.name in OPEN or (user is not None and user.manages):
        return True
    return not route.name.startswith("/wc/")


def answer(
    state: State, site: Site, request: Request, path: str, query: dict[str, Any]
) -> tuple[Answer, str, list[Callable[[], None]]]:
    """The answer, the route's `Allow`, and what is to be done once the lock is free."""
    method = request.method if request.method != "HEAD" else "GET"
    allow = ""
    after: list[Callable[[], None]] = []
    try:
        caller = identify(state, site, request, path, query)
        route, numbers = match(path)
        if _may(caller.user, route):
            allow = route.allow
        if method not in route.methods:
            raise no_route()
        given = {**numbers, **query, **_body(request)}
        params = validated(_arguments(site, route, method), {**given, **numbers})
        verb = "POST" if method in ("PUT", "PATCH") else method
        handler = HANDLERS.get((verb, route.name)) or PLUGIN_ROUTES.get((method, route.name))
        if handler is None:
            raise no_route()
        call = Call(
            state, site, caller.user, method, path, request.query_string.decode("latin-1"), params,
            numbers, request.headers, caller.key, after,
        )  # fmt: skip
        return handler(call), allow, after
    except RestError as error:
        return Answer(error.body, error.status), allow, after
