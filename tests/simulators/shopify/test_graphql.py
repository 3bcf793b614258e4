"""Reading by GraphQL: values, pages, windows, scopes, protected fields, versions."""

from __future__ import annotations

from datetime import UTC
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests

from simulators.shopify.arithmetic import totals
from simulators.shopify.currency import decimal, to_minor
from simulators.shopify.seed.cases import HEROINE_EMAIL
from simulators.shopify.testing import Running
from simulators.shopify.written_dates import utc
from tests.simulators.shopify.harness import Client

PAGE = """query($first: Int, $after: String, $last: Int, $before: String, $query: String,
  $reverse: Boolean) {
  orders(first: $first, after: $after, last: $last, before: $before, query: $query,
    reverse: $reverse, sortKey: UPDATED_AT) {
    nodes { id name updatedAt }
    pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  }
}"""
MONEY = "{ shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } }"
EVERY = f"""query($after: String) {{ orders(first: 20, after: $after) {{
  nodes {{ id name test cancelledAt displayFinancialStatus displayFulfillmentStatus
    totalPriceSet {MONEY} currentTotalPriceSet {MONEY} totalRefundedSet {MONEY}
    customer {{ id }} }}
  pageInfo {{ hasNextPage endCursor }} }} }}"""
FULFILMENT_WORDS = {
    "FULFILLED": "fulfilled",
    "PARTIALLY_FULFILLED": "partial",
    "UNFULFILLED": None,
}


def all_orders(client: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    after = None
    while True:
        page = client.data(EVERY, {"after": after})["orders"]
        found += page["nodes"]
        if not page["pageInfo"]["hasNextPage"]:
            return found
        after = page["pageInfo"]["endCursor"]


def test_every_order_equals_the_stores_own_figures(reader: Client) -> None:
    figures = {one["id"]: one for one in reader.running.oracle()["orders"]}
    seen = all_orders(reader)
    assert len(seen) == len(figures) == 60
    for node in seen:
        own = figures[node["id"].rsplit("/", 1)[1]]
        currency = own["currency"]
        for field, name in (
            ("totalPriceSet", "total_minor"),
            ("currentTotalPriceSet", "current_total_minor"),
            ("totalRefundedSet", "refunded_minor"),
        ):
            money = node[field]["shopMoney"]
            assert (to_minor(money["amount"], currency), money["currencyCode"]) == (
                own[name], currency,
            )  # fmt: skip
        seen_total = node["totalPriceSet"]["presentmentMoney"]
        assert seen_total["currencyCode"] == own["presentment_currency"]
        assert node["displayFinancialStatus"].lower() == own["financial_status"]
        assert FULFILMENT_WORDS[node["displayFulfillmentStatus"]] == own["fulfillment_status"]
        assert (node["cancelledAt"] is not None) == own["cancelled"]
        assert node["test"] == own["test"]


def test_pages_cover_everything_once_in_order_both_ways(reader: Client) -> None:
    for reverse in (False, True):
        names: list[str] = []
        after = None
        stamps: list[str] = []
        while True:
            page = reader.data(PAGE, {"first": 7, "after": after, "reverse": reverse})["orders"]
            names += [node["name"] for node in page["nodes"]]
            stamps += [node["updatedAt"] for node in page["nodes"]]
            if not page["pageInfo"]["hasNextPage"]:
                break
            after = page["pageInfo"]["endCursor"]
        assert len(names) == len(set(names)) == 60
        assert stamps == sorted(stamps, reverse=reverse)


def test_last_and_before_page_backwards(reader: Client) -> None:
    tail = reader.data(PAGE, {"last": 5})["orders"]
    before = reader.data(PAGE, {"last": 5, "before": tail["pageInfo"]["startCursor"]})["orders"]
    whole = reader.data(PAGE, {"first": 60})["orders"]["nodes"]
    assert [n["name"] for n in before["nodes"] + tail["nodes"]] == [n["name"] for n in whole[-10:]]
    assert tail["pageInfo"]["hasNextPage"] is False
    assert before["pageInfo"]["hasPreviousPage"] is True


def test_a_page_needs_a_size(reader: Client) -> None:
    answer = reader.run("{ orders { nodes { id } } }")
    assert answer["data"] is None
    assert "first or last" in answer["errors"][0]["message"]
    too_many = reader.run("{ orders(first: 251) { nodes { id } } }")
    assert "250" in too_many["errors"][0]["message"]


@pytest.mark.parametrize(("op", "sharp"), [(">=", False), (">", True)])
def test_updated_at_filters_to_the_second(reader: Client, op: str, sharp: bool) -> None:
    orders = sorted(reader.shop.orders.values(), key=lambda o: o.updated_at)
    edge = orders[30].updated_at
    found = reader.data(PAGE, {"first": 100, "query": f"updated_at:{op}'{utc(edge)}'"})["orders"]
    wanted = {o.name for o in orders if (o.updated_at > edge if sharp else o.updated_at >= edge)}
    assert {node["name"] for node in found["nodes"]} == wanted


def test_search_by_name_id_and_with_or(reader: Client) -> None:
    for query in ("name:#1042", "name:1042", f"id:{1} OR name:'#1042'"):
        found = reader.data(PAGE, {"first": 5, "query": query})["orders"]["nodes"]
        assert [node["name"] for node in found] == ["#1042"]
    number = found[0]["id"].rsplit("/", 1)[1]
    again = reader.data(PAGE, {"first": 5, "query": f"id:{number}"})["orders"]["nodes"]
    assert again == found


def test_an_unknown_search_field_is_ignored_with_a_warning(reader: Client) -> None:
    answer = reader.run(PAGE, {"first": 100, "query": "colour:red"})
    assert len(answer["data"]["orders"]["nodes"]) == 60
    assert answer["extensions"]["search"][0]["warnings"][0]["field"] == "colour"


def test_customers_updated_at_matches_whole_days(reader: Client) -> None:
    customer = next(iter(reader.shop.customers.values()))
    there = customer.updated_at.astimezone(ZoneInfo(reader.shop.iana_timezone))
    later = utc(there.replace(hour=23, minute=59, second=59).astimezone(UTC))
    found = reader.data(
        "query($q: String) { customers(first: 100, query: $q) { nodes { id } } }",
        {"q": f"updated_at:>='{later}'"},
    )
    ids = {node["id"] for node in found["customers"]["nodes"]}
    assert f"gid://shopify/Customer/{customer.id}" in ids


def test_the_heroine(reader: Client) -> None:
    body = reader.data(
        """query($email: String!) {
          customerByIdentifier(identifier: {emailAddress: $email}) {
            displayName locale numberOfOrders amountSpent { amount currencyCode }
            defaultEmailAddress { emailAddress marketingState }
            defaultPhoneNumber { phoneNumber }
            addressesV2(first: 3) { nodes { city countryCodeV2 } }
            orders(first: 10, sortKey: CREATED_AT) { nodes { name
              lineItems(first: 5) { nodes { title quantity
                variant { sku inventoryItem { tracked
                  inventoryLevels(first: 5) { nodes { quantities(names: ["available"]) {
                    name quantity } } } } }
                product { title featuredMedia { preview { image { url } } } } } }
              fulfillments { status displayStatus trackingInfo { company number url }
                events(first: 9) { nodes { status } } }
              refunds { totalRefundedSet { shopMoney { amount } } } } }
          } }""",
        {"email": HEROINE_EMAIL},
    )
    her = body["customerByIdentifier"]
    assert her["displayName"] == "Δήμητρα Παπαδοπούλου"
    assert her["numberOfOrders"] == "7"
    assert her["amountSpent"] == {"amount": "352.5", "currencyCode": "EUR"}
    orders = {node["name"]: node for node in her["orders"]["nodes"]}
    assert list(orders) == ["#912", "#931", "#950", "#968", "#987", "#1015", "#1042"]
    parcel = orders["#1042"]["fulfillments"][0]
    assert parcel["displayStatus"] == "IN_TRANSIT"
    assert parcel["trackingInfo"][0]["company"] == "ACS Courier"
    assert parcel["trackingInfo"][0]["number"].startswith("4711")
    line = orders["#1042"]["lineItems"]["nodes"][0]
    assert (line["title"], line["quantity"]) == ("Aviator sunglasses", 2)
    levels = line["variant"]["inventoryItem"]["inventoryLevels"]["nodes"]
    assert [level["quantities"][0]["name"] for level in levels] == ["available", "available"]
    assert orders["#987"]["refunds"][0]["totalRefundedSet"]["shopMoney"]["amount"] == "60.0"


def test_lines_of_deleted_products_stay_without_variant(reader: Client) -> None:
    gone = next(o for o in reader.shop.orders.values() if o.lines[0].sku == "CLP-01")
    line = reader.data(
        """query($id: ID!) { order(id: $id) { lineItems(first: 1) { nodes {
             title sku quantity variant { id } product { id } } } } }""",
        {"id": f"gid://shopify/Order/{gone.id}"},
    )["order"]["lineItems"]["nodes"][0]
    assert (line["variant"], line["product"]) == (None, None)
    assert line["title"] == "Discontinued clip-on"


def test_nodes_and_ids_past_two_to_the_53(reader: Client) -> None:
    biggest = max(reader.shop.orders)
    assert biggest > 2**53
    ids = [f"gid://shopify/Order/{biggest}", "gid://shopify/Order/1", "gid://shopify/Shop/1"]
    found = reader.data(
        "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Order { legacyResourceId } } }",
        {"ids": ids},
    )["nodes"]
    assert found[0] == {"id": ids[0], "legacyResourceId": str(biggest)}
    assert found[1:] == [None, None]


def test_orders_of_yen_and_dinars(reading: Running) -> None:
    for name, currency, digits in (("kyoto-paper", "JPY", 0), ("gulf-oud", "KWD", 3)):
        client = Client(reading, name)
        shop = client.shop
        for node in all_orders(client):
            order = shop.orders[int(node["id"].rsplit("/", 1)[1])]
            money = node["totalPriceSet"]["shopMoney"]
            assert money["currencyCode"] == currency
            assert money["amount"] == decimal(totals(order).total.shop, currency)
            assert len(money["amount"].split(".")[1].rstrip("0")) <= digits
        client.close()


@pytest.mark.parametrize(
    ("asked", "served"),
    [("2026-10", "2026-10"), ("2026-04", "2026-04"), ("2023-01", "2025-10")],
)
def test_versions_fall_forward(reader: Client, asked: str, served: str) -> None:
    answer = reader.post("{ shop { name } }", version=asked)
    assert answer.json()["data"]["shop"]["name"] == "Aegean Eyewear"
    assert answer.headers["X-Shopify-API-Version"] == served


def test_unreleased_versions_are_not_found(reader: Client) -> None:
    assert reader.post("{ shop { name } }", version="2031-01").status_code == 404
    assert reader.post("{ shop { name } }", version="2026-02").status_code == 404


def test_the_host_header_names_the_shop_as_well(reader: Client) -> None:
    answer = requests.post(
        f"{reader.running.base_url}/admin/api/2026-10/graphql.json",
        json={"query": "{ shop { myshopifyDomain } }"},
        headers={"X-Shopify-Access-Token": reader.token, "Host": reader.shop.domain},
        timeout=30,
    )
    assert answer.json()["data"]["shop"]["myshopifyDomain"] == reader.shop.domain


def test_bad_queries_answer_with_errors_at_200(reader: Client) -> None:
    for query in ("{ shop { nonsense } }", "{ shop {", ""):
        answer = reader.post(query)
        assert answer.status_code == 200
        assert answer.json()["errors"][0]["message"]
        assert "data" not in answer.json()


def test_the_installation_names_its_scopes(reader: Client) -> None:
    body = reader.data("{ currentAppInstallation { accessScopes { handle } app { apiKey } } }")
    handles = {scope["handle"] for scope in body["currentAppInstallation"]["accessScopes"]}
    assert handles == reader.running.state.app.scope_set
    assert body["currentAppInstallation"]["app"]["apiKey"] == "the-client-id"
