"""The order screen in a real browser, with the panel's frame from another origin."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import OctKey
from playwright.sync_api import FrameLocator, Page, Route, expect

from tests.real.wordpress.service import Service
from tests.real.wordpress.store import Store

pytestmark = [pytest.mark.real, pytest.mark.browser]

TICKET = re.compile(r"/wp-json/tillside/v1/ticket")


class Screen:
    """An order's screen, with the one who looks at it signed in."""

    def __init__(self, page: Page, store: Store, secret: str) -> None:
        self.page = page
        self.store = store
        self.secret = secret
        self.order = int(store.php("return stand_in_make_order();"))
        self.tickets: list[str] = []
        page.on("request", self._note)

    def _note(self, request: Any) -> None:
        if TICKET.search(request.url):
            self.tickets.append(request.method)

    def open(self) -> FrameLocator:
        """Open it; returns the panel's frame."""
        self.page.goto(f"{self.store.url}/wp-admin/post.php?post={self.order}&action=edit")
        return self.frame

    @property
    def frame(self) -> FrameLocator:
        return self.page.frame_locator("iframe.tillside-panel__frame")

    def heard(self, count: int) -> list[dict[str, Any]]:
        """What the frame has heard, once it is that much."""
        expect(self.frame.locator("#heard")).to_have_text(
            re.compile(rf'^\[(?:.*?"type".*?){{{count}}}\]$')
        )
        told: list[dict[str, Any]] = json.loads(self.frame.locator("#heard").inner_text())
        return told

    def notice(self, reason: str) -> Any:
        return expect(self.page.locator(f"[data-tillside-notice='{reason}']"))

    def says(self, script: str) -> None:
        """Run a script in the admin page itself."""
        self.page.evaluate(script)


@pytest.fixture
def screen(page: Page, store: Store, service: Service) -> Iterator[Screen]:
    """The screen of an order of a connected store, for its shop manager."""
    for cookie in store.browser_of("keeper").cookies:
        page.context.add_cookies(
            [{"name": cookie.name, "value": cookie.value or "", "url": store.url}]
        )
    yield Screen(page, store, store.connect()["secret"])
    # The page is left before the next test changes the store under it.
    page.goto("about:blank")


def test_the_frame_gets_a_ticket_for_its_order(screen: Screen, service: Service) -> None:
    screen.open()
    (told,) = screen.heard(1)
    ticket = told.pop("ticket")
    assert told == {"type": "tillside:ticket", "order": str(screen.order), "customer": None}
    token = jwt.decode(ticket, OctKey.import_key(screen.secret), algorithms=["HS256"])
    assert token.claims["order"] == str(screen.order)
    assert token.claims["sub"] == str(screen.store.people["keeper"])
    assert screen.tickets == ["POST"]
    # Neither the address nor the referrer tells more than where it stands.
    ((path, headers),) = [each for each in service.visits if each[0].startswith("/panel")]
    assert path == f"/panel?store=127.0.0.1%3A8080&order={screen.order}"
    assert headers["Referer"] == f"{screen.store.url}/"
    assert "Cookie" not in headers
    for reason in ("refused", "offline", "silent", "expired"):
        screen.notice(reason).to_be_hidden()
    assert screen.secret not in screen.page.content()


def test_the_same_stands_on_the_screen_of_hpos(screen: Screen) -> None:
    screen.store.php("update_option( 'woocommerce_custom_orders_table_enabled', 'yes' );")
    order = screen.store.php("return stand_in_make_order();")
    path = f"admin.php?page=wc-orders&action=edit&id={order}"
    screen.page.goto(f"{screen.store.url}/wp-admin/{path}")
    assert screen.heard(1)[0]["order"] == str(order)


def test_a_customers_screen_names_the_customer(screen: Screen) -> None:
    dimitra = screen.store.people["dimitra"]
    screen.page.goto(f"{screen.store.url}/wp-admin/user-edit.php?user_id={dimitra}")
    (told,) = screen.heard(1)
    assert (told["order"], told["customer"]) == (None, str(dimitra))


def test_the_tillside_page_shows_the_list(screen: Screen) -> None:
    screen.page.goto(f"{screen.store.url}/wp-admin/admin.php?page=tillside")
    (told,) = screen.heard(1)
    assert (told["order"], told["customer"]) == (None, None)


def test_what_others_say_is_not_heard(screen: Screen) -> None:
    screen.open()
    screen.heard(1)
    box = screen.page.locator(".tillside-panel__frame").bounding_box()
    # The admin page itself, and another frame of another origin.
    for forged in ("ready", "expired"):
        screen.says(f"window.postMessage({{type: 'tillside:{forged}'}}, '*')")
    screen.says("window.postMessage({type: 'tillside:resize', height: 900}, '*')")
    port = screen.store.app_url.rpartition(":")[2]
    screen.says(
        "new Promise((done) => { const other = document.createElement('iframe');"
        f" other.src = 'http://127.0.0.1:{port}/panel?store=other';"
        " other.onload = () => setTimeout(done, 200); document.body.append(other); })"
    )
    assert screen.tickets == ["POST"]
    assert len(screen.heard(1)) == 1
    assert screen.page.locator(".tillside-panel__frame").bounding_box() == box


def test_the_same_origin_in_another_frame_is_not_heard(screen: Screen) -> None:
    screen.open()
    screen.heard(1)
    screen.says(
        "new Promise((done) => { const other = document.createElement('iframe');"
        f" other.src = '{screen.store.app_url}/panel?store=other';"
        " other.onload = () => setTimeout(done, 200); document.body.append(other); })"
    )
    assert screen.tickets == ["POST"]


def test_a_frame_that_has_left_its_origin_gets_nothing(screen: Screen) -> None:
    elsewhere = screen.store.app_url.replace("localhost", "127.0.0.1") + "/panel?store=y"

    def lead_away(route: Route) -> None:
        if "localhost" in route.request.url:
            route.fulfill(status=302, headers={"Location": elsewhere})
        else:
            route.continue_()

    screen.page.route(re.compile("/panel"), lead_away)
    screen.open()
    expect(screen.frame.locator("#heard")).to_have_text("nothing")
    assert screen.tickets == []


def test_the_frame_grows_and_never_shrinks_under_its_least(screen: Screen) -> None:
    frame = screen.open()
    screen.heard(1)
    element = screen.page.locator(".tillside-panel__frame")
    assert (element.bounding_box() or {})["height"] == 480
    frame.locator("#resize").click()
    expect(element).to_have_css("height", "733px")


def test_an_order_that_the_panel_opens_gets_a_page_of_its_own(screen: Screen) -> None:
    frame = screen.open()
    screen.heard(1)
    with screen.page.expect_popup() as opened:
        frame.locator("#open").click()
    assert opened.value.url == f"{screen.store.url}/wp-admin/post.php?post=1&action=edit"
    opened.value.close()


@pytest.mark.parametrize("where", ["leave", "front"])
def test_it_opens_nothing_outside_the_admin(screen: Screen, where: str) -> None:
    frame = screen.open()
    screen.heard(1)
    before = screen.page.url
    frame.locator(f"#{where}").click()
    # What came after it was heard, so it was too.
    frame.locator("#resize").click()
    expect(screen.page.locator(".tillside-panel__frame")).to_have_css("height", "733px")
    assert len(screen.page.context.pages) == 1
    assert screen.page.url == before


def test_an_expired_session_gets_another_ticket(screen: Screen) -> None:
    screen.page.clock.install()
    frame = screen.open()
    screen.heard(1)
    screen.page.clock.fast_forward(3_600_000)
    frame.locator("#expired").click()
    first, second = screen.heard(2)
    assert first["ticket"] != second["ticket"]
    assert screen.tickets == ["POST", "POST"]


def test_a_frame_that_takes_no_ticket_does_not_ask_for_ever(screen: Screen) -> None:
    frame = screen.open()
    screen.says("Date.now = ((now) => () => now)(Date.now())")
    for count in (1, 2, 3):
        screen.heard(count)
        frame.locator("#expired").click()
    screen.notice("expired").to_be_visible()
    assert screen.tickets == ["POST", "POST", "POST"]
    screen.page.get_by_role("button", name="Try again").click()
    screen.notice("expired").to_be_hidden()
    screen.heard(1)
    assert len(screen.tickets) == 4


def test_a_refused_ticket_is_told_and_tried_again(screen: Screen) -> None:
    refuse = [True]

    def answer(route: Route) -> None:
        if refuse:
            route.fulfill(status=403, json={"code": "tillside_forbidden", "message": "<b>No</b>"})
        else:
            route.continue_()

    screen.page.route(TICKET, answer)
    screen.open()
    screen.notice("refused").to_be_visible()
    element = screen.page.locator(".tillside-panel__frame")
    expect(element).not_to_be_visible()
    # It keeps its place, so that nothing moves.
    assert screen.page.locator("#tillside .inside").bounding_box() == element.bounding_box()
    expect(screen.frame.locator("#heard")).to_have_text("nothing")
    refuse.clear()
    screen.page.get_by_role("button", name="Try again").click()
    screen.notice("refused").to_be_hidden()
    expect(screen.page.get_by_role("button", name="Try again")).to_be_hidden()
    expect(element).to_be_visible()
    screen.heard(1)


def test_a_site_out_of_reach_is_told(screen: Screen) -> None:
    screen.page.route(TICKET, lambda route: route.abort())
    screen.open()
    screen.notice("offline").to_be_visible()


def test_a_frame_that_does_not_answer_is_told_after_ten_seconds(screen: Screen) -> None:
    screen.store.connect(panel_url=f"{screen.store.app_url}/panel?store=silent")
    screen.page.clock.install()
    screen.open()
    screen.notice("silent").to_be_hidden()
    screen.page.clock.run_for(10_000)
    screen.notice("silent").to_be_visible()
    assert screen.tickets == []
    screen.store.connect()
    screen.page.get_by_role("button", name="Try again").click()
    screen.notice("silent").to_be_hidden()


def test_disconnecting_takes_two_clicks(screen: Screen, service: Service) -> None:
    service.answers["disconnect"] = (200, {"status": "disconnected"})
    screen.page.goto(f"{screen.store.url}/wp-admin/admin.php?page=tillside")
    screen.heard(1)
    button = screen.page.get_by_role("button", name="Disconnect this store")
    expect(button).to_be_hidden()
    # By keyboard: the page moves while the panel above takes its height.
    screen.page.get_by_text("Disconnect", exact=True).press("Enter")
    assert service.asked == []
    button.press("Enter")
    expect(screen.page.get_by_text("This store is disconnected.")).to_be_visible()
    assert [path for path, _ in service.asked] == ["/api/v1/plugin/disconnect"]


def test_connecting_sends_the_address_alone_and_only_when_pressed(
    screen: Screen, service: Service
) -> None:
    screen.store.php("delete_option( 'tillside_installation' );")
    screen.page.goto(f"{screen.store.url}/wp-admin/admin.php?page=tillside")
    assert (service.asked, service.visits) == ([], [])
    screen.page.get_by_role("button", name="Connect", exact=True).click()
    expect(screen.page).to_have_url(f"{service.url}/woocommerce/connect")
    sent = screen.store.url.replace(":", "%3A").replace("/", "%2F") + "%2F"
    assert service.asked == [("/woocommerce/connect", {"form": f"store_url={sent}"})]


@pytest.mark.parametrize("locale", ["en_US", "he_IL"])
def test_the_frame_fits_its_box_in_either_direction(screen: Screen, locale: str) -> None:
    keeper = screen.store.people["keeper"]
    screen.store.php("update_user_meta( $id, 'locale', $locale );", id=keeper, locale=locale)
    try:
        screen.open()
        screen.heard(1)
    finally:
        screen.store.php("delete_user_meta( $id, 'locale' );", id=keeper)
    direction = screen.page.evaluate("getComputedStyle(document.body).direction")
    assert direction == ("rtl" if locale == "he_IL" else "ltr")
    box = screen.page.locator("#tillside .inside").bounding_box()
    frame = screen.page.locator(".tillside-panel__frame").bounding_box()
    assert box is not None
    assert frame is not None
    assert (frame["x"], frame["width"]) == (box["x"], box["width"])
    assert screen.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
