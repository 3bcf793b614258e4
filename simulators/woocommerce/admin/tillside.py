"""The plugin's own page, its line in the list of plugins, and the tools for personal data."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

from .plugin.installed import plugin_of, put_up
from .plugin.service import ServiceRefused, about_person, delete_plugin, disconnect
from .screens import Act, Acts, Done, Form, Screen, Screens, not_allowed

TOLD = {
    "tillside_not_connected": "This store is not connected.",
    "tillside_unreachable": "Tillside could not be reached, so this store is still connected. "
    "Please try again later.",
    "tillside_refused": "Tillside did not confirm, so this store is still connected. "
    "Please try again later.",
}


def _page(state: State, site: Site) -> ResponseReturnValue:
    plugin = plugin_of(state, site)
    if plugin is None:
        return not_allowed()
    service = plugin.app_url.partition("://")[2]
    return render_template("wp/tillside.html", service=service)


def _plugins(state: State, site: Site) -> ResponseReturnValue:
    return render_template("wp/plugins.html", is_there=plugin_of(state, site) is not None)


def end(state: State, site: Site, form: Form) -> Done:
    try:
        disconnect(state, site)
    except ServiceRefused as refusal:
        raise Refused(TOLD.get(refusal.code, str(refusal))) from None
    return Done("This store is disconnected. Tillside no longer reads it.")


def delete(state: State, site: Site, form: Form) -> Done:
    delete_plugin(state, site)
    return Done("Tillside for WooCommerce was deleted.")


def install(state: State, site: Site, form: Form) -> Done:
    if "plugin" not in state.resources:
        raise Refused("This stand-in was started without the plugin's folder")
    state.resources["plugin"].deleted.discard(site.prefix)
    put_up(state)
    return Done("Tillside for WooCommerce is installed and active.")


def _tool(kind: str) -> Screen:
    def show(state: State, site: Site) -> ResponseReturnValue:
        return render_template("wp/privacy.html", kind=kind, email=request.args.get("email", ""))

    return Screen(show, kind)


def _asked(kind: str) -> Act:
    def act(state: State, site: Site, form: Form) -> ResponseReturnValue:
        """What the plugin's exporter or eraser brought; the stand-in has none of its own."""
        g.section, email, error = kind, form.get("email", "").strip(), ""
        try:
            pages = about_person(state, site, kind, email)
        except ServiceRefused as refusal:
            pages, error = [], str(refusal)
        return render_template(
            "wp/privacy.html", kind=kind, email=email, pages=pages, error=error, is_done=True
        )

    return act


SCREENS: Screens = {
    "admin.php?page=tillside": Screen(_page, "tillside"),
    "plugins.php": Screen(_plugins, "plugins"),
    "export-personal-data.php": _tool("export"),
    "erase-personal-data.php": _tool("erase"),
}
ACTS: Acts = {
    "tillside-disconnect": end, "plugin-delete": delete, "plugin-install": install,
    "person-export": _asked("export"), "person-erase": _asked("erase"),
}  # fmt: skip
