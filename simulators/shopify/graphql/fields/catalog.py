"""Products, variants, stock and locations."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from simulators.shopify.currency import plain
from simulators.shopify.graphql.context import Coin, Context, Fields, gid
from simulators.shopify.graphql.fields.customers import keyed
from simulators.shopify.graphql.fields.lines import ImageOf
from simulators.shopify.graphql.listing import Listing
from simulators.shopify.model.catalog import Location, Product, Variant
from simulators.shopify.written_dates import utc


@dataclass(slots=True)
class ItemOf:
    """An InventoryItem."""

    variant: Variant


@dataclass(slots=True)
class LevelOf:
    """An InventoryLevel."""

    variant: Variant
    location_id: int


@dataclass(slots=True)
class MediaOf:
    """A MediaImage."""

    product: Product


def _levels(item: ItemOf) -> Listing:
    return Listing([LevelOf(item.variant, key) for key in item.variant.stock])


def _place(c: Context, key: int) -> Location:
    return next(place for place in c.shop.locations if place.id == key)


def _quantities(level: LevelOf, arguments: dict[str, Any]) -> list[dict[str, Any]]:
    available = level.variant.stock[level.location_id]
    known = {"available": available, "on_hand": available}
    return [
        {
            "id": gid("InventoryQuantity", f"{level.location_id}-{name}"),
            "name": name,
            "quantity": known.get(name, 0),
            "updatedAt": utc(level.variant.updated_at),
        }
        for name in arguments["names"]
    ]


def _prices(product: Product, c: Context) -> dict[str, Coin]:
    prices = sorted(variant.price for variant in product.variants) or [0]
    return {
        "minVariantPrice": Coin(prices[0], c.shop.currency),
        "maxVariantPrice": Coin(prices[-1], c.shop.currency),
    }


def _media(product: Product) -> list[MediaOf]:
    return [MediaOf(product)] if product.image_url else []


def _option(variant: Variant) -> dict[str, Any]:
    return {"name": variant.option_name, "value": variant.title}


def _product(c: Context, variant: Variant) -> Product:
    return c.shop.products[variant.product_id]


def _variant_name(c: Context, variant: Variant) -> str:
    title = _product(c, variant).title
    return f"{title} - {variant.title}"


PRODUCT: Fields = {
    "id": lambda p, _, c: gid("Product", p.id),
    "legacyResourceId": lambda p, _, c: str(p.id),
    "title": lambda p, _, c: p.title,
    "handle": lambda p, _, c: p.handle,
    "vendor": lambda p, _, c: p.vendor,
    "productType": lambda p, _, c: p.product_type,
    "status": lambda p, _, c: p.status.upper(),
    "tags": lambda p, _, c: p.tags,
    "createdAt": lambda p, _, c: utc(p.created_at),
    "updatedAt": lambda p, _, c: utc(p.updated_at),
    "publishedAt": lambda p, _, c: utc(p.created_at),
    "totalInventory": lambda p, _, c: sum(v.inventory_quantity for v in p.variants),
    "tracksInventory": lambda p, _, c: any(v.tracked for v in p.variants),
    "hasOutOfStockVariants": lambda p, _, c: any(v.inventory_quantity <= 0 for v in p.variants),
    "hasOnlyDefaultVariant": lambda p, _, c: len(p.variants) == 1,
    "variants": lambda p, _, c: Listing(p.variants),
    "variantsCount": lambda p, _, c: len(p.variants),
    "featuredMedia": lambda p, _, c: next(iter(_media(p)), None),
    "featuredImage": lambda p, _, c: ImageOf(p.image_url) if p.image_url else None,
    "media": lambda p, _, c: Listing(_media(p)),
    "images": lambda p, _, c: Listing([ImageOf(p.image_url)] if p.image_url else []),
    "priceRangeV2": lambda p, _, c: _prices(p, c),
    "onlineStoreUrl": lambda p, _, c: f"https://{c.shop.primary_host}/products/{p.handle}",
}
VARIANT: Fields = {
    "id": lambda v, _, c: gid("ProductVariant", v.id),
    "legacyResourceId": lambda v, _, c: str(v.id),
    "title": lambda v, _, c: v.title,
    "displayName": lambda v, _, c: _variant_name(c, v),
    "sku": lambda v, _, c: v.sku,
    "barcode": lambda v, _, c: v.barcode,
    "price": lambda v, _, c: plain(v.price, c.shop.currency),
    "position": lambda v, _, c: v.position,
    "createdAt": lambda v, _, c: utc(v.created_at),
    "updatedAt": lambda v, _, c: utc(v.updated_at),
    "inventoryQuantity": lambda v, _, c: v.inventory_quantity,
    "sellableOnlineQuantity": lambda v, _, c: v.inventory_quantity,
    "availableForSale": lambda v, _, c: v.inventory_quantity > 0 or not v.tracked,
    "inventoryPolicy": lambda v, _, c: "DENY",
    "inventoryItem": lambda v, _, c: ItemOf(v),
    "product": lambda v, _, c: _product(c, v),
    "selectedOptions": lambda v, _, c: [_option(v)],
    "taxable": lambda v, _, c: True,
    "image": lambda v, _, c: None,
    "media": lambda v, _, c: Listing([]),
}
ITEM: Fields = {
    "id": lambda i, _, c: gid("InventoryItem", i.variant.inventory_item_id),
    "legacyResourceId": lambda i, _, c: str(i.variant.inventory_item_id),
    "sku": lambda i, _, c: i.variant.sku,
    "tracked": lambda i, _, c: i.variant.tracked,
    "requiresShipping": lambda i, _, c: i.variant.requires_shipping,
    "createdAt": lambda i, _, c: utc(i.variant.created_at),
    "updatedAt": lambda i, _, c: utc(i.variant.updated_at),
    "inventoryLevels": lambda i, _, c: _levels(i),
    "inventoryLevel": lambda i, a, c: next(
        (n for n in _levels(i).items if gid("Location", n.location_id) == a["locationId"]), None
    ),
    "locationsCount": lambda i, _, c: len(i.variant.stock),
    "variant": lambda i, _, c: i.variant,
    "variants": lambda i, _, c: Listing([i.variant]),
}
LEVEL: Fields = {
    "id": lambda n, _, c: (
        gid("InventoryLevel", n.location_id) + f"?inventory_item_id={n.variant.inventory_item_id}"
    ),
    "item": lambda n, _, c: ItemOf(n.variant),
    "location": lambda n, _, c: _place(c, n.location_id),
    "quantities": lambda n, a, c: _quantities(n, a),
    "createdAt": lambda n, _, c: utc(n.variant.created_at),
    "updatedAt": lambda n, _, c: utc(n.variant.updated_at),
    "isActive": lambda n, _, c: True,
}
LOCATION: Fields = {
    "id": lambda x, _, c: gid("Location", x.id),
    "legacyResourceId": lambda x, _, c: str(x.id),
    "name": lambda x, _, c: x.name,
    "isActive": lambda x, _, c: True,
    "fulfillsOnlineOrders": lambda x, _, c: True,
    "shipsInventory": lambda x, _, c: True,
    "isPrimary": lambda x, _, c: x is c.shop.locations[0],
    "createdAt": lambda x, _, c: utc(c.shop.created_at),
    "updatedAt": lambda x, _, c: utc(c.shop.updated_at),
    "address": lambda x, _, c: {
        "city": x.city,
        "countryCode": x.country_code,
        "country": x.country_code,
        "address1": x.address1,
        "zip": x.zip,
        "formatted": [x.city, x.country_code],
    },
}
MEDIA: Fields = {
    "id": lambda m, _, c: gid("MediaImage", m.product.image_id),
    "alt": lambda m, _, c: m.product.title,
    "mediaContentType": lambda m, _, c: "IMAGE",
    "status": lambda m, _, c: "READY",
    "fileStatus": lambda m, _, c: "READY",
    "image": lambda m, _, c: ImageOf(m.product.image_url),
    "preview": lambda m, _, c: {"image": ImageOf(m.product.image_url), "status": "READY"},
    "createdAt": lambda m, _, c: utc(m.product.created_at),
    "updatedAt": lambda m, _, c: utc(m.product.updated_at),
}
TABLES: dict[str, Fields] = {
    "Product": PRODUCT,
    "ProductVariant": VARIANT,
    "InventoryItem": ITEM,
    "InventoryLevel": LEVEL,
    "InventoryQuantity": keyed("id", "name", "quantity", "updatedAt"),
    "Location": LOCATION,
    "LocationAddress": keyed("city", "countryCode", "country", "address1", "zip", "formatted"),
    "MediaImage": MEDIA,
    "MediaPreviewImage": keyed("image", "status"),
    "ProductPriceRangeV2": keyed("minVariantPrice", "maxVariantPrice"),
    "SelectedOption": keyed("name", "value"),
}
