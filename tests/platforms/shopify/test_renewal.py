"""A token that a shop refuses: one renewal, then the authorization is lost."""

from collections.abc import Iterator

import pytest

from platforms.errors import AuthorizationLost, PlatformError, StoreUnreachable
from platforms.port import Secret, StoreAccess
from tests.platforms.loopback import LoopbackStore, Said, guarded, loopback_store, said
from tests.platforms.shopify.example import SHOP, Clock, transport

GOOD = {"data": {"shop": {"name": "John Smith Test Store"}}}


@pytest.fixture
def store() -> Iterator[LoopbackStore]:
    with loopback_store() as store:
        yield store


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _renewing(answers: list[str | None]) -> tuple[StoreAccess, list[str]]:
    refused: list[str] = []

    def renew(token: Secret) -> Secret:
        refused.append(token.reveal())
        fresh = answers.pop(0)
        if fresh is None:
            raise AuthorizationLost("the refresh token is dead")
        return Secret(fresh)

    return StoreAccess(SHOP, lambda: Secret("old"), renew), refused


def test_a_401_renews_the_token_once(store: LoopbackStore, clock: Clock) -> None:
    access, refused = _renewing(["new"])
    graph = transport(guarded(), store.url_template, clock, access)
    store.script = [said({"errors": "[API] Invalid API key or access token"}, 401), said(GOOD)]
    graph.execute("shop", {})
    assert refused == ["old"]
    assert [asked.headers["x-shopify-access-token"] for asked in store.asked] == ["old", "new"]
    assert clock.slept == []


def test_a_renewal_that_gets_no_answer_is_tried_again(store: LoopbackStore, clock: Clock) -> None:
    answers: list[PlatformError | None] = [StoreUnreachable("the answer was lost"), None]

    def renew(token: Secret) -> Secret:
        assert token == Secret("old")
        error = answers.pop(0)
        if error is not None:
            raise error
        return Secret("new")

    access = StoreAccess(SHOP, lambda: Secret("old"), renew)
    graph = transport(guarded(), store.url_template, clock, access)
    store.script = [Said(401), Said(401), said(GOOD)]
    assert graph.execute("shop", {}).data == GOOD["data"]
    sent = [asked.headers["x-shopify-access-token"] for asked in store.asked]
    assert sent == ["old", "old", "new"]
    assert answers == []


def test_a_second_401_loses_the_authorization(store: LoopbackStore, clock: Clock) -> None:
    access, refused = _renewing(["new"])
    graph = transport(guarded(), store.url_template, clock, access)
    store.script = [Said(401), Said(401)]
    with pytest.raises(AuthorizationLost) as raised:
        graph.execute("shop", {})
    assert raised.value.reauthorize
    assert refused == ["old"]
    assert len(store.asked) == 2


def test_a_refused_renewal_loses_the_authorization(store: LoopbackStore, clock: Clock) -> None:
    access, _ = _renewing([None])
    graph = transport(guarded(), store.url_template, clock, access)
    store.script = [Said(401)]
    with pytest.raises(AuthorizationLost):
        graph.execute("shop", {})
    assert len(store.asked) == 1


def test_a_token_is_asked_for_again_after_half_a_minute_only(
    store: LoopbackStore, clock: Clock
) -> None:
    kept = ["first", "second"]
    graph = transport(
        guarded(),
        store.url_template,
        clock,
        StoreAccess(SHOP, lambda: Secret(kept.pop(0)), lambda _refused: Secret("never")),
    )
    store.script = [said(GOOD), said(GOOD), said(GOOD)]
    graph.execute("shop", {})
    clock.now += 30
    graph.execute("shop", {})
    assert kept == ["second"]
    clock.now += 1
    graph.execute("shop", {})
    sent = [asked.headers["x-shopify-access-token"] for asked in store.asked]
    assert sent == ["first", "first", "second"]


def test_a_renewed_token_is_the_one_that_is_kept(store: LoopbackStore, clock: Clock) -> None:
    access, refused = _renewing(["new"])
    graph = transport(guarded(), store.url_template, clock, access)
    store.script = [Said(401), said(GOOD), said(GOOD)]
    graph.execute("shop", {})
    graph.execute("shop", {})
    sent = [asked.headers["x-shopify-access-token"] for asked in store.asked]
    assert sent == ["old", "new", "new"]
    assert refused == ["old"]
