"""What agents decided about addresses and accounts keeps them from being suggested."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from integration.crm.deeds import Decider
from integration.crm.linking import undo
from integration.crm.parting import mark_shared, unlink
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.identity.suggestions import SharedContact, open_suggestions, suggestions_for
from integration.models import Customer, DueProfile
from integration.search.working_off import index
from platforms.records import AddressRecord
from tests.factories.mirror import Mirror
from tests.factories.records import customer, told
from tests.factories.stores import NOW

BY = Decider("shopify-staff:7")
PHONE = "+493018274659"
ERMOU = AddressRecord(line1="Ermou 12", postal_code="105 63", city="Athens", country_code="GR")


@contextmanager
def writing(mirror: Mirror) -> Iterator[WorkspaceSession]:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.lock_workspace()
        yield session


def work_off(mirror: Mirror) -> None:
    """What the job does with all that is due."""
    with writing(mirror) as session:
        index(session, session.execute(select(DueProfile.profile_id)).scalars().all())


def kinds(mirror: Mirror) -> list[tuple[str, ...]]:
    """The kinds of reasons of each open suggestion."""
    with mirror.db.workspace(mirror.workspace_id) as session:
        found = open_suggestions(session).suggestions
    return [tuple(reason.kind for reason in each.reasons) for each in found]


def profile_of(mirror: Mirror, external_id: str) -> int:
    (found,) = [row for row in mirror.all(Customer) if row.external_id == external_id]
    profile_id: int = found.profile_id
    return profile_id


def test_a_phone_that_an_agent_calls_shared_suggests_nobody(mirror: Mirror) -> None:
    mirror.take(told(customer("7", phone=PHONE)), told(customer("8", phone=PHONE)))
    work_off(mirror)
    assert kinds(mirror) == [("phone",)]
    with writing(mirror) as session:
        decision = mark_shared(session, Key("phone", PHONE), by=BY, now=NOW)
    assert kinds(mirror) == []
    work_off(mirror)
    assert kinds(mirror) == []
    with mirror.db.workspace(mirror.workspace_id) as session:
        found = suggestions_for(session, profile_of(mirror, "7"))
    assert (found.suggestions, found.shared) == ((), (SharedContact("phone", PHONE),))
    assert decision.event_id is not None
    with writing(mirror) as session:
        undo(session, decision.event_id, by=BY, now=NOW)
    work_off(mirror)
    assert kinds(mirror) == [("phone",)]


def test_an_account_that_was_taken_out_isnt_suggested_back_by_its_address(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email="ada@gmail.com", address=ERMOU)))
    mirror.take(told(customer("8", email="ada@gmail.com", address=ERMOU)))
    work_off(mirror)
    assert profile_of(mirror, "7") == profile_of(mirror, "8")
    with writing(mirror) as session:
        what = Key("customer", f"{mirror.store_id}:8")
        unlink(session, profile_of(mirror, "7"), what, by=BY, now=NOW)
    work_off(mirror)
    assert profile_of(mirror, "7") != profile_of(mirror, "8")
    assert kinds(mirror) == []


def test_who_share_a_firms_address_are_suggested_by_what_else_they_share(mirror: Mirror) -> None:
    for external_id in ("7", "8"):
        mirror.take(told(customer(external_id, email="a.firm@gmail.com", address=ERMOU)))
    with writing(mirror) as session:
        mark_shared(session, Key("email", "a.firm@gmail.com"), by=BY, now=NOW)
    work_off(mirror)
    assert profile_of(mirror, "7") != profile_of(mirror, "8")
    assert kinds(mirror) == [("place",)]
