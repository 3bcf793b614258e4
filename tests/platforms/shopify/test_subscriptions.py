"""Webhook subscriptions: made, mended, removed; never twice."""

from collections.abc import Iterator
from typing import Any

import pytest

from platforms.port import WebhookEndpoint
from platforms.records import SubscriptionReport
from platforms.shopify.subscriptions import TOPICS, enum_of
from tests.platforms.loopback import guarded, loopback_store
from tests.platforms.shopify.example import access, platform
from tests.platforms.shopify.fake_shop import FakeShop
from tests.platforms.shopify.nodes import connection

ADDRESS = "https://app.example/webhooks/shopify"
ENDPOINT = WebhookEndpoint(ADDRESS)
OLD = "https://old.example/webhooks/shopify"


class Subscribed:
    """A shop's subscriptions behind the four documents."""

    def __init__(self, shop: FakeShop) -> None:
        self.shop = shop
        self.made = 0
        self.rows: dict[str, dict[str, str]] = {}
        self.refuse: dict[str, str] = {}
        shop.answers.update(
            webhook_list=self._list,
            webhook_create=self._create,
            webhook_update=self._update,
            webhook_delete=self._delete,
        )
        self.gate = platform(
            guarded(), shop.clock, SHOPIFY_URL_TEMPLATE=shop.store.url_template
        ).gate

    def add(self, topic: str, uri: str) -> str:
        self.made += 1
        gid = f"gid://shopify/WebhookSubscription/{self.made}"
        self.rows[gid] = {"id": gid, "topic": topic, "uri": uri}
        return gid

    def standing(self) -> list[tuple[str, str]]:
        return sorted((row["topic"], row["uri"]) for row in self.rows.values())

    def _list(self, given: dict[str, Any]) -> Any:
        rows = list(self.rows.values())
        start = int(given["after"] or 0)
        following = start + 10 if start + 10 < len(rows) else None
        page = connection(rows[start : start + 10], str(following) if following else None)
        return {"webhookSubscriptions": page}

    def _create(self, given: dict[str, Any]) -> Any:
        message = self.refuse.get(given["topic"])
        if (given["topic"], given["uri"]) in self.standing():
            message = "Address for this topic has already been taken"
        if message:
            errors = [{"field": ["webhookSubscription"], "message": message}]
            return {
                "webhookSubscriptionCreate": {"webhookSubscription": None, "userErrors": errors}
            }
        made = {"id": self.add(given["topic"], given["uri"])}
        return {"webhookSubscriptionCreate": {"webhookSubscription": made, "userErrors": []}}

    def _update(self, given: dict[str, Any]) -> Any:
        self.rows[given["id"]]["uri"] = given["uri"]
        return {"webhookSubscriptionUpdate": {"webhookSubscription": given, "userErrors": []}}

    def _delete(self, given: dict[str, Any]) -> Any:
        gone = self.rows.pop(given["id"], None)
        errors = (
            [] if gone else [{"field": ["id"], "message": "Webhook subscription does not exist"}]
        )
        payload = {"deletedWebhookSubscriptionId": gone and gone["id"], "userErrors": errors}
        return {"webhookSubscriptionDelete": payload}


@pytest.fixture
def subscribed() -> Iterator[Subscribed]:
    with loopback_store() as store:
        yield Subscribed(FakeShop(store))


ALL = sorted((enum_of(topic), ADDRESS) for topic in TOPICS)


def test_topics_as_graphql_spells_them() -> None:
    assert enum_of("orders/partially_fulfilled") == "ORDERS_PARTIALLY_FULFILLED"
    assert enum_of("customer.tags_added") == "CUSTOMER_TAGS_ADDED"
    assert not any("redact" in topic or "data_request" in topic for topic in TOPICS)


def test_subscribe_makes_every_topic_once(subscribed: Subscribed) -> None:
    assert subscribed.gate.subscribe(access(), ENDPOINT) == SubscriptionReport((), created=TOPICS)
    assert subscribed.standing() == ALL
    assert subscribed.gate.subscribe(access(), ENDPOINT) == SubscriptionReport(standing=TOPICS)
    assert subscribed.standing() == ALL


def test_one_that_is_taken_meanwhile_stands(subscribed: Subscribed) -> None:
    subscribed.shop.answers["webhook_list"] = {"webhookSubscriptions": connection([])}
    subscribed.add("ORDERS_CREATE", ADDRESS)
    report = subscribed.gate.subscribe(access(), ENDPOINT)
    assert report.standing == ("orders/create",)
    assert "orders/create" not in report.created
    assert report.failed == ()


def test_check_mends_what_is_gone_or_leads_astray(subscribed: Subscribed) -> None:
    for topic in TOPICS[2:]:
        subscribed.add(enum_of(topic), ADDRESS)
    subscribed.add(enum_of(TOPICS[0]), OLD)
    subscribed.add(enum_of(TOPICS[0]), OLD + "?b")
    subscribed.add(enum_of(TOPICS[3]), OLD)
    subscribed.add("PRODUCTS_UPDATE", OLD)
    report = subscribed.gate.check(access(), ENDPOINT)
    assert report.mended == (TOPICS[0], TOPICS[3])
    assert report.created == (TOPICS[1],)
    assert subscribed.standing() == sorted([*ALL, ("PRODUCTS_UPDATE", OLD)])


def test_a_refused_topic_is_told_and_the_others_stand(subscribed: Subscribed) -> None:
    subscribed.refuse["ORDERS_PAID"] = "You cannot create a webhook subscription for this topic"
    report = subscribed.gate.subscribe(access(), ENDPOINT)
    assert report.failed == (
        ("orders/paid", "You cannot create a webhook subscription for this topic"),
    )
    assert len(report.created) == len(TOPICS) - 1


def test_unsubscribe_removes_ours_only(subscribed: Subscribed) -> None:
    subscribed.gate.subscribe(access(), ENDPOINT)
    subscribed.add("ORDERS_CREATE", OLD)
    subscribed.gate.unsubscribe(access(), ENDPOINT)
    assert subscribed.standing() == [("ORDERS_CREATE", OLD)]
    subscribed.gate.unsubscribe(access(), ENDPOINT)


def test_one_that_is_gone_already_is_fine(subscribed: Subscribed) -> None:
    ghost = {"id": "gid://shopify/WebhookSubscription/9", "topic": "ORDERS_CREATE", "uri": ADDRESS}
    subscribed.shop.answers["webhook_list"] = {"webhookSubscriptions": connection([ghost])}
    subscribed.gate.unsubscribe(access(), ENDPOINT)
    assert subscribed.shop.names() == ["webhook_list", "webhook_delete"]


def test_under_toml_there_is_nothing_to_do(subscribed: Subscribed) -> None:
    template = subscribed.shop.store.url_template
    gate = platform(guarded(), SHOPIFY_URL_TEMPLATE=template, SHOPIFY_WEBHOOKS="toml").gate
    assert gate.subscribe(access(), ENDPOINT) == SubscriptionReport(standing=TOPICS)
    gate.unsubscribe(access(), ENDPOINT)
    assert subscribed.shop.asked == []
