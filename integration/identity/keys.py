"""Whose things are: the rule that parts a workspace's accounts and orders into persons.

A key is a pure function of what the stores say now, so the parting doesn't depend on the order in
which we heard it. It is the `(kind, value)` of the profile's one linking identity.
"""

from collections.abc import Mapping
from typing import NamedTuple

# The kinds whose value begins with our id of the store and a colon.
KINDS_OF_ONE_STORE = frozenset({"customer", "guest_phone", "order"})


class Key(NamedTuple):
    """What makes a profile one person: email, customer, guest_phone or order, and its value."""

    kind: str
    value: str


class AccountFacts(NamedTuple):
    """What decides an account's key. `is_mirrored` is False for one that only a merge named."""

    email_normalized: str | None
    merged_into: str | None
    is_mirrored: bool
    profile_id: int | None


_UNKNOWN = AccountFacts(None, None, False, None)

Accounts = Mapping[str, AccountFacts]


def surviving(external_id: str, accounts: Accounts) -> str:
    """The account that an account's merges end at; of a circle of merges always the same one."""
    seen: list[str] = []
    while (target := accounts.get(external_id, _UNKNOWN).merged_into) is not None:
        if external_id in seen:
            return min(seen[seen.index(external_id) :])
        seen.append(external_id)
        external_id = target
    return external_id


def account_key(store_id: int, external_id: str, accounts: Accounts) -> Key:
    """The key of an account: its surviving account's address, else that account itself."""
    survivor = surviving(external_id, accounts)
    email = accounts.get(survivor, _UNKNOWN).email_normalized
    return Key("email", email) if email else Key("customer", f"{store_id}:{survivor}")


def guest_key(store_id: int, external_id: str, email: str | None, phone: str | None) -> Key:
    """The key of a guest's order: its address, else its phone in that store, else itself."""
    if email:
        return Key("email", email)
    if phone:
        return Key("guest_phone", f"{store_id}:{phone}")
    return Key("order", f"{store_id}:{external_id}")
