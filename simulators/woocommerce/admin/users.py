"""The people: the list of users, and a user's screen."""

from __future__ import annotations

import re

from flask import abort, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from simulators.shopify.admin import paging
from simulators.woocommerce.actions import customers
from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.control.access import application_password
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

from .entrance import ROLES, STAFF, admin_path
from .orders import matching
from .parse import whole
from .plugin.installed import is_customer, revoke
from .screens import Acts, Done, Form, Screen, Screens


def _matching(site: Site, query: str) -> list[User]:
    wanted = query.casefold().strip()
    return [
        user for user in site.users.values()
        if wanted in f"{user.display_name} {user.email} {user.username}".casefold()
    ]  # fmt: skip


def _list(state: State, site: Site) -> ResponseReturnValue:
    query = request.args.get("s", "")
    with state.lock:
        page = paging.cut(_matching(site, query), request.args.get("paged", 1, type=int))
        return render_template("wp/users.html", page=page, query=query, roles=ROLES)


def _edit(state: State, site: Site) -> ResponseReturnValue:
    with state.lock:
        found = site.users.get(request.args.get("user_id", 0, type=int))
        if found is None:
            abort(404)
        theirs = [order for order in matching(site, "") if order.customer_id == found.id]
        held = [one for one in site.application_passwords if one.user_id == found.id]
        return render_template(
            "wp/user.html", person=found, theirs=theirs[:10], count=len(theirs), roles=ROLES,
            is_customer=is_customer(found), is_staff=found.role in STAFF, passwords=held,
        )  # fmt: skip


def _own(state: State, site: Site) -> ResponseReturnValue:
    return redirect(admin_path(f"user-edit.php?user_id={g.user.id}"))


def _user(site: Site, form: Form) -> User:
    found = site.users.get(whole(form, "user"))
    if found is None:
        raise Refused("There is no such user")
    return found


def save(state: State, site: Site, form: Form) -> Done:
    user, email = _user(site, form), form.get("email", "").strip()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
        raise Refused("A user has to have an e-mail address")
    other = customers.by_email(site, email)
    if other is not None and other.id != user.id:
        raise Refused("Somebody else has that e-mail address")
    customers.update(
        state, site, user, email=email, first_name=form.get("first_name", "").strip(),
        last_name=form.get("last_name", "").strip(),
        billing={"phone": form.get("phone", "").strip()},
    )  # fmt: skip
    return Done("User updated.")


def delete(state: State, site: Site, form: Form) -> Done:
    user = _user(site, form)
    if user.role in STAFF:
        raise Refused("The staff stays")
    customers.delete(state, site, user)
    return Done("User deleted.", "users.php")


def add_password(state: State, site: Site, form: Form) -> Done:
    """The one time that it is shown."""
    user = _user(site, form)
    made = application_password(
        state, site, {"customer": user.id, "name": form.get("name") or "Tillside"}
    )
    return Done(f"Your new password for {user.username} is: {made['password']}")


def drop_passwords(state: State, site: Site, form: Form) -> Done:
    user = _user(site, form)
    for held in list(site.application_passwords):
        if held.user_id == user.id:
            revoke(state, site, held)
    return Done("All application passwords revoked.")


SCREENS: Screens = {
    "users.php": Screen(_list, "users"),
    "user-edit.php": Screen(_edit, "users"),
    "profile.php": Screen(_own, "users"),
}
ACTS: Acts = {
    "user-save": save, "user-delete": delete, "password-add": add_password,
    "passwords-drop": drop_passwords,
}  # fmt: skip
