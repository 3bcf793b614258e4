"""One clear sentence for each thing that can stand at an address instead of a store."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.http import GuardedHttp
from platforms.errors import AddressRefused, InstallRefused, StoreUnreachable
from platforms.port import Answer
from platforms.woocommerce.config import WooCommerceConfig, read_config
from platforms.woocommerce.refusals import SiteRefused, reasons
from platforms.woocommerce.visiting import SiteVisitor
from tests.platforms.loopback import Said, loopback_store
from tests.platforms.woocommerce.example import SETTINGS
from tests.platforms.woocommerce.fake_site import (
    NAMESPACES,
    Answering,
    FakeSite,
    fake_site,
    page,
    redirect,
    refusal,
    self_signed,
)


@pytest.fixture
def site() -> Iterator[FakeSite]:
    with fake_site() as standing:
        yield standing


def _refused(site: FakeSite, address: str = "") -> SiteRefused:
    with pytest.raises(SiteRefused) as caught:
        site.visitor().visit(address or site.origin)
    return caught.value


def test_a_loop(site: FakeSite) -> None:
    site.pages["/"] = redirect("/a/")
    site.pages["/a/"] = redirect("/")
    error = _refused(site)
    host = site.origin.removeprefix("http://")
    assert error.code == "redirect_loop"
    assert str(error) == f"{host} redirects in circles, so that no page ever comes."
    assert site.asked == ["/", "/a/"]


@pytest.mark.parametrize(
    "to",
    [
        "https://other.example/shop",
        "//other.example",
        "http://10.0.0.1/",
        "http://127.0.0.1:1/",
        "http://127.0.0.1.other.example/",
    ],
)
def test_another_site_is_named_and_not_called(site: FakeSite, to: str) -> None:
    site.pages["/"] = redirect(to)
    error = _refused(site)
    assert error.code == "redirects_elsewhere"
    assert "leads to another site" in str(error)
    assert site.asked == ["/"]


@pytest.mark.parametrize("to", ["javascript:alert(1)", "file:///etc/passwd", "http://[::1", "x:"])
def test_a_redirect_to_what_is_no_site(site: FakeSite, to: str) -> None:
    site.pages["/"] = redirect(to)
    assert _refused(site).code == "not_wordpress"
    assert site.asked == ["/"]


def test_a_name_that_turns_text_is_shown_without(site: FakeSite) -> None:
    site.pages["/"] = redirect("http://evil\u202egpj.example/".encode().decode("latin-1"))
    assert "\u202e" not in str(_refused(site))


@pytest.mark.parametrize(
    ("said_page", "code"),
    [
        (page("", 401, WWW_Authenticate='Basic realm="staging"'), "password_protected"),
        (page("<title>Log In ‹ Shop — WordPress</title>"), "login_page"),
        (page('<form id="loginform"><input type="password">'), "login_page"),
        (page("<title>Coming Soon</title>"), "coming_soon"),
        (page("Briefly unavailable for scheduled maintenance.", 503), "coming_soon"),
        (page("<title>Just a moment...</title>", 403), "firewall"),
        (page("<script src='/cdn-cgi/challenge-platform/x'>", 503), "firewall"),
        (page("Too many requests", 429), "firewall"),
        (page("<title>Robot Challenge Screen</title>", 202), "firewall"),
        (page("There has been a critical error on this website.", 500), "site_failed"),
        (page("<title>Our car maintenance</title>An ordinary page"), "coming_soon"),
        (page("<p>We sell captchas, maintenance and passwords.</p>"), "not_wordpress"),
        (page("<img src='/wp-content/uploads/a.png'>"), "rest_disabled"),
        (Said(200, b"\xff\xfe\x00"), "not_wordpress"),
        (Said(200, b'{"hello": "world"}'), "not_wordpress"),
        (Said(204), "not_wordpress"),
    ],
)
def test_a_page_without_an_api_behind_it(site: FakeSite, said_page: Said, code: str) -> None:
    site.pages["/"] = said_page
    error = _refused(site)
    assert error.code == code
    assert site.origin.removeprefix("http://") in str(error)


def test_a_login_that_everybody_is_led_to(site: FakeSite) -> None:
    site.pages["/"] = redirect("/wp-login.php?redirect_to=%2F", 302)
    site.pages["/wp-login.php?redirect_to=%2F"] = page("<title>Shop</title>")
    for root in ("/wp-json/", "/?rest_route=/"):
        site.pages[root] = redirect("/wp-login.php?redirect_to=%2F", 302)
    assert _refused(site).code == "login_page"


@pytest.mark.parametrize(
    ("code", "status"),
    [("rest_disabled", 403), ("rest_cannot_access", 401), ("rest_login_required", 401)],
)
def test_an_api_that_is_switched_off(site: FakeSite, code: str, status: int) -> None:
    site.wordpress()
    site.pages["/wp-json/"] = refusal(code, status)
    assert _refused(site).code == "rest_disabled"


def test_a_firewall_before_the_api_only(site: FakeSite) -> None:
    site.wordpress()
    site.pages["/wp-json/"] = page("<h1>Forbidden</h1>", 403)
    assert _refused(site).code == "firewall"


@pytest.mark.parametrize(
    ("namespaces", "code"),
    [
        (["oembed/1.0", "wp/v2"], "no_woocommerce"),
        ([], "rest_disabled"),
        (["wp/v2", "wc/v1", "wc/v2"], "woocommerce_too_old"),
        (["wp/v2", "wc/v33", 3, None], "woocommerce_too_old"),
    ],
)
def test_wordpress_without_what_we_need(
    site: FakeSite, namespaces: list[object], code: str
) -> None:
    site.wordpress(namespaces=namespaces)
    assert _refused(site).code == code


def test_nobody_there() -> None:
    with loopback_store() as gone:
        address = gone.origin
    visitor = SiteVisitor(guarded_to_loopback(), _config(ALLOW_PRIVATE_ADDRESSES="1"))
    with pytest.raises(SiteRefused) as caught:
        visitor.visit(address)
    assert caught.value.code == "site_unreachable"


def test_a_certificate_that_nobody_signed(tmp_path: Path) -> None:
    with self_signed(tmp_path) as origin:
        visitor = SiteVisitor(guarded_to_loopback(), _config(ALLOW_PRIVATE_ADDRESSES="1"))
        with pytest.raises(SiteRefused) as caught:
            visitor.visit(origin)
    assert caught.value.code == "certificate_refused"
    assert "has a certificate that can't be trusted" in str(caught.value)


def test_http_is_not_called_unless_the_operator_lets_us() -> None:
    called: list[str] = []
    with pytest.raises(SiteRefused) as caught:
        SiteVisitor(Answering(called, StoreUnreachable("no")), _config()).visit(
            "http://shop.example/store"
        )
    assert called == ["https://shop.example/store/"]
    assert caught.value.code == "http_only"


@pytest.mark.parametrize("location", ["http://shop.example/", "http://www.shop.example/x"])
def test_a_site_that_leads_back_to_http(location: str) -> None:
    called: list[str] = []
    leads = Answer(301, {"location": location}, b"")
    with pytest.raises(SiteRefused) as caught:
        SiteVisitor(Answering(called, leads), _config()).visit("shop.example")
    assert called == ["https://shop.example/"]
    assert caught.value.code == "http_only"


def test_a_site_that_calls_itself_http() -> None:
    index = {"name": "Shop", "home": "http://shop.example", "namespaces": NAMESPACES}
    answers = {
        "https://shop.example/": Answer(200, {}, b""),
        "https://shop.example/wp-json/": Answer(200, {}, json.dumps(index).encode()),
    }
    with pytest.raises(SiteRefused) as caught:
        SiteVisitor(Answering([], answers), _config()).visit("shop.example")
    assert caught.value.code == "http_only"


def test_a_site_that_hangs_up(site: FakeSite) -> None:
    site.pages["/"] = Said(hang_up=True)
    assert _refused(site).code == "site_unreachable"


def guarded_to_loopback() -> GuardedHttp:
    return GuardedHttp(allow_private_addresses=True)


def _config(**settings: str) -> WooCommerceConfig:
    return read_config({**SETTINGS, **settings})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "shop",
        "not a shop",
        "shop..example",
        "ftp://shop.example",
        "javascript:alert(1)",
        "https://",
        "https://user@shop.example",
        "https://user:secret@shop.example/",
        "https://shop.example:99999",
        "https://shop.example\\@evil.example",
        "http://2130706433/",
        "http://0x7f000001/",
        "http://0177.0.0.1/",
        "http://127.1/",
        "http://0x7f.1/",
        "https://shop.example\nx",
        "https://[::ffff:127.0.0.1",
        "x" * 4000,
    ],
)
def test_what_is_no_address_calls_nobody(address: str) -> None:
    with pytest.raises(SiteRefused) as caught:
        SiteVisitor(_Silent(), _config()).visit(address)
    assert caught.value.code == "not_an_address"


@pytest.mark.parametrize(
    "address",
    [
        "localhost",
        "127.0.0.1",
        "http://10.0.0.1/shop",
        "https://192.168.1.1",
        "https://169.254.169.254/latest/meta-data",
        "https://100.64.0.1",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fd00::1]:8443",
    ],
)
def test_a_forbidden_address_calls_nobody(address: str) -> None:
    with pytest.raises(AddressRefused) as caught:
        SiteVisitor(_Silent(), _config()).visit(address)
    assert str(caught.value).startswith("We don't call ")


@pytest.mark.parametrize("address", ["https://shop.example:22", "shop.example:8081"])
def test_an_odd_port_is_refused_by_the_guard(address: str) -> None:
    with pytest.raises(AddressRefused, match=r"We don't call shop\.example:"):
        SiteVisitor(GuardedHttp(), _config()).visit(address)


def test_a_name_at_a_private_address_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        "integration.http.socket.getaddrinfo",
        lambda *args, **kwargs: [(2, 1, 6, "", ("10.0.0.7", 443))],
    )
    with pytest.raises(AddressRefused, match=r"We don't call intern\.example: "):
        SiteVisitor(GuardedHttp(), _config()).visit("intern.example")


class _Silent:
    """A client that must not be called."""

    def send(self, *args: object, **kwargs: object) -> None:
        raise AssertionError("something was called")

    stream = equip = send


def test_every_reason_has_its_own_sentence() -> None:
    told = {"host": "a.example", "other": "b.example", "status": "500"}
    sentences = {str(SiteRefused(code, **told)) for code in reasons()}
    assert len(sentences) == len(reasons())
    assert all(issubclass(SiteRefused, InstallRefused) and len(each) < 220 for each in sentences)


def test_every_reason_stands_in_the_documents() -> None:
    told = (Path(__file__).parents[3] / "docs" / "woocommerce.md").read_text(encoding="utf-8")
    assert [code for code in (*reasons(), AddressRefused.code) if f"`{code}`" not in told] == []
