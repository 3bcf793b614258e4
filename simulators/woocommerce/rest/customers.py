"""`customers`: by default those of the role customer; `modified_after` is not known to it."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce.actions import customers as acts
from simulators.woocommerce.actions.basket import Refused
from simulators.woocommerce.bodies.customer import customer_body
from simulators.woocommerce.bodies.fields import only
from simulators.woocommerce.model.people import User
from simulators.woocommerce.php import encode
from simulators.woocommerce.rest.call import Answer, Call, one
from simulators.woocommerce.rest.errors import RestError, no_trash
from simulators.woocommerce.rest.listing import ids, joined, window

_SETTABLE = ("email", "first_name", "last_name", "billing", "shipping", "password")


def _find(call: Call) -> User:
    found = call.site.users.get(int(call.path["id"]))
    if found is None:
        raise RestError("wc_user_invalid_id", "Invalid user ID.", 404)
    return found


def _wanted(call: Call, user: User) -> bool:
    given = call.params
    if given["role"] not in ("all", user.role):
        return False
    if given.get("email") and user.email.lower() != str(given["email"]).lower():
        return False
    if given.get("include") and user.id not in ids(given["include"]):
        return False
    if user.id in ids(given.get("exclude")):
        return False
    text = str(given.get("search") or "").lower()
    return not text or any(text in one.lower() for one in (user.username, user.email))


def _key(orderby: str, user: User) -> Any:
    if orderby == "name":
        return (user.display_name.lower(), user.id)
    if orderby == "registered_date":
        return (user.created_at, user.id)
    return user.id


def listing(call: Call) -> Answer:
    call.allow("list")
    users, by = call.site.users, str(call.params["orderby"])
    found = [each for each in users.values() if _wanted(call, each)]
    found.sort(key=lambda each: _key(by, each), reverse=call.params["order"] == "desc")
    shown, headers = window(call, [each.id for each in found])
    bodies = (customer_body(call.state, call.site, users[each]) for each in shown)
    return joined([encode(only(body, call.fields)) for body in bodies], headers)


def read(call: Call) -> Answer:
    user = _find(call)
    call.allow("view")
    return one(call, customer_body(call.state, call.site, user))


def create(call: Call) -> Answer:
    call.allow("create")
    email = call.params["email"]
    fields = {k: call.params[k] for k in (*_SETTABLE, "username") if call.params.get(k)}
    try:
        made = acts.create(call.state, call.site, **fields)
    except Refused:
        message = (
            f"An account is already registered with {email}. "
            "Please log in or use a different email address."
        )
        raise RestError("registration-error-email-exists", message, 400) from None
    body = customer_body(call.state, call.site, made)
    return one(call, body, 201, body["_links"]["self"][0]["href"])


def update(call: Call) -> Answer:
    user = _find(call)
    call.allow("edit")
    email = call.params.get("email")
    taken = acts.by_email(call.site, email) if email else None
    if taken is not None and taken is not user:
        raise RestError("woocommerce_rest_customer_invalid_email", "Email address is invalid.", 400)
    fields = {k: call.params[k] for k in _SETTABLE if k in call.params}
    acts.update(call.state, call.site, user, **fields)
    return one(call, customer_body(call.state, call.site, user))


def delete(call: Call) -> Answer:
    user = _find(call)
    call.allow("delete")
    if not call.params.get("force"):
        raise no_trash("Customers")
    body = customer_body(call.state, call.site, user)
    acts.delete(call.state, call.site, user)
    return one(call, body)
