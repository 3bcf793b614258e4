"""Installing over both ways in, against a token endpoint on loopback."""

import hashlib
import hmac
from collections.abc import Iterator
from datetime import timedelta
from urllib.parse import parse_qs, parse_qsl, urlsplit

import pytest

from platforms.errors import (
    AuthorizationLost,
    InstallRefused,
    PlatformError,
    SessionRefused,
    StoreAnsweredNonsense,
    StoreUnreachable,
    Throttled,
)
from platforms.port import Grant, Secret
from platforms.shopify.config import DEFAULT_SCOPES
from platforms.shopify.install import ShopifyInstaller
from tests.platforms.loopback import LoopbackStore, Said, guarded, loopback_store, said
from tests.platforms.shopify.example import (
    API_KEY,
    NOW,
    PREVIOUS_SECRET,
    SECRET,
    SHOP,
    access,
    platform,
    session_token,
)

TOKEN = {
    "access_token": "shpat_new",
    "scope": ",".join(DEFAULT_SCOPES),
    "expires_in": 3600,
    "refresh_token": "shprt_new",
    "refresh_token_expires_in": 7776000,
}


@pytest.fixture
def store() -> Iterator[LoopbackStore]:
    with loopback_store() as store:
        yield store


@pytest.fixture
def installer(store: LoopbackStore) -> ShopifyInstaller:
    return platform(guarded(), SHOPIFY_URL_TEMPLATE=store.url_template).installer


def callback(secret: str = SECRET, **changed: str | None) -> list[tuple[str, str]]:
    """A genuine callback's query; a changed parameter is signed as it is."""
    fields = {
        "code": "code-1",
        "host": "YWRtaW4uc2hvcGlmeS5jb20vc3RvcmUvanNtaXRo",
        "shop": SHOP,
        "state": "state-1",
        "timestamp": str(int(NOW.timestamp())),
        **changed,
    }
    pairs = sorted((name, value) for name, value in fields.items() if value is not None)
    message = "&".join(f"{name}={value}" for name, value in pairs)
    digest = hmac.new(secret.encode(), message.encode(), hashlib.sha256).hexdigest()
    return [*pairs, ("hmac", digest)]


def test_begin_sends_the_browser_to_the_shops_authorize_page() -> None:
    url = platform(guarded()).installer.begin(
        SHOP, state="st&te", redirect_uri="https://app.example/shopify/callback"
    )
    parts = urlsplit(url)
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"https://{SHOP}/admin/oauth/authorize"
    assert dict(parse_qsl(parts.query)) == {
        "client_id": API_KEY,
        "scope": ",".join(DEFAULT_SCOPES),
        "redirect_uri": "https://app.example/shopify/callback",
        "state": "st&te",
    }


@pytest.mark.parametrize("secret", [SECRET, PREVIOUS_SECRET])
def test_a_genuine_callback_yields_a_grant(
    store: LoopbackStore, installer: ShopifyInstaller, secret: str
) -> None:
    store.script = [said(TOKEN)]
    assert installer.complete(callback(secret), now=NOW) == Grant(
        domain=SHOP,
        access_token=Secret("shpat_new"),
        scopes=DEFAULT_SCOPES,
        expires_at=NOW + timedelta(seconds=3600),
        refresh_token=Secret("shprt_new"),
        refresh_expires_at=NOW + timedelta(days=90),
    )
    (asked,) = store.asked
    assert (asked.method, asked.path) == ("POST", f"/{SHOP}/admin/oauth/access_token")
    assert {name: value for name, (value,) in parse_qs(asked.body.decode()).items()} == {
        "client_id": API_KEY,
        "client_secret": SECRET,
        "code": "code-1",
        "grant_type": "authorization_code",
        "expiring": "1",
    }


_LATE = str(int(NOW.timestamp()) - 91)
_EARLY = str(int(NOW.timestamp()) + 91)


@pytest.mark.parametrize(
    "query",
    [
        [],
        callback("another secret of some length"),
        [*callback(), ("shop", SHOP)],
        [*callback(), ("hmac", "x")],
        callback(shop="evil.example"),
        callback(shop=f"{SHOP}.evil.example"),
        callback(shop=f"user@{SHOP}"),
        callback(shop=None),
        callback(timestamp=_LATE),
        callback(timestamp=_EARLY),
        callback(timestamp=None),
        callback(code=None),
        callback(code=""),
        [(name, "ü" if name == "hmac" else value) for name, value in callback()],
        [(name, value) for name, value in callback() if name != "hmac"],
        [(name, "other" if name == "state" else value) for name, value in callback()],
    ],
)
def test_a_callback_that_does_not_hold_sends_nothing(
    store: LoopbackStore, installer: ShopifyInstaller, query: list[tuple[str, str]]
) -> None:
    with pytest.raises(InstallRefused):
        installer.complete(query, now=NOW)
    assert store.asked == []


def test_fewer_scopes_than_asked_are_refused_by_name(
    store: LoopbackStore, installer: ShopifyInstaller
) -> None:
    store.script = [said({**TOKEN, "scope": "write_orders,read_customers,read_products"})]
    with pytest.raises(InstallRefused, match="read_fulfillments, read_returns, read_inventory"):
        installer.complete(callback(), now=NOW)


def test_without_read_all_orders_an_install_still_holds(
    store: LoopbackStore, installer: ShopifyInstaller
) -> None:
    some = tuple(scope for scope in DEFAULT_SCOPES if scope != "read_all_orders")
    store.script = [said({**TOKEN, "scope": ",".join(some)})]
    assert installer.complete(callback(), now=NOW).scopes == some


def test_exchange_asks_for_an_expiring_offline_token(
    store: LoopbackStore, installer: ShopifyInstaller
) -> None:
    store.script = [said(TOKEN)]
    token = session_token()
    assert installer.exchange(token).access_token == Secret("shpat_new")
    assert {name: value for name, (value,) in parse_qs(store.asked[0].body.decode()).items()} == {
        "client_id": API_KEY,
        "client_secret": SECRET,
        "grant_type": "urn:ietf:params:oauth:grant-type:token-exchange",
        "subject_token": token,
        "subject_token_type": "urn:ietf:params:oauth:token-type:id_token",
        "requested_token_type": "urn:shopify:params:oauth:token-type:offline-access-token",
        "expiring": "1",
    }


def test_exchange_of_a_forged_token_sends_nothing(
    store: LoopbackStore, installer: ShopifyInstaller
) -> None:
    with pytest.raises(SessionRefused):
        installer.exchange(session_token("another secret of some length"))
    assert store.asked == []


def test_refresh_yields_the_next_pair(store: LoopbackStore, installer: ShopifyInstaller) -> None:
    store.script = [said(TOKEN)]
    grant = installer.refresh(SHOP, Secret("shprt_old"))
    assert (grant.access_token, grant.refresh_token) == (Secret("shpat_new"), Secret("shprt_new"))
    fields = parse_qs(store.asked[0].body.decode())
    assert fields["grant_type"] == ["refresh_token"]
    assert fields["refresh_token"] == ["shprt_old"]


def test_a_lifetime_may_come_as_text(store: LoopbackStore, installer: ShopifyInstaller) -> None:
    store.script = [said({**TOKEN, "expires_in": "3600"})]
    assert installer.refresh(SHOP, Secret("shprt_old")).expires_at == NOW + timedelta(hours=1)


def test_a_token_without_end_comes_without_refresh_token(
    store: LoopbackStore, installer: ShopifyInstaller
) -> None:
    store.script = [said({"access_token": "shpat_new", "scope": TOKEN["scope"]})]
    grant = installer.complete(callback(), now=NOW)
    assert (grant.expires_at, grant.refresh_token, grant.refresh_expires_at) == (None, None, None)


_HTML = b"<html>Oauth error invalid_request</html>"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (said({"error": "invalid_grant"}, 400), AuthorizationLost),
        (Said(400, _HTML), AuthorizationLost),
        (said({"error": "invalid_client"}, 401), AuthorizationLost),
        (Said(404, _HTML), AuthorizationLost),
        (Said(hang_up=True), StoreUnreachable),
        (Said(500, _HTML), StoreAnsweredNonsense),
        (Said(429, b""), Throttled),
        (Said(302, b"", {"Location": "https://evil.example"}), StoreAnsweredNonsense),
        (Said(200, _HTML), StoreAnsweredNonsense),
        (Said(200, b""), StoreAnsweredNonsense),
        (Said(200, b"[]"), StoreAnsweredNonsense),
        (Said(200, b"null"), StoreAnsweredNonsense),
        (said({}), StoreAnsweredNonsense),
        (said({**TOKEN, "access_token": ""}), StoreAnsweredNonsense),
        (said({**TOKEN, "access_token": 5}), StoreAnsweredNonsense),
        (said({**TOKEN, "scope": None}), StoreAnsweredNonsense),
        (said({**TOKEN, "expires_in": -5}), StoreAnsweredNonsense),
        (said({**TOKEN, "expires_in": "soon"}), StoreAnsweredNonsense),
        (said({**TOKEN, "refresh_token": 5}), StoreAnsweredNonsense),
    ],
)
def test_a_refresh_that_fails_has_a_name(
    store: LoopbackStore, installer: ShopifyInstaller, answer: Said, error: type[PlatformError]
) -> None:
    store.script = [answer]
    with pytest.raises(error) as raised:
        installer.refresh(SHOP, Secret("shprt_old"))
    assert "shprt_old" not in str(raised.value)
    assert SECRET not in str(raised.value)
    assert len(store.asked) == 1


@pytest.mark.parametrize(
    "answer", [said({"error": "invalid_request"}, 400), Said(400, _HTML), Said(404)]
)
def test_a_refused_code_refuses_the_install(
    store: LoopbackStore, installer: ShopifyInstaller, answer: Said
) -> None:
    store.script = [answer]
    with pytest.raises(InstallRefused):
        installer.complete(callback(), now=NOW)


def test_revoke_uninstalls_us(store: LoopbackStore, installer: ShopifyInstaller) -> None:
    store.script = [said({"data": {"appUninstall": {"userErrors": []}}})]
    installer.revoke(access())
    assert store.asked[0].json()["operationName"] == "app_uninstall"


def test_revoke_of_what_is_lost_already_is_fine(
    store: LoopbackStore, installer: ShopifyInstaller
) -> None:
    store.script = [said({"errors": "invalid token"}, 401), said({"errors": "invalid token"}, 401)]
    installer.revoke(access())
    assert len(store.asked) == 2
