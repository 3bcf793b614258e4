"""The stand-in's admin: staff sign-in, pages, the embedded app, our UI extension, the controls."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint

from simulators.shopify.state import State

from . import (
    apps,
    control,
    customers,
    extension,
    files,
    order_actions,
    orders,
    staff,
    storefront,
    words,
)


def blueprint(state: State, extension_dist: Path | None = None) -> Blueprint:
    """Everything a browser sees of the stand-in.

    `extension_dist` is the `dist/` folder of a built UI extension; its manifest and locales are
    read from the folder above. Without one the pages have no extension cards.
    """
    made = Blueprint("admin", __name__, template_folder="templates")
    files.register(made)
    staff.register(made, state)
    orders.register(made, state)
    order_actions.register(made, state)
    customers.register(made, state)
    apps.register(made, state)
    extension.register(made, state, extension_dist)
    storefront.register(made, state)
    control.register(made, state)
    words.register(made, state)
    return made
