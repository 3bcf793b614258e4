"""The admin's own script and style, and the plugin's as they are in its folder."""

from __future__ import annotations

from pathlib import Path

from flask import Blueprint, abort
from flask.typing import ResponseReturnValue

from simulators.small_files import served
from simulators.woocommerce.door import current
from simulators.woocommerce.state import State

from .plugin.installed import plugin_of

_STATIC = Path(__file__).with_name("static")


def register(made: Blueprint, state: State) -> None:
    @made.get("/wp-includes/<name>", endpoint="static")
    def own(name: str) -> ResponseReturnValue:
        return served(_STATIC, name)

    @made.get("/wp-content/plugins/tillside/assets/<name>")
    def asset(name: str) -> ResponseReturnValue:
        plugin = plugin_of(state, current(state))
        if plugin is None:
            abort(404)
        return served(plugin.folder / "assets", name)
