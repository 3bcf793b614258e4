"""A workspace of two stores that lives for a while: stores tell, agents decide, people are erased.

What happens is a list of steps (`steps`), so that what fails can be made smaller. A step that means
nothing where it comes does nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from integration.crm.deeds import Decider, Decision
from integration.crm.linking import dismiss, link, reconsider, undo
from integration.crm.notes import add_note
from integration.crm.own_tags import add_tag
from integration.crm.parting import mark_shared, mark_single, unlink
from integration.db import Database
from integration.errors import Conflict, Invalid, NotFound
from integration.identity.keys import Key
from integration.identity.normalize import normalize_email, normalize_phone
from integration.models import Customer, DueProfile, IdentityEvent, Order, Profile, Store
from integration.privacy.erasing.persons import erase_person, find_person
from integration.privacy.subject import PrivacySubject
from integration.search.working_off import index
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
from tests.integration.identity.state import Tables
from tests.integration.identity.steps import EMAILS, PHONES, Step

AGENT = Decider("shopify-staff:1")
_CONTACTS = (
    *(Key("email", email) for text in EMAILS if (email := normalize_email(text))),
    *(Key("phone", phone) for text in PHONES if (phone := normalize_phone(text, "DE"))),
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
    taken: list[list[Sourced]] | None = None

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

    def link(self, one: int, other: int) -> Decision | None:
        """An agent joins two persons."""
        ids = self.persons()
        return self.decide(link, self._of(ids, one), self._of(ids, other))

    def link_profiles(self, one: int, other: int) -> Decision | None:
        """An agent joins the persons of these profiles."""
        return self.decide(link, one, other)

    def cut(self, one: int, home: int) -> Decision | None:
        """An agent takes one of a person's profiles out."""
        joined = self.joined()
        face = self._of(sorted(joined), one)
        homes = sorted(joined.get(face, ()))
        return self.decide(unlink, face, self._of(homes, home))

    def unlink_profile(self, one: int | None, other: int | None) -> Decision | None:
        """An agent takes a profile out of a person."""
        return self.decide(unlink, one, other)

    def part(self, one: int, member: int) -> Decision | None:
        """An agent takes an account or a guest's order out of a person."""
        face = self._of(self.persons(), one)
        return self.decide(unlink, face, self._of(self._accounts_and_guests(face), member))

    def dismiss(self, one: int, other: int) -> Decision | None:
        """An agent says that two are different persons."""
        ids = self.persons()
        return self.decide(dismiss, self._of(ids, one), self._of(ids, other))

    def reconsider(self, one: int, other: int) -> Decision | None:
        """An agent takes that back."""
        ids = self.persons()
        return self.decide(reconsider, self._of(ids, one), self._of(ids, other))

    def shared(self, number: int) -> Decision | None:
        """An agent says that several people use an address or a phone."""
        return self.decide(mark_shared, _CONTACTS[number % len(_CONTACTS)])

    def single(self, number: int) -> Decision | None:
        """An agent says that an address or a phone is one person's."""
        return self.decide(mark_single, _CONTACTS[number % len(_CONTACTS)])

    def undo(self, number: int) -> Decision | None:
        """An agent takes back what was decided some entries of the history ago."""
        with self.db.workspace(self.workspace_id) as session:
            events = [row["id"] for row in Tables(session)[IdentityEvent]]
        return self.undo_event(self._of(sorted(events, reverse=True), number))

    def undo_event(self, event_id: int | None) -> Decision | None:
        """An agent takes back what an entry of the history says."""
        return self.decide(undo, event_id)

    def note(self, one: int) -> None:
        """An agent writes about a person."""
        face = self._of(self.persons(), one)
        if face is not None:
            with self.db.workspace(self.workspace_id, write=True) as session:
                add_note(session, face, f"note {self._later()}", by=AGENT.who, now=NOW)

    def tag(self, one: int) -> None:
        """An agent puts a tag on a person."""
        face = self._of(self.persons(), one)
        if face is not None:
            with self.db.workspace(self.workspace_id, write=True) as session:
                add_tag(session, face, f"own {self._later()}")

    def work_off(self) -> None:
        """The job works off what is due."""
        with self.db.workspace(self.workspace_id, write=True) as session:
            index(session, [row["profile_id"] for row in Tables(session)[DueProfile]])

    def decide(self, deed: Callable[..., Decision], *given: Any) -> Decision | None:
        """What an agent did; None where it was refused, or there was nobody to do it with."""
        if None in given:
            return None
        try:
            with self.db.workspace(self.workspace_id, write=True) as session:
                return deed(session, *given, by=AGENT, now=NOW)
        except (Conflict, Invalid, NotFound):
            return None

    def joined(self) -> dict[int, set[int]]:
        """The profiles of each person, by the one that is shown."""
        with self.db.workspace(self.workspace_id) as session:
            found: dict[int, set[int]] = {}
            for row in Tables(session)[Profile]:
                found.setdefault(row["joined_id"] or row["id"], set()).add(row["id"])
        return found

    def persons(self) -> list[int]:
        """The profiles that are shown."""
        return sorted(self.joined())

    def _accounts_and_guests(self, face: int | None) -> list[Key]:
        with self.db.workspace(self.workspace_id) as session:
            tables = Tables(session)
            return sorted(
                Key(kind, f"{row['store_id']}:{row['external_id']}")
                for kind, model in (("customer", Customer), ("order", Order))
                for row in tables[model]
                if row["profile_id"] == face
                and row["profile_id"] is not None
                and row.get("customer_external_id") is None
            )

    def _of(self, held: Sequence[Any], number: int) -> Any:
        return held[number % len(held)] if held else None

    def tell(self, store: int, change: Change) -> None:
        """A delivery is made and arrives."""
        sourced = Sourced(change, "webhook", at(self.second))
        self.told[store].append(sourced)
        self.take(store, sourced)

    def take(self, store: int, *batch: Sourced) -> None:
        """Deliveries arrive."""
        if self.taken is not None:
            self.taken[store].extend(batch)
            return
        with self.db.workspace(self.workspace_id, write=True) as session:
            apply(session, session.get_one(Store, self.stores[store]), batch, now=NOW)

    def begin(self, steps: Sequence[Step]) -> None:
        """Let these be what the stores hold when they are read first."""
        waiting: list[list[Sourced]] = [[], []]
        self.taken = waiting
        for step in steps:
            self.do(step)
        self.taken = None
        for store, batch in enumerate(waiting):
            self.take(store, *batch)

    def _later(self) -> int:
        self.second += 1
        return self.second
