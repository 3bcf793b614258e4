"""The mutation root."""

from __future__ import annotations

from simulators.shopify.graphql.context import Fields
from simulators.shopify.graphql.mutations import apps, bulk, customers, orders, refunds

MUTATION: Fields = {
    **apps.MUTATIONS,
    **bulk.MUTATIONS,
    **customers.MUTATIONS,
    **orders.MUTATIONS,
    **refunds.MUTATIONS,
}
