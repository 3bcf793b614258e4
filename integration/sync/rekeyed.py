"""Of which accounts and guests' orders a batch tells another address, phone or merge."""

from integration.identity.following import Rekeyed
from integration.sync.customers import Accounts
from integration.sync.orders import Orders


def rekeyed(orders: Orders, accounts: Accounts) -> Rekeyed:
    """Those with what they had until then."""
    contacts = {external_id: orders.held[external_id].contacts for external_id in orders.replaced()}
    return Rekeyed(
        accounts={
            external_id: accounts.held[external_id].facts.email_normalized
            for external_id in accounts.changed
        },
        orders={
            external_id: held[1:]
            for external_id, held in contacts.items()
            if held is not None and held != orders.contacts[external_id]
        },
    )
