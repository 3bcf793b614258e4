"""Everything the stand-in knows, behind one lock."""

from __future__ import annotations

import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from simulators.clock import Clock

from .config import AppConfig
from .model.shop import Shop

Listener = Callable[[Shop, str, Any], None]
"""Told of (shop, REST topic, subject) while the lock is held."""


class UnknownShop(LookupError):
    """No shop of that name lives here."""


@dataclass(slots=True)
class Alarm:
    """Something an app must never do, seen by the stand-in."""

    kind: str
    detail: str
    at: datetime


@dataclass
class State:
    """Shops by domain, the registered app, and who wants to hear of events.

    Take `lock` around anything that reads several objects or writes. Actions take it themselves
    (it is re-entrant).
    """

    app: AppConfig = field(default_factory=AppConfig)
    clock: Clock = field(default_factory=Clock)
    shops: dict[str, Shop] = field(default_factory=dict)
    alarms: list[Alarm] = field(default_factory=list)
    listeners: list[Listener] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)
    base_url: str = ""
    """Where the stand-in itself listens, without a trailing slash; set by the server."""
    files_url: str = ""
    """Origin of bulk files: another host than `base_url`."""
    event_id: str = ""
    """Of the action under way."""
    _depth: int = 0
    resources: dict[str, Any] = field(default_factory=dict)
    """Parts of the running server (outbox, faults, bulk runner), by name."""

    def shop(self, name: str) -> Shop:
        """The shop called `name`, with or without `.myshopify.com`; raises `UnknownShop`."""
        domain = name.lower()
        if not domain.endswith(".myshopify.com"):
            domain += ".myshopify.com"
        try:
            return self.shops[domain]
        except KeyError:
            raise UnknownShop(name) from None

    def add(self, shop: Shop) -> Shop:
        with self.lock:
            self.shops[shop.domain] = shop
        return shop

    @contextmanager
    def action(self) -> Iterator[None]:
        """One thing that somebody does: holds the lock and gives its topics one event id."""
        with self.lock:
            outermost = not self._depth
            if outermost:
                self.event_id = str(uuid.uuid4())
            self._depth += 1
            try:
                yield
            finally:
                self._depth -= 1

    def emit(self, shop: Shop, topic: str, subject: Any) -> None:
        """Tell the listeners what happened; bodies are made at once, of this very moment."""
        if not topic.startswith("bulk_operations/"):
            shop.version += 1
        for listener in self.listeners:
            listener(shop, topic, subject)

    def alarm(self, kind: str, detail: str) -> None:
        with self.lock:
            self.alarms.append(Alarm(kind, detail, self.clock.now()))
