"""customerUpdate."""

from __future__ import annotations

from typing import Any

from simulators.shopify.actions import Refused
from simulators.shopify.actions import customers as customer_actions
from simulators.shopify.graphql.context import Context, Fields
from simulators.shopify.graphql.mutations.payload import Payload, done, failed, require
from simulators.shopify.graphql.nodes import find
from simulators.shopify.model.people import Customer

_FIELDS = {
    "firstName": "first_name", "lastName": "last_name", "email": "email", "phone": "phone",
    "note": "note", "tags": "tags", "locale": "locale", "taxExempt": "tax_exempt",
}  # fmt: skip


def _update(_: Any, a: dict[str, Any], c: Context) -> Payload:
    require(c, "customerUpdate", "write_customers")
    given = a["input"]
    customer: Customer | None = find(c, given.get("id") or "", "Customer")
    if customer is None:
        return failed("Customer does not exist", "id")
    changes = {ours: given[theirs] for theirs, ours in _FIELDS.items() if theirs in given}
    try:
        return done(customer=customer_actions.update(c.state, c.shop, customer, **changes))
    except Refused as refusal:
        return failed(str(refusal), "email")


MUTATIONS: Fields = {"customerUpdate": _update}
