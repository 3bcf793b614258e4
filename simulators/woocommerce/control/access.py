"""Keys, application passwords and webhooks by the control API."""

from __future__ import annotations

from typing import Any

from simulators.woocommerce.bodies.webhook import webhook_body
from simulators.woocommerce.control.ask import Asked, user_of
from simulators.woocommerce.model.access import ApplicationPassword
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State
from simulators.woocommerce.wc_auth.handover import make_key


def create_key(state: State, site: Site, asked: Asked) -> Any:
    """`permissions` read, write or read_write; `customer` names the user, else a manager."""
    user = user_of(site, asked) if asked.get("customer") else site.manager()
    key = make_key(state, site, user, asked.get("permissions", "read_write"))
    return {"key_id": key.id, "consumer_key": key.consumer_key,
            "consumer_secret": key.consumer_secret}  # fmt: skip


def revoke_keys(state: State, site: Site, asked: Asked) -> Any:
    """One by `consumer_key`, or all, and with them every application password."""
    with state.lock:
        if asked.get("consumer_key"):
            gone = [site.keys.pop(asked["consumer_key"])]
        else:
            gone = list(site.keys.values())
            site.keys.clear()
            site.application_passwords.clear()
    return {"revoked": [key.id for key in gone]}


def list_keys(state: State, site: Site, _asked: Asked) -> Any:
    return [
        {"key_id": key.id, "user_id": key.user_id, "permissions": key.permissions,
         "description": key.description, "consumer_key": key.consumer_key}
        for key in site.keys.values()
    ]  # fmt: skip


def application_password(state: State, site: Site, asked: Asked) -> Any:
    """A new one, written in groups of four as WordPress shows it."""
    user = user_of(site, asked) if asked.get("customer") else site.manager()
    letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
    password = "".join(site.random.choices(letters, k=24))
    with state.lock:
        site.application_passwords.append(
            ApplicationPassword(user.id, asked.get("name", "app"), password)
        )
    groups = " ".join(password[at : at + 4] for at in range(0, 24, 4))
    return {"username": user.username, "password": groups}


def list_webhooks(state: State, site: Site, _asked: Asked) -> Any:
    """With what REST keeps to itself."""
    return [
        {**webhook_body(state, site, hook), "secret": hook.secret, "failures": hook.failures,
         "ping_status": hook.ping_status, "user_id": hook.user_id}
        for hook in site.webhooks.values()
    ]  # fmt: skip


def chat(state: State, site: Site, asked: Asked) -> Any:
    """Have the plugin offer the chat of `code` in the storefront; none without one."""
    code = str(asked.get("code", ""))
    state.resources["plugin"].chats[site.prefix] = code
    return {"code": code}


ACTIONS = {
    "chat": chat, "keys": list_keys, "keys/create": create_key, "keys/revoke": revoke_keys,
    "application-passwords/create": application_password, "webhooks": list_webhooks,
}  # fmt: skip
