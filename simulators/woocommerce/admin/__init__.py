"""The stand-in's wp-admin: staff sign-in, orders, users, our plugin's pages, the controls."""

from __future__ import annotations

from flask import Blueprint, Flask, render_template
from flask.typing import ResponseReturnValue

from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

from . import (
    control,
    entrance,
    files,
    order_acts,
    orders,
    settings,
    storefront,
    tillside,
    users,
    words,
)
from .entrance import guarded
from .plugin import routes
from .plugin.installed import put_up
from .screens import Acts, Screen, Screens, done, shown


def _home(state: State, site: Site) -> ResponseReturnValue:
    with state.lock:
        return render_template("wp/home.html", newest=orders.matching(site, "")[:8])


SCREENS: Screens = {
    "index.php": Screen(_home, "home", is_for_managers=False),
    **orders.SCREENS, **users.SCREENS, **tillside.SCREENS, **settings.SCREENS, **control.SCREENS,
}  # fmt: skip
ACTS: Acts = {
    **order_acts.ACTS, **users.ACTS, **tillside.ACTS, **settings.ACTS, **control.ACTS,
}  # fmt: skip


def _pages(state: State) -> Blueprint:
    made = Blueprint("wp_admin", __name__, template_folder="templates")
    files.register(made, state)
    entrance.register(made, state)
    storefront.register(made, state)
    words.register(made, state)

    def page(file: str = "index.php") -> ResponseReturnValue:
        return shown(state, SCREENS, file)

    def act() -> ResponseReturnValue:
        return done(state, ACTS)

    made.add_url_rule("/wp-admin/", "home", guarded(state, page))
    made.add_url_rule("/wp-admin/<file>", "page", guarded(state, page))
    made.add_url_rule("/wp-admin/admin-post.php", "act", guarded(state, act), methods=["POST"])
    return made


def register(app: Flask, state: State) -> None:
    """Bring the admin's pages and the plugin's routes to every site.

    The plugin is `state.resources["plugin"]`; without it no page has anything of it.
    """
    put_up(state)
    routes.register()
    app.register_blueprint(_pages(state))
