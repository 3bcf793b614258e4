"""The bodies of customers/* and of the compliance topics.

Since 2025-01 customers carry no tags, no consent and no purchase counters; those have topics of
their own.
"""

from __future__ import annotations

from simulators.shopify.model.people import Address, Customer
from simulators.shopify.model.shop import Shop
from simulators.shopify.webhooks.parts import Json, gid
from simulators.shopify.written_dates import local


def _address(customer: Customer, where: Address, default: bool) -> Json:
    return {
        "id": where.id,
        "customer_id": customer.id,
        "first_name": where.first_name,
        "last_name": where.last_name,
        "company": where.company,
        "address1": where.address1,
        "address2": where.address2,
        "city": where.city,
        "province": where.province,
        "country": where.country,
        "zip": where.zip,
        "phone": where.phone,
        "name": where.name,
        "province_code": where.province_code,
        "country_code": where.country_code,
        "country_name": where.country,
        "default": default,
    }


def nested_customer(shop: Shop, customer: Customer) -> Json:
    """The customer as it stands inside an order's body."""
    zone = shop.iana_timezone
    body: Json = {
        "id": customer.id,
        "email": customer.email,
        "created_at": local(customer.created_at, zone),
        "updated_at": local(customer.updated_at, zone),
        "first_name": customer.first_name,
        "last_name": customer.last_name,
        "state": customer.state,
        "note": customer.note,
        "verified_email": customer.verified_email,
        "multipass_identifier": None,
        "tax_exempt": customer.tax_exempt,
        "phone": customer.phone,
        "currency": shop.currency,
        "tax_exemptions": [],
        "admin_graphql_api_id": gid("Customer", customer.id),
    }
    if customer.default_address is not None:
        body["default_address"] = _address(customer, customer.default_address, True)
    return body


def customer_body(shop: Shop, customer: Customer) -> Json:
    """The body of customers/create and customers/update."""
    body = nested_customer(shop, customer)
    body["addresses"] = [
        _address(customer, where, not index) for index, where in enumerate(customer.addresses)
    ]
    return body


def deleted_customer(customer: Customer) -> Json:
    """The body of customers/delete."""
    return {
        "id": customer.id,
        "tax_exemptions": [],
        "admin_graphql_api_id": gid("Customer", customer.id),
    }


def merged_customers(kept: Customer, gone: Customer) -> Json:
    """The body of customers/merge."""
    return {
        "admin_graphql_api_customer_kept_id": gid("Customer", kept.id),
        "admin_graphql_api_customer_deleted_id": gid("Customer", gone.id),
        "admin_graphql_api_job_id": None,
        "status": "completed",
        "errors": [],
    }


def _whom(shop: Shop, customer: Customer) -> Json:
    return {
        "shop_id": shop.id,
        "shop_domain": shop.domain,
        "customer": {"id": customer.id, "email": customer.email, "phone": customer.phone},
    }


def data_request(shop: Shop, customer: Customer) -> Json:
    """The body of customers/data_request."""
    body = _whom(shop, customer)
    body["orders_requested"] = [order.id for order in shop.orders_for(customer.id)]
    body["data_request"] = {"id": shop.next_id("DataRequest")}
    return body


def customer_redact(shop: Shop, customer: Customer) -> Json:
    """The body of customers/redact."""
    body = _whom(shop, customer)
    body["orders_to_redact"] = [order.id for order in shop.orders_for(customer.id)]
    return body


def shop_redact(shop: Shop) -> Json:
    """The body of shop/redact."""
    return {"shop_id": shop.id, "shop_domain": shop.domain}
