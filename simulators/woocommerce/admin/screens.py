"""wp-admin's addresses: which screen stands where, who may see it, what its forms do."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from flask import abort, g, render_template, request
from flask.typing import ResponseReturnValue

from simulators.shopify.admin.said import go
from simulators.shopify.admin.staff import local_path
from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

from .entrance import admin_path

Form = Mapping[str, str]
Show = Callable[[State, Site], ResponseReturnValue]


@dataclass(frozen=True, slots=True)
class Done:
    """What the page says then; `path` below wp-admin, '' for the page that the form stood on."""

    says: str
    path: str = ""


Act = Callable[[State, Site, Form], "Done | ResponseReturnValue"]


@dataclass(frozen=True, slots=True)
class Screen:
    """`section` is the entry of the menu that leads to it."""

    show: Show
    section: str
    is_for_managers: bool = True


Screens = dict[str, Screen]
"""By file (`users.php`), or `admin.php?page=<page>`."""
Acts = dict[str, Act]
"""By what a form's `action` says. Only those who manage the shop do any."""


def key_of(file: str) -> str:
    """The name of the screen that a request for that file wants."""
    return f"{file}?page={request.args.get('page', '')}" if file == "admin.php" else file


def not_allowed() -> ResponseReturnValue:
    """WordPress' own refusal."""
    return render_template("wp/refused.html"), 403


def shown(state: State, screens: Screens, file: str) -> ResponseReturnValue:
    """The screen of a file, for who may see it."""
    screen = screens.get(key_of(file))
    if screen is None:
        abort(404)
    if screen.is_for_managers and not g.user.manages:
        return not_allowed()
    g.section = screen.section
    return screen.show(state, g.site)


def done(state: State, acts: Acts) -> ResponseReturnValue:
    """Do what a posted form asks for, then lead back to where it stood, saying what came of it."""
    act = acts.get(request.form.get("action", ""))
    if act is None:
        abort(404)
    if not g.user.manages:
        return not_allowed()
    back = local_path(request.form.get("back"), admin_path())
    try:
        made = act(state, g.site, request.form)
    except (Refused, ArithmeticError, LookupError, ValueError) as refusal:
        said = str(refusal) if isinstance(refusal, Refused) else "that could not be understood"
        return go(back, f"Not done: {said}")
    if not isinstance(made, Done):
        return made
    return go(admin_path(made.path) if made.path else back, made.says)
