"""People and orders as the use cases tell them: plain, hard, and enough for every state."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from integration.crm.records import (
    Context,
    ContextBackfill,
    ContextFulfillment,
    ContextIdentity,
    ContextLine,
    ContextNote,
    ContextOrder,
    ContextPresentment,
    ContextProfile,
    ContextRefund,
    ContextStore,
    ContextTotal,
    ContextTracking,
    Freshness,
)
from integration.search.found import FoundProfile
from tests.ui_embed.world import DOMAIN, NOW

STORE = ContextStore("1", "shopify", DOMAIN, "Aegean Goods")
PIXEL = (
    "data:image/svg+xml;base64,PHN2ZyB4bWxucz0iaHR0cDovL3d3dy53My5vcmcvMjAwMC9zdmciIHZpZXdCb3g9"
    "IjAgMCA0MCA0MCI+PHJlY3Qgd2lkdGg9IjQwIiBoZWlnaHQ9IjQwIiBmaWxsPSIjZTdkOWMzIi8+PGNpcmNsZSBj"
    "eD0iMTMiIGN5PSIyMSIgcj0iNyIgZmlsbD0iIzJiM2EzNSIvPjxjaXJjbGUgY3g9IjI3IiBjeT0iMjEiIHI9Ijci"
    "IGZpbGw9IiMyYjNhMzUiLz48cGF0aCBkPSJNMTggMTloNCIgc3Ryb2tlPSIjMmIzYTM1IiBzdHJva2Utd2lkdGg9"
    "IjIiLz48L3N2Zz4="
)


def days(count: float) -> datetime:
    """So many days before NOW."""
    return NOW - timedelta(days=count)


def fresh(**changes: Any) -> Freshness:
    """A copy that is as fresh as can be."""
    done = ContextBackfill("done", 4512, 4512)
    whole = Freshness(NOW - timedelta(seconds=12), "webhook", None, days(0.006), done)
    return replace(whole, **changes)


def line(title: str = "Aviator sunglasses", **changes: Any) -> ContextLine:
    """A line of two pieces at 44.95."""
    made = ContextLine(
        external_id="866550311766439020",
        title=title,
        variant_title="Tortoise / M",
        sku="AV-01-TM",
        quantity=2,
        current_quantity=2,
        unit_price_minor=4495,
        total_minor=8990,
        image_url=PIXEL,
        stock=3,
    )
    return replace(made, **changes)


def parcel(shipment_status: str | None = "in_transit", sent: float = 2, **changes: Any) -> Any:
    """A parcel that was sent so many days ago."""
    tracking = ContextTracking("ACS", "4711290035", "https://acs.example/track/4711290035")
    made = ContextFulfillment(
        external_id="255858046",
        status="success",
        shipment_status=shipment_status,
        tracking=(tracking,),
        created_at=days(sent),
        updated_at=days(sent / 3),
    )
    return replace(made, **changes)


def order(number: int, placed: float, **changes: Any) -> ContextOrder:
    """An order of so many days ago, paid and on its way."""
    made = ContextOrder(
        id=str(number),
        external_id=str(5_000_000_000_000_000 + number),
        name=f"#{number}",
        store=STORE,
        sales_channel="Online Store",
        placed_at=days(placed),
        updated_at=days(placed / 2),
        financial_status="paid",
        fulfillment_status="fulfilled",
        currency="EUR",
        total_minor=8990,
        current_total_minor=8990,
        refunded_minor=0,
        counts=True,
        platform_status="open",
        cancelled_at=None,
        deleted_at=None,
        is_test=False,
        email="dimitra@example.gr",
        buyer_name=None,
        presentment=None,
        lines=(line(),),
        fulfillments=(parcel("delivered", placed - 1),),
        refunds=(),
        notes=(),
        admin_url=f"https://admin.shopify.com/store/aegean/orders/{5_000_000_000_000_000 + number}",
    )
    return replace(made, **changes)


def profile(**changes: Any) -> ContextProfile:
    """Dimitra, who comes back."""
    made = ContextProfile(
        id="12",
        display_name="Δήμητρα Παπαδοπούλου",
        identities=(
            ContextIdentity("email", "dimitra@example.gr", True, "store"),
            ContextIdentity("phone", "+306912345678", False, "store"),
            ContextIdentity("customer", "7011225534", True, "store"),
            ContextIdentity("email", "giorgos@example.gr", False, "order"),
        ),
        totals=(ContextTotal("EUR", 7, 41250, 0, 2000),),
        first_order_at=datetime(2023, 3, 4, tzinfo=NOW.tzinfo),
        last_order_at=days(10),
        tags=("VIP", "wholesale"),
        locale="el",
        customer_since=datetime(2023, 3, 4, tzinfo=NOW.tzinfo),
    )
    return replace(made, **changes)


def dimitra(**changes: Any) -> Context:
    """A regular customer with a slow parcel, a present, and a refund."""
    slow = order(
        1042,
        11,
        email="giorgos@example.gr",
        buyer_name="Γιώργος Νικολάου",
        total_minor=11340,
        current_total_minor=11340,
        lines=(
            line(),
            line(
                "Linen beach towel with a very long name that has to wrap somewhere",
                variant_title=None,
                sku="LB-220",
                quantity=1,
                current_quantity=1,
                unit_price_minor=2350,
                total_minor=2350,
                image_url=None,
                stock=0,
            ),
        ),
        fulfillments=(parcel("in_transit", 9),),
        notes=(ContextNote("", "Please ring twice, the bell is broken.", None, None, False),),
    )
    returned = order(
        987,
        24,
        financial_status="partially_refunded",
        total_minor=12000,
        current_total_minor=10000,
        refunded_minor=2000,
        refunds=(ContextRefund("55", 2000, "EUR", "One arrived scratched", days(5)),),
        presentment=ContextPresentment("USD", 13050),
    )
    rest = tuple(order(900 - n, 60 + 45 * n) for n in range(5))
    made = Context(profile(), (slow, returned, *rest), None, (), fresh())
    return replace(made, **changes)


def first_timer() -> Context:
    """Somebody whose first order waits."""
    waiting = order(
        1051,
        0.02,
        email="jana@example.cz",
        fulfillment_status="unfulfilled",
        fulfillments=(),
        currency="CZK",
        total_minor=129900,
        current_total_minor=129900,
        lines=(
            line(
                "Hrnek s uchem",
                variant_title=None,
                quantity=1,
                current_quantity=1,
                unit_price_minor=129900,
                total_minor=129900,
            ),
        ),
    )
    who = profile(
        id="31",
        display_name="Jana Dvořáková",
        identities=(
            ContextIdentity("email", "jana@example.cz", True, "store"),
            ContextIdentity("customer", "7011225590", True, "store"),
        ),
        totals=(ContextTotal("CZK", 1, 129900, 0, 0),),
        tags=(),
        locale="cs",
        customer_since=days(0.02),
        first_order_at=days(0.02),
        last_order_at=days(0.02),
    )
    return Context(who, (waiting,), None, (), fresh())


def guest() -> Context:
    """A guest without a name who pays on delivery, in two currencies."""
    unpaid = order(
        1049,
        4,
        financial_status="pending",
        fulfillment_status="unfulfilled",
        fulfillments=(),
        currency="JPY",
        total_minor=12800,
        current_total_minor=12800,
        email=None,
        lines=(line(unit_price_minor=6400, total_minor=12800, stock=-2),),
    )
    cancelled = order(
        1020,
        40,
        cancelled_at=days(39),
        counts=False,
        currency="KWD",
        total_minor=12500,
        current_total_minor=0,
        email=None,
    )
    who = profile(
        id="40",
        display_name=None,
        identities=(ContextIdentity("guest_phone", "+4915112345678", True, "store"),),
        totals=(ContextTotal("JPY", 1, 0, 12800, 0), ContextTotal("KWD", 1, 12500, 0, 0)),
        tags=(),
        locale=None,
        customer_since=None,
    )
    return Context(who, (unpaid, cancelled), None, (), fresh())


def hebrew() -> Context:
    """A right-to-left name and product."""
    theirs = order(
        1050,
        6,
        email="noa@example.co.il",
        currency="ILS",
        total_minor=24900,
        current_total_minor=24900,
        fulfillment_status="partial",
        lines=(line("משקפי שמש אביאטור", variant_title="חום / M"),),
        fulfillments=(parcel("out_for_delivery", 1),),
    )
    who = profile(
        id="50",
        display_name="נועה בן־דוד",
        identities=(
            ContextIdentity("email", "noa@example.co.il", True, "store"),
            ContextIdentity("customer", "7011225600", True, "store"),
        ),
        totals=(ContextTotal("ILS", 3, 74700, 0, 0),),
        tags=("חדשה",),
        locale="he",
    )
    return Context(who, (theirs, order(940, 90, email="noa@example.co.il")), None, (), fresh())


def long_name() -> Context:
    """Sixty characters of a Greek surname, and two hundred orders."""
    name = "Αικατερίνη-Παναγιώτα Παπαχριστοδουλοπουλοκωνσταντινοπούλουδη"
    many = tuple(order(2000 - n, 3 + n) for n in range(20))
    who = profile(display_name=name, totals=(ContextTotal("EUR", 200, 1_798_000_00, 8990, 2000),))
    return dimitra(profile=who, orders=many, next="eyJhIjoxfQ")


def no_orders() -> Context:
    """An account that never ordered."""
    who = profile(totals=(), first_order_at=None, last_order_at=None, tags=())
    return dimitra(profile=who, orders=())


def found(who: ContextProfile, contact: str | None) -> Any:
    """That person as a row of a search's answer."""
    return FoundProfile(
        id=who.id,
        display_name=who.display_name,
        contact=contact,
        last_order_at=who.last_order_at,
        totals=who.totals,
    )
