"""The queue of webhooks and the thread that sends them."""

from __future__ import annotations

import heapq
import itertools
import threading
import time
from collections import deque
from collections.abc import Iterator
from random import Random
from typing import Any

from simulators.sending import STOPS_WITHIN_SECONDS, Sender, wait_while
from simulators.shopify.model.access import Subscription
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State
from simulators.shopify.webhooks.bodies import BUILDERS, COMPLIANCE, encode
from simulators.shopify.webhooks.delivery import Attempt, Delivery

RETRY_SECONDS = (1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0, 120.0)
"""Eight retries, as on the platform, where they spread over four hours."""

PATIENCE = (1.0, 5.0)
"""Seconds to connect and to answer, as on the platform."""


class Outbox:
    """Listens to the state, makes deliveries, and sends them in the background."""

    def __init__(self, state: State, retry_seconds: tuple[float, ...] = RETRY_SECONDS) -> None:
        self.state = state
        self.retry_seconds = retry_seconds
        self.log: deque[Delivery] = deque(maxlen=5000)
        self._queue: list[tuple[float, int, Delivery]] = []
        self._parked: list[tuple[float, int, Delivery]] = []
        self._order = itertools.count()
        self._wake = threading.Condition()
        self._busy = 0
        self._stop = False
        self._randoms: dict[str, Random] = {}
        self._sender = Sender()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
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

    def publish(self, shop: Shop, topic: str, subject: Any) -> None:
        """Queue a delivery for each subscription of the topic."""
        targets = list(self._targets(shop, topic))
        if not targets:
            return
        body = BUILDERS[topic](shop, subject)
        for target in targets:
            kept = body
            if target.include_fields:
                kept = {k: v for k, v in body.items() if k in target.include_fields}
            self._push(shop, topic, target, encode(kept))

    def _targets(self, shop: Shop, topic: str) -> Iterator[Subscription]:
        app, now = self.state.app, self.state.clock.stamp()
        if topic in COMPLIANCE:
            if app.compliance_uri and app.client_id in shop.installations:
                yield Subscription(
                    0, topic, app.compliance_uri, now, now, app.api_version, app_specific=True
                )
            return
        for subscription in shop.subscriptions.values():
            if subscription.topic == topic and subscription.uri.startswith("http"):
                yield subscription

    def _push(self, shop: Shop, topic: str, target: Subscription, body: bytes) -> None:
        delivery = Delivery(
            topic, shop.domain, target.uri, body, target.api_version,
            self.state.event_id, self.state.clock.now(),
            None if target.app_specific else target.id, target.name,
        )  # fmt: skip
        self.log.append(delivery)
        for delay in self._delays(shop, delivery):
            self._schedule(delivery, delay)

    def _delays(self, shop: Shop, delivery: Delivery) -> list[float]:
        """When to send it, in seconds from now: one moment, none when dropped, more if doubled."""
        switches = shop.switches
        rng = self._randoms.setdefault(shop.domain, Random(switches.seed))
        if rng.random() < switches.drop:
            delivery.state = "dropped"
            return []
        delay = 0.0
        if rng.random() < switches.late:
            delay = switches.late_seconds * rng.uniform(0.5, 1)
        elif rng.random() < switches.reorder:
            delay = rng.uniform(0.05, 0.4)
        delays = [delay]
        if rng.random() < switches.duplicate:
            delays.append(delay + rng.uniform(0, 0.4))
            delivery.copies = 2
        return delays

    def reseed(self, shop: Shop) -> None:
        """Start the shop's chance anew from its switches' seed."""
        self._randoms[shop.domain] = Random(shop.switches.seed)

    def _schedule(self, delivery: Delivery, delay: float) -> None:
        with self._wake:
            entry = (time.monotonic() + delay, next(self._order), delivery)
            heapq.heappush(self._queue, entry)
            self._wake.notify_all()

    def resend(self, webhook_id: str) -> Delivery:
        """Send a logged delivery once more, byte for byte; raises `KeyError`."""
        for delivery in self.log:
            if delivery.webhook_id == webhook_id:
                self._schedule(delivery, 0)
                return delivery
        raise KeyError(webhook_id)

    def kick(self) -> None:
        """Look again, after a shop was resumed."""
        with self._wake:
            for entry in self._parked:
                heapq.heappush(self._queue, entry)
            self._parked.clear()
            self._wake.notify_all()

    def idle(self, timeout: float = 60.0) -> bool:
        """Wait until all is sent (paused shops and later retries aside); False when it took long.

        A delivery that waits for a retry counts as sent once its first attempt was made.
        """
        return wait_while(self._wake, self._at_work, timeout)

    def _at_work(self) -> bool:
        return self._busy > 0 or any(self._pending(entry[2]) for entry in self._queue)

    def _pending(self, delivery: Delivery) -> bool:
        retry = delivery.attempts and delivery.state == "waiting"
        return not retry and not self._paused(delivery)

    def _paused(self, delivery: Delivery) -> bool:
        shop = self.state.shops.get(delivery.shop)
        return shop is not None and shop.switches.paused

    def _take(self) -> Delivery | None:
        with self._wake:
            while not self._stop:
                while self._queue and self._queue[0][0] <= time.monotonic():
                    entry = heapq.heappop(self._queue)
                    if not self._paused(entry[2]):
                        self._busy += 1
                        return entry[2]
                    self._parked.append(entry)
                wait = self._queue[0][0] - time.monotonic() if self._queue else None
                self._wake.wait(max(0.0, wait) if wait is not None else None)
        return None

    def _run(self) -> None:
        while (delivery := self._take()) is not None:
            try:
                self._attempt(delivery)
            finally:
                with self._wake:
                    self._busy -= 1
                    self._wake.notify_all()

    def _attempt(self, delivery: Delivery) -> None:
        started, at = time.monotonic(), self.state.clock.now()
        headers = delivery.headers(self.state.app.signing_secret)
        status, error = self._sender.post(delivery.uri, delivery.body, headers, PATIENCE)
        delivery.attempts.append(Attempt(at, status, error, time.monotonic() - started))
        if status is not None and 200 <= status < 300:
            delivery.state = "sent"
            return
        failures = sum(1 for one in delivery.attempts if not one.status or one.status >= 300)
        if delivery.state == "sent":
            return
        if failures <= len(self.retry_seconds):
            self._schedule(delivery, self.retry_seconds[failures - 1])
            return
        delivery.state = "failed"
        self._unsubscribe(delivery)

    def _unsubscribe(self, delivery: Delivery) -> None:
        """After the last retry a shop-specific subscription is deleted."""
        with self.state.lock:
            shop = self.state.shops.get(delivery.shop)
            if shop is not None and delivery.subscription_id is not None:
                shop.subscriptions.pop(delivery.subscription_id, None)
