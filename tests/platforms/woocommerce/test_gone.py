"""Which answers mean that a store has an object no more, and which mean nothing of the kind."""

from collections.abc import Iterator

import pytest

from platforms.errors import PlatformError
from tests.platforms.loopback import loopback_store, said
from tests.platforms.woocommerce.fake_store import FakeStore


@pytest.fixture
def shop() -> Iterator[FakeStore]:
    with loopback_store() as store:
        yield FakeStore(store)


@pytest.mark.parametrize(
    "code", ["rest_no_route", "rest_404", "itsec_rest_hidden", "woocommerce_rest_term_invalid"]
)
@pytest.mark.parametrize("status", [404, 410])
def test_what_is_only_hidden_is_not_gone(shop: FakeStore, code: str, status: int) -> None:
    hidden = said({"code": code, "message": "Nothing here."}, status)
    shop.before = lambda path, query: hidden if path[-1].isdigit() else None
    for read in (shop.reader.order, shop.reader.customer):
        with pytest.raises(PlatformError):
            read("7")
    for pages in (shop.reader.orders_by_id(["7"]), shop.reader.customers_by_id(["7"])):
        with pytest.raises(PlatformError):
            list(pages)


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("order", "woocommerce_rest_shop_order_invalid_id"),
        ("customer", "woocommerce_rest_invalid_id"),
        ("customer", "wc_user_invalid_id"),
    ],
)
def test_the_stores_own_word_for_it_means_that_an_object_is_gone(
    shop: FakeStore, kind: str, code: str
) -> None:
    gone = said({"code": code, "message": "Invalid ID."}, 404)
    shop.before = lambda path, query: gone if path[-1].isdigit() else None
    reader = shop.reader
    if kind == "order":
        assert reader.order("7") is None
        assert [page.records for page in reader.orders_by_id(["7"])] == [(), (), ()]
    else:
        assert reader.customer("7") is None
        assert [page.records for page in reader.customers_by_id(["7"])] == [(), ()]
