"""The store itself and its variants."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from platforms.errors import AuthorizationLost, StoreAnsweredNonsense
from platforms.records import StoreRecord, VariantRecord
from tests.platforms.loopback import Said, loopback_store, said
from tests.platforms.woocommerce.fake_store import FakeStore
from tests.platforms.woocommerce.test_rest import rest

PRODUCTS = "wc/v3/products"
STATUS = "wc/v3/system_status"
COUNTRY = "wc/v3/settings/general/woocommerce_default_country"
CURRENCY = "wc/v3/settings/general/woocommerce_currency"
REFUSED = said({"code": "woocommerce_rest_cannot_view", "message": "Sorry"}, 403)
UPDATED = datetime(2026, 11, 22, 2, 48, 3, tzinfo=UTC)

FULL = StoreRecord(
    external_id="7f0f2c5e-7a0c-4f0e-9a34-000000000001",
    domain="shop.example",
    name="Lab Store",
    url="https://shop.example",
    currency="USD",
    timezone="America/New_York",
    country_code="US",
)


@pytest.fixture
def shop() -> Iterator[FakeStore]:
    with loopback_store() as store:
        fake = FakeStore(store)
        status = {"environment": {"store_id": FULL.external_id}, **rest("system-status")}
        fake.others = {
            "": rest("site-index"),
            STATUS: status,
            COUNTRY: {"id": "woocommerce_default_country", "value": "US:NY"},
        }
        yield fake


def test_the_store(shop: FakeStore) -> None:
    assert shop.reader.store() == FULL
    assert [path for path, _ in shop.asked] == ["", STATUS, COUNTRY]
    assert shop.queries(STATUS) == [{"_fields": "environment.store_id,settings.currency"}]


def test_what_a_key_may_not_read_is_told_by_something_else(shop: FakeStore) -> None:
    shop.others |= {STATUS: REFUSED, COUNTRY: REFUSED, CURRENCY: REFUSED}
    shop.others["wc/v3/orders"] = [{"currency": "EUR"}]
    record = shop.reader.store()
    assert (record.external_id, record.currency) == ("shop.example", "EUR")
    assert record.country_code is None
    shop.others[CURRENCY] = {"value": "CZK"}
    assert shop.reader.store().currency == "CZK"


def test_a_store_that_tells_nothing_has_no_currency(shop: FakeStore) -> None:
    shop.others = {"": {}, "wc/v3/orders": []}
    assert shop.reader.store() == StoreRecord(
        external_id="shop.example",
        domain="shop.example",
        name="shop.example",
        url="https://shop.example",
        currency="XXX",
        timezone="UTC",
        country_code=None,
    )


def test_a_stores_name_is_read_as_the_html_that_it_is(shop: FakeStore) -> None:
    shop.others[""] = {**rest("site-index"), "name": "Tom &amp; Jerry&#039;s"}
    assert shop.reader.store().name == "Tom & Jerry's"


def test_a_bare_offset_is_a_zone(shop: FakeStore) -> None:
    shop.others[""] = {**rest("site-index"), "timezone_string": "", "gmt_offset": -5}
    assert shop.reader.store().timezone == "Etc/GMT+5"


def test_keys_that_open_nothing_at_all_are_lost(shop: FakeStore) -> None:
    shop.before = lambda path, query: REFUSED
    with pytest.raises((AuthorizationLost, AssertionError)):
        shop.reader.store()


def test_a_site_that_is_no_store(shop: FakeStore) -> None:
    shop.others[""] = [1]
    with pytest.raises(StoreAnsweredNonsense, match="who it is"):
        shop.reader.store()


def _product(number: int, **changed: Any) -> dict[str, Any]:
    return {**rest("products-page")[0], "id": number, **changed}


def _variation(number: int, parent: int, **changed: Any) -> dict[str, Any]:
    image = {"id": 3, "src": f"https://shop.example/{number}.jpg"}
    attributes = [{"id": 1, "name": "Lens", "option": "1.60"}, {"name": "Dye", "option": "Clear"}]
    made = {"type": "variation", "image": image, "images": [], "attributes": attributes}
    return _product(number, **made, parent_id=parent, sku=f"V-{number}", **changed)


def test_a_product_without_variations_is_its_own(shop: FakeStore) -> None:
    shop.others[PRODUCTS] = rest("products-page")
    assert shop.reader.variants(["10"]) == [
        VariantRecord("10", "10", "Lab Mug", None, "MUG-1", None, 48, UPDATED)
    ]
    (query,) = shop.queries(PRODUCTS)
    assert (query["include"], query["per_page"]) == ("10", "100")


def test_variations_come_with_their_products_title(shop: FakeStore) -> None:
    def listed(path: str, query: dict[str, str]) -> Said | None:
        if path != PRODUCTS:
            return None
        there = {"10": _product(10), "12": _product(12, name="Lenses")}
        return said([there[each] for each in query["include"].split(",") if each in there])

    shop.before = listed
    siblings = [_variation(number, 0, stock_quantity=2) for number in range(30, 38)]
    shop.others |= {
        f"{PRODUCTS}/{number}": _variation(number, 12, manage_stock=False)
        for number in range(20, 24)
    }
    shop.others[f"{PRODUCTS}/12/variations"] = siblings
    wanted = ["20", "10", "21", "22", "23", *map(str, range(30, 38)), "20", "99", "x"]
    found = shop.reader.variants(wanted)
    assert [each.external_id for each in found] == [
        "20",
        "10",
        "21",
        "22",
        "23",
        *map(str, range(30, 38)),
    ]
    assert found[0] == VariantRecord(
        external_id="20",
        product_external_id="12",
        product_title="Lenses",
        title="1.60, Clear",
        sku="V-20",
        image_url="https://shop.example/20.jpg",
        stock=None,
        updated_at=UPDATED,
    )
    assert (found[5].product_external_id, found[5].stock) == ("12", 2)
    # One read of each of the first four, their product's others at once, and the one that is gone.
    singles = [path for path, _ in shop.asked if path.removeprefix(f"{PRODUCTS}/").isdigit()]
    assert sorted(singles) == [f"{PRODUCTS}/{number}" for number in (20, 21, 22, 23, 99)]


def test_more_than_a_page_of_products_are_asked_in_parts(shop: FakeStore) -> None:
    def listed(path: str, query: dict[str, str]) -> Said | None:
        return said([_product(int(each)) for each in query["include"].split(",")])

    shop.before = listed
    assert len(shop.reader.variants([str(number) for number in range(1, 151)])) == 150
    assert [len(query["include"].split(",")) for query in shop.queries(PRODUCTS)] == [100, 50]


def test_no_variants_ask_for_nothing(shop: FakeStore) -> None:
    assert shop.reader.variants([]) == []
    assert shop.asked == []


@pytest.mark.parametrize("value", [{"code": "x"}, [5], "x"])
def test_a_list_that_is_none(shop: FakeStore, value: Any) -> None:
    shop.others[PRODUCTS] = value
    with pytest.raises(StoreAnsweredNonsense, match="no list of products"):
        shop.reader.variants(["10"])


def test_a_product_that_cannot_be_read(shop: FakeStore) -> None:
    broken = _product(10, date_modified_gmt=None, date_created_gmt=None)
    shop.others[PRODUCTS] = [broken]
    with pytest.raises(StoreAnsweredNonsense, match="a product that can't be read"):
        shop.reader.variants(["10"])


def test_a_store_lets_us_see_all_of_it(shop: FakeStore) -> None:
    assert shop.reader.complete_from(["read_write"], datetime(2026, 11, 22, tzinfo=UTC)) is None
