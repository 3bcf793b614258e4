"""Products and stock."""

from __future__ import annotations

from simulators.shopify.model.catalog import Product, Variant
from simulators.shopify.model.shop import Shop
from simulators.shopify.state import State

from . import Refused


def find_variant(shop: Shop, wanted: int | str) -> Variant:
    """A live variant by id or SKU; raises `Refused`."""
    if str(wanted).isdigit() and int(wanted) in shop.variants:
        return shop.variants[int(wanted)]
    for variant in shop.variants.values():
        if variant.sku == wanted:
            return variant
    raise Refused(f"No variant {wanted}")


def set_stock(
    state: State, shop: Shop, variant: Variant, available: int, location_id: int | None = None
) -> Variant:
    """Fires inventory_levels/update and products/update."""
    with state.action():
        at = state.clock.stamp()
        place = location_id or next(iter(variant.stock), shop.locations[0].id)
        variant.stock[place] = available
        product = shop.products[variant.product_id]
        variant.updated_at = product.updated_at = at
        state.emit(shop, "inventory_levels/update", (variant, place))
        state.emit(shop, "products/update", product)
        return variant


def drop_product(shop: Shop, product: Product) -> None:
    """Take a product away, without topics; orders keep their lines."""
    shop.products.pop(product.id, None)
    for variant in product.variants:
        shop.variants.pop(variant.id, None)


def delete_product(state: State, shop: Shop, product: Product) -> None:
    """Fires products/delete, whose body is only the id."""
    with state.action():
        drop_product(shop, product)
        state.emit(shop, "products/delete", product)
