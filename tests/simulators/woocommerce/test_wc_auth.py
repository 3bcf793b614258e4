"""The key hand-over, with its exact 200 and its reloads."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote

import pytest
import requests

from simulators.woocommerce.seed.stores import PASSWORD
from simulators.woocommerce.testing import Running
from tests.simulators.webhook_sink import Sink
from tests.simulators.woocommerce.harness import delivered, delivered_headers

APP = "Tillside"
SENT = "An error occurred in the request and at the time were unable to send the consumer data"


class Merchant:
    """A browser on its way through a site's wc-auth pages."""

    def __init__(self, stand_in: Running, sink: Sink, site: str = "/shop") -> None:
        self.base = stand_in.url(site)
        self.site = stand_in.site(site)
        self.http = requests.Session()
        self.http.trust_env = False
        self.asked = {
            "app_name": APP, "user_id": "nonce-1", "scope": "read_write",
            "return_url": "http://127.0.0.1:9/return/abc", "callback_url": sink.url + "/cb",
        }  # fmt: skip

    def url(self, step: str = "authorize", **changes: str) -> str:
        pairs = {**self.asked, **changes}
        query = "&".join(f"{k}={quote(v, safe='')}" for k, v in pairs.items() if v)
        return f"{self.base}/wc-auth/v1/{step}?{query}"

    def get(self, url: str) -> requests.Response:
        return self.http.get(url, timeout=30, allow_redirects=False)

    def sign_in(self) -> requests.Response:
        """The consent page."""
        shown = self.get(self.url())
        assert shown.status_code == 302
        login = shown.headers["Location"]
        assert "/wc-auth/v1/login/" in login
        form = {"username": "admin", "password": PASSWORD}
        answer = self.http.post(login, data=form, timeout=30, allow_redirects=False)
        assert answer.status_code == 302, answer.text
        return self.get(answer.headers["Location"])

    def approve_url(self) -> str:
        found = re.search(r'wc-auth-approve" href="([^"]+)"', self.sign_in().text)
        assert found
        return unescape(found[1])


@pytest.fixture
def merchant(stand_in: Running, sink: Sink) -> Merchant:
    return Merchant(stand_in, sink)


def test_signing_in_approving_and_the_hand_over(merchant: Merchant, sink: Sink) -> None:
    login = merchant.get(merchant.get(merchant.url()).headers["Location"])
    assert f"<bdi>{APP}</bdi> would like to connect to your store" in login.text
    answer = merchant.get(merchant.approve_url())
    assert answer.status_code == 302
    assert answer.headers["Location"] == ("http://127.0.0.1:9/return/abc?success=1&user_id=nonce-1")
    (arrival,) = sink.arrivals
    assert (arrival.method, arrival.path) == ("POST", "/webhooks/cb")
    real = delivered_headers("23-wc-auth-callback")
    assert {name.lower() for name in real} == set(arrival.headers)
    assert arrival.headers["content-type"] == real["Content-Type"]
    assert arrival.headers["user-agent"] == f"WordPress/6.9.1; {merchant.base}"
    body = arrival.json()
    assert re.fullmatch(
        rb'\{"key_id":\d+,"user_id":"[^"]+","consumer_key":"ck_[0-9a-f]{40}",'
        rb'"consumer_secret":"cs_[0-9a-f]{40}","key_permissions":"read_write"\}',
        arrival.body,
    )
    assert (
        len(arrival.body) == len(delivered("23-wc-auth-callback")) - len("tenant-42.nonce-abc") + 7
    )
    assert merchant.site.keys[body["consumer_key"]].permissions == "read_write"
    orders = requests.get(
        merchant.base + "/wp-json/wc/v3/orders",
        auth=(body["consumer_key"], body["consumer_secret"]), timeout=30,
    )  # fmt: skip
    assert orders.status_code == 200


def test_reloading_hands_over_a_second_pair(merchant: Merchant, sink: Sink) -> None:
    url = merchant.approve_url()
    assert [merchant.get(url).status_code for _ in range(2)] == [302, 302]
    first, second = (one.json() for one in sink.arrivals)
    assert first["consumer_key"] != second["consumer_key"]
    assert first["user_id"] == second["user_id"]
    assert len(merchant.site.keys) == 2


@pytest.mark.parametrize("status", [201, 204, 404, 500])
def test_anything_but_200_deletes_the_key(merchant: Merchant, sink: Sink, status: int) -> None:
    sink.statuses.append(status)
    answer = merchant.get(merchant.approve_url())
    assert answer.status_code == 401
    assert f"Error: {SENT}." in answer.text
    assert merchant.site.keys == {}
    assert len(sink.arrivals) == 1


def test_a_redirect_is_followed_as_an_empty_get(merchant: Merchant, sink: Sink) -> None:
    sink.statuses.append(302)
    assert merchant.get(merchant.approve_url()).status_code == 302
    first, second = sink.arrivals
    assert (first.method, second.method) == ("POST", "GET")
    assert (second.path, second.body) == ("/elsewhere", b"")
    assert "content-type" not in second.headers
    assert len(merchant.site.keys) == 1


@pytest.mark.parametrize("missing", ["app_name", "user_id", "return_url", "callback_url", "scope"])
def test_all_five_parameters_are_needed(merchant: Merchant, sink: Sink, missing: str) -> None:
    answer = merchant.get(merchant.url(**{missing: ""}))
    assert answer.status_code == 401
    assert f"Error: Missing parameter {missing}." in answer.text
    assert sink.arrivals == []


def test_scopes_and_addresses_are_checked(merchant: Merchant) -> None:
    assert "Error: Invalid scope all." in merchant.get(merchant.url(scope="all")).text
    merchant.site.https_callbacks_only = True
    answer = merchant.get(merchant.url())
    assert "Error: The callback_url needs to be over SSL." in answer.text


def test_addresses_are_decoded_once_more(merchant: Merchant, sink: Sink) -> None:
    merchant.asked["callback_url"] = sink.url + "/cb?a=%2541"
    merchant.get(merchant.approve_url())
    assert sink.arrivals[0].path == "/webhooks/cb?a=A"


def test_denying_makes_no_key(merchant: Merchant, sink: Sink) -> None:
    found = re.search(r'wc-auth-deny" href="([^"]+)"', merchant.sign_in().text)
    assert found
    assert unescape(found[1]) == "http://127.0.0.1:9/return/abc?success=0&user_id=nonce-1"
    assert merchant.site.keys == {}
    assert sink.arrivals == []


def test_strangers_and_forged_approvals_get_nothing(merchant: Merchant, sink: Sink) -> None:
    said = "You do not have permission to access this page"
    assert said in merchant.get(merchant.url("access_granted")).text
    merchant.sign_in()
    answer = merchant.get(merchant.url("access_granted", wc_auth_nonce="0123456789"))
    assert answer.status_code == 401
    assert "Invalid nonce verification" in answer.text
    assert merchant.site.keys == {}
    assert sink.arrivals == []


def test_a_strict_site_posts_to_no_odd_port(merchant: Merchant, sink: Sink) -> None:
    merchant.site.strict_addresses = True
    answer = merchant.get(merchant.approve_url())
    assert answer.status_code == 401
    assert "A valid URL was not provided" in answer.text
    assert sink.arrivals == []
    assert merchant.site.keys == {}


def test_consent_may_be_automatic(merchant: Merchant, sink: Sink) -> None:
    merchant.site.auto_consent = True
    answer = merchant.get(merchant.url(scope="read"))
    assert answer.headers["Location"].endswith("?success=1&user_id=nonce-1")
    assert sink.arrivals[0].json()["key_permissions"] == "read"
