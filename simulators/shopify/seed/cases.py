"""Hand-made people and orders: the heroine of the demo, and everything that is hard."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from simulators.shopify.actions.catalog import drop_product
from simulators.shopify.actions.draft import Basket, Wanted, build
from simulators.shopify.actions.fulfilment import Parcel, apply_event, apply_fulfilment
from simulators.shopify.actions.orders import apply_edit
from simulators.shopify.actions.refunds import RefundWanted, apply_cancel, apply_refund
from simulators.shopify.model.order import Order
from simulators.shopify.model.people import Address, Customer
from simulators.shopify.seed.names import GREECE, ISRAEL, LONG_SURNAME, POLAND
from simulators.shopify.seed.population import Town, address, customer, parcel
from simulators.shopify.seed.stores import stock_shelf

HEROINE_EMAIL = "dimitra.papadopoulou@example.com"


def sku(town: Town, code: str) -> int:
    return next(v.id for v in town.shop.variants.values() if v.sku == code)


def heroine(town: Town) -> Customer:
    """Δήμητρα Παπαδοπούλου, customer since three years."""
    shop = town.shop
    since = town.ago(1080)
    made = Customer(
        shop.next_id("Customer"), "Δήμητρα", "Παπαδοπούλου", HEROINE_EMAIL, "+306941234567",
        "el", since, since, tags=["newsletter", "vip"], email_marketing="subscribed",
        note="Προτιμά παράδοση μετά τις 17:00",
    )  # fmt: skip
    made.addresses.append(Address(
        shop.next_id("MailingAddress"), "Δήμητρα", "Παπαδοπούλου", None, "Σόλωνος 84", "3ος όροφος",
        "Αθήνα", None, None, "Greece", "GR", "10680", "+306941234567",
    ))  # fmt: skip
    shop.customers[made.id] = made
    return made


_HEROINE_ORDERS: dict[int, tuple[float, str, int, int]] = {
    # number: (days ago, SKU, pieces, shipping)
    912: (1020, "KIT-01", 1, 490),
    931: (800, "CSE-01", 1, 490),
    950: (610, "RND-01", 1, 490),
    968: (400, "RDG-02", 1, 490),
    987: (48, "WAY-01", 2, 0),
    1015: (21, "CAT-02", 1, 490),
    1042: (6, "AVI-01", 2, 490),
}


def heroine_order(town: Town, buyer: Customer, number: int) -> Order:
    """One of her seven orders: 412.50 EUR in all, one of them partly refunded, one on its way."""
    days, code, pieces, shipping = _HEROINE_ORDERS[number]
    at = town.ago(days)
    wanted = Basket(
        [Wanted(sku(town, code), pieces)], buyer.id, buyer.email, buyer.phone, "el",
        shipping_title="ACS Courier", shipping_price=shipping,
        shipping_address=replace(buyer.addresses[0]),
    )  # fmt: skip
    order = build(town.shop, wanted, at)
    rename(order, number)
    sent = at + timedelta(hours=22)
    tracked = Parcel(None, "ACS Courier", f"4711{number:08d}")
    made = apply_fulfilment(town.shop, order, tracked, sent)
    journey = ["confirmed", "in_transit"]
    if number != 1042:
        journey += ["out_for_delivery", "delivered"]
    for step, status in enumerate(journey):
        apply_event(town.shop, made, status, sent + timedelta(hours=3 + 20 * step))
    order.updated_at = made.updated_at
    if number == 987:
        back = RefundWanted([(order.lines[0].id, 1)], note="Γρατζουνισμένος φακός")
        apply_refund(town.shop, order, back, at + timedelta(days=5))
    return order


def heroine_days() -> dict[int, float]:
    """How many days ago each of her order numbers was placed."""
    return {number: case[0] for number, case in _HEROINE_ORDERS.items()}


def rename(order: Order, number: int) -> None:
    """Give an order its number and everything that is called after it."""
    order.number, order.name = number, f"#{number}"
    for index, made in enumerate(order.fulfillments, start=1):
        made.name = f"{order.name}-F{index}"
    for index, payment in enumerate(order.transactions, start=1):
        payment.payment_id = f"{order.name}.{index}"


def _plain(town: Town, buyer: Customer | None, code: str, days: float, **extra: object) -> Order:
    wanted = Basket([Wanted(sku(town, code))], shipping_title="ACS Courier", shipping_price=490)
    if buyer is not None:
        wanted.customer_id, wanted.email = buyer.id, buyer.email
        wanted.shipping_address = replace(buyer.addresses[0]) if buyer.addresses else None
    for name, value in extra.items():
        setattr(wanted, name, value)
    return build(town.shop, wanted, town.ago(days))


def _person(town: Town, first: str, last: str, email: str) -> Customer:
    made = customer(town, GREECE)
    made.first_name, made.last_name, made.email = first, last, email
    made.addresses = [address(town, GREECE, first, last, made.phone)]
    return made


def guests(town: Town) -> None:
    """With an address, with only a phone, with neither."""
    home = address(town, POLAND, "Zofia", "Łuczak", None)
    _plain(town, None, "CRD-01", 9, email="zofia.guest@example.net", shipping_address=home)
    call = address(town, GREECE, "Νίκος", None, "+306900000001")
    _plain(town, None, "KIT-01", 8, phone="+306900000001", shipping_address=call)
    _plain(town, None, "CSE-01", 7, source_name="pos", gateway="cash")
    same = _plain(town, None, "CRD-02", 5, email=HEROINE_EMAIL)
    same.email = HEROINE_EMAIL.upper()


def money_cases(town: Town) -> None:
    """Foreign presentment, refunds of every kind, nothing to pay, nothing paid yet."""
    shop = town.shop
    buyer = _person(town, "Άννα", "Ξένου", "anna.xenou@example.com")
    for code, days in (("JPY", 40), ("KWD", 39), ("CZK", 38)):
        order = _plain(town, buyer, "AVI-03", days, presentment_currency=code)
        apply_refund(shop, order, RefundWanted(amount=1234), town.ago(days - 2))
    order = _plain(town, buyer, "WAY-02", 30)
    apply_refund(shop, order, RefundWanted(shipping=200, note="Late parcel"), town.ago(28))
    order = _plain(town, buyer, "WAY-02", 29)
    failed = RefundWanted([(order.lines[0].id, 1)], transaction_status="failure")
    apply_refund(shop, order, failed, town.ago(27))
    order = _plain(town, buyer, "KID-01", 26)
    order.lines[0].attributes.append(("Engraving", "Άννα & Ωmega"))
    apply_refund(shop, order, RefundWanted(amount=100), town.ago(25))
    apply_refund(shop, order, RefundWanted(amount=33), town.ago(24))
    _plain(
        town, buyer, "CRD-03", 23, discount_percent=100, discount_code="FREE", free_shipping=True
    )
    _plain(town, buyer, "CRD-03", 22, payment="pending", gateway="Cash on Delivery (COD)")
    _plain(town, buyer, "CRD-03", 20.5, payment="authorized")


def life_cases(town: Town) -> None:
    """Tests, cancellations, edits, split parcels, many lines, deleted products."""
    shop = town.shop
    buyer = _person(town, "Χρυσή", LONG_SURNAME, "long.surname@example.com")
    _plain(town, buyer, "RND-02", 20, test=True)
    paid = _plain(town, buyer, "RND-02", 19)
    apply_cancel(shop, paid, town.ago(18.9), reason="customer", refund=True, restock=True)
    held = _plain(town, buyer, "RND-02", 18, payment="authorized")
    apply_cancel(shop, held, town.ago(17.9), reason="fraud", refund=True, restock=True)
    edited = _plain(town, buyer, "AVI-02", 17)
    extra = [Wanted(sku(town, "KIT-01"), 2)]
    apply_edit(shop, edited, town.ago(16.9), extra, [(edited.lines[0].id, 1)])
    codes = ("AVI-01", "CSE-01", "CRD-01")
    split = build(shop, Basket([Wanted(sku(town, c), 2) for c in codes], buyer.id, buyer.email,
                               shipping_title="DHL Express", shipping_price=1250,
                               shipping_address=replace(buyer.addresses[0])),
                  town.ago(15))  # fmt: skip
    first = apply_fulfilment(shop, split, parcel(town, GREECE, [(split.lines[0].id, 1)]),
                             town.ago(14))  # fmt: skip
    apply_event(shop, first, "delivered", town.ago(12))
    apply_fulfilment(shop, split, parcel(town, POLAND, [(split.lines[1].id, 2)]), town.ago(13))
    split.updated_at = first.updated_at
    everything = [Wanted(v) for v in list(shop.variants)]
    build(shop, Basket(everything, buyer.id, buyer.email, shipping_price=490), town.ago(11))
    shelf = ("Discontinued clip-on", "CLP", "Κύμα", "Accessories", (("Default Title", 1595),))
    product = stock_shelf(shop, shelf, town.ago(300))
    _plain(town, buyer, "CLP-01", 10)
    drop_product(shop, product)
    gift = _plain(town, buyer, "KIT-01", 9.5)
    gift.email = "somebody.else@example.org"
    gift.shipping_address = address(town, ISRAEL, "תמר", "שפירא", None)
    _plain(town, buyer, "TIT-01", 75)
    _person(town, "Μόνη", "Χωρίς-Παραγγελία", "no.orders@example.com")
    blank = customer(town, ISRAEL)
    blank.first_name = blank.last_name = None
    same = town.ago(4)
    for code in ("CRD-01", "CRD-02", "CRD-03"):
        _plain(town, buyer, code, 4.2).updated_at = same
