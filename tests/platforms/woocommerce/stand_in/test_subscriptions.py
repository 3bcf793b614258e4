"""Our webhooks at a store: made, watched, mended, deleted."""

import pytest

from platforms.errors import AuthorizationLost, StoreAnsweredNonsense, StoreUnreachable
from platforms.port import StoreAccess, WebhookEndpoint
from platforms.records import SubscriptionReport
from platforms.woocommerce.subscriptions import TOPICS
from tests.platforms.loopback import LoopbackStore, Said
from tests.platforms.woocommerce.stand_in.world import World


@pytest.fixture
def access(world: World, inbox: LoopbackStore) -> StoreAccess:
    """A connected store without webhooks."""
    return world.access(world.connect(inbox))


def _standing() -> SubscriptionReport:
    return SubscriptionReport(standing=TOPICS)


def _make(world: World, access: StoreAccess, **hook: str) -> int:
    """A webhook by anybody who has keys."""
    made = world.platform._transport(access).post("wc/v3/webhooks", hook)
    number: int = made.value["id"]
    return number


def _change(world: World, access: StoreAccess, topic: str, **changed: str) -> int:
    number: int = next(hook["id"] for hook in world.hooks() if hook["topic"] == topic)
    world.platform._transport(access).put(f"wc/v3/webhooks/{number}", changed)
    return number


def test_every_topic_is_made_once_under_the_stores_secret(
    world: World, inbox: LoopbackStore, access: StoreAccess
) -> None:
    endpoint = world.endpoint(inbox)
    gate = world.platform.gate
    made = gate.subscribe(access, endpoint)
    assert made == SubscriptionReport(standing=(), created=TOPICS)
    hooks = world.hooks()
    assert sorted(hook["topic"] for hook in hooks) == sorted(TOPICS)
    for hook in hooks:
        assert endpoint.secret is not None
        assert hook["secret"] == endpoint.secret.reveal()
        assert (hook["name"], hook["status"]) == ("Tillside", "active")
        assert (hook["delivery_url"], hook["ping_status"]) == (endpoint.url, 200)
    pings = [gate.verify(_headers(each.headers), each.body) for each in inbox.asked]
    assert len(pings) == len(TOPICS)
    assert all(ping.is_ping for ping in pings)
    assert gate.subscribe(access, endpoint) == gate.check(access, endpoint) == _standing()
    assert len(world.hooks()) == len(TOPICS)


def _headers(told: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in told.items()]


def test_one_that_the_store_disabled_at_the_seventh_failure_is_mended(
    world: World, inbox: LoopbackStore, access: StoreAccess
) -> None:
    endpoint = world.endpoint(inbox)
    gate = world.platform.gate
    gate.subscribe(access, endpoint)
    inbox.script = lambda asked: Said(503)
    for number in range(7):
        assert gate.check(access, endpoint) == _standing(), number
        world.control("orders/place", lines=[], email=f"buyer{number}@example.com")
        world.stand_in.settle()
    disabled = {hook["id"]: hook for hook in world.hooks() if hook["status"] == "disabled"}
    topics = tuple(sorted(hook["topic"] for hook in disabled.values()))
    assert topics == ("order.created", "order.updated")
    inbox.script = lambda asked: Said(200)
    report = gate.check(access, endpoint)
    assert report.mended == topics
    assert set(report.standing) == set(TOPICS) - set(topics)
    assert (report.created, report.failed) == ((), ())
    for hook in world.hooks():
        assert (hook["status"], hook["secret"]) == ("active", "secret of token-1")
    assert disabled.keys() <= {hook["id"] for hook in world.hooks()}
    assert gate.check(access, endpoint) == _standing()


def test_a_paused_one_is_switched_on_with_our_secret(
    world: World, inbox: LoopbackStore, access: StoreAccess
) -> None:
    endpoint = world.endpoint(inbox)
    world.platform.gate.subscribe(access, endpoint)
    number = _change(world, access, "order.updated", status="paused", secret="changed by somebody")
    assert world.platform.gate.check(access, endpoint).mended == ("order.updated",)
    hook = next(each for each in world.hooks() if each["id"] == number)
    assert (hook["status"], hook["secret"]) == ("active", "secret of token-1")


def test_a_deleted_one_is_made_again(
    world: World, inbox: LoopbackStore, access: StoreAccess
) -> None:
    endpoint = world.endpoint(inbox)
    world.platform.gate.subscribe(access, endpoint)
    number = next(hook["id"] for hook in world.hooks() if hook["topic"] == "customer.updated")
    world.platform._transport(access).delete(f"wc/v3/webhooks/{number}", {"force": "true"})
    report = world.platform.gate.check(access, endpoint)
    assert (report.created, report.mended) == (("customer.updated",), ())
    assert len(world.hooks()) == len(TOPICS)


def test_doubles_go_and_the_active_one_stays(
    world: World, inbox: LoopbackStore, access: StoreAccess
) -> None:
    endpoint = world.endpoint(inbox)
    world.platform.gate.subscribe(access, endpoint)
    first = _change(world, access, "order.created", status="disabled")
    double = _make(world, access, topic="order.created", delivery_url=endpoint.url, secret="x")
    report = world.platform.gate.check(access, endpoint)
    assert report.mended == ("order.created",)
    numbers = {hook["id"] for hook in world.hooks()}
    assert (double in numbers, first in numbers) == (True, False)
    assert len(numbers) == len(TOPICS)


def test_those_of_an_older_connection_go_and_strangers_stay(
    world: World, inbox: LoopbackStore, access: StoreAccess
) -> None:
    old, new = world.endpoint(inbox, "old"), world.endpoint(inbox, "new")
    gate = world.platform.gate
    gate.subscribe(access, old)
    unwanted = _make(world, access, topic="coupon.created", delivery_url=new.url)
    strangers = {
        _make(world, access, topic="order.created", delivery_url=url)
        for url in (
            f"{inbox.origin}/webhooks/shopify",
            f"{inbox.origin}/elsewhere",
            f"{inbox.origin}/webhooks/woocommerce",
            "https://other.example/webhooks/woocommerce/old",
        )
    }
    assert set(gate.check(access, new).created) == set(TOPICS)
    hooks = {hook["id"]: hook["delivery_url"] for hook in world.hooks()}
    assert strangers <= hooks.keys()
    assert unwanted not in hooks
    assert old.url not in hooks.values()
    assert len(hooks) == len(TOPICS) + len(strangers)
    gate.unsubscribe(access, new)
    assert {hook["id"] for hook in world.hooks()} == strangers
    gate.unsubscribe(access, new)


def test_more_webhooks_than_a_page_holds(
    world: World, inbox: LoopbackStore, access: StoreAccess
) -> None:
    for _ in range(101):
        _make(world, access, topic="product.created", delivery_url="http://127.0.0.1:9/x")
    endpoint = world.endpoint(inbox)
    gate = world.platform.gate
    assert gate.subscribe(access, endpoint).created == TOPICS
    assert gate.check(access, endpoint) == _standing()
    gate.unsubscribe(access, endpoint)
    assert len(world.hooks()) == 101


def test_without_a_secret_nothing_is_made(
    world: World, inbox: LoopbackStore, access: StoreAccess
) -> None:
    with pytest.raises(ValueError, match="secret"):
        world.platform.gate.subscribe(access, WebhookEndpoint(world.endpoint(inbox).url))
    assert world.hooks() == []


def test_a_store_that_fails_is_told_and_nothing_is_done_twice(
    world: World, inbox: LoopbackStore, access: StoreAccess
) -> None:
    endpoint = world.endpoint(inbox)
    world.control("faults", kind="error", times=-1, method="POST")
    with pytest.raises(StoreAnsweredNonsense):
        world.platform.gate.subscribe(access, endpoint)
    calls = world.control("calls")
    assert len([call for call in calls if call["method"] == "POST"]) <= 1
    world.control("faults", clear=True)
    assert world.platform.gate.subscribe(access, endpoint).created == TOPICS
    world.control("faults", kind="reset", times=-1)
    with pytest.raises(StoreUnreachable):
        world.platform.gate.check(access, endpoint)


def test_keys_that_were_taken_back(world: World, inbox: LoopbackStore, access: StoreAccess) -> None:
    world.control("keys/revoke")
    for call in (world.platform.gate.check, world.platform.gate.unsubscribe):
        with pytest.raises(AuthorizationLost):
            call(access, world.endpoint(inbox))
