"""Every page of the admin answers, for who may see it, and escapes what people typed."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from simulators.woocommerce.admin.plugin.installed import Installation
from simulators.woocommerce.model.order import Order
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.state import State
from tests.simulators.woocommerce.admin.conftest import act, colleague, sign_in

PAGES = {
    "": "Dashboard",
    "admin.php?page=wc-orders": "Orders",
    "admin.php?page=tillside": "When you connect",
    "admin.php?page=wc-settings&tab=advanced&section=keys": "REST API keys",
    "admin.php?page=wc-settings&tab=advanced&section=webhooks": "Webhooks",
    "admin.php?page=stand-in": "WP-Cron and webhooks",
    "admin.php?page=stand-in-log": "Nothing was sent yet",
    "users.php": "Users",
    "plugins.php": "Tillside for WooCommerce",
    "options-permalink.php": "Permalink Settings",
    "export-personal-data.php": "Export Personal Data",
    "erase-personal-data.php": "Erase Personal Data",
}


@pytest.mark.parametrize(("page", "words"), PAGES.items())
def test_each_page_answers_the_manager(client: FlaskClient, page: str, words: str) -> None:
    answer = client.get(f"/wp-admin/{page}")
    assert answer.status_code == 200
    assert words in answer.text


@pytest.mark.parametrize("page", [page for page in PAGES if page])
def test_an_editor_sees_no_orders(visitor: FlaskClient, site: Site, page: str) -> None:
    editor = sign_in(visitor, site, "editor")
    answer = editor.get(f"/wp-admin/{page}")
    assert answer.status_code == 403
    assert "not allowed to access this page" in answer.text
    assert "Παπαδοπούλου" not in answer.text


def test_an_editor_changes_nothing(visitor: FlaskClient, site: Site, heroines: list[Order]) -> None:
    editor = sign_in(visitor, site, "editor")
    form = {"action": "order-trash", "order": str(heroines[-1].id)}
    assert editor.post("/wp-admin/admin-post.php", data=form).status_code == 403
    assert heroines[-1].status == "processing"


@pytest.mark.parametrize("page", PAGES)
def test_strangers_choose_who_they_are(visitor: FlaskClient, page: str) -> None:
    answer = visitor.get(f"/wp-admin/{page}")
    assert "choose who you are" in answer.text
    assert "sees no orders" in answer.text
    assert "Παπαδοπούλου" not in answer.text


def test_signing_in_leads_on_and_out_ends_it(visitor: FlaskClient, site: Site) -> None:
    manager = {"user": str(colleague(site, "shop_manager").id)}
    leads_on = visitor.post("/wp-admin/sign-in", data={**manager, "next": "/wp-admin/users.php"})
    assert leads_on.location == "/wp-admin/users.php"
    elsewhere = visitor.post("/wp-admin/sign-in", data={**manager, "next": "//evil.example/"})
    assert elsewhere.location == "/wp-admin/"
    assert "Users" in visitor.get("/wp-admin/users.php").text
    visitor.post("/wp-admin/sign-out")
    assert "choose who you are" in visitor.get("/wp-admin/users.php").text


def test_a_customer_has_no_way_in(visitor: FlaskClient, site: Site) -> None:
    form = {"user": str(colleague(site, "customer").id)}
    assert visitor.post("/wp-admin/sign-in", data=form).status_code == 403


def test_another_site_posts_nothing(client: FlaskClient, heroines: list[Order]) -> None:
    form = {"action": "order-trash", "order": str(heroines[-1].id)}
    elsewhere = {"Origin": "https://evil.example"}
    answer = client.post("/wp-admin/admin-post.php", data=form, headers=elsewhere)
    assert answer.status_code == 403
    assert heroines[-1].status == "processing"


def test_the_sign_in_counts_for_one_site(client: FlaskClient) -> None:
    assert "choose who you are" in client.get("/shop/wp-admin/").text


def test_a_page_asked_for_at_another_address_leads_home(state: State, client: FlaskClient) -> None:
    state.base_url = "http://shop.example"
    answer = client.get("/wp-admin/admin.php?page=wc-orders&s=x")
    assert answer.location == "http://shop.example/wp-admin/admin.php?page=wc-orders&s=x"


@pytest.mark.parametrize("path", ["nothing.php", "admin.php?page=nothing", "admin.php"])
def test_what_is_not_there_is_404(client: FlaskClient, path: str) -> None:
    assert client.get(f"/wp-admin/{path}").status_code == 404


def test_orders_are_found_by_name_number_and_status(
    client: FlaskClient, site: Site, heroines: list[Order]
) -> None:
    hers = client.get("/wp-admin/admin.php?page=wc-orders&s=παπαδοπούλου").text
    assert hers.count("Δήμητρα Παπαδοπούλου") == len(heroines) == 5
    one = client.get(f"/wp-admin/admin.php?page=wc-orders&s=%23{heroines[0].id}").text
    assert f"#{heroines[0].id}" in one
    assert "1 items" in one
    trashed = [order for order in site.orders.values() if order.status == "trash"]
    bin_page = client.get("/wp-admin/admin.php?page=wc-orders&status=trash").text
    assert f"{len(trashed)} items" in bin_page


def test_a_long_list_has_pages(client: FlaskClient) -> None:
    first = client.get("/wp-admin/admin.php?page=wc-orders").text
    assert "paged=2" in first
    second = client.get("/wp-admin/admin.php?page=wc-orders&paged=2").text
    assert "paged=1" in second
    assert "paged=3" not in second


def test_the_posts_address_of_an_order_leads_to_it(
    client: FlaskClient, heroines: list[Order]
) -> None:
    answer = client.get(f"/wp-admin/post.php?post={heroines[0].id}&action=edit")
    order_page = f"/wp-admin/admin.php?page=wc-orders&action=edit&id={heroines[0].id}"
    assert answer.location == order_page
    assert f"Order #{heroines[0].id} details" in client.get(order_page).text
    assert client.get(order_page.replace("id=", "id=9")).status_code == 404


def test_an_order_shows_its_refund_and_notes(client: FlaskClient, heroines: list[Order]) -> None:
    page = client.get(f"/wp-admin/admin.php?page=wc-orders&action=edit&id={heroines[3].id}").text
    assert "−€25.00" in page
    assert "<bdi>Έκπτωση για καθυστέρηση</bdi>" in page
    assert "<dt>Net Payment:</dt><dd><bdi>€229.90</bdi></dd>" in page


def test_what_people_typed_is_text(client: FlaskClient, heroines: list[Order]) -> None:
    order = heroines[-1]
    evil = "</script><img src=x onerror=alert(1)>"
    order.billing["first_name"] = order.customer_note = evil
    act(client, "order-note", order=order.id, note=evil)
    for page in ("wc-orders", f"wc-orders&action=edit&id={order.id}"):
        text = client.get(f"/wp-admin/admin.php?page={page}").text
        assert "<img" not in text
        assert "&lt;img src=x" in text


def test_the_panel_stands_where_the_plugin_puts_it(
    client: FlaskClient, site: Site, installation: Installation, heroines: list[Order]
) -> None:
    order = heroines[-1]
    page = client.get(f"/wp-admin/admin.php?page=wc-orders&action=edit&id={order.id}").text
    assert f'data-tillside-src="{installation.panel_url}&amp;order={order.id}"' in page
    assert installation.secret not in page
    person = client.get(f"/wp-admin/user-edit.php?user_id={order.customer_id}").text
    assert f'data-tillside-customer="{order.customer_id}"' in person
    manager = colleague(site, "shop_manager")
    assert "tillside-panel" not in client.get(f"/wp-admin/user-edit.php?user_id={manager.id}").text
    order.status = "checkout-draft"
    page = client.get(f"/wp-admin/admin.php?page=wc-orders&action=edit&id={order.id}").text
    assert "tillside-panel" not in page


def test_without_the_plugin_there_is_nothing_of_it(
    state: State, client: FlaskClient, heroines: list[Order]
) -> None:
    act(client, "plugin-delete")
    assert client.get("/wp-admin/admin.php?page=tillside").status_code == 403
    assert client.get("/wp-content/plugins/tillside/assets/panel.js").status_code == 404
    assert client.post("/wp-json/tillside/v1/ticket").json["code"] == "rest_no_route"
    assert "installed and active" in act(client, "plugin-install")
    assert client.get("/wp-content/plugins/tillside/assets/panel.js").status_code == 200


def test_the_plugins_files_come_from_its_folder_and_no_others(client: FlaskClient) -> None:
    assert "tillside:ticket" in client.get("/wp-content/plugins/tillside/assets/panel.js").text
    outside = client.get("/wp-content/plugins/tillside/assets/..%2Funinstall.php")
    assert outside.status_code == 404
