"""`products` to read; a variation answers by its own id too."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from simulators.woocommerce.bodies.fields import only
from simulators.woocommerce.bodies.product import product_body, variation_body
from simulators.woocommerce.model.catalog import Product
from simulators.woocommerce.model.site import Site
from simulators.woocommerce.php import encode
from simulators.woocommerce.rest.call import Answer, Call, one
from simulators.woocommerce.rest.errors import invalid_id
from simulators.woocommerce.rest.listing import ids, joined, window
from simulators.woocommerce.state import State

Body = Callable[[State, Site, Product], dict[str, Any]]


def _page(call: Call, products: Iterable[Product], body: Body) -> Answer:
    include, exclude = ids(call.params.get("include")), ids(call.params.get("exclude"))
    text = str(call.params.get("search") or "").lower()
    found = [
        each for each in products
        if (not include or each.id in include)
        and each.id not in exclude
        and (not text or text in each.name.lower())
        and call.params.get("sku") in (None, "", each.sku)
    ]  # fmt: skip
    by_id = call.params.get("orderby") == "id"
    found.sort(
        key=lambda each: (each.id if by_id else each.created_at, each.id),
        reverse=call.params.get("order", "desc") == "desc",
    )
    shown, headers = window(call, [each.id for each in found])
    held = call.site.products
    bodies = (body(call.state, call.site, held[each]) for each in shown)
    return joined([encode(only(each, call.fields)) for each in bodies], headers)


def listing(call: Call) -> Answer:
    """Whole products only: `include` of a variation finds nothing."""
    call.allow("list")
    return _page(call, [p for p in call.site.products.values() if not p.parent_id], product_body)


def read(call: Call) -> Answer:
    found = call.site.products.get(int(call.path["id"]))
    if found is None:
        raise invalid_id("product")
    call.allow("view")
    return one(call, product_body(call.state, call.site, found))


def variations(call: Call) -> Answer:
    call.allow("list")
    parent = int(call.path["product_id"])
    of = [each for each in call.site.products.values() if each.parent_id == parent]
    return _page(call, of, variation_body)


def variation(call: Call) -> Answer:
    found = call.site.products.get(int(call.path["id"]))
    if found is None or found.parent_id != int(call.path["product_id"]):
        raise invalid_id("product_variation")
    call.allow("view")
    return one(call, variation_body(call.state, call.site, found))
