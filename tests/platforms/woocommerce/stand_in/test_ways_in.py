"""Connecting a store: by its own hand-over, by an application password, and what is refused."""

import json

import pytest

from platforms.errors import (
    AuthorizationLost,
    InstallRefused,
    SessionRefused,
    StoreAnsweredNonsense,
    StoreUnreachable,
)
from platforms.port import Companion, Secret
from platforms.woocommerce.credentials import Credentials
from platforms.woocommerce.refusals import PLAIN_PERMALINKS
from platforms.woocommerce.trial import KeysOnTrial
from simulators.woocommerce.admin.plugin.tickets import signed
from tests.platforms.loopback import LoopbackStore, loopback_store
from tests.platforms.woocommerce.example import APP_URL
from tests.platforms.woocommerce.stand_in.world import NONCE, SECURE, SITE, World, secure


def test_a_store_hands_its_keys_over(world: World, inbox: LoopbackStore) -> None:
    site = world.handover.visit(world.url)
    assert (site.domain, site.rest_root) == (world.url, f"{world.url}/wp-json/")
    handed = world.handed(inbox, site)
    assert handed.nonce == NONCE
    assert repr(handed.keys) == "***"
    grant = world.handover.prove(site, handed.keys)
    assert (grant.domain, grant.scopes) == (world.url, ("read_write",))
    assert (grant.expires_at, grant.refresh_token) == (None, None)
    assert Credentials.unpacked(grant.access_token).auth == "oauth1"
    store = world.platform.reader(world.access(grant)).store()
    assert store.domain == world.url


def test_over_https_the_keys_go_in_a_header(world: World, inbox: LoopbackStore) -> None:
    world.on_https()
    grant = world.connect(inbox)
    credentials = Credentials.unpacked(grant.access_token)
    assert (grant.domain, credentials.auth) == ("shop.example", "basic")
    assert credentials.rest_root == f"{SECURE}/wp-json/"
    assert not any("consumer_" in each for each in secure(world).asked)


def test_a_host_that_strips_the_header_gets_them_in_the_query(
    world: World, inbox: LoopbackStore
) -> None:
    world.on_https()
    world.control("switches", strips_authorization=True)
    grant = world.connect(inbox)
    credentials = Credentials.unpacked(grant.access_token)
    assert credentials.auth == "query"
    with_keys = [each for each in secure(world).asked if "consumer_" in each]
    assert with_keys
    assert all(each.startswith(f"GET {SECURE}/wp-json/wc/v3/") for each in with_keys)
    assert world.platform.reader(world.access(grant)).store().domain == "shop.example"


def test_an_application_password(world: World) -> None:
    world.on_https()
    site = world.handover.visit("shop.example")
    typed = world.control("application-passwords/create")
    keys = world.handover.offer(f" {typed['username']} ", typed["password"])
    grant = world.handover.prove(site, keys)
    assert Credentials.unpacked(grant.access_token).auth == "application_password"
    assert world.platform.reader(world.access(grant)).store().domain == "shop.example"


def test_an_application_password_opens_a_store_with_plain_permalinks(world: World) -> None:
    world.control("site", pretty_permalinks=False)
    site = world.handover.visit(world.url)
    assert (site.can_hand_over, site.obstacle) == (False, PLAIN_PERMALINKS)
    with pytest.raises(InstallRefused, match="Settings → Permalinks"):
        world.handover.begin(
            site, nonce=NONCE, callback_url="https://a.example/c", return_url="https://a.example/r"
        )
    typed = world.control("application-passwords/create")
    grant = world.handover.prove(site, world.handover.offer(typed["username"], typed["password"]))
    assert Credentials.unpacked(grant.access_token).rest_root.endswith("?rest_route=/")
    assert world.platform.reader(world.access(grant)).store().domain == world.url


@pytest.mark.parametrize(("name", "is_right"), [("admin", False), ("nobody", True)])
def test_a_wrong_application_password(world: World, name: str, is_right: bool) -> None:
    world.on_https()
    typed = world.control("application-passwords/create")
    password = typed["password"] if is_right else "abcd EFGH 1234 ijkl MNOP 6789"
    keys = world.handover.offer(name, password)
    with pytest.raises(AuthorizationLost, match="refuses that name"):
        world.handover.prove(world.handover.visit(SECURE), keys)


def test_an_application_password_that_the_host_keeps_back(world: World) -> None:
    world.on_https()
    typed = world.control("application-passwords/create")
    world.control("switches", strips_authorization=True)
    keys = world.handover.offer(typed["username"], typed["password"])
    with pytest.raises(AuthorizationLost, match="Authorization header"):
        world.handover.prove(world.handover.visit(SECURE), keys)


def test_keys_of_nobody_are_refused(world: World) -> None:
    forged = KeysOnTrial(f"ck_{'0' * 40}", f"cs_{'0' * 40}").packed()
    for on_https in (False, True):
        if on_https:
            world.on_https()
        with pytest.raises(AuthorizationLost, match="refuses the keys"):
            world.handover.prove(world.handover.visit(world.url), forged)


def test_a_known_key_with_a_wrong_secret_is_not_tried_in_the_query(world: World) -> None:
    world.on_https()
    key = world.control("keys/create")["consumer_key"]
    site = world.handover.visit(SECURE)
    with pytest.raises(AuthorizationLost):
        world.handover.prove(site, KeysOnTrial(key, f"cs_{'0' * 40}").packed())
    assert not any("consumer_" in each for each in secure(world).asked)


def test_keys_of_another_store_open_nothing(world: World, inbox: LoopbackStore) -> None:
    other = next(prefix for prefix in world.stand_in.state.sites if prefix != SITE)
    key, secret = world.stand_in.keys(other)
    with pytest.raises(AuthorizationLost):
        world.handover.prove(world.handover.visit(world.url), KeysOnTrial(key, secret).packed())


def test_somebody_who_may_not_manage_the_store(world: World) -> None:
    world.on_https()
    buyer = world.control("customers/create", email="buyer@example.com", username="buyer")
    typed = world.control("application-passwords/create", customer=buyer["id"])
    keys = world.handover.offer(typed["username"], typed["password"])
    with pytest.raises(InstallRefused, match="may not manage WooCommerce"):
        world.handover.prove(world.handover.visit(SECURE), keys)


@pytest.mark.parametrize("kind", ["firewall", "challenge", "login_page", "garbage", "throttled"])
def test_what_says_nothing_of_the_keys(world: World, inbox: LoopbackStore, kind: str) -> None:
    site = world.handover.visit(world.url)
    keys = world.handed(inbox, site).keys
    world.control("faults", kind=kind, times=-1)
    with pytest.raises(StoreAnsweredNonsense) as caught:
        world.handover.prove(site, keys)
    assert caught.value.retryable
    world.control("faults", clear=True)
    assert world.handover.prove(site, keys).domain == world.url


def test_a_store_that_is_gone_says_nothing_of_the_keys(world: World, inbox: LoopbackStore) -> None:
    site = world.handover.visit(world.url)
    keys = world.handed(inbox, site).keys
    world.control("faults", kind="reset", times=-1)
    with pytest.raises(StoreUnreachable):
        world.handover.prove(site, keys)


COMPANION = Companion(
    "inst_0123456789abcdef",
    Secret("a-secret-of-the-installation-43-characters-"),
    APP_URL,
    f"{APP_URL}/panel?store=shop.example",
)


def test_a_store_without_our_plugin_is_not_greeted(world: World, inbox: LoopbackStore) -> None:
    access = world.access(world.connect(inbox))
    assert world.handover.greet(access, COMPANION) is False
    world.platform.installer.revoke(access)
    assert world.platform.reader(access).store().domain == world.url


@pytest.mark.parametrize("on_https", [False, True])
def test_our_plugin_takes_the_installation_and_gives_the_key_back(
    world: World, inbox: LoopbackStore, on_https: bool
) -> None:
    if on_https:
        world.on_https()
    plugin = world.plugin(APP_URL)
    access = world.access(world.connect(inbox))
    assert world.handover.greet(access, COMPANION) is True
    taken = plugin.installations[SITE]
    assert (taken.installation_id, taken.secret, taken.app_url, taken.panel_url) == (
        COMPANION.installation_id,
        COMPANION.secret.reveal(),
        APP_URL,
        COMPANION.panel_url,
    )
    assert len(world.control("keys")) == 1
    world.platform.installer.revoke(access)
    assert (plugin.installations, world.control("keys")) == ({}, [])
    # A second time, with a key that is gone, nothing is left to do.
    world.platform.installer.revoke(access)
    with pytest.raises(AuthorizationLost):
        world.handover.greet(access, COMPANION)


def test_a_plugin_of_another_service_is_not_ours(world: World, inbox: LoopbackStore) -> None:
    plugin = world.plugin("https://other.example")
    access = world.access(world.connect(inbox))
    assert world.handover.greet(access, COMPANION) is False
    assert plugin.installations == {}


def test_a_store_that_can_not_be_greeted_now(world: World, inbox: LoopbackStore) -> None:
    world.plugin(APP_URL)
    access = world.access(world.connect(inbox))
    world.control("faults", kind="firewall", times=-1)
    with pytest.raises(StoreAnsweredNonsense):
        world.handover.greet(access, COMPANION)
    with pytest.raises(StoreAnsweredNonsense):
        world.platform.installer.revoke(access)


def test_the_plugins_ticket_tells_who_looks(world: World, inbox: LoopbackStore) -> None:
    world.on_https()
    plugin = world.plugin(APP_URL)
    world.handover.greet(world.access(world.connect(inbox)), COMPANION)
    state, claims = world.stand_in.state, {"sub": "1", "use": "panel", "locale": "el"}
    token = signed(state, state.site(SITE), plugin.installations[SITE], claims)
    host, now = world.platform.host, state.clock.now()
    assert host.installation_of(token) == COMPANION.installation_id
    session = host.verify(token, now=now, secret=COMPANION.secret)
    assert (session.domain, session.staff_external_id) == ("shop.example", "1")
    assert host.document("shop.example").ticket_origins == ("https://shop.example",)
    with pytest.raises(SessionRefused):
        host.service_ticket(token, now=now, secret=COMPANION.secret)


def test_the_hand_over_goes_to_one_address_only(world: World) -> None:
    site = world.handover.visit(world.url)
    for mark in ("%2F", "+", "?a=b", "&", "#"):
        with (
            loopback_store() as inbox,
            pytest.raises(InstallRefused, match="our own address"),
        ):
            world.handover.begin(
                site, nonce=NONCE, callback_url=inbox.origin + "/" + mark, return_url=inbox.origin
            )


def test_what_the_store_posts_is_what_we_take(world: World, inbox: LoopbackStore) -> None:
    site = world.handover.visit(world.url)
    handed = world.handed(inbox, site)
    kept = json.loads(handed.keys.reveal())
    assert kept["key"].startswith("ck_")
    assert kept["secret"].startswith("cs_")
    assert kept["is_password"] is False
