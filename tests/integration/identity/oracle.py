"""Who is who, worked out the slow way: from what stores say, from what was decided, and no more.

Nothing of it is the product's but the normal forms of addresses and phones, which have tests of
their own. Persons are sets of members: `("account" | "order", store id, external id)`.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

Name = tuple[str, str]
Member = tuple[str, int, str]


class Account(NamedTuple):
    """What decides whose an account is. One that only a merge named isn't `told`."""

    email: str | None
    merged_into: str | None
    is_told: bool = True


class Purchase(NamedTuple):
    """What decides whose an order is."""

    account: str | None
    email: str | None
    phone: str | None


class Decided(NamedTuple):
    """A verdict on two identities: `same` or `different`."""

    left: Name
    right: Name
    verdict: str


@dataclass(slots=True)
class Known:
    """All that parts the accounts and orders of a workspace, by store id and external id."""

    accounts: dict[tuple[int, str], Account] = field(default_factory=dict)
    orders: dict[tuple[int, str], Purchase] = field(default_factory=dict)
    rulings: dict[Name, str] = field(default_factory=dict)
    verdicts: list[Decided] = field(default_factory=list)

    def persons(self) -> set[frozenset[Member]]:
        """The accounts and orders of each person."""
        return {frozenset(members) for members in self.by_face().values()}

    def by_face(self) -> dict[frozenset[Name], set[Member]]:
        """The members of each person, by the keys that are the person."""
        found: dict[frozenset[Name], set[Member]] = {}
        for one in self.tied():
            members = {member for member in self._members() if self.key_of(member) in one}
            found[one] = members
        return found

    def tied(self) -> set[frozenset[Name]]:
        """The keys that somebody has, those together that verdicts tie."""
        held = self.held()
        groups = [{key} for key in held]
        for decided in self.verdicts:
            left, right = self.leads_to(decided.left), self.leads_to(decided.right)
            if decided.verdict != "same" or not {left, right} <= held:
                continue
            concerned = [group for group in groups if left in group or right in group]
            groups = [group for group in groups if group not in concerned]
            groups.append(set().union(*concerned))
        return {frozenset(group) for group in groups}

    def held(self) -> set[Name]:
        """The keys that somebody has."""
        return {self.key_of(member) for member in self._members()}

    def leads_to(self, name: Name) -> Name | None:
        """The key of an identity, whether anybody has it or not; None for an unknown order."""
        kind, value = name
        store, _, external_id = value.partition(":")
        if kind == "customer":
            return self.account_key(int(store), external_id)
        if kind == "order":
            place = int(store), external_id
            return self.order_key(*place) if place in self.orders else None
        return name

    def key_of(self, member: Member) -> Name:
        """The key of an account or order."""
        kind, store_id, external_id = member
        if kind == "account":
            return self.account_key(store_id, external_id)
        return self.order_key(store_id, external_id)

    def order_key(self, store_id: int, external_id: str) -> Name:
        """The key of an order: its account's; a guest's by address, by phone, by itself."""
        told = self.orders[store_id, external_id]
        if told.account is not None:
            return self.account_key(store_id, told.account)
        itself = "order", f"{store_id}:{external_id}"
        if self.rulings.get(itself) == "apart":
            return itself
        if told.email and not self._is_shared("email", told.email):
            return "email", told.email
        if told.phone and not self._is_shared("phone", told.phone):
            return "guest_phone", f"{store_id}:{told.phone}"
        return itself

    def account_key(self, store_id: int, external_id: str) -> Name:
        """The key of an account: the address of the account that it ended in, else that account."""
        last = self._end_of_merges(store_id, external_id)
        itself = "customer", f"{store_id}:{last}"
        told = self.accounts.get((store_id, last))
        if self.rulings.get(itself) == "apart" or told is None or not told.email:
            return itself
        return itself if self._is_shared("email", told.email) else ("email", told.email)

    def _end_of_merges(self, store_id: int, external_id: str) -> str:
        way: list[str] = []
        while external_id not in way:
            way.append(external_id)
            told = self.accounts.get((store_id, external_id))
            is_apart = self.rulings.get(("customer", f"{store_id}:{external_id}")) == "apart"
            if told is None or told.merged_into is None or is_apart:
                return external_id
            external_id = told.merged_into
        return min(way[way.index(external_id) :])

    def _is_shared(self, kind: str, value: str) -> bool:
        return self.rulings.get((kind, value)) == "shared"

    def _members(self) -> Iterable[Member]:
        for (store_id, external_id), told in self.accounts.items():
            if told.is_told:
                yield "account", store_id, external_id
        for store_id, external_id in self.orders:
            yield "order", store_id, external_id
