"""What becomes of a labelled pair: told as stores tell it, worked off as the job does."""

from dataclasses import dataclass

from sqlalchemy import select

from integration.crm.shared import judge_addresses
from integration.db import Database
from integration.identity.suggestions import suggestions_for
from integration.models import Customer, DueProfile, Order, Store
from integration.search.working_off import index
from integration.sync.apply import apply
from integration.sync.sourced import Sourced
from platforms.records import AddressRecord
from tests.factories.records import customer, order, told
from tests.factories.stores import NOW, make_store, make_workspace
from tests.integration.identity.pairs.records import Known, Pair, Sent

_MOST_ROUNDS = 5


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether the two became one by themselves, and what was suggested otherwise."""

    pair: Pair
    linked: bool
    strength: str | None
    reasons: tuple[str, ...]

    @property
    def suggested(self) -> bool:
        """Whether an agent was asked."""
        return self.strength is not None


def judge(db: Database, pair: Pair, number: int, *, backwards: bool = False) -> Outcome:
    """Tell a workspace of its own of the two and of those beside them."""
    workspace_id = make_workspace(db)
    countries = {known.store or pair.country for known in (pair.left, pair.right)}
    stores = {
        country: make_store(db, workspace_id, f"{number}-{country}.example", country_code=country)
        for country in sorted({pair.country, *countries})
    }
    everybody = [pair.left, pair.right, *pair.beside]
    numbered = list(enumerate(everybody, start=1))
    for place, known in reversed(numbered) if backwards else numbered:
        store_id = stores[known.store or pair.country]
        with db.workspace(workspace_id, write=True) as session:
            apply(session, session.get_one(Store, store_id), _told(str(place), known), now=NOW)
    _work_off(db, workspace_id)
    return _outcome(db, workspace_id, pair)


def _told(external_id: str, known: Known) -> list[Sourced]:
    if known.is_guest:
        sent = Sent(known.name, known.email, known.phone, known.at)
        return [_order(external_id, None, sent)]
    first, _, last = (known.name or "").partition(" ")
    account = customer(
        external_id,
        email=known.email,
        phone=known.phone,
        first_name=first or None,
        last_name=last or None,
        address=_address(known.name, known.at),
    )
    told_of = [told(account)]
    if known.ordered is not None:
        told_of.append(_order(external_id, external_id, known.ordered))
    return told_of


def _order(external_id: str, account: str | None, sent: Sent) -> Sourced:
    address = _address(sent.name, sent.at)
    if address is None and sent.name:
        address = AddressRecord(name=sent.name)
    return told(
        order(
            external_id,
            customer_external_id=account,
            email=sent.email,
            phone=sent.phone,
            shipping_address=address,
            billing_address=address if account is None else None,
        )
    )


def _address(name: str | None, at: str | None) -> AddressRecord | None:
    if at is None:
        return None
    line1, postal_code, city = (part.strip() or None for part in at.split("|"))
    return AddressRecord(name=name, line1=line1, postal_code=postal_code, city=city)


def _work_off(db: Database, workspace_id: int) -> None:
    """What the job does, until nothing is due."""
    for _ in range(_MOST_ROUNDS):
        with db.workspace(workspace_id, write=True) as session:
            session.lock_workspace()
            due = session.execute(select(DueProfile.profile_id)).scalars().all()
            if not due:
                return
            judge_addresses(session, due, NOW)
            index(session, due)
    raise AssertionError("profiles are due without an end")


def _outcome(db: Database, workspace_id: int, pair: Pair) -> Outcome:
    with db.workspace(workspace_id) as session:
        left, right = (
            session.execute(
                select(model.profile_id).where(model.external_id == external_id)
            ).scalar_one()
            for model, external_id in (
                (Order if pair.left.is_guest else Customer, "1"),
                (Order if pair.right.is_guest else Customer, "2"),
            )
        )
        assert left is not None
        assert right is not None
        for each in suggestions_for(session, left).suggestions:
            if each.other.id == str(right):
                kinds = tuple(reason.kind for reason in each.reasons)
                return Outcome(pair, False, each.strength, kinds)
    return Outcome(pair, left == right, None, ())
