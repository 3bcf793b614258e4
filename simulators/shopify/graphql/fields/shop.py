"""The shop, its staff, the app's installation, subscriptions and bulk operations."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from simulators.shopify.graphql.context import Context, Fields, gid
from simulators.shopify.graphql.fields.customers import keyed
from simulators.shopify.model.access import Installation, Subscription
from simulators.shopify.model.people import Staff
from simulators.shopify.model.shop import Shop
from simulators.shopify.written_dates import utc


@dataclass(slots=True)
class AppOf:
    """The App itself."""


@dataclass(slots=True)
class ScopeOf:
    handle: str


@dataclass(slots=True)
class EndpointOf:
    """A WebhookHttpEndpoint."""

    uri: str


def topic_enum(topic: str) -> str:
    """`orders/create` as the API's `ORDERS_CREATE`."""
    return topic.replace("/", "_").replace(".", "_").upper()


def _offset(shop: Shop, c: Context) -> timedelta:
    return c.now.astimezone(ZoneInfo(shop.iana_timezone)).utcoffset() or timedelta()


def _offset_text(shop: Shop, c: Context) -> str:
    return c.now.astimezone(ZoneInfo(shop.iana_timezone)).strftime("%z")


def _domain(shop: Shop) -> dict[str, Any]:
    return {
        "id": gid("Domain", shop.id),
        "host": shop.primary_host,
        "url": f"https://{shop.primary_host}",
        "sslEnabled": True,
    }


def _plan(shop: Shop) -> dict[str, Any]:
    return {
        "displayName": shop.plan_name,
        "publicDisplayName": shop.plan_name,
        "partnerDevelopment": False,
        "shopifyPlus": shop.plan_name == "Plus",
    }


def _address(shop: Shop) -> dict[str, Any]:
    return {
        "id": gid("ShopAddress", shop.id),
        "city": shop.locations[0].city,
        "country": shop.country_code,
        "countryCodeV2": shop.country_code,
        "formatted": [shop.locations[0].city],
        "coordinatesValidated": False,
    }


def _owner(shop: Shop) -> Staff:
    return next(staff for staff in shop.staff.values() if staff.owner)


SHOP: Fields = {
    "id": lambda s, _, c: gid("Shop", s.id),
    "name": lambda s, _, c: s.name,
    "email": lambda s, _, c: s.email,
    "contactEmail": lambda s, _, c: s.email,
    "myshopifyDomain": lambda s, _, c: s.domain,
    "url": lambda s, _, c: f"https://{s.primary_host}",
    "primaryDomain": lambda s, _, c: _domain(s),
    "domains": lambda s, _, c: [_domain(s)],
    "currencyCode": lambda s, _, c: s.currency,
    "enabledPresentmentCurrencies": lambda s, _, c: [s.currency, *s.rates],
    "ianaTimezone": lambda s, _, c: s.iana_timezone,
    "timezoneOffsetMinutes": lambda s, _, c: int(_offset(s, c).total_seconds() // 60),
    "timezoneOffset": lambda s, _, c: _offset_text(s, c),
    "timezoneAbbreviation": lambda s, _, c: _offset_text(s, c),
    "createdAt": lambda s, _, c: utc(s.created_at),
    "updatedAt": lambda s, _, c: utc(s.updated_at),
    "plan": lambda s, _, c: _plan(s),
    "shopAddress": lambda s, _, c: _address(s),
    "billingAddress": lambda s, _, c: _address(s),
    "shopOwnerName": lambda s, _, c: _owner(s).name,
    "accountOwner": lambda s, _, c: _owner(s),
    "taxesIncluded": lambda s, _, c: s.taxes_included,
    "taxShipping": lambda s, _, c: True,
    "weightUnit": lambda s, _, c: "KILOGRAMS",
    "unitSystem": lambda s, _, c: "METRIC_SYSTEM",
    "orderNumberFormatPrefix": lambda s, _, c: "#",
    "orderNumberFormatSuffix": lambda s, _, c: "",
    "checkoutApiSupported": lambda s, _, c: True,
    "shipsToCountries": lambda s, _, c: [s.country_code],
}
STAFF: Fields = {
    "id": lambda s, _, c: gid("StaffMember", s.id),
    "firstName": lambda s, _, c: s.first_name,
    "lastName": lambda s, _, c: s.last_name,
    "name": lambda s, _, c: s.name,
    "email": lambda s, _, c: s.email,
    "locale": lambda s, _, c: s.locale,
    "isShopOwner": lambda s, _, c: s.owner,
    "active": lambda s, _, c: True,
    "exists": lambda s, _, c: True,
}


def _scopes(installation: Installation) -> list[ScopeOf]:
    return [ScopeOf(scope) for scope in sorted(installation.scopes)]


INSTALLATION: Fields = {
    "id": lambda i, _, c: gid("AppInstallation", i.installation_id),
    "app": lambda i, _, c: AppOf(),
    "accessScopes": lambda i, _, c: _scopes(i),
    "activeSubscriptions": lambda i, _, c: [],
    "launchUrl": lambda i, _, c: c.state.app.app_url,
    "uninstallUrl": lambda i, _, c: None,
}
APP: Fields = {
    "id": lambda a, _, c: gid("App", 1),
    "apiKey": lambda a, _, c: c.state.app.client_id,
    "title": lambda a, _, c: c.state.app.name,
    "handle": lambda a, _, c: c.state.app.handle,
    "embedded": lambda a, _, c: c.state.app.embedded,
    "installation": lambda a, _, c: c.installation,
    "webhookApiVersion": lambda a, _, c: c.state.app.api_version,
    "requestedAccessScopes": lambda a, _, c: [ScopeOf(s) for s in sorted(c.state.app.scope_set)],
}


def _uri(subscription: Subscription) -> str:
    return subscription.uri


SUBSCRIPTION: Fields = {
    "id": lambda s, _, c: gid("WebhookSubscription", s.id),
    "legacyResourceId": lambda s, _, c: str(s.id),
    "topic": lambda s, _, c: topic_enum(s.topic),
    "uri": lambda s, _, c: _uri(s),
    "callbackUrl": lambda s, _, c: _uri(s),
    "endpoint": lambda s, _, c: EndpointOf(s.uri),
    "format": lambda s, _, c: s.format,
    "filter": lambda s, _, c: s.filter,
    "name": lambda s, _, c: s.name,
    "includeFields": lambda s, _, c: s.include_fields,
    "metafieldNamespaces": lambda s, _, c: [],
    "metafields": lambda s, _, c: [],
    "createdAt": lambda s, _, c: utc(s.created_at),
    "updatedAt": lambda s, _, c: utc(s.updated_at),
    "apiVersion": lambda s, _, c: {
        "handle": s.api_version, "displayName": s.api_version, "supported": True,
    },
}  # fmt: skip
BULK: Fields = {
    "id": lambda b, _, c: gid("BulkOperation", b.id),
    "status": lambda b, _, c: b.status,
    "type": lambda b, _, c: "QUERY",
    "errorCode": lambda b, _, c: b.error_code,
    "query": lambda b, _, c: b.query,
    "createdAt": lambda b, _, c: utc(b.created_at),
    "completedAt": lambda b, _, c: utc(b.completed_at) if b.completed_at else None,
    "objectCount": lambda b, _, c: str(b.object_count),
    "rootObjectCount": lambda b, _, c: str(b.root_object_count),
    "fileSize": lambda b, _, c: str(b.file_size) if b.file_size else None,
    "url": lambda b, _, c: b.url,
    "partialDataUrl": lambda b, _, c: b.partial_data_url,
}
_ADDRESS = ("id", "city", "country", "countryCodeV2", "formatted", "coordinatesValidated")
TABLES: dict[str, Fields] = {
    "Shop": SHOP,
    "Domain": keyed("id", "host", "url", "sslEnabled"),
    "ShopPlan": keyed("displayName", "publicDisplayName", "partnerDevelopment", "shopifyPlus"),
    "ShopAddress": keyed(*_ADDRESS),
    "StaffMember": STAFF,
    "AppInstallation": INSTALLATION,
    "App": APP,
    "AccessScope": {
        "handle": lambda s, _, c: s.handle,
        "description": lambda s, _, c: s.handle.replace("_", " ").capitalize(),
    },
    "WebhookSubscription": SUBSCRIPTION,
    "WebhookHttpEndpoint": {"callbackUrl": lambda e, _, c: e.uri},
    "ApiVersion": keyed("handle", "displayName", "supported"),
    "BulkOperation": BULK,
    "Job": keyed("id", "done"),
}
