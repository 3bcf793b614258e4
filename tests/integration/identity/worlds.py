"""A workspace of two stores that lives for a while: stores tell, agents decide, people are erased.

What happens is a list of steps: a word and some small numbers, so that what fails can be made
smaller. A step that means nothing where it comes does nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from hypothesis import strategies as st

from integration.db import Database
from integration.models import Store
from integration.privacy.persons import erase_person, find_person
from integration.privacy.subject import PrivacySubject
from integration.sync.apply import apply
from integration.sync.sourced import Sourced
from platforms.changes import (
    Change,
    CustomerChanged,
    CustomerDeleted,
    CustomersMerged,
    OrderChanged,
    OrderDeleted,
)
from platforms.records import CustomerRecord, OrderRecord
from tests.factories.records import at, customer, order
from tests.factories.stores import NOW, make_store, make_workspace

EMAILS = (None, "ada@example.com", "Ben@example.com ", "δάνη@example.com")
PHONES = (None, "+493012345678", "030 2222222")
ACCOUNTS = ("1", "2", "3")
ORDERS = ("100", "101", "102", "103")
STATES = ("paid", "pending", "refunded")

Step = tuple[Any, ...]

_store, _account, _order = st.integers(0, 1), st.sampled_from(ACCOUNTS), st.sampled_from(ORDERS)
_email, _phone = st.sampled_from(EMAILS), st.sampled_from(PHONES)
_number = st.integers(0, 7)

TOLD: tuple[st.SearchStrategy[Step], ...] = (
    st.tuples(st.just("account"), _store, _account, _email, _phone),
    st.tuples(
        st.just("order"),
        _store,
        _order,
        st.one_of(st.none(), _account),
        _email,
        _phone,
        st.sampled_from(STATES),
    ),
    st.tuples(st.just("guest"), _store, _order, _email, _phone),
    st.tuples(st.just("merge"), _store, _account, _account),
    st.tuples(st.just("delete_account"), _store, _account),
    st.tuples(st.just("delete_order"), _store, _order),
)
LATE: st.SearchStrategy[Step] = st.tuples(st.just("late"), _store, _number)
ERASED: tuple[st.SearchStrategy[Step], ...] = (
    st.tuples(st.just("erase_account"), _store, _account),
    st.tuples(st.just("erase_email"), _store, _email),
)


@dataclass
class World:
    """Two stores of one workspace. `told` are the deliveries that each made, in their order."""

    db: Database
    name: str
    second: int = 0
    workspace_id: int = 0
    stores: tuple[int, ...] = ()
    told: tuple[list[Sourced], ...] = field(default_factory=lambda: ([], []))
    accounts: dict[tuple[int, str], CustomerRecord] = field(default_factory=dict)
    orders: dict[tuple[int, str], OrderRecord] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.workspace_id = make_workspace(self.db)
        self.stores = tuple(
            make_store(self.db, self.workspace_id, f"{self.name}-{letter}.example")
            for letter in "ab"
        )

    def do(self, step: Step) -> Any:
        """Let one thing happen."""
        name, *given = step
        doing: Callable[..., Any] = getattr(self, name)
        return doing(*given)

    def account(self, store: int, external_id: str, email: str | None, phone: str | None) -> None:
        """An account is made or changes."""
        record = customer(external_id, self._later(), email=email, phone=phone)
        record = replace(record, first_name=f"A{external_id}", tags=(f"t{external_id}",))
        self.accounts[store, external_id] = record
        self.tell(store, CustomerChanged(record))

    def order(
        self,
        store: int,
        external_id: str,
        account: str | None,
        email: str | None,
        phone: str | None,
        state: str,
    ) -> None:
        """An order is placed or changes."""
        number = int(external_id)
        record = order(
            external_id,
            self._later(),
            placed_at=at(number),
            customer_external_id=account,
            email=email,
            phone=phone,
            financial_status=state,
            total_minor=number * 7,
            refunded_minor=number if state == "refunded" else 0,
            currency="JPY" if number % 3 == 0 else "EUR",
        )
        self.orders[store, external_id] = record
        self.tell(store, OrderChanged(record))

    def guest(self, store: int, external_id: str, email: str | None, phone: str | None) -> None:
        """A guest orders."""
        self.order(store, external_id, None, email, phone, "paid")

    def merge(self, store: int, gone: str, kept: str) -> None:
        """The merchant makes two accounts one; nobody keeps them from a circle."""
        self.tell(store, CustomersMerged(kept, gone, at(self._later())))

    def delete_account(self, store: int, external_id: str) -> None:
        """An account is deleted; its orders stay."""
        self.tell(store, CustomerDeleted(external_id, at(self._later())))

    def delete_order(self, store: int, external_id: str) -> None:
        """An order is deleted."""
        self.tell(store, OrderDeleted(external_id, at(self._later())))

    def late(self, store: int, number: int) -> None:
        """Something that was told comes again."""
        told = self.told[store]
        if told:
            self.take(store, told[number % len(told)])

    def erase_account(self, store: int, external_id: str) -> None:
        """The store has an account erased."""
        self.erase(store, PrivacySubject(external_id, None, None, ()))

    def erase_email(self, store: int, email: str | None) -> None:
        """The store has whoever has an address erased."""
        self.erase(store, PrivacySubject(None, email, None, ()))

    def erase(self, store: int, subject: PrivacySubject) -> None:
        """The store has a person erased."""
        with self.db.workspace(self.workspace_id, write=True) as session:
            session.lock_workspace()
            held = session.get_one(Store, self.stores[store])
            erase_person(session, held, subject, find_person(session, held, subject), NOW)

    def tell(self, store: int, change: Change) -> None:
        """A delivery is made and arrives."""
        sourced = Sourced(change, "webhook", at(self.second))
        self.told[store].append(sourced)
        self.take(store, sourced)

    def take(self, store: int, *batch: Sourced) -> None:
        """Deliveries arrive."""
        with self.db.workspace(self.workspace_id, write=True) as session:
            apply(session, session.get_one(Store, self.stores[store]), batch, now=NOW)

    def _later(self) -> int:
        self.second += 1
        return self.second


def all_of(*kinds: Sequence[st.SearchStrategy[Step]], most: int) -> st.SearchStrategy[list[Step]]:
    """Lists of steps of these kinds."""
    return st.lists(st.one_of(*(one for some in kinds for one in some)), max_size=most)
