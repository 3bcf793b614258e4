"""A store that stands at an address: its name, its REST root, and whose it can't be."""

import json
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from integration.http import GuardedHttp
from platforms.port import Answer, Site
from platforms.woocommerce.config import WooCommerceConfig, read_config
from platforms.woocommerce.refusals import PLAIN_PERMALINKS, SiteRefused
from platforms.woocommerce.visiting import SiteVisitor
from platforms.woocommerce.walking import Walker
from tests.platforms.woocommerce.example import SETTINGS
from tests.platforms.woocommerce.fake_site import (
    NAMESPACES,
    Answering,
    FakeSite,
    fake_site,
    page,
    redirect,
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


def test_a_store_at_the_root(site: FakeSite) -> None:
    site.wordpress(name="O&#8217;Neil &amp; Co")
    assert site.visitor().visit(site.origin) == Site(
        domain=site.origin,
        url=site.origin,
        rest_root=f"{site.origin}/wp-json/",
        name="O’Neil & Co",
    )
    assert site.asked == ["/", "/wp-json/"]
    assert {each.headers["user-agent"] for each in site.store.asked} == {
        "Tillside (+https://app.example)"
    }


def test_a_store_in_a_folder(site: FakeSite) -> None:
    site.wordpress("/shop")
    visited = site.visitor().visit(f"{site.origin}/shop")
    assert visited.domain == f"{site.origin}/shop"
    assert visited.rest_root == f"{site.origin}/shop/wp-json/"


@pytest.mark.parametrize("typed", ["/shop/wp-admin/admin.php?page=wc-settings", "/shop/#top"])
def test_what_is_copied_along_does_not_matter(site: FakeSite, typed: str) -> None:
    site.wordpress("/shop")
    assert site.visitor().visit(site.origin + typed).url == f"{site.origin}/shop"


def test_any_page_of_a_store_leads_to_its_home(site: FakeSite) -> None:
    site.wordpress()
    link = f'<{site.origin}/wp-json/>; rel="https://api.w.org/"'
    site.pages["/product/mug/"] = page("<title>Mug</title>", Link=link)
    assert site.visitor().visit(f"{site.origin}/product/mug").domain == site.origin


def test_the_root_in_the_pages_head(site: FakeSite) -> None:
    site.wordpress(root="/api/")
    tag = f"<head><link rel='https://api.w.org/' href='{site.origin}/api/' /></head>"
    site.pages["/"] = page(tag)
    assert site.visitor().visit(site.origin).rest_root == f"{site.origin}/api/"


@pytest.mark.parametrize(
    ("told", "root"),
    [
        ("/wp-json", "/wp-json/"),
        ("/wp-json/?lang=de", "/wp-json/"),
        ("/?rest_route=/&lang=de", "/?rest_route=/"),
        ("/wp-json/#top", "/wp-json/"),
    ],
)
def test_a_root_with_more_than_it_needs(site: FakeSite, told: str, root: str) -> None:
    link = f'<{site.origin}{told}>; rel="https://api.w.org/"'
    site.pages["/"] = page("", Link=link)
    site.pages[root] = site.index()
    assert site.visitor().visit(site.origin).rest_root == f"{site.origin}{root}"


@pytest.mark.parametrize("mark", ["<>;", "<link ", "<title ", "<>" + " " * 40])
def test_a_page_made_to_cost_costs_little(site: FakeSite, mark: str) -> None:
    long = {"Link": (mark * 20_000)[:60_000]} if mark.startswith("<>") else {}
    site.pages["/"] = page(mark * 100_000, **long)
    site.pages["/wp-json/"] = site.index()
    started = time.process_time()
    assert site.visitor().visit(site.origin).domain == site.origin
    assert time.process_time() - started < 2.0


def test_a_site_that_does_not_name_its_root(site: FakeSite) -> None:
    site.pages["/"] = page("<title>Shop</title>")
    site.pages["/wp-json/"] = site.index()
    assert site.visitor().visit(site.origin).rest_root == f"{site.origin}/wp-json/"
    assert site.asked == ["/", "/wp-json/"]


def test_a_page_that_fails_does_not_matter_where_the_api_answers(site: FakeSite) -> None:
    site.pages["/"] = page("<title>Just a moment...</title>", 403)
    site.pages["/wp-json/"] = site.index()
    assert site.visitor().visit(site.origin).can_hand_over


@pytest.mark.parametrize("named", [True, False])
def test_plain_permalinks_need_another_way(site: FakeSite, named: bool) -> None:
    site.wordpress(root="/?rest_route=/" if named else "/index.php?rest_route=/")
    if not named:
        site.pages["/"] = page("<title>Shop</title>")
        site.pages["/?rest_route=/"] = site.index()
    visited = site.visitor().visit(site.origin)
    assert (visited.can_hand_over, visited.obstacle) == (False, PLAIN_PERMALINKS)
    assert visited.rest_root == f"{site.origin}/?rest_route=/"
    assert visited.domain == site.origin


def test_redirects_on_the_site_are_followed(site: FakeSite) -> None:
    site.pages["/shop/"] = redirect("/en/shop/", 302)
    site.pages["/en/shop/"] = redirect(f"{site.origin}/en/store/", 308)
    link = f'<{site.origin}/wp-json/>; rel="https://api.w.org/"'
    site.pages["/en/store/"] = page("", Link=link)
    site.pages["/wp-json/"] = site.index()
    assert site.visitor().visit(f"{site.origin}/shop").domain == site.origin


def test_five_redirects_are_enough(site: FakeSite) -> None:
    site.wordpress()
    for number in range(5):
        site.pages[f"/{number}/"] = redirect(f"/{number + 1}/")
    site.pages["/5/"] = site.pages["/"]
    assert site.visitor().visit(f"{site.origin}/0").domain == site.origin
    site.pages["/5/"] = redirect("/6/")
    assert _refused(site, f"{site.origin}/0").code == "redirect_loop"
    assert "/6/" not in site.asked


def test_a_root_on_another_site_is_not_called(site: FakeSite) -> None:
    link = '<https://victim.example/wp-json/>; rel="https://api.w.org/"'
    site.pages["/"] = page("", Link=link)
    error = _refused(site)
    assert (error.code, "victim.example" in str(error)) == ("another_address", True)
    assert site.asked == ["/"]


@pytest.mark.parametrize("home", ["https://victim.example", "http://127.0.0.1:1", "no address"])
def test_a_site_can_not_take_anothers_name(site: FakeSite, home: str) -> None:
    site.wordpress()
    site.pages["/wp-json/"] = site.index(**{"home": home})
    assert _refused(site).code == "another_address"


def test_nor_that_of_a_neighbour_on_its_host(site: FakeSite) -> None:
    site.wordpress("/~mallory")
    site.pages["/~mallory/wp-json/"] = site.index("/~alice")
    assert _refused(site, f"{site.origin}/~mallory").code == "another_address"


def test_typed_without_a_scheme_is_https(tmp_path: Path) -> None:
    with self_signed(tmp_path) as origin:
        visitor = SiteVisitor(guarded_to_loopback(), _config(ALLOW_PRIVATE_ADDRESSES="1"))
        with pytest.raises(SiteRefused) as caught:
            visitor.visit(origin.removeprefix("https://"))
    assert caught.value.code == "certificate_refused"


def _two_names(home: str, where: set[str]) -> dict[str, Answer]:
    """A site whose API answers on those hosts."""
    index = {"name": "Shop", "home": home, "namespaces": NAMESPACES}
    body = json.dumps(index).encode()
    return {f"https://{host}/wp-json/": Answer(200, {}, body) for host in where} | {
        "https://shop.example/": Answer(200, {}, b"")
    }


def test_www_is_the_same_site_where_it_answers() -> None:
    both = {"shop.example", "www.shop.example"}
    called: list[str] = []
    answers = _two_names("https://www.shop.example", both)
    site = SiteVisitor(Answering(called, answers), _config()).visit("shop.example")
    assert (site.domain, site.rest_root) == (
        "www.shop.example",
        "https://www.shop.example/wp-json/",
    )
    assert called[-1].startswith("https://www.shop.example/wp-json/")


def test_a_name_that_does_not_answer_is_not_taken() -> None:
    answers = _two_names("https://www.shop.example", {"shop.example"})
    site = SiteVisitor(Answering([], answers), _config()).visit("shop.example")
    assert (site.domain, site.rest_root) == ("shop.example", "https://shop.example/wp-json/")


def test_a_slow_site_has_one_limit_for_all_of_its_pages() -> None:
    times = iter((0.0, 0.0, 20.0, 26.0))
    called: list[str] = []
    answers = {
        "https://shop.example/": Answer(302, {"location": "/1"}, b""),
        "https://shop.example/1": Answer(302, {"location": "/2"}, b""),
    }
    walker = Walker(
        Answering(called, answers),
        allow_http=False,
        user_agent="Tillside",
        clock=lambda: next(times),
    )
    with pytest.raises(SiteRefused) as caught:
        walker.get("https://shop.example/", "text/html")
    assert (called, caught.value.code) == (list(answers), "site_unreachable")


def guarded_to_loopback() -> GuardedHttp:
    return GuardedHttp(allow_private_addresses=True)


def _config(**settings: str) -> WooCommerceConfig:
    return read_config({**SETTINGS, **settings})
