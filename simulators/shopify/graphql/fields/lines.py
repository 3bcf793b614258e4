"""Line items and shipping lines."""

from __future__ import annotations

from simulators.shopify.arithmetic import discount, gross, net, shipping_net
from simulators.shopify.currency import Bag, plain
from simulators.shopify.graphql.context import Amounts, Context, Fields, Owned, gid, money
from simulators.shopify.graphql.fields.money import AllocationOf, TaxOf
from simulators.shopify.model.catalog import Product, Variant
from simulators.shopify.pictures import picture_url


class LineOf(Owned):
    __slots__ = ()


class ShippingOf(Owned):
    __slots__ = ()


class AttributeOf(tuple[str, str]):
    """A custom attribute: (key, value)."""

    __slots__ = ()


class ImageOf(str):
    """An image, by its address."""

    __slots__ = ()


def _unit(line: LineOf) -> Bag:
    return net(line.it, line.it.quantity).part(1, line.it.quantity)


def _after_all(line: LineOf) -> Amounts:
    return money(line.order, _unit(line))


def _without_codes(line: LineOf) -> Bag:
    codes = {i for i, one in enumerate(line.order.discounts) if one.kind == "discount_code"}
    price = gross(line.it, line.it.quantity)
    for given in line.it.allocations:
        if given.index not in codes:
            price = price - given.amount
    return price


def _discounted(line: LineOf, with_codes: bool) -> Bag:
    return net(line.it, line.it.quantity) if with_codes else _without_codes(line)


def _product(line: LineOf, c: Context) -> Product | None:
    return c.shop.live_product(line.it.product_id)


def _variant(line: LineOf, c: Context) -> Variant | None:
    return c.shop.live_variant(line.it.variant_id)


def _image(line: LineOf, c: Context) -> ImageOf | None:
    product = _product(line, c)
    return ImageOf(product.image_url) if product and product.image_url else None


def _status(line: LineOf) -> str:
    if not line.it.fulfilled_quantity:
        return "unfulfilled"
    return "partial" if line.it.fulfillable_quantity else "fulfilled"


LINE: Fields = {
    "id": lambda x, _, c: gid("LineItem", x.it.id),
    "title": lambda x, _, c: x.it.title,
    "name": lambda x, _, c: x.it.name,
    "variantTitle": lambda x, _, c: x.it.variant_title,
    "sku": lambda x, _, c: x.it.sku,
    "vendor": lambda x, _, c: x.it.vendor,
    "quantity": lambda x, _, c: x.it.quantity,
    "currentQuantity": lambda x, _, c: x.it.current_quantity,
    "refundableQuantity": lambda x, _, c: x.it.current_quantity,
    "unfulfilledQuantity": lambda x, _, c: x.it.fulfillable_quantity,
    "fulfillableQuantity": lambda x, _, c: x.it.fulfillable_quantity,
    "nonFulfillableQuantity": lambda x, _, c: x.it.quantity - x.it.fulfillable_quantity,
    "fulfillmentStatus": lambda x, _, c: _status(x),
    "requiresShipping": lambda x, _, c: x.it.requires_shipping,
    "restockable": lambda x, _, c: _variant(x, c) is not None,
    "taxable": lambda x, _, c: x.it.taxable,
    "isGiftCard": lambda x, _, c: False,
    "merchantEditable": lambda x, _, c: x.it.fulfillable_quantity > 0,
    "originalUnitPriceSet": lambda x, _, c: money(x.order, x.it.price),
    "originalUnitPrice": lambda x, _, c: plain(x.it.price.shop, x.order.currency),
    "originalTotalSet": lambda x, _, c: money(x.order, gross(x.it, x.it.quantity)),
    "discountedUnitPriceSet": lambda x, _, c: money(
        x.order, _without_codes(x).part(1, x.it.quantity)
    ),
    "discountedUnitPriceAfterAllDiscountsSet": lambda x, _, c: _after_all(x),
    "discountedTotalSet": lambda x, a, c: money(
        x.order, _discounted(x, bool(a.get("withCodeDiscounts")))
    ),
    "totalDiscountSet": lambda x, _, c: money(
        x.order, gross(x.it, x.it.quantity) - _without_codes(x)
    ),
    "unfulfilledOriginalTotalSet": lambda x, _, c: money(
        x.order, gross(x.it, x.it.fulfillable_quantity)
    ),
    "unfulfilledDiscountedTotalSet": lambda x, _, c: money(
        x.order, gross(x.it, x.it.fulfillable_quantity) - discount(x.it, x.it.fulfillable_quantity)
    ),
    "priceAfterAllDiscountsBeforeTaxesSet": lambda x, _, c: _after_all(x),
    "taxLines": lambda x, a, c: [TaxOf(x.order, t) for t in x.it.taxes],
    "discountAllocations": lambda x, _, c: [AllocationOf(x.order, g) for g in x.it.allocations],
    "customAttributes": lambda x, _, c: [AttributeOf(pair) for pair in x.it.attributes],
    "product": lambda x, _, c: _product(x, c),
    "variant": lambda x, _, c: _variant(x, c),
    "image": lambda x, _, c: _image(x, c),
    "duties": lambda x, _, c: [],
}
SHIPPING: Fields = {
    "id": lambda x, _, c: gid("ShippingLine", x.it.id),
    "title": lambda x, _, c: x.it.title,
    "code": lambda x, _, c: x.it.code,
    "source": lambda x, _, c: x.it.source,
    "custom": lambda x, _, c: False,
    "isRemoved": lambda x, _, c: False,
    "originalPriceSet": lambda x, _, c: money(x.order, x.it.price),
    "discountedPriceSet": lambda x, _, c: money(x.order, shipping_net(x.it)),
    "currentDiscountedPriceSet": lambda x, _, c: money(x.order, shipping_net(x.it) - x.it.refunded),
    "taxLines": lambda x, _, c: [TaxOf(x.order, t) for t in x.it.taxes],
    "discountAllocations": lambda x, _, c: [AllocationOf(x.order, g) for g in x.it.allocations],
}
TABLES: dict[str, Fields] = {
    "LineItem": LINE,
    "ShippingLine": SHIPPING,
    "Attribute": {"key": lambda p, _, c: p[0], "value": lambda p, _, c: p[1]},
    "Image": {
        "url": lambda i, _, c: picture_url(c.state, i),
        "src": lambda i, _, c: str(i),
        "originalSrc": lambda i, _, c: str(i),
        "transformedSrc": lambda i, _, c: str(i),
        "altText": lambda i, _, c: None,
        "width": lambda i, _, c: 925,
        "height": lambda i, _, c: 617,
    },
}
