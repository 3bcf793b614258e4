"""The bodies of app/*, products/* and of inventory topics."""

from __future__ import annotations

from simulators.shopify.currency import plain
from simulators.shopify.model.catalog import Product, Variant
from simulators.shopify.model.shop import Shop
from simulators.shopify.webhooks.parts import Json, gid
from simulators.shopify.written_dates import local, utc


def shop_body(shop: Shop) -> Json:
    """The body of app/uninstalled: the shop itself."""
    owner = next((staff for staff in shop.staff.values() if staff.owner), None)
    zone = shop.iana_timezone
    return {
        "id": shop.id,
        "name": shop.name,
        "email": shop.email,
        "domain": shop.primary_host,
        "province": None,
        "country": shop.country_code,
        "address1": None,
        "zip": None,
        "city": shop.locations[0].city,
        "source": None,
        "phone": None,
        "primary_locale": shop.locale,
        "created_at": local(shop.created_at, zone),
        "updated_at": local(shop.updated_at, zone),
        "country_code": shop.country_code,
        "country_name": shop.country_code,
        "currency": shop.currency,
        "customer_email": shop.email,
        "timezone": zone,
        "iana_timezone": zone,
        "shop_owner": owner.name if owner else "",
        "weight_unit": "kg",
        "taxes_included": shop.taxes_included,
        "plan_display_name": shop.plan_name,
        "plan_name": shop.plan_name.lower(),
        "myshopify_domain": shop.domain,
        "primary_location_id": shop.locations[0].id,
        "enabled_presentment_currencies": [shop.currency, *shop.rates],
    }


def scopes_body(shop: Shop, before: frozenset[str], now: frozenset[str]) -> Json:
    """The body of app/scopes_update."""
    return {
        "id": shop.id,
        "previous": sorted(before),
        "current": sorted(now),
        "updated_at": utc(shop.updated_at),
    }


def _variant(shop: Shop, variant: Variant) -> Json:
    return {
        "id": variant.id,
        "admin_graphql_api_id": gid("ProductVariant", variant.id),
        "product_id": variant.product_id,
        "title": variant.title,
        "price": plain(variant.price, shop.currency),
        "compare_at_price": None,
        "position": variant.position,
        "sku": variant.sku,
        "barcode": variant.barcode,
        "option1": variant.title,
        "option2": None,
        "option3": None,
        "taxable": True,
        "inventory_policy": "deny",
        "inventory_item_id": variant.inventory_item_id,
        "inventory_quantity": variant.inventory_quantity,
        "old_inventory_quantity": variant.inventory_quantity,
        "image_id": None,
        "created_at": local(variant.created_at, shop.iana_timezone),
        "updated_at": local(variant.updated_at, shop.iana_timezone),
    }


def product_body(shop: Shop, product: Product) -> Json:
    """The body of products/create and products/update."""
    zone = shop.iana_timezone
    image: Json = {
        "id": product.image_id,
        "product_id": product.id,
        "position": 1,
        "alt": None,
        "width": 925,
        "height": 617,
        "src": product.image_url,
        "admin_graphql_api_id": gid("MediaImage", product.image_id or 0),
        "variant_ids": [],
    }
    return {
        "id": product.id,
        "admin_graphql_api_id": gid("Product", product.id),
        "title": product.title,
        "handle": product.handle,
        "vendor": product.vendor,
        "product_type": product.product_type,
        "body_html": None,
        "status": product.status,
        "tags": ", ".join(product.tags),
        "created_at": local(product.created_at, zone),
        "updated_at": local(product.updated_at, zone),
        "published_at": local(product.created_at, zone),
        "published_scope": "global",
        "template_suffix": None,
        "options": [],
        "variants": [_variant(shop, variant) for variant in product.variants],
        "images": [image] if product.image_id else [],
        "image": image if product.image_id else None,
    }
