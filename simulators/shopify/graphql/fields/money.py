"""Money, tax lines, discounts and addresses."""

from __future__ import annotations

from simulators.shopify.currency import decimal, plain
from simulators.shopify.graphql.context import Amounts, Coin, Fields, Owned, gid, money
from simulators.shopify.model.people import Address


class TaxOf(Owned):
    """A tax line of an order."""

    __slots__ = ()


class AllocationOf(Owned):
    __slots__ = ()


class DiscountOf(Owned):
    """`it` is (index, Discount)."""

    __slots__ = ()


MONEY_BAG: Fields = {
    "shopMoney": lambda a, _, c: Coin(a.bag.shop, a.currency),
    "presentmentMoney": lambda a, _, c: Coin(a.bag.presentment, a.presentment),
}
MONEY: Fields = {
    "amount": lambda m, _, c: decimal(m.minor, m.currency),
    "currencyCode": lambda m, _, c: m.currency,
}
TAX_LINE: Fields = {
    "title": lambda t, _, c: t.it.title,
    "rate": lambda t, _, c: float(t.it.rate),
    "ratePercentage": lambda t, _, c: float(t.it.rate * 100),
    "priceSet": lambda t, _, c: money(t.order, t.it.price),
    "price": lambda t, _, c: plain(t.it.price.shop, t.order.currency),
    "channelLiable": lambda t, _, c: False,
}
ALLOCATION: Fields = {
    "allocatedAmountSet": lambda a, _, c: money(a.order, a.it.amount),
    "allocatedAmount": lambda a, _, c: Coin(a.it.amount.shop, a.order.currency),
    "discountApplication": lambda a, _, c: DiscountOf(
        a.order, (a.it.index, a.order.discounts[a.it.index])
    ),
}


def _value(source: DiscountOf) -> object:
    discount = source.it[1]
    if discount.value_type == "percentage":
        return Percentage(float(discount.value))
    return Coin(int(discount.value), source.order.presentment_currency)


class Percentage(float):
    """A PricingPercentageValue."""


DISCOUNT: Fields = {
    "index": lambda d, _, c: d.it[0],
    "allocationMethod": lambda d, _, c: d.it[1].allocation_method.upper(),
    "targetSelection": lambda d, _, c: d.it[1].target_selection.upper(),
    "targetType": lambda d, _, c: d.it[1].target_type.upper(),
    "value": lambda d, _, c: _value(d),
}
_CODE: Fields = {"code": lambda d, _, c: d.it[1].label}
_TITLE: Fields = {"title": lambda d, _, c: d.it[1].label}
_DESCRIPTION: Fields = {"description": lambda d, _, c: d.it[1].label}


def _formatted(where: Address) -> list[str]:
    town = " ".join(part for part in (where.zip, where.city) if part)
    parts = (where.address1, where.address2, town, where.country)
    return [part for part in parts if part]


ADDRESS: Fields = {
    "id": lambda a, _, c: gid("MailingAddress", a.id) + "?model_name=CustomerAddress",
    "firstName": lambda a, _, c: a.first_name,
    "lastName": lambda a, _, c: a.last_name,
    "name": lambda a, _, c: a.name or None,
    "company": lambda a, _, c: a.company,
    "address1": lambda a, _, c: a.address1,
    "address2": lambda a, _, c: a.address2,
    "city": lambda a, _, c: a.city,
    "zip": lambda a, _, c: a.zip,
    "province": lambda a, _, c: a.province,
    "provinceCode": lambda a, _, c: a.province_code,
    "country": lambda a, _, c: a.country,
    "countryCode": lambda a, _, c: a.country_code,
    "countryCodeV2": lambda a, _, c: a.country_code,
    "phone": lambda a, _, c: a.phone,
    "formatted": lambda a, _, c: _formatted(a),
    "formattedArea": lambda a, _, c: ", ".join(p for p in (a.city, a.country) if p),
    "coordinatesValidated": lambda a, _, c: False,
}
DISCOUNT_TYPES = {
    "discount_code": "DiscountCodeApplication",
    "manual": "ManualDiscountApplication",
    "automatic": "AutomaticDiscountApplication",
}
TABLES: dict[str, Fields] = {
    "MoneyBag": MONEY_BAG,
    "MoneyV2": MONEY,
    "TaxLine": TAX_LINE,
    "DiscountAllocation": ALLOCATION,
    "MailingAddress": ADDRESS,
    "PricingPercentageValue": {"percentage": lambda p, _, c: float(p)},
    "DiscountCodeApplication": {**DISCOUNT, **_CODE},
    "ManualDiscountApplication": {**DISCOUNT, **_TITLE, **_DESCRIPTION},
    "AutomaticDiscountApplication": {**DISCOUNT, **_TITLE},
}
__all__ = ["TABLES", "AllocationOf", "Amounts", "DiscountOf", "Percentage", "TaxOf"]
