"""Customers."""

from __future__ import annotations

from dataclasses import dataclass

from simulators.shopify.arithmetic import amount_spent
from simulators.shopify.graphql.context import Coin, Context, Fields, Resolver, gid
from simulators.shopify.graphql.fields.roots import customer_orders
from simulators.shopify.graphql.listing import Listing
from simulators.shopify.model.order import Order
from simulators.shopify.model.people import Customer
from simulators.shopify.written_dates import utc


@dataclass(slots=True)
class EmailOf:
    """A CustomerEmailAddress."""

    customer: Customer


@dataclass(slots=True)
class PhoneOf:
    """A CustomerPhoneNumber."""

    customer: Customer


def _last_order(customer: Customer, c: Context) -> Order | None:
    orders = [order for order in c.shop.orders_for(customer.id) if c.visible(order)]
    return max(orders, key=lambda order: (order.created_at, order.id), default=None)


def _consent(state: str) -> str:
    return "NEVER_SUBSCRIBED" if state == "not_subscribed" else state.upper()


def _text_consent(customer: Customer) -> dict[str, object]:
    return {"state": _consent(customer.sms_marketing), "optInLevel": None, "updatedAt": None}


CUSTOMER: Fields = {
    "id": lambda x, _, c: gid("Customer", x.id),
    "legacyResourceId": lambda x, _, c: str(x.id),
    "firstName": lambda x, _, c: x.first_name,
    "lastName": lambda x, _, c: x.last_name,
    "displayName": lambda x, _, c: x.display_name,
    "email": lambda x, _, c: x.email,
    "phone": lambda x, _, c: x.phone,
    "defaultEmailAddress": lambda x, _, c: EmailOf(x) if x.email else None,
    "defaultPhoneNumber": lambda x, _, c: PhoneOf(x) if x.phone else None,
    "locale": lambda x, _, c: x.locale,
    "note": lambda x, _, c: x.note,
    "tags": lambda x, _, c: x.tags,
    "state": lambda x, _, c: x.state.upper(),
    "createdAt": lambda x, _, c: utc(x.created_at),
    "updatedAt": lambda x, _, c: utc(x.updated_at),
    "defaultAddress": lambda x, _, c: x.default_address,
    "addresses": lambda x, a, c: x.addresses,
    "addressesV2": lambda x, _, c: Listing(x.addresses),
    "numberOfOrders": lambda x, _, c: str(len(c.shop.orders_for(x.id))),
    "amountSpent": lambda x, _, c: Coin(amount_spent(c.shop.orders_for(x.id)), c.shop.currency),
    "lastOrder": lambda x, _, c: _last_order(x, c),
    "orders": customer_orders,
    "verifiedEmail": lambda x, _, c: x.verified_email,
    "validEmailAddress": lambda x, _, c: bool(x.email),
    "taxExempt": lambda x, _, c: x.tax_exempt,
    "taxExemptions": lambda x, _, c: [],
    "canDelete": lambda x, _, c: not c.shop.orders_for(x.id),
    "lifetimeDuration": lambda x, _, c: f"about {max(1, (c.now - x.created_at).days // 30)} months",
    "multipassIdentifier": lambda x, _, c: None,
    "statistics": lambda x, _, c: {},
    "mergeable": lambda x, _, c: {"isMergeable": True, "errorFields": [], "reason": None},
}
EMAIL: Fields = {
    "emailAddress": lambda x, _, c: x.customer.email,
    "marketingState": lambda x, _, c: x.customer.email_marketing.upper(),
    "marketingOptInLevel": lambda x, _, c: None,
    "marketingUpdatedAt": lambda x, _, c: None,
    "marketingUnsubscribeUrl": lambda x, _, c: f"https://{c.shop.primary_host}/account/unsubscribe",
    "openTrackingLevel": lambda x, _, c: "UNKNOWN",
    "openTrackingUrl": lambda x, _, c: f"https://{c.shop.primary_host}/account/tracking",
    "validFormat": lambda x, _, c: True,
}
PHONE: Fields = {
    "phoneNumber": lambda x, _, c: x.customer.phone,
    "marketingState": lambda x, _, c: x.customer.sms_marketing.upper(),
    "smsMarketingConsent": lambda x, _, c: _text_consent(x.customer),
    "whatsAppMarketingConsent": lambda x, _, c: {"state": "NEVER_SUBSCRIBED"},
}


def keyed(*names: str) -> Fields:
    """Fields of a plain dictionary."""
    return {name: _reader(name) for name in names}


def _reader(name: str) -> Resolver:
    return lambda x, _, c: x.get(name)


_CONSENT = ("state", "optInLevel", "updatedAt", "collectedFrom", "sourceLocation")
TABLES: dict[str, Fields] = {
    "Customer": CUSTOMER,
    "CustomerEmailAddress": EMAIL,
    "CustomerPhoneNumber": PHONE,
    "CustomerSmsMarketingConsent": keyed(*_CONSENT),
    "CustomerWhatsAppMarketingConsent": keyed(*_CONSENT),
    "CustomerMergeable": keyed("isMergeable", "errorFields", "reason", "mergeInProgress"),
    "CustomerStatistics": keyed("predictedSpendTier", "rfmGroup"),
}
