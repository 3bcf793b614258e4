"""Which profiles a batch touched, and which parts of each it can have changed.

Most batches of a backfill only add orders to persons who are known: their names and identities
needn't be worked out again.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from integration.crm.said import OrderSaid
from integration.identity.attach import Attachment
from integration.sync.customers import Accounts
from integration.sync.held import Contacts, HeldOrder
from integration.sync.order_rows import locale_of
from integration.sync.orders import Orders


@dataclass(frozen=True, slots=True)
class Touched:
    """Ids of profiles: all that changed, and those of which that part may have.

    Orders that are new change only what can be added to: of them neither `figures` nor `times`
    tell. `whole` are new and nobody outside the batch is on them.
    """

    all: set[int]
    identities: set[int]
    heads: set[int]
    figures: set[int]
    times: set[int]
    whole: set[int]


def touched(
    attachment: Attachment, orders: Orders, accounts: Accounts, said: Sequence[OrderSaid]
) -> Touched:
    """What the batch touched; profiles that nobody is on any more are left out."""
    of_accounts = accounts.profile_ids(attachment.accounts)
    moved = {
        *attachment.left,
        *attachment.renamed,
        *attachment.accounts.values(),
        *(member.profile_id for member in attachment.moved if member.profile_id is not None),
    }
    shown, unnamed, recounted, retimed = set(), set(), set(), set()
    for order in said:
        held = orders.held[order.external_id]
        before, contacts = held.said, orders.contacts[order.external_id]
        is_changed = held.contacts is not None and held.contacts != contacts
        is_elsewhere = before is None or before.profile_id != order.profile_id
        if is_changed or (is_elsewhere and _shows(contacts, accounts, order.profile_id)):
            shown.add(order.profile_id)
        if is_changed or (
            (before is None or before.naming() != order.naming())
            and _may_name(held, contacts, accounts)
        ):
            unnamed.add(order.profile_id)
        if before is not None and before.figures() != order.figures():
            recounted.add(order.profile_id)
        if before is not None and before.times() != order.times():
            retimed.add(order.profile_id)
    gone = attachment.emptied
    joined = {member.profile_id for member in attachment.moved}
    # Nobody else is on these: they were written whole.
    whole = set(attachment.new.values()) - joined
    anew = moved | orders.deleted_of()
    of_orders = moved | set(attachment.orders.values()) | orders.shown_by()
    return Touched(
        all=(attachment.profile_ids() | of_accounts | of_orders) - gone,
        identities=(moved | of_accounts | shown) - gone - whole,
        heads=(moved | of_accounts | unnamed) - gone - whole,
        figures=(anew | recounted) - gone - whole,
        times=(anew | retimed) - gone - whole,
        whole=whole,
    )


def _shows(contacts: Contacts, accounts: Accounts, profile_id: int) -> bool:
    """Whether an order has an address or phone that may have to be shown beside the linking one."""
    customer, email, phone = contacts
    if customer is None:
        return phone is not None
    account = accounts.held[customer]
    if phone is not None and (account.phone != phone or account.facts.profile_id != profile_id):
        return True
    return email is not None and accounts.facts[customer].email_normalized != email


def _may_name(order: HeldOrder, contacts: Contacts, accounts: Accounts) -> bool:
    """Whether an order may give the person's name or language, since its account doesn't."""
    customer = contacts[0]
    if customer is None or not accounts.held[customer].is_named:
        return True
    if accounts.held[customer].has_locale:
        return False
    # What an earlier state of it told may have to go.
    return order.contacts is not None or locale_of(order.register.told) is not None
