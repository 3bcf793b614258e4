"""The admin in a real browser: the extension in its frame, the app in its iframe."""

import json
import re
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import FrameLocator, Page, expect

from simulators.shopify.model.order import Order
from tests.simulators.serving import serving
from tests.simulators.shopify.admin.conftest import World, named

pytestmark = pytest.mark.browser


@pytest.fixture
def staff(page: Page, world: World) -> Page:
    """A page in which the shop's owner is signed in, with English extensions."""
    owner = next(iter(world.shop.staff.values()))
    owner.locale = "en"
    page.goto(world.at("login"))
    page.click(f"button[value='{owner.id}']")
    page.wait_for_url(lambda address: not address.endswith("/login"))
    return page


@pytest.fixture
def heroine(world: World) -> Order:
    return named(world.shop, "#1042")


def panel(page: Page, target: str = "admin.order-details.block.render") -> FrameLocator:
    return page.frame_locator(f"iframe[data-extension-target='{target}']")


def test_the_panel_stands_beside_the_order(staff: Page, world: World, heroine: Order) -> None:
    staff.goto(world.at(f"orders/{heroine.id}"))
    frame = panel(staff)
    expect(frame.get_by_text("Δήμητρα Παπαδοπούλου")).to_be_visible()
    expect(frame.get_by_text("7 orders · €412.50 spent · €60.00 refunded")).to_be_visible()
    expect(frame.get_by_text("€89.90")).to_be_visible()
    link = frame.get_by_role("link", name="ACS Courier 471100001042")
    assert (link.get_attribute("href") or "").startswith("https://www.acscourier.net/")
    expect(frame.get_by_text("live", exact=True)).to_be_visible()
    assert world.behaviour.contexts == 1
    # It runs without an origin, as on the platform: its requests say so.
    assert set(world.behaviour.origins) == {"null"}


def test_a_refund_in_the_admin_changes_the_panel(staff: Page, world: World, heroine: Order) -> None:
    staff.goto(world.at(f"orders/{heroine.id}"))
    frame = panel(staff)
    expect(frame.get_by_text("Paid", exact=True)).to_be_visible()
    staff.get_by_role("button", name="Refund", exact=True).click()
    staff.locator("dialog[open] input[name=amount]").fill("20.00")
    staff.locator("dialog[open] input[name=note]").fill("Cracked")
    staff.locator("dialog[open] .primary").click()
    expect(staff.locator(".title-row").get_by_text("Partially refunded")).to_be_visible()
    expect(frame.get_by_text("Partly refunded", exact=True)).to_be_visible()
    expect(frame.get_by_text(re.compile("Refund of €20.00"))).to_be_visible()
    expect(frame.get_by_text("7 orders · €412.50 spent · €80.00 refunded")).to_be_visible()


def test_without_live_news_the_panel_tells_its_age(
    staff: Page, world: World, heroine: Order
) -> None:
    world.behaviour.live = False
    staff.goto(world.at(f"orders/{heroine.id}"))
    expect(panel(staff).get_by_text(re.compile(r"^\d+ s ago$"))).to_be_visible()
    assert world.behaviour.contexts == 1


def test_the_action_opens_in_a_window_and_closes_itself(
    staff: Page, world: World, heroine: Order
) -> None:
    staff.goto(world.at(f"orders/{heroine.id}"))
    staff.get_by_role("button", name="Tillside…").click()
    frame = panel(staff, "admin.order-details.action.render")
    expect(frame.get_by_text("Δήμητρα Παπαδοπούλου")).to_be_visible()
    frame.get_by_role("button", name="Close").click()
    expect(staff.locator("#extension-action")).not_to_be_visible()


def test_the_panel_leads_into_the_app_at_that_order(
    staff: Page, world: World, heroine: Order
) -> None:
    staff.goto(world.at(f"orders/{heroine.id}"))
    panel(staff).get_by_role("link", name="Open in Tillside").click()
    expect(staff).to_have_url(world.at(f"apps/tillside?order={heroine.id}"))
    expect(staff.frame_locator("iframe.app").locator("#answer")).to_contain_text(
        f"https://{world.shop.domain}"
    )
    assert world.behaviour.loads[0]["order"] == str(heroine.id)


def test_another_order_is_a_click_away(staff: Page, world: World, heroine: Order) -> None:
    staff.goto(world.at(f"orders/{heroine.id}"))
    expect(panel(staff).get_by_text("7 orders")).to_be_visible()
    panel(staff).get_by_role("link", name="#1015").click()
    expect(staff.get_by_role("heading", level=1)).to_have_text("#1015")


def test_a_customers_page_has_the_panel_too(staff: Page, world: World, heroine: Order) -> None:
    staff.goto(world.at(f"customers/{heroine.customer_id}"))
    frame = panel(staff, "admin.customer-details.block.render")
    expect(frame.get_by_text("7 orders · €412.50 spent · €60.00 refunded")).to_be_visible()


def test_the_panel_reads_from_right_to_left_in_hebrew(
    staff: Page, world: World, heroine: Order
) -> None:
    next(iter(world.shop.staff.values())).locale = "he"
    staff.goto(world.at(f"orders/{heroine.id}"))
    frame = panel(staff)
    expect(frame.get_by_text("הזמנות אחרות")).to_be_visible()
    assert frame.locator("html").get_attribute("dir") == "rtl"


@pytest.mark.parametrize(
    ("status", "uninstalled", "words"),
    [
        (404, False, "Nobody found"),
        (503, False, "Tillside can't answer just now"),
        (403, False, "Not allowed to look here"),
        (409, False, "0 people fit"),
        (200, True, "Tillside isn't connected to this store"),
    ],
)
def test_each_state_says_what_it_is(
    staff: Page, world: World, heroine: Order, status: int, uninstalled: bool, words: str
) -> None:
    world.behaviour.status, world.behaviour.uninstalled = status, uninstalled
    staff.goto(world.at(f"orders/{heroine.id}"))
    expect(panel(staff).get_by_text(words)).to_be_visible()


def test_while_it_asks_the_room_is_kept(staff: Page, world: World, heroine: Order) -> None:
    world.behaviour.status = 0
    staff.route("**/api/v1/context*", lambda route: None)
    staff.goto(world.at(f"orders/{heroine.id}"))
    frame = panel(staff)
    expect(frame.get_by_text("Loading the buyer's story…")).to_be_visible()
    box = staff.locator("iframe.extension").first.bounding_box()
    assert box is not None
    assert box["height"] >= 240


def test_an_app_that_is_away_leaves_the_panel_saying_so(
    staff: Page, world: World, heroine: Order
) -> None:
    staff.route("**/api/v1/context*", lambda route: route.abort())
    staff.goto(world.at(f"orders/{heroine.id}"))
    frame = panel(staff)
    expect(frame.get_by_text("You're offline")).to_be_visible()
    staff.unroute("**/api/v1/context*")
    frame.get_by_role("button", name="Try again").click()
    expect(frame.get_by_text("Δήμητρα Παπαδοπούλου")).to_be_visible()


def test_the_bridge_gives_the_app_a_token_and_tries_a_refused_one_once_more(
    staff: Page, world: World
) -> None:
    world.behaviour.refuse_next = 1
    staff.goto(world.at("apps/tillside"))
    answer = staff.frame_locator("iframe.app").locator("#answer")
    expect(answer).to_have_text(f"https://{world.shop.domain} 2")
    assert world.behaviour.origins == [None, None]


def test_a_document_without_a_token_is_loaded_again_with_one(staff: Page, world: World) -> None:
    staff.goto(world.at("apps/tillside"))
    frame = staff.frame_locator("iframe.app")
    frame.locator("#deeper").click()
    expect(frame.locator("#query")).to_contain_text("id_token")
    expect(frame.locator("#query")).to_contain_text("tab=again")
    assert "id_token" not in world.behaviour.loads[1]
    assert world.behaviour.loads[2]["shop"] == world.shop.domain
    # The admin's address follows, without what is not the app's own.
    expect(staff).to_have_url(world.at("apps/tillside/shopify/app/more?tab=again"))


def test_a_reload_never_carries_a_token_to_another_origin(staff: Page, world: World) -> None:
    asked: list[str] = []
    staff.on("request", lambda request: asked.append(request.url))
    staff.goto(world.at("apps/tillside"))
    expect(staff.frame_locator("iframe").locator("body")).to_be_visible()
    frame = staff.frame(url=re.compile("/shopify/app"))
    assert frame is not None
    frame.goto(f"{world.app}/bounce?shopify-reload=https://evil.example/take")
    frame.get_by_text("reloading").wait_for()
    assert not [url for url in asked if url.startswith("https://evil.example")]


def test_links_of_the_app_lead_through_the_admin(staff: Page, world: World) -> None:
    staff.goto(world.at("apps/tillside"))
    staff.frame_locator("iframe.app").locator("#out").click()
    expect(staff).to_have_url(world.at("orders"))


def test_the_app_may_toast_and_learns_who_is_there(staff: Page, world: World) -> None:
    staff.goto(world.at("apps/tillside"))
    staff.frame_locator("iframe.app").locator("#answer").wait_for()
    expect(staff.frame_locator("iframe").locator("body")).to_be_visible()
    frame = staff.frame(url=re.compile("/shopify/app"))
    assert frame is not None
    user = frame.evaluate("shopify.user()")
    owner = next(iter(world.shop.staff.values()))
    assert (user["id"], user["firstName"]) == (str(owner.id), owner.first_name)
    assert frame.evaluate("shopify.config.shop") == world.shop.domain
    assert frame.evaluate("shopify.environment.embedded") is True
    frame.evaluate("shopify.toast.show('Saved by the app')")
    expect(staff.get_by_text("Saved by the app")).to_be_visible()


@pytest.fixture
def stranger(world: World) -> Iterator[str]:
    """Another site that frames the app and the admin."""
    app = Flask("stranger")
    sources = (f"{world.app}/shopify/app", f"{world.admin}/_extension/frame")
    frames = "".join(f"<iframe src='{source}'></iframe>" for source in sources)
    app.add_url_rule("/", "home", lambda: f"<!doctype html><title>x</title>{frames}")
    with serving(app) as origin:
        yield origin


def test_another_site_cannot_frame_the_app_nor_ask_for_tokens(
    staff: Page, world: World, stranger: str
) -> None:
    staff.goto(stranger)
    app, extension = staff.frames[1], staff.frames[2]
    assert "App home" not in app.content()
    extension.wait_for_load_state()
    secrets = staff.evaluate(
        """() => new Promise((resolve) => {
             const seen = [];
             addEventListener('message', (event) => seen.push(event.data));
             const frame = frames[1];
             frame.postMessage({extensionHost: 1, name: 'start', target: 'x', data: {selected: []},
               locale: 'en', texts: {}, appOrigin: 'http://127.0.0.1:1'}, '*');
             setTimeout(() => resolve(seen), 300);
           })"""
    )
    assert "token" not in json.dumps(secrets)


@pytest.mark.parametrize("width", [360, 1280])
def test_no_page_is_wider_than_the_window(
    staff: Page, world: World, heroine: Order, width: int
) -> None:
    staff.set_viewport_size({"width": width, "height": 800})
    customer = f"customers/{heroine.customer_id}"
    pages = ["", "orders", f"orders/{heroine.id}", "customers", customer, "apps"]
    for address in [*map(world.at, pages), f"{world.admin}/_control/", world.at("login")]:
        staff.goto(address)
        wide = staff.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, address


def test_an_order_that_is_placed_on_the_control_page_can_be_opened(
    staff: Page, world: World
) -> None:
    staff.goto(f"{world.admin}/_control/")
    staff.fill("input[name=email] >> nth=0", "nikos@example.com")
    staff.get_by_role("button", name="Place the order").click()
    expect(staff.locator(".said")).to_contain_text("is placed")
    newest = max(world.shop.orders.values(), key=lambda order: order.number)
    staff.get_by_role("link", name=newest.name).click()
    expect(panel(staff).get_by_text("No name")).to_be_visible()
