"""The shops, their staff and their shelves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from simulators.shopify.model.catalog import Location, Product, Variant
from simulators.shopify.model.people import Staff
from simulators.shopify.model.shop import Shop
from simulators.shopify.seed.names import (
    AMERICA,
    BRITAIN,
    CZECHIA,
    GREECE,
    ISRAEL,
    JAPAN,
    KUWAIT,
    POLAND,
    Region,
)

Shelf = tuple[str, str, str, str, tuple[tuple[str, int], ...]]
"""Title, SKU stem, vendor, type, and variants with prices in minor units."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    id: int
    domain: str
    name: str
    currency: str
    zone: str
    country: str
    city: str
    locale: str
    owner: tuple[str, str]
    tax: tuple[str, str]
    taxes_included: bool
    shipping: tuple[tuple[str, int], ...]
    rates: tuple[tuple[str, str], ...]
    regions: tuple[tuple[Region, int], ...]
    shelf: tuple[Shelf, ...]
    plan: str = "Basic"
    restore_rate: float = 100.0


AEGEAN = Blueprint(
    61_480_377_345, "aegean-eyewear.myshopify.com", "Aegean Eyewear", "EUR", "Europe/Athens",
    "GR", "Αθήνα", "el", ("Ιωάννα", "Ρήγα"), ("ΦΠΑ", "0.24"), True,
    (("ACS Courier", 490), ("DHL Express", 1250)),
    (("USD", "1.0832"), ("GBP", "0.8571"), ("CZK", "25.31"), ("PLN", "4.327"), ("ILS", "4.012"),
     ("JPY", "161.37"), ("KWD", "0.3328")),
    ((GREECE, 45), (ISRAEL, 12), (CZECHIA, 15), (POLAND, 14), (BRITAIN, 14)),
    (
        ("Aviator sunglasses", "AVI", "Aegean", "Sunglasses",
         (("Gold / Green", 4250), ("Black / Grey", 4250), ("Silver / Blue", 4400))),
        ("Wayfarer polarised", "WAY", "Aegean", "Sunglasses",
         (("Tortoise", 6000), ("Matte black", 6000))),
        ("Round metal frame", "RND", "Κύμα", "Frames", (("Gold", 4900), ("Steel", 4900))),
        ("Cat-eye acetate", "CAT", "Κύμα", "Frames", (("Rose", 5530), ("Ivory", 5530))),
        ("Reading glasses", "RDG", "Aegean", "Reading",
         (("+1.0", 3900), ("+1.5", 3900), ("+2.0", 3900), ("+2.5", 3900))),
        ("Hard case", "CSE", "Aegean", "Accessories", (("Default Title", 2490),)),
        ("Lens cleaning kit", "KIT", "Aegean", "Accessories", (("Default Title", 990),)),
        ("Neck cord, braided", "CRD", "Κύμα", "Accessories",
         (("Navy", 790), ("Sand", 790), ("Κόκκινο", 815))),
        ("Titanium rimless", "TIT", "Aegean", "Frames", (("One size", 18_995),)),
        ("Kids' flexible frame", "KID", "Aegean", "Frames", (("3-5", 3333), ("6-9", 3333))),
    ),
)  # fmt: skip
KYOTO = Blueprint(
    58_113_220_907, "kyoto-paper.myshopify.com", "京都紙店 Kyoto Paper", "JPY", "Asia/Tokyo",
    "JP", "京都市", "ja", ("健一", "田中"), ("消費税", "0.10"), True,
    (("ヤマト運輸", 880),), (("EUR", "0.006197"), ("USD", "0.006713")),
    ((JAPAN, 80), (AMERICA, 20)),
    (
        ("和紙ノート", "WSH", "京都紙店", "Notebooks", (("A5", 1980), ("B6", 1540))),
        ("Brush pen", "FUD", "京都紙店", "Pens", (("墨", 715), ("朱", 715))),
        ("Origami set", "ORI", "京都紙店", "Paper", (("Default Title", 1210),)),
    ),
)  # fmt: skip
GULF = Blueprint(
    70_992_551_133, "gulf-oud.myshopify.com", "Gulf Oud بيت العود", "KWD", "Asia/Kuwait",
    "KW", "مدينة الكويت", "ar", ("نورة", "الصباح"), ("VAT", "0"), True,
    (("DHL Express", 3250),), (("USD", "3.2551"), ("EUR", "3.0047")),
    ((KUWAIT, 75), (BRITAIN, 25)),
    (
        ("Oud oil دهن العود", "OUD", "بيت العود", "Oils",
         (("3 ml", 18_750), ("6 ml", 35_125))),
        ("Bakhoor بخور", "BAK", "بيت العود", "Incense", (("Default Title", 4_375),)),
        ("Mabkhara مبخرة", "MAB", "بيت العود", "Burners", (("Brass", 12_005),)),
    ),
)  # fmt: skip
PORTLAND = Blueprint(
    27_310_884_055, "portland-supply.myshopify.com", "Portland Supply Co.", "USD",
    "America/Los_Angeles", "US", "Portland", "en", ("Emma", "Nguyen"), ("WA State Tax", "0.065"),
    False, (("Ground", 795), ("Overnight", 2895)), (("CAD", "1.3641"), ("EUR", "0.9232")),
    ((AMERICA, 90), (BRITAIN, 10)),
    (
        ("Enamel mug", "MUG", "PSC", "Kitchen", (("White", 1499), ("Navy", 1499))),
        ("Waxed canvas tote", "TOT", "PSC", "Bags", (("Olive", 8900), ("Rust", 8900))),
        ("Wool blanket", "BLK", "PSC", "Home", (("Default Title", 14_950),)),
        ("Beeswax candle", "CND", "PSC", "Home", (("4 oz", 1133), ("8 oz", 1899))),
    ),
    "Advanced", 200.0,
)  # fmt: skip
BLUEPRINTS = (AEGEAN, KYOTO, GULF, PORTLAND)


def open_shop(plan: Blueprint, now: datetime, seed: int) -> Shop:
    """The shop with staff, locations and products, without customers and orders."""
    opened = (now - timedelta(days=1400)).replace(hour=9, minute=30, second=0, microsecond=0)
    shop = Shop(
        id=plan.id, domain=plan.domain, name=plan.name, currency=plan.currency,
        iana_timezone=plan.zone, country_code=plan.country,
        email=f"hello@{plan.domain.split('.', maxsplit=1)[0]}.example", created_at=opened,
        updated_at=opened, locale=plan.locale, plan_name=plan.plan,
        restore_rate=plan.restore_rate, bucket_size=plan.restore_rate * 20,
        primary_host=f"{plan.domain.split('.', maxsplit=1)[0]}.example",
        taxes_included=plan.taxes_included, tax_title=plan.tax[0], tax_rate=Decimal(plan.tax[1]),
        rates={code: Decimal(rate) for code, rate in plan.rates},
        order_number=900, random=Random(f"{seed}:{plan.domain}"),
        id_base=BLUEPRINTS.index(plan) * 1_000_000_000,
    )  # fmt: skip
    first = plan.id % 1_000_000_000
    for index, (given, family) in enumerate((plan.owner, ("Alex", "Agent"))):
        staff = Staff(
            79_000_000_000 + first + index, given, family,
            f"{'owner' if not index else 'agent'}@{shop.primary_host}",
            plan.locale if not index else "en", owner=not index,
        )  # fmt: skip
        shop.staff[staff.id] = staff
    for name, where in ((plan.city, plan.city), ("Warehouse 2", plan.city)):
        shop.locations.append(Location(shop.next_id("Location"), name, where, plan.country))
    for shelf in plan.shelf:
        stock_shelf(shop, shelf, opened)
    return shop


def stock_shelf(shop: Shop, shelf: Shelf, at: datetime) -> Product:
    """Put one product with its variants on sale."""
    title, stem, vendor, kind, variants = shelf
    product = Product(
        shop.next_id("Product"), title, f"{stem.lower()}-{len(shop.products) + 1}", vendor, kind,
        at, at, image_id=shop.next_id("ProductImage"),
        image_url=f"https://cdn.shopify.com/s/files/1/{shop.id}/products/{stem.lower()}.jpg?v=1",
    )  # fmt: skip
    for position, (name, price) in enumerate(variants, start=1):
        variant = Variant(
            shop.next_id("ProductVariant"), product.id, name, f"{stem}-{position:02d}", price,
            position, shop.next_id("InventoryItem"), at, at,
            option_name="Title" if name == "Default Title" else "Style",
        )  # fmt: skip
        variant.stock = {shop.locations[0].id: 40 + 7 * position, shop.locations[1].id: 5}
        product.variants.append(variant)
        shop.variants[variant.id] = variant
    shop.products[product.id] = product
    return product
