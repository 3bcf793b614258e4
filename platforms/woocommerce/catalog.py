"""The store itself, and what is sold in it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

from platforms.errors import AuthorizationLost, RequestRefused, StoreAnsweredNonsense
from platforms.gates import MOST_AT_ONCE
from platforms.records import StoreRecord, VariantRecord
from platforms.woocommerce.answers import NotFound, ObjectGone
from platforms.woocommerce.orders import ORDERS
from platforms.woocommerce.paging import WINDOW
from platforms.woocommerce.sites import admin_url, site_url
from platforms.woocommerce.transport import StoreTransport
from platforms.woocommerce.values import id_text, moment, plain, text
from platforms.woocommerce.zones import country_code, iana_zone

PRODUCTS = "wc/v3/products"

_INDEX_FIELDS = "name,description,url,home,gmt_offset,timezone_string,namespaces"
# The rest of this report makes the store call others on the web.
_STATUS_FIELDS = "environment.store_id,settings.currency"
_COUNTRY = "wc/v3/settings/general/woocommerce_default_country"
_CURRENCY = "wc/v3/settings/general/woocommerce_currency"
_FIELDS = (
    "id,parent_id,type,name,sku,manage_stock,stock_quantity,images,image,attributes,"
    "date_created_gmt,date_modified_gmt"
)
# ISO 4217 for no currency at all.
_NO_CURRENCY = "XXX"


class CatalogQueries:
    """Reads a store and its variants."""

    def __init__(self, transport: StoreTransport, domain: str) -> None:
        self._transport = transport
        self._domain = domain

    def store(self) -> StoreRecord:
        """The store. What its keys may not read is told by something else, or left out."""
        index = self._transport.get("", {"_fields": _INDEX_FIELDS}).value
        if not isinstance(index, Mapping):
            raise StoreAnsweredNonsense("the store doesn't tell who it is")
        status = self._optional("wc/v3/system_status", {"_fields": _STATUS_FIELDS})
        store_id = text(_inside(status, "environment", "store_id"))
        country = self._optional(_COUNTRY, {"_fields": "id,value"})
        return StoreRecord(
            external_id=store_id or self._domain,
            domain=self._domain,
            name=plain(index.get("name")) or self._domain,
            url=text(index.get("home")) or site_url(self._domain),
            currency=(text(_inside(status, "settings", "currency")) or self._currency()).upper(),
            timezone=iana_zone(index.get("timezone_string"), index.get("gmt_offset")),
            country_code=country_code(_inside(country, "value")),
            admin_url=admin_url(self._domain, text(index.get("url"))),
        )

    def variants(self, external_ids: Sequence[str]) -> Iterator[VariantRecord]:
        """The variants that still exist, each once, in the order asked.

        A product without variations is its own one.
        """
        wanted = [each for each in dict.fromkeys(external_ids) if each.isdecimal()]
        products = self._products(wanted)
        variations = self._variations([each for each in wanted if each not in products])
        parents = {each["parent_id"] for each in variations.values() if each.get("parent_id")}
        products |= self._products([str(each) for each in parents if str(each) not in products])
        for external_id in wanted:
            body = variations.get(external_id) or products.get(external_id)
            if body is not None:
                yield variant_record(body, products.get(str(body.get("parent_id"))))

    def _products(self, wanted: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        found: dict[str, Mapping[str, Any]] = {}
        for start in range(0, len(wanted), WINDOW):
            include = ",".join(wanted[start : start + WINDOW])
            params = {"include": include, "per_page": WINDOW, "_fields": _FIELDS}
            found |= _by_id(self._transport.get(PRODUCTS, params).value)
        return found

    def _variations(self, wanted: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        """Lists leave variations out; a read of one tells its product, and that the others."""
        found: dict[str, Mapping[str, Any]] = {}
        waiting = list(wanted)
        with ThreadPoolExecutor(MOST_AT_ONCE) as pool:
            while waiting:
                asked, waiting = waiting[:MOST_AT_ONCE], waiting[MOST_AT_ONCE:]
                read = {key: body for key, body in pool.map(self._single, asked) if body}
                parents = {each.get("parent_id") for each in read.values()}
                siblings = partial(self._siblings, wanted=waiting)
                for others in pool.map(siblings, filter(None, parents) if waiting else ()):
                    read |= others
                found |= read
                waiting = [each for each in waiting if each not in found]
        return found

    def _siblings(self, parent: Any, wanted: Sequence[str]) -> dict[str, Mapping[str, Any]]:
        params = {"include": ",".join(wanted[:WINDOW]), "per_page": WINDOW, "_fields": _FIELDS}
        try:
            reply = self._transport.get(f"{PRODUCTS}/{id_text(parent)}/variations", params)
        except (NotFound, ValueError):
            return {}
        return {key: {**body, "parent_id": parent} for key, body in _by_id(reply.value).items()}

    def _single(self, external_id: str) -> tuple[str, Mapping[str, Any] | None]:
        try:
            body = self._transport.get(f"{PRODUCTS}/{external_id}", {"_fields": _FIELDS}).value
        except ObjectGone:
            return external_id, None
        return external_id, _by_id([body]).get(external_id)

    def _currency(self) -> str:
        told = text(_inside(self._optional(_CURRENCY, {"_fields": "id,value"}), "value"))
        if told:
            return told
        newest = self._optional(ORDERS, {"per_page": 1, "_fields": "currency"})
        orders = newest if isinstance(newest, list) else []
        return text(_inside(orders[0], "currency") if orders else None) or _NO_CURRENCY

    def _optional(self, endpoint: str, params: Mapping[str, Any]) -> Any:
        """What that answers, None where these keys may not read it or the store hasn't it."""
        try:
            return self._transport.get(endpoint, params, optional=True).value
        except (AuthorizationLost, RequestRefused):
            return None


def variant_record(body: Mapping[str, Any], parent: Mapping[str, Any] | None) -> VariantRecord:
    """The variant of a product's or variation's body; `parent` is the variation's product.

    Its stock is None where the store doesn't count it.
    """
    product = body if parent is None else parent
    try:
        name = plain(product.get("name")) or ""
        return VariantRecord(
            external_id=id_text(body["id"]),
            product_external_id=id_text(body.get("parent_id") or body["id"]),
            product_title=name,
            title=_chosen(body) if body.get("parent_id") else None,
            sku=text(body.get("sku")),
            image_url=_image(body) or _image(product),
            stock=_stock(body),
            updated_at=moment(body.get("date_modified_gmt") or body.get("date_created_gmt")),
        )
    except (KeyError, TypeError, ValueError, AttributeError, ArithmeticError) as error:
        raise StoreAnsweredNonsense("the store answers a product that can't be read") from error


def _by_id(bodies: Any) -> dict[str, Mapping[str, Any]]:
    if not isinstance(bodies, list) or not all(isinstance(body, Mapping) for body in bodies):
        raise StoreAnsweredNonsense("the store answers no list of products")
    return {str(body.get("id")): body for body in bodies}


def _inside(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value


def _chosen(body: Mapping[str, Any]) -> str | None:
    """What makes the variation: its attributes' options, in their order."""
    options = (plain(_inside(each, "option")) for each in _listed(body.get("attributes")))
    return ", ".join(option for option in options if option) or None


def _image(body: Mapping[str, Any]) -> str | None:
    for image in (body.get("image"), *_listed(body.get("images"))):
        source = _inside(image, "src")
        if isinstance(source, str) and source.startswith(("https://", "http://")):
            return source
    return None


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else ()


def _stock(body: Mapping[str, Any]) -> int | None:
    """What is left; plugins that sell by weight write fractions, which are cut."""
    quantity = body.get("stock_quantity")
    counted = body.get("manage_stock") and isinstance(quantity, int | float)
    return int(quantity) if counted and quantity is not None else None
