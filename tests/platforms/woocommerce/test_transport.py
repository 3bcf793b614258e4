"""The transport against every way in which a store, its host or its firewall can fail."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import format_datetime
from typing import Any

import pytest

from platforms.errors import (
    AddressRefused,
    PlatformError,
    RequestRefused,
    StoreAnsweredNonsense,
    StoreUnreachable,
    Throttled,
)
from platforms.woocommerce.answers import NotFound, ObjectGone, PageTooHeavy, RouteMissing
from platforms.woocommerce.config import WooCommerceConfig
from platforms.woocommerce.transport import StoreTransport
from tests.platforms.loopback import LoopbackStore, Said, loopback_store, said
from tests.platforms.woocommerce.fake_store import Clock, timing, transport

ORDERS = "wc/v3/orders"
HTML = {"Content-Type": "text/html"}


@pytest.fixture
def store() -> Iterator[LoopbackStore]:
    with loopback_store() as store:
        yield store


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def api(store: LoopbackStore, clock: Clock) -> StoreTransport:
    return transport(store, clock)


def test_a_list_comes_with_its_length(store: LoopbackStore, api: StoreTransport) -> None:
    store.script = [said([{"id": 1}], X_WP_Total="29")]
    reply = api.get(ORDERS, {"per_page": 3, "orderby": "id"})
    assert (reply.value, reply.total) == ([{"id": 1}], 29)
    (asked,) = store.asked
    assert (asked.method, asked.path) == ("GET", "/wp-json/wc/v3/orders?per_page=3&orderby=id")
    assert asked.headers["authorization"] == "Basic Y2tfMTpjc18x"
    assert asked.headers["user-agent"] == "Tillside (+https://app.example)"
    assert asked.headers["accept"] == "application/json"


def test_a_byte_order_mark_harms_nothing(store: LoopbackStore, api: StoreTransport) -> None:
    store.script = [Said(200, b'\xef\xbb\xbf{"a":1}')]
    assert api.get("").value == {"a": 1}


def test_data_goes_out_as_json(store: LoopbackStore, api: StoreTransport) -> None:
    store.script = [said({"id": 5}, 201), said({"id": 5}), said({"id": 5})]
    assert api.post("wc/v3/webhooks", {"name": "Tillside é"}).value == {"id": 5}
    api.put("wc/v3/webhooks/5", {"status": "active"})
    api.delete("wc/v3/webhooks/5", {"force": "true"})
    assert [asked.method for asked in store.asked] == ["POST", "PUT", "DELETE"]
    assert store.asked[0].json() == {"name": "Tillside é"}
    assert store.asked[0].headers["content-type"] == "application/json;charset=utf-8"
    assert store.asked[2].path == "/wp-json/wc/v3/webhooks/5?force=true"
    assert "content-type" not in store.asked[2].headers


@pytest.mark.parametrize(
    "answer",
    [
        Said(hang_up=True),
        Said(200, b"<html>maintenance</html>", HTML),
        Said(200, b""),
        Said(200, b"\xff\xfe"),
        Said(500, b"<html>"),
        Said(500, b'{"code":"internal_server_error","message":"critical error"}'),
        Said(502, b""),
        Said(503, b"", {"Retry-After": "1"}),
        Said(429, b"", {"Retry-After": "1"}),
        Said(403, b"<html>Just a moment...</html>", HTML),
        Said(302, b"", {"Location": "https://elsewhere.example/"}),
    ],
)
def test_a_passing_fault_is_tried_again(
    store: LoopbackStore, api: StoreTransport, clock: Clock, answer: Said
) -> None:
    store.script = [answer, answer, said([])]
    assert api.get(ORDERS).value == []
    assert len(store.asked) == 3
    assert len(clock.slept) >= 2


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        (Said(hang_up=True), StoreUnreachable, "can't be reached"),
        (Said(200, b" "), StoreAnsweredNonsense, "answers nothing"),
        (Said(200, b"plain words"), StoreAnsweredNonsense, "isn't JSON"),
        (Said(200, b"<!doctype html><title>Hi"), StoreAnsweredNonsense, "firewall or a maint"),
        (Said(200, b"words", HTML), StoreAnsweredNonsense, "firewall or a maintenance page"),
        (Said(200, b'<form id="loginform">', HTML), StoreAnsweredNonsense, "login page"),
        (
            Said(200, b"<br />\n<b>Warning</b>: foreach() in /x.php\n[]"),
            StoreAnsweredNonsense,
            "WP_DEBUG_DISPLAY",
        ),
        (Said(301, b""), StoreAnsweredNonsense, r"elsewhere \(301\)"),
        (Said(401, b"<h1>Staging"), StoreAnsweredNonsense, "password of its own"),
        (Said(403, b"<h1>Blocked"), StoreAnsweredNonsense, r"firewall before the store"),
        (
            said({"code": "firewall_block", "message": "Blocked by policy"}, 403),
            StoreAnsweredNonsense,
            "refuses us: Blocked by policy",
        ),
        (Said(404, b"<h1>Not found"), StoreAnsweredNonsense, r"no REST API .* \(404\)"),
        (Said(500, b"<h1>"), PageTooHeavy, r"failed \(500\)"),
        (Said(503, b"<h1>"), StoreAnsweredNonsense, "503"),
        (Said(418, b""), StoreAnsweredNonsense, "418"),
        (said("text", 400), StoreAnsweredNonsense, "400"),
    ],
)
def test_a_lasting_fault_is_told_in_a_sentence_after_growing_waits(
    store: LoopbackStore,
    api: StoreTransport,
    clock: Clock,
    answer: Said,
    error: type[PlatformError],
    sentence: str,
) -> None:
    store.script = [answer] * 5
    with pytest.raises(error, match=sentence) as raised:
        api.get(ORDERS)
    assert raised.value.retryable
    assert len(store.asked) == 5
    assert clock.slept == [0.5, 1.0, 2.0, 4.0]


def test_jitter_takes_at_most_half_of_a_wait(clock: Clock) -> None:
    assert timing(clock, first_wait_seconds=1.0).backoff(2) == 4.0
    assert timing(clock, first_wait_seconds=1.0, jitter=lambda: 0.0).backoff(2) == 2.0
    assert timing(clock).backoff(40) == 20.0


def test_a_slow_store_is_left_after_its_time(store: LoopbackStore, clock: Clock) -> None:
    gone = threading.Event()

    def slowly(_: Any) -> Said:
        gone.wait(60)
        return Said(hang_up=True)

    store.script = slowly
    api = transport(store, clock, timeout_seconds=0.1, attempts=2)
    with pytest.raises(StoreUnreachable, match="in time"):
        api.get(ORDERS)
    gone.set()
    assert clock.slept == [0.5]


def test_throttled_waits_as_long_as_it_is_told(
    store: LoopbackStore, api: StoreTransport, clock: Clock
) -> None:
    store.script = [Said(429, b"slow down", {"Retry-After": "7"}), said([])]
    assert api.get(ORDERS).value == []
    assert clock.slept == [7.1]


class _Noon(datetime):
    @classmethod
    def now(cls, tz: tzinfo | None = None) -> "_Noon":
        return cls(2026, 11, 22, 12, 0, tzinfo=tz)


def test_a_date_says_how_long_too(
    store: LoopbackStore, api: StoreTransport, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("platforms.woocommerce.answers.datetime", _Noon)
    later = format_datetime(_Noon.now(UTC) + timedelta(seconds=30), usegmt=True)
    store.script = [Said(503, b"", {"Retry-After": later}), said([])]
    api.get(ORDERS)
    assert clock.slept == [30.1]


def test_a_long_absence_is_told_at_once(
    store: LoopbackStore, api: StoreTransport, clock: Clock
) -> None:
    store.script = [Said(503, b"<h1>Maintenance", {"Retry-After": "600"})]
    with pytest.raises(Throttled, match="closed for a while") as raised:
        api.get(ORDERS)
    assert raised.value.retry_after_seconds == 600
    assert clock.slept == []


def test_a_store_that_always_throttles_is_left(
    store: LoopbackStore, api: StoreTransport, clock: Clock
) -> None:
    store.script = [Said(429, b"")] * 12
    with pytest.raises(Throttled, match="too much at once"):
        api.get(ORDERS)
    assert len(store.asked) == 12
    assert max(clock.slept) == 20.0


def test_what_may_have_had_its_effect_is_not_repeated(
    store: LoopbackStore, api: StoreTransport, clock: Clock
) -> None:
    store.script = [Said(hang_up=True)]
    with pytest.raises(StoreUnreachable):
        api.post("wc/v3/webhooks", {})
    assert len(store.asked) == 1
    store.script = [Said(429, b"", {"Retry-After": "1"}), said({"id": 1}, 201)]
    assert api.post("wc/v3/webhooks", {}).value == {"id": 1}


@pytest.mark.parametrize(
    ("answer", "error", "sentence"),
    [
        (
            said({"code": "rest_invalid_param", "message": "bad per_page"}, 400),
            RequestRefused,
            "bad",
        ),
        (said({"code": "x", "message": 5}, 400), RequestRefused, "x"),
        (
            said({"code": "woocommerce_rest_shop_order_invalid_id", "message": "Invalid ID."}, 404),
            ObjectGone,
            "Invalid ID",
        ),
        (said({"code": "wc_user_invalid_id", "message": "no user"}, 404), ObjectGone, "no user"),
        (said({"code": "woocommerce_rest_invalid_id", "message": "x"}, 404), ObjectGone, "x"),
        (said({"code": "woocommerce_rest_term_invalid", "message": "x"}, 404), NotFound, "x"),
        (
            said({"code": "rest_no_route", "message": "No route"}, 404),
            RouteMissing,
            "plugin active",
        ),
    ],
)
def test_a_refusal_is_told_at_once(
    store: LoopbackStore,
    api: StoreTransport,
    clock: Clock,
    answer: Said,
    error: type[PlatformError],
    sentence: str,
) -> None:
    store.script = [answer]
    with pytest.raises(error, match=sentence) as raised:
        api.get(ORDERS)
    assert type(raised.value) is error
    # A plugin that is switched off may be switched on again.
    assert raised.value.retryable is (error is RouteMissing)
    assert clock.slept == []


def test_plain_http_is_called_by_the_switch_only(store: LoopbackStore) -> None:
    api = transport(store, config=WooCommerceConfig("https://app.example"))
    with pytest.raises(AddressRefused, match="https"):
        api.get(ORDERS)
    assert store.asked == []


def test_a_read_that_was_left_retries_no_more(
    store: LoopbackStore, api: StoreTransport, clock: Clock
) -> None:
    store.script = [Said(500, b"")]
    with pytest.raises(StoreAnsweredNonsense):
        api.get(ORDERS, abandoned=lambda: True)
    assert clock.slept == []
