"""Keys that a store refuses, for a moment or for good."""

import base64
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from platforms.errors import AuthorizationLost, PlatformError
from platforms.port import Secret, StoreAccess
from platforms.woocommerce.answers import AccessRefused
from platforms.woocommerce.credentials import Credentials
from tests.platforms.loopback import LoopbackStore, Said, loopback_store, said
from tests.platforms.woocommerce.fake_store import Clock, transport

ORDERS = "wc/v3/orders"
NO_AUTH = {"code": "woocommerce_rest_cannot_view", "message": "Sorry, you cannot list resources."}


@pytest.fixture
def store() -> Iterator[LoopbackStore]:
    with loopback_store() as store:
        yield store


@pytest.fixture
def clock() -> Clock:
    return Clock()


class Renewing:
    """An access whose keys can be changed."""

    def __init__(self, store: LoopbackStore, *keys: str) -> None:
        root = store.origin + "/wp-json/"
        self.secrets = [Credentials(key, "cs", root, "basic").packed() for key in keys]
        self.refused: list[Secret] = []
        self.opened = 0

    @property
    def access(self) -> StoreAccess:
        return StoreAccess("shop.example", self._token, self._renew)

    def _token(self) -> Secret:
        self.opened += 1
        return self.secrets[0]

    def _renew(self, refused: Secret) -> Secret:
        self.refused.append(refused)
        if len(self.secrets) < 2:
            raise AuthorizationLost("the store no longer accepts our token")
        return self.secrets[1]


def test_refused_keys_are_tried_once_more_at_once(store: LoopbackStore, clock: Clock) -> None:
    renewing = Renewing(store, "ck_1", "ck_2")
    store.script = [said(NO_AUTH, 401), said([])]
    assert transport(store, clock, access=renewing.access).get(ORDERS).value == []
    assert renewing.refused == []
    assert clock.slept == [0.5]


def test_refused_twice_asks_for_other_keys(store: LoopbackStore, clock: Clock) -> None:
    renewing = Renewing(store, "ck_1", "ck_2")
    store.script = [said(NO_AUTH, 401), said(NO_AUTH, 401), said([])]
    assert transport(store, clock, access=renewing.access).get(ORDERS).value == []
    assert renewing.refused == [renewing.secrets[0]]
    sent = [asked.headers["authorization"] for asked in store.asked]
    assert sent[0] == sent[1] != sent[2]


def test_other_keys_refused_too_are_lost(store: LoopbackStore, clock: Clock) -> None:
    renewing = Renewing(store, "ck_1", "ck_2")
    store.script = [said(NO_AUTH, 401)] * 3
    with pytest.raises(AuthorizationLost, match="others too") as raised:
        transport(store, clock, access=renewing.access).get(ORDERS)
    assert raised.value.reauthorize
    assert len(store.asked) == 3


@pytest.mark.parametrize("status", [401, 403])
def test_keys_that_nobody_can_renew_are_lost(
    store: LoopbackStore, clock: Clock, status: int
) -> None:
    renewing = Renewing(store, "ck_1")
    store.script = [said(NO_AUTH, status)] * 2
    with pytest.raises(AuthorizationLost, match="no longer accepts"):
        transport(store, clock, access=renewing.access).get(ORDERS)
    assert len(renewing.refused) == 1
    # A right that is missing comes not back by asking again.
    assert len(store.asked) == (2 if status == 401 else 1)


def test_what_is_optional_says_nothing_of_the_keys(store: LoopbackStore, clock: Clock) -> None:
    renewing = Renewing(store, "ck_1")
    store.script = [said(NO_AUTH, 403)]
    with pytest.raises(AccessRefused) as raised:
        transport(store, clock, access=renewing.access).get("wc/v3/system_status", optional=True)
    assert (raised.value.store_code, raised.value.status) == ("woocommerce_rest_cannot_view", 403)
    assert renewing.refused == []


def test_kept_keys_are_opened_every_half_minute(store: LoopbackStore, clock: Clock) -> None:
    renewing = Renewing(store, "ck_1")
    api = transport(store, clock, access=renewing.access)
    store.script = [said([])] * 4
    for seconds in (0, 29, 2, 0):
        clock.time += seconds
        api.get(ORDERS)
    assert renewing.opened == 2


def test_side_by_side_refusals_ask_once_for_other_keys(store: LoopbackStore, clock: Clock) -> None:
    renewing = Renewing(store, "ck_1", "ck_2")
    old = Credentials.unpacked(renewing.secrets[0])

    def answer(asked: Any) -> Said:
        if asked.headers["authorization"] == _basic(old):
            return said(NO_AUTH, 401)
        return said([])

    store.script = answer
    api = transport(store, clock, access=renewing.access)
    threads = [threading.Thread(target=api.get, args=(ORDERS,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert renewing.refused == [renewing.secrets[0]]


def test_no_fault_tells_the_keys(store: LoopbackStore, clock: Clock) -> None:
    keys = Credentials("ck_canary", "cs_canary", store.origin + "/wp-json/", "query").packed()
    access = StoreAccess("shop.example", lambda: keys, lambda _: keys)
    for answer in (Said(hang_up=True), Said(500, b"x"), said(NO_AUTH, 401), Said(400, b"")):
        store.script = [answer] * 5
        with pytest.raises(PlatformError) as raised:
            transport(store, clock, access=access).get(ORDERS)
        error: BaseException | None = raised.value
        while error is not None:
            assert "canary" not in f"{error!s}{error!r}"
            error = error.__cause__ or error.__context__


def _basic(keys: Credentials) -> str:
    pair = f"{keys.consumer_key}:{keys.consumer_secret}".encode()
    return "Basic " + base64.b64encode(pair).decode()
