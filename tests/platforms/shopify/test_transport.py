"""The GraphQL transport against every way in which a shop can fail."""

from collections.abc import Iterator
from typing import Any

import pytest

from platforms.errors import (
    PlatformError,
    RequestRefused,
    StoreAnsweredNonsense,
    StoreUnreachable,
    Throttled,
)
from platforms.outbound import BucketTold
from platforms.own_pacing import OwnPacing
from platforms.port import Secret, StoreAccess
from platforms.shopify.transport import CostExceeded, GraphTransport, Timing
from tests.platforms.loopback import LoopbackStore, Said, guarded, loopback_store, said
from tests.platforms.shopify.example import SHOP, Clock, platform, timing, transport

GOOD = {"data": {"shop": {"name": "John Smith Test Store"}}}


@pytest.fixture
def store() -> Iterator[LoopbackStore]:
    with loopback_store() as store:
        yield store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def graph(store: LoopbackStore, clock: Clock) -> GraphTransport:
    return transport(guarded(), store.url_template, clock)


def _cost(requested: float, available: float, maximum: float = 2000, restore: float = 100) -> Any:
    return {
        "cost": {
            "requestedQueryCost": requested,
            "throttleStatus": {
                "currentlyAvailable": available,
                "maximumAvailable": maximum,
                "restoreRate": restore,
            },
        }
    }


def _error(code: str | None, message: str = "no", **more: Any) -> dict[str, Any]:
    return {"message": message, **({"extensions": {"code": code}} if code else {}), **more}


def test_a_document_goes_out_with_its_token(store: LoopbackStore, graph: GraphTransport) -> None:
    store.script = [said(GOOD)]
    assert graph.execute("order", {"id": "gid://shopify/Order/1", "lines": 5}).data == GOOD["data"]
    (asked,) = store.asked
    assert asked.path == f"/{SHOP}/admin/api/2026-10/graphql.json"
    assert asked.headers["x-shopify-access-token"] == "shpat_1"
    assert asked.headers["content-type"] == "application/json"
    assert asked.json()["operationName"] == "order"
    assert asked.json()["variables"] == {"id": "gid://shopify/Order/1", "lines": 5}
    assert "fragment AddressFields" in asked.json()["query"]


@pytest.mark.parametrize(
    "answer",
    [
        Said(hang_up=True),
        Said(200, b"<html>Shopify is down</html>"),
        Said(200, b""),
        Said(200, b"\xff\xfe\x00"),
        Said(200, b"[1]"),
        Said(200, b"null"),
        said({}),
        said({"data": None}),
        said({"data": [1]}),
        Said(500, b"<html>"),
        Said(502, b""),
        Said(503, b"", {"Retry-After": "0.5"}),
        said({"errors": [_error("INTERNAL_SERVER_ERROR")], "data": {"shop": None}}),
        said({"errors": [_error("TIMEOUT")]}),
    ],
)
def test_a_passing_fault_is_tried_again(
    store: LoopbackStore, graph: GraphTransport, clock: Clock, answer: Said
) -> None:
    store.script = [answer, answer, said(GOOD)]
    assert graph.execute("shop", {}).data == GOOD["data"]
    assert len(store.asked) == 3
    assert len(clock.slept) == 2


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Said(hang_up=True), StoreUnreachable),
        (Said(200, b"<html>"), StoreAnsweredNonsense),
        (Said(503, b""), StoreAnsweredNonsense),
    ],
)
def test_a_lasting_fault_is_told_after_growing_waits(
    store: LoopbackStore,
    graph: GraphTransport,
    clock: Clock,
    answer: Said,
    error: type[PlatformError],
) -> None:
    store.script = [answer] * 5
    with pytest.raises(error) as raised:
        graph.execute("shop", {})
    assert raised.value.retryable
    assert len(store.asked) == 5
    assert clock.slept == [0.5, 1.0, 2.0, 4.0]


def test_jitter_takes_at_most_half_of_a_wait(clock: Clock) -> None:
    assert timing(clock, first_wait_seconds=1.0).backoff(2) == 4.0
    assert Timing(jitter=lambda: 0.0, first_wait_seconds=1.0).backoff(2) == 2.0
    assert timing(clock, longest_wait_seconds=3.0).backoff(9) == 3.0


def test_retry_after_is_honoured(store: LoopbackStore, graph: GraphTransport, clock: Clock) -> None:
    store.script = [Said(429, b"", {"Retry-After": "2.0"}), said(GOOD)]
    graph.execute("shop", {})
    assert clock.slept == [pytest.approx(2.1)]


def test_a_retry_after_beyond_our_patience_is_told(
    store: LoopbackStore, graph: GraphTransport, clock: Clock
) -> None:
    store.script = [Said(429, b"", {"Retry-After": "600"})]
    with pytest.raises(Throttled) as raised:
        graph.execute("shop", {})
    assert raised.value.retry_after_seconds == 600
    assert clock.slept == []


@pytest.mark.parametrize("text", ["Sun, 22 Nov 2020 12:00:00 GMT", "soon", "", "-5", "nan"])
def test_an_odd_retry_after_does_no_harm(
    store: LoopbackStore, graph: GraphTransport, clock: Clock, text: str
) -> None:
    store.script = [Said(429, b"", {"Retry-After": text}), said(GOOD)]
    graph.execute("shop", {})
    assert len(clock.slept) == 1
    assert 0 <= clock.slept[0] <= 0.5


@pytest.mark.parametrize("status", [200, 429])
def test_throttled_waits_by_the_stores_own_figures(
    store: LoopbackStore, graph: GraphTransport, clock: Clock, status: int
) -> None:
    refused = {"errors": [_error("THROTTLED")], "extensions": _cost(500, 100)}
    good = {**GOOD, "extensions": _cost(500, 1000)}
    store.script = [said(refused, status), said(good)]
    graph.execute("shop", {})
    # (500 - 100) / 100 a second, and by then the bucket is believed to hold enough.
    assert clock.slept == [pytest.approx(4.1)]


def test_a_throttle_without_end_is_told(store: LoopbackStore, clock: Clock) -> None:
    graph = transport(guarded(), store.url_template, clock, throttled_attempts=3)
    store.script = [said({"errors": [_error("THROTTLED")]})] * 3
    with pytest.raises(Throttled):
        graph.execute("shop", {})
    assert len(store.asked) == 3


def test_the_next_call_is_paced_by_what_the_last_one_cost(
    store: LoopbackStore, graph: GraphTransport, clock: Clock
) -> None:
    store.script = [said({**GOOD, "extensions": _cost(300, 100)}), said(GOOD)]
    graph.execute("shop", {})
    assert clock.slept == []
    graph.execute("shop", {})
    assert clock.slept == [2.0]


def test_every_request_is_reserved_settled_and_counted(store: LoopbackStore, clock: Clock) -> None:
    class Noted:
        reserved: list[tuple[str, int]] = []
        settled: list[tuple[str, BucketTold | None]] = []

        def reserve(self, what: str, size: int = 1, at_most: float | None = None) -> str:
            assert at_most == 12 + 21 + 8 * int(what.removeprefix("order lines="))
            self.reserved.append((what, size))
            return str(len(self.reserved))

        def settle(self, reservation: str, told: BucketTold | None) -> None:
            self.settled.append((reservation, told))

    class OfOne(OwnPacing):
        def bucket(self, store: str) -> Any:
            assert store == SHOP
            return pacer

    pacer = Noted()
    shopify = platform(guarded(), clock, SHOPIFY_URL_TEMPLATE=store.url_template)
    access = StoreAccess(SHOP, lambda: Secret("t"), lambda refused: refused, OfOne())
    store.script = [said({"data": {"order": None}, "extensions": _cost(7, 90, 100, 5)})] * 2
    store.script += [Said(hang_up=True), said({"data": {"order": None}})]
    reader = shopify.reader(access)
    assert reader.order("1") is None
    assert reader.order("1") is None
    assert access.calls() == 2
    assert reader.order("1") is None
    assert access.calls() == 4
    ((what, size),) = set(pacer.reserved)
    assert what.startswith("order lines=")
    assert size == 1
    assert len(pacer.reserved) == 4
    told = BucketTold(7.0, None, 90.0, 100.0, 5.0)
    assert pacer.settled == [("1", told), ("2", told), ("3", None), ("4", None)]


def test_partial_data_is_kept_with_what_was_withheld(
    store: LoopbackStore, graph: GraphTransport
) -> None:
    denied = _error("ACCESS_DENIED", "not approved", path=["orders", "nodes", 0, "email"])
    data = {"orders": {"nodes": [{"email": None}]}}
    store.script = [said({"data": data, "errors": [denied]})]
    answer = graph.execute("orders", {})
    assert answer.data == data
    assert answer.withheld == (("orders", "nodes", 0, "email"),)
    assert answer.errors == ("not approved",)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (said({"errors": [_error("ACCESS_DENIED", "needs read_orders")]}), "needs read_orders"),
        (said({"errors": [_error(None, "Field 'x' doesn't exist")]}), "Field 'x'"),
        (said({"errors": [_error("SHOP_INACTIVE")], "data": None}), "refuses"),
        (said({"errors": "Not Found"}, 404), "no such shop"),
        (said({"errors": "Payment Required"}, 402), "frozen"),
        (said({"errors": "Locked"}, 423), "locked"),
        (said({"errors": "Forbidden"}, 403), "forbids"),
        (Said(400, b"<html>"), "400"),
    ],
)
def test_a_refusal_is_told_at_once(
    store: LoopbackStore, graph: GraphTransport, clock: Clock, answer: Said, words: str
) -> None:
    store.script = [answer]
    with pytest.raises(RequestRefused, match=words):
        graph.execute("shop", {})
    assert clock.slept == []


def test_a_query_above_the_limit_is_told(store: LoopbackStore, graph: GraphTransport) -> None:
    store.script = [said({"errors": [_error("MAX_COST_EXCEEDED")]})]
    with pytest.raises(CostExceeded):
        graph.execute("shop", {})


def test_user_errors_refuse_a_mutation(store: LoopbackStore, graph: GraphTransport) -> None:
    errors = [{"field": None, "message": "can't be uninstalled"}]
    store.script = [said({"data": {"appUninstall": {"userErrors": errors}}})]
    with pytest.raises(RequestRefused, match="can't be uninstalled"):
        graph.mutate("app_uninstall", "appUninstall", {})


def test_a_mutation_without_payload_is_nonsense(
    store: LoopbackStore, graph: GraphTransport
) -> None:
    store.script = [said({"data": {"appUninstall": None}})]
    with pytest.raises(StoreAnsweredNonsense):
        graph.mutate("app_uninstall", "appUninstall", {})


def test_a_token_never_shows_in_an_error(store: LoopbackStore, graph: GraphTransport) -> None:
    store.script = [Said(403, b"shpat_1")]
    with pytest.raises(RequestRefused) as raised:
        graph.execute("shop", {})
    assert "shpat_1" not in str(raised.value)
