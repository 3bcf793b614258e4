"""The sites, their staff and their shelves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

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
from simulators.woocommerce.model.catalog import Product
from simulators.woocommerce.model.people import User
from simulators.woocommerce.model.site import Site

Shelf = tuple[str, str, str, tuple[str, ...]]
"""Title, SKU, price, and the options of its variations."""
PASSWORD = "stand-in"
"""Of every member of staff."""


@dataclass(frozen=True, slots=True)
class Blueprint:
    prefix: str
    name: str
    currency: str
    decimals: int
    zone: str
    country: str
    locale: str
    tax: str
    owner: tuple[str, str, str]
    """User name, first and last name."""
    shelf: tuple[Shelf, ...]
    shipping: tuple[tuple[str, str], ...]
    regions: tuple[tuple[Region, int], ...]
    statuses: tuple[tuple[str, str], ...] = ()
    pretty: bool = True


ATELIER = Blueprint(
    "", "Aegean Eyewear — atelier", "EUR", 2, "Europe/Athens", "GR", "el", "24",
    ("ioanna", "Ιωάννα", "Ρήγα"),
    (
        ("Σκελετός κατά παραγγελία", "MTO-01", "189.00", ()),
        ("Φακοί πολυεστιακοί", "LEN-PR", "240.00", ("1.50", "1.60", "1.67")),
        ("Φακοί γραφείου", "LEN-OF", "98.50", ()),
        ("Επισκευή βραχίονα", "REP-01", "15.00", ()),
        ("Γυαλιά ηλίου «Αίγινα»", "SUN-AIG", "79.90", ("Μαύρο", "Ταρταρούγα")),
        ("Θήκη δερμάτινη", "CAS-LEA", "34.90", ()),
        ("Πανάκι μικροϊνών", "CLO-01", "4.50", ()),
        ("Κορδόνι", "COR-01", "8.15", ()),
    ),
    (("ACS Courier", "4.90"), ("BOX NOW", "2.50"), ("Παραλαβή από το κατάστημα", "0.00")),
    ((GREECE, 50), (ISRAEL, 11), (CZECHIA, 13), (POLAND, 13), (BRITAIN, 13)),
    (("awaiting-lenses", "Αναμονή φακών"),),
)  # fmt: skip
LAB = Blueprint(
    "/shop", "Lab Store", "USD", 2, "America/New_York", "US:NY", "en_US", "0",
    ("admin", "Ada", "Admin"),
    (("Lab Mug", "MUG-1", "12.50", ()), ("Lab Cap", "CAP-1", "19.95", ())),
    (("Flat", "5.00"),), ((AMERICA, 90), (BRITAIN, 10)),
)  # fmt: skip
KYOTO = Blueprint(
    "/kyoto", "京都紙店", "JPY", 2, "Asia/Tokyo", "JP:JP26", "ja", "0", ("kenichi", "健一", "田中"),
    (("和紙ノート", "WSH-1", "1980.50", ()), ("Brush pen", "FUD-1", "715", ())),
    (("ヤマト運輸", "880"),), ((JAPAN, 100),),
)  # fmt: skip
GULF = Blueprint(
    "/gulf", "Gulf Oud بيت العود", "KWD", 3, "Asia/Kuwait", "KW", "ar", "0",
    ("noura", "نورة", "الصباح"), (("Oud oil دهن العود", "OUD-1", "18.750", ("3 ml", "6 ml")),),
    (("DHL Express", "3.250"),), ((KUWAIT, 100),),
)  # fmt: skip
PLAIN = Blueprint(
    "/plain", "Holá adresa", "CZK", 2, "Europe/Prague", "CZ", "cs_CZ", "21",
    ("jiri", "Jiří", "Černý"), (("Hrnek", "HRN-1", "249.00", ()),), (("Zásilkovna", "79.00"),),
    ((CZECHIA, 100),), pretty=False,
)  # fmt: skip
BLUEPRINTS = (ATELIER, LAB, KYOTO, GULF, PLAIN)


def _stock(site: Site, shelf: Shelf, at: datetime) -> None:
    title, sku, price, options = shelf
    amount = Decimal(price)
    whole = Product(
        site.next_id("post"), title, sku.lower(), "" if options else sku, amount, at, at
    )
    site.products[whole.id] = whole
    for place, option in enumerate(options, start=1):
        made = Product(
            site.next_id("post"), f"{title} - {option}", sku.lower(), f"{sku}-{place}",
            amount + 10 * (place - 1), at, at, whole.id, option,
        )  # fmt: skip
        site.products[made.id] = made
        whole.variations.append(made.id)


def open_site(plan: Blueprint, now: datetime, seed: int) -> Site:
    """The site with staff and products, without customers and orders."""
    opened = (now - timedelta(days=1100)).replace(microsecond=0)
    site = Site(
        plan.name, plan.prefix, plan.currency, plan.decimals, plan.zone, plan.country, plan.locale,
        pretty_permalinks=plan.pretty, tax_percent=Decimal(plan.tax),
        extra_statuses=dict(plan.statuses), random=Random(f"{seed}:{plan.prefix}"),
    )  # fmt: skip
    login, first, last = plan.owner
    for name, given, family, role in (
        (login, first, last, "administrator"), ("alex", "Alex", "Agent", "shop_manager"),
    ):  # fmt: skip
        user = User(
            site.next_id("user"), f"{name}@staff.example", name, opened, opened, given, family,
            role, locale=plan.locale, password=PASSWORD,
        )  # fmt: skip
        site.users[user.id] = user
    for shelf in plan.shelf:
        _stock(site, shelf, opened)
    return site
