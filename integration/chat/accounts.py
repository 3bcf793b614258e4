"""What a store calls the customer whom it vouches for."""

from sqlalchemy import select

from integration.db import WorkspaceSession
from integration.models import Customer


def account_name(session: WorkspaceSession, customer_value: str) -> str | None:
    """The name of a store's account (`store_id:external_id`), None where we know none."""
    store_id, _, external_id = customer_value.partition(":")
    statement = select(Customer.first_name, Customer.last_name).where(
        Customer.store_id == int(store_id), Customer.external_id == external_id
    )
    row = session.execute(statement).one_or_none()
    return " ".join(part for part in row or () if part) or None
