"""Calls from the site's server to the service. Each carries a signed ticket and nothing else."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import requests

from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State

from .installed import Installation, forget, installation_of, plugin_of, shut_out
from .tickets import signed

Answer = dict[str, Any]


class ServiceRefused(Exception):
    """`code` is tillside_not_connected, _unreachable, _refused or _unreadable."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


def call_service(
    state: State, site: Site, action: str, claims: dict[str, Any] | None = None,
    timeout_seconds: float = 20.0,
) -> Answer:  # fmt: skip
    """What the service answers to `export`, `erase` or `disconnect`; raises `ServiceRefused`."""
    installation = installation_of(state, site)
    if installation is None:
        message = "This store is not connected to Tillside."
        raise ServiceRefused("tillside_not_connected", message)
    told = {**(claims or {}), "sub": "wordpress", "use": action}
    ticket = signed(state, site, installation, told)
    return _posted(installation, action, ticket, timeout_seconds)


def _posted(installation: Installation, action: str, ticket: str, seconds: float) -> Answer:
    url = f"{installation.app_url}/api/v1/plugin/{action}"
    with requests.Session() as session:
        session.trust_env = False
        try:
            answer = session.post(
                url, json={"ticket": ticket}, timeout=seconds, allow_redirects=False
            )
        except requests.RequestException:
            message = (
                "Tillside could not be reached, so it may not have done what was asked. "
                "Please try again later."
            )
            raise ServiceRefused("tillside_unreachable", message) from None
    try:
        read = answer.json() if answer.status_code == 200 else None
    except ValueError:
        read = None
    if not isinstance(read, dict):
        message = (
            f"Tillside answered with an error (status {answer.status_code}). It may not have done "
            "what was asked. Please try again later."
        )
        raise ServiceRefused("tillside_refused", message)
    return read


def disconnect(state: State, site: Site) -> None:
    """At the service first, then here; raises `ServiceRefused`, and then nothing changes here."""
    installation = installation_of(state, site)
    answer = call_service(state, site, "disconnect")
    if installation is None or answer.get("status") != "disconnected":
        message = (
            "Tillside did not confirm that this store is disconnected. Please try again later."
        )
        raise ServiceRefused("tillside_refused", message)
    forget(state, site)
    shut_out(state, site, installation)


def delete_plugin(state: State, site: Site) -> None:
    """Disconnect as well as may be, and leave nothing behind."""
    plugin, installation = plugin_of(state, site), installation_of(state, site)
    if plugin is None:
        return
    if installation is not None:
        # Whatever it answers: its key goes, and without that it reads nothing here.
        with suppress(ServiceRefused):
            call_service(state, site, "disconnect", timeout_seconds=5)
        shut_out(state, site, installation)
        forget(state, site)
    plugin.deleted.add(site.prefix)


def about_person(state: State, site: Site, action: str, email: str) -> list[Answer]:
    """Every page of the answer to `export` or `erase`; none where the store isn't connected.

    Raises `ServiceRefused`, also where the answer isn't what was agreed.
    """
    if installation_of(state, site) is None:
        return []
    needed = {"export": ("groups", "done"), "erase": ("removed", "retained", "done")}[action]
    pages: list[Answer] = []
    while not pages or pages[-1]["done"] is not True:
        claims = {"email": email, "page": len(pages) + 1}
        answer = call_service(state, site, action, claims)
        if any(name not in answer for name in needed) or len(pages) > 500:
            message = "Tillside’s answer could not be understood. Please try again later."
            raise ServiceRefused("tillside_unreadable", message)
        pages.append(answer)
    return pages
