"""Which profiles a batch touched, and which parts of each it can have changed.

Most batches of a backfill only add orders to persons who are known: their names and identities
needn't be worked out again.
"""

from dataclasses import dataclass

from integration.crm.attach import Attachment
from integration.sync.customers import Accounts
from integration.sync.held import Contacts
from integration.sync.orders import Orders


@dataclass(frozen=True, slots=True)
class Touched:
    """Ids of profiles: all that changed, those whose identities, heads or orders may have."""

    all: set[int]
    identities: set[int]
    heads: set[int]
    orders: set[int]


def touched(attachment: Attachment, orders: Orders, accounts: Accounts) -> Touched:
    """What the batch touched; profiles that nobody is on any more are left out."""
    of_accounts = accounts.profile_ids(attachment.accounts)
    moved = {
        *attachment.left,
        *attachment.renamed,
        *attachment.accounts.values(),
        *(member.profile_id for member in attachment.moved if member.profile_id is not None),
    }
    shown, unnamed = set(), set()
    for external_id, contacts in orders.contacts.items():
        before = orders.held[external_id].contacts
        is_changed = before is not None and before != contacts
        if is_changed or _shows(contacts, accounts):
            shown.add(attachment.orders[external_id])
        if is_changed or not _is_named(contacts, accounts):
            unnamed.add(attachment.orders[external_id])
    gone = attachment.emptied
    of_orders = moved | set(attachment.orders.values()) | orders.shown_by()
    return Touched(
        all=(attachment.profile_ids() | of_accounts | of_orders) - gone,
        identities=(moved | of_accounts | shown) - gone,
        heads=(moved | of_accounts | unnamed) - gone,
        orders=of_orders - gone,
    )


def _shows(contacts: Contacts, accounts: Accounts) -> bool:
    """Whether an order has an address or phone that may have to be shown beside the linking one."""
    customer, email, phone = contacts
    if phone is not None:
        return True
    if customer is None or email is None:
        return False
    return accounts.facts[customer].email_normalized != email


def _is_named(contacts: Contacts, accounts: Accounts) -> bool:
    """Whether an account gives the person's name and language, so that the order can't."""
    customer = contacts[0]
    return customer is not None and accounts.held[customer].names_itself
