"""Everything the stand-in knows, behind one lock."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from simulators.clock import Clock
from simulators.woocommerce.model.site import Site

Listener = Callable[[Site, str, int], None]
"""Told of (site, topic, id of the object) while the lock is held."""


class UnknownSite(LookupError):
    """No site of that name or path lives here."""


@dataclass
class State:
    """Sites by path prefix, and who wants to hear of events.

    Take `lock` around anything that reads several objects or writes. Actions take it themselves
    (it is re-entrant).
    """

    clock: Clock = field(default_factory=Clock)
    sites: dict[str, Site] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    base_url: str = ""
    """Where the stand-in listens, without a trailing slash; set by the server."""
    resources: dict[str, Any] = field(default_factory=dict)
    """Parts of the running server (outbox, faults, sessions, calls), by name."""

    def site(self, name: str | None = None) -> Site:
        """By path prefix or name; the first one without. Raises `UnknownSite`."""
        if name is None:
            return next(iter(self.sites.values()))
        found = self.sites.get(name.rstrip("/"))
        if found is None:
            found = next((one for one in self.sites.values() if one.name == name), None)
        if found is None:
            raise UnknownSite(name)
        return found

    def add(self, site: Site) -> Site:
        with self.lock:
            self.sites[site.prefix] = site
        return site

    def url(self, site: Site) -> str:
        """The site's own idea of its home, without a trailing slash."""
        return site.home or self.base_url + site.prefix

    def rest_root(self, site: Site) -> str:
        """Where its REST API is said to be, with what the permalinks make of it."""
        tail = "/wp-json/" if site.pretty_permalinks else "/index.php?rest_route=/"
        return self.url(site) + tail

    def emit(self, site: Site, topic: str, subject: int) -> None:
        """Tell the listeners that something happened to the object of that id."""
        for listener in self.listeners:
            listener(site, topic, subject)
