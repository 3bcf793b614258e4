"""What a site tells of itself: its index, `system_status`, two settings."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from simulators.woocommerce.bodies.fields import only
from simulators.woocommerce.bodies.links import route_url
from simulators.woocommerce.bodies.order import SYMBOLS, VERSION
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.php import number
from simulators.woocommerce.rest.call import Answer, Call, one
from simulators.woocommerce.rest.errors import RestError
from simulators.woocommerce.state import State

_SCHEMA = Path(__file__).parent / "schema"
_SETTINGS, _ROUTES = _SCHEMA / "status_settings.json", _SCHEMA / "routes.json"


def site_index(state: State, site: Site) -> dict[str, Any]:
    """Open to everybody."""
    home = state.url(site)
    offset = state.clock.now().astimezone(site.tz).utcoffset()
    passwords = {"endpoints": {"authorization": f"{home}/wp-admin/authorize-application.php"}}
    return {
        "name": site.name,
        "description": site.description,
        "url": home,
        "home": home,
        "gmt_offset": number(offset.total_seconds() / 3600) if offset else 0,
        "timezone_string": site.zone,
        "page_for_posts": 0,
        "page_on_front": 0,
        "show_on_front": "posts",
        "namespaces": site.namespaces,
        "authentication": {"application-passwords": passwords},
        "routes": {},
    }


def index(call: Call) -> Answer:
    return Answer(only(site_index(call.state, call.site), call.fields))


@cache
def _settings() -> str:
    return _SETTINGS.read_text(encoding="utf-8")


def _symbol(site: Site) -> str:
    symbol = SYMBOLS.get(site.currency, site.currency)
    return symbol.replace("$", "&#36;").encode("ascii", "xmlcharrefreplace").decode()


def system_status(call: Call) -> Answer:
    call.allow("list")
    site = call.site
    settings: dict[str, Any] = json.loads(_settings())
    settings |= {
        "currency": site.currency,
        "currency_symbol": _symbol(site),
        "number_of_decimals": site.decimals,
    }
    body: dict[str, Any] = {
        "environment": {
            "home_url": call.state.url(site),
            "site_url": call.state.url(site),
            "store_id": site.store_id,
            "version": VERSION,
            "wp_version": "6.9.1",
            "wp_multisite": False,
            "wp_cron": True,
            "language": site.locale,
            "server_info": "Apache/2.4.66",
            "php_version": "8.4.16",
        },
        "settings": settings,
        "security": {"secure_connection": call.state.url(site).startswith("https"),
                     "hide_errors": True},
    }  # fmt: skip
    return Answer(only(body, call.fields))


def setting(call: Call) -> Answer:
    """`general/woocommerce_default_country` and `general/woocommerce_currency`."""
    call.allow("view")
    site = call.site
    values = {
        "woocommerce_default_country": (site.country, "Country / State", "US:CA"),
        "woocommerce_currency": (site.currency, "Currency", "USD"),
    }
    if call.path["group_id"] != "general":
        raise RestError("rest_setting_setting_group_invalid", "Invalid setting group.", 404)
    if call.path["id"] not in values:
        raise RestError("rest_setting_setting_invalid", "Invalid setting.", 404)
    value, label, default = values[call.path["id"]]
    whole = route_url(call.state, site, "settings/general")
    return one(call, {
        "id": call.path["id"], "label": label, "description": "", "type": "select",
        "default": default, "options": {value: value}, "tip": "", "value": value,
        "group_id": "general",
        "_links": {
            "self": [{"href": f"{whole}/{call.path['id']}"}], "collection": [{"href": whole}],
        },
    })  # fmt: skip


def namespace(call: Call) -> Answer:
    """`/wc/v3`: open to everybody, with the routes that are served here."""
    routes = json.loads(_ROUTES.read_text(encoding="utf-8"))
    shown = {
        name: {"namespace": "wc/v3", "methods": [one for end in ends for one in end["methods"]],
               "endpoints": ends}
        for name, ends in routes.items()
    }  # fmt: skip
    return Answer(only({"namespace": "wc/v3", "routes": shown}, call.fields))
