"""The queue of deliveries, run by the sites' WP-Cron. Nothing is sent twice but by a switch."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass

from simulators.sending import STOPS_WITHIN_SECONDS, Sender, wait_while
from simulators.woocommerce import addresses
from simulators.woocommerce.model.access import Webhook
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State
from simulators.woocommerce.webhooks.delivery import Delivery, ping, prepare
from simulators.woocommerce.webhooks.payload import payload

MAX_FAILURES = 5
"""A webhook with more consecutive ones before the next is disabled by that: at the seventh."""

CONNECTS_WITHIN_SECONDS = 10.0
PING_WAITS_SECONDS = 5.0
"""WordPress's own patience, which a ping has; a delivery has `answers_within_seconds`."""

Key = tuple[str, int, int]
"""Site prefix, webhook id, argument."""


@dataclass(slots=True)
class _Due:
    key: Key
    at: float


class Outbox:
    """Listens to the state; identical deliveries that still wait are one."""

    def __init__(self, state: State) -> None:
        self.state = state
        self.log: deque[Delivery] = deque(maxlen=5000)
        self._pending: dict[Key, _Due] = {}
        self._wake = threading.Condition()
        self._sending = threading.RLock()
        self._busy = 0
        self._stop = False
        self._sender = Sender()
        self._thread = threading.Thread(target=self._run, name="wp-cron", daemon=True)
        state.listeners.append(self.publish)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        with self._wake:
            self._stop = True
            self._wake.notify_all()
        if self._thread.is_alive():
            self._thread.join(timeout=STOPS_WITHIN_SECONDS)
        self._sender.close()

    def publish(self, site: Site, topic: str, subject: int) -> None:
        """Queue a delivery for each active webhook of the topic."""
        due = time.monotonic() + site.switches.cron_delay_seconds
        with self._wake:
            for hook in site.webhooks.values():
                if hook.topic == topic and hook.status == "active":
                    key = (site.prefix, hook.id, subject)
                    self._pending.setdefault(key, _Due(key, due))
            self._wake.notify_all()

    def pending(self, site: Site | None = None) -> list[Key]:
        with self._wake:
            return [key for key in self._pending if site is None or key[0] == site.prefix]

    def visit(self, site: Site) -> None:
        """Somebody asked the site for a page: a cron by visits runs what is due."""
        if site.switches.cron == "visits" and self.pending(site):
            threading.Thread(target=self._run_due, args=(site,), daemon=True).start()

    def _run_due(self, site: Site) -> None:
        for key in self._take(lambda due: due.key[0] == site.prefix and self._is_due(due)):
            self._finish(key)

    def run_cron(self, site: Site | None = None) -> int:
        """Deliver now all that waits, due or not; gives how many."""
        taken = self._take(lambda due: site is None or due.key[0] == site.prefix)
        for key in taken:
            self._finish(key)
        return len(taken)

    def idle(self, timeout: float = 60.0) -> bool:
        """Wait until nothing is under way or due by itself; False when it took long."""
        return wait_while(self._wake, self._at_work, timeout)

    def _at_work(self) -> bool:
        return self._busy > 0 or any(self._automatic(due) for due in self._pending.values())

    def _automatic(self, due: _Due) -> bool:
        site = self.state.sites.get(due.key[0])
        return site is not None and site.switches.cron == "auto"

    def _is_due(self, due: _Due) -> bool:
        return due.at <= time.monotonic()

    def _take(self, wanted) -> list[Key]:  # type: ignore[no-untyped-def]
        with self._wake:
            taken = [due.key for due in self._pending.values() if wanted(due)]
            for key in taken:
                del self._pending[key]
            self._busy += len(taken)
        site = self.state.sites.get(taken[0][0]) if taken else None
        if site is not None and site.random.random() < site.switches.shuffle:
            site.random.shuffle(taken)
        return taken

    def _run(self) -> None:
        while not self._stop:
            taken = self._take(lambda due: self._automatic(due) and self._is_due(due))
            for key in taken:
                self._finish(key)
            with self._wake:
                waits = [due.at for due in self._pending.values() if self._automatic(due)]
                pause = max(0.0, min(waits) - time.monotonic()) if waits else None
                if not self._stop and (pause is None or pause > 0):
                    self._wake.wait(pause)

    def _finish(self, key: Key) -> None:
        try:
            self._deliver(key)
        finally:
            with self._wake:
                self._busy -= 1
                self._wake.notify_all()

    def _deliver(self, key: Key) -> None:
        prefix, hook_id, arg = key
        with self.state.lock:
            site = self.state.sites.get(prefix)
            hook = site.webhooks.get(hook_id) if site else None
            if site is None or hook is None:
                return
            delivery = prepare(self.state, site, hook, payload(self.state, site, hook, arg))
            dropped = site.random.random() < site.switches.drop
            copies = 2 if site.random.random() < site.switches.double else 1
        if dropped:
            delivery.state = "dropped"
            self.log.append(delivery)
            return
        for _ in range(copies):
            self._send(site, delivery, site.switches.answers_within_seconds)
            self._count(site, hook, delivery)

    def ping(self, site: Site, hook: Webhook) -> None:
        """Sent at creation; what is answered has no consequence but being noted."""
        delivery = ping(self.state, site, hook)
        self._send(site, delivery, PING_WAITS_SECONDS)
        hook.ping_status = delivery.status

    def _send(self, site: Site, delivery: Delivery, waits_seconds: float) -> None:
        delivery.error = addresses.refused(self.state, site, delivery.url)
        if delivery.error is None:
            delivery.status, delivery.error = self._sender.post(
                delivery.url,
                delivery.body,
                delivery.headers,
                (min(CONNECTS_WITHIN_SECONDS, waits_seconds), waits_seconds),
            )
        delivery.state = "sent" if 200 <= (delivery.status or 0) < 303 else "failed"
        self.log.append(delivery)

    def _count(self, site: Site, hook: Webhook, delivery: Delivery) -> None:
        with self.state.lock:
            if delivery.state == "sent":
                hook.failures = 0
            elif hook.failures > MAX_FAILURES:
                hook.status = "disabled"
                hook.modified_at = self.state.clock.stamp()
            else:
                hook.failures += 1
                hook.modified_at = self.state.clock.stamp()
