"""Whose things are: the rule that parts a workspace's accounts and orders into persons.

A key is a pure function of what the stores say now and of what was decided about single identities,
so the parting doesn't depend on the order in which we heard it. It is the `(kind, value)` of the
profile's one linking identity.
"""

from collections.abc import Mapping, Set
from typing import NamedTuple

# The kinds whose value begins with our id of the store and a colon.
KINDS_OF_ONE_STORE = frozenset({"customer", "guest_phone", "order"})

LINKING_KINDS = ("email", "customer", "guest_phone", "order")


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


class Decided(NamedTuple):
    """What was decided of single identities (`models.vocabulary.Ruling`).

    `apart` holds accounts and orders (kinds customer and order), `shared` addresses and phones
    (kinds email and phone, in E.164).
    """

    apart: Set[Key]
    shared: Set[Key]


UNDECIDED = Decided(frozenset(), frozenset())
_UNKNOWN = AccountFacts(None, None, False, None)

Accounts = Mapping[str, AccountFacts]


def account_identity(store_id: int, external_id: str) -> Key:
    """An account as an identity."""
    return Key("customer", f"{store_id}:{external_id}")


def order_identity(store_id: int, external_id: str) -> Key:
    """An order as an identity."""
    return Key("order", f"{store_id}:{external_id}")


def surviving(
    store_id: int, external_id: str, accounts: Accounts, decided: Decided = UNDECIDED
) -> str:
    """The account that an account's merges end at; of a circle of merges always the same one.

    One that was taken apart is an end of its own.
    """
    seen: list[str] = []
    while (target := accounts.get(external_id, _UNKNOWN).merged_into) is not None:
        if decided.apart and account_identity(store_id, external_id) in decided.apart:
            return external_id
        if external_id in seen:
            return min(seen[seen.index(external_id) :])
        seen.append(external_id)
        external_id = target
    return external_id


def account_key(
    store_id: int, external_id: str, accounts: Accounts, decided: Decided = UNDECIDED
) -> Key:
    """The key of an account: its surviving account's address, else that account itself."""
    survivor = surviving(store_id, external_id, accounts, decided)
    email = accounts.get(survivor, _UNKNOWN).email_normalized
    if not email:
        return account_identity(store_id, survivor)
    key = Key("email", email)
    if decided is not UNDECIDED:
        itself = account_identity(store_id, survivor)
        if itself in decided.apart or key in decided.shared:
            return itself
    return key


def guest_key(
    store_id: int,
    external_id: str,
    email: str | None,
    phone: str | None,
    decided: Decided = UNDECIDED,
) -> Key:
    """The key of a guest's order: its address, else its phone in that store, else itself."""
    itself = order_identity(store_id, external_id)
    if itself in decided.apart:
        return itself
    if email and Key("email", email) not in decided.shared:
        return Key("email", email)
    if phone and Key("phone", phone) not in decided.shared:
        return Key("guest_phone", f"{store_id}:{phone}")
    return itself
