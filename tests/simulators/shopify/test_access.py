"""What an app may see: the 60-day window, scopes, protected customer data."""

from __future__ import annotations

from datetime import timedelta

from simulators.shopify.testing import Running
from tests.simulators.shopify.harness import Client


def names(client: Client) -> set[str]:
    nodes = client.data("{ orders(first: 250) { nodes { name } } }")["orders"]["nodes"]
    return {node["name"] for node in nodes}


def test_without_read_all_orders_only_sixty_days_are_seen(reading: Running) -> None:
    client = Client(reading, "portland-supply", scopes="read_orders,read_customers")
    edge = client.running.state.clock.now() - timedelta(days=60)
    young = [o for o in client.shop.orders.values() if o.created_at >= edge]
    old = next(o for o in client.shop.orders.values() if o.created_at < edge)
    assert 0 < len(young) < len(client.shop.orders)
    assert names(client) == {o.name for o in young}
    query = "query($id: ID!) { order(id: $id) { id } node(id: $id) { id } }"
    assert client.data(query, {"id": f"gid://shopify/Order/{old.id}"}) == {
        "order": None,
        "node": None,
    }
    client.close()


def test_a_missing_scope_is_denied_with_its_path(reading: Running) -> None:
    client = Client(reading, "gulf-oud", scopes="read_orders,read_all_orders")
    answer = client.run("{ shop { name } orders(first: 1) { nodes { name customer { id } } } }")
    assert answer["data"]["shop"]["name"].startswith("Gulf Oud")
    assert answer["data"]["orders"]["nodes"][0]["customer"] is None
    error = answer["errors"][0]
    assert error["path"] == ["orders", "nodes", 0, "customer"]
    assert error["extensions"]["code"] == "ACCESS_DENIED"
    assert "read_customers" in error["message"]
    products = client.run("{ products(first: 1) { nodes { id } } }")
    assert products["data"] is None
    client.close()


def test_protected_fields_come_back_null_beside_an_error(stand_in: Running) -> None:
    client = Client(stand_in)
    client.shop.switches.protected = ["Customer.firstName", "Order.email", "MailingAddress"]
    answer = client.run(
        """{ orders(first: 2, query: "name:1042") { nodes { name email shippingAddress { city }
             customer { id firstName lastName } } } }"""
    )
    node = answer["data"]["orders"]["nodes"][0]
    assert (node["email"], node["shippingAddress"]) == (None, None)
    assert node["customer"]["firstName"] is None
    assert node["customer"]["lastName"] == "Παπαδοπούλου"
    paths = {tuple(error["path"][3:]) for error in answer["errors"]}
    assert paths == {("email",), ("shippingAddress",), ("customer", "firstName")}
    assert {e["extensions"]["code"] for e in answer["errors"]} == {"ACCESS_DENIED"}
    client.shop.switches.protected = ["Customer"]
    answer = client.run("{ customers(first: 1) { nodes { id } } }")
    assert answer["data"] is None
    assert "not approved to access the Customer object" in answer["errors"][0]["message"]
    client.close()
