"""What agents decided about addresses and accounts keeps them from being suggested."""

from integration.crm.linking import undo
from integration.crm.parting import mark_shared, unlink
from integration.identity.keys import Key
from integration.identity.suggestions import SharedContact, open_suggestions, suggestions_for
from tests.factories.mirror import Mirror
from tests.factories.records import customer, told
from tests.factories.stores import NOW
from tests.integration.identity.suggested import BY, ERMOU, PHONE, profile_of, work_off, writing


def kinds(mirror: Mirror) -> list[tuple[str, ...]]:
    """The kinds of reasons of each open suggestion."""
    with mirror.db.workspace(mirror.workspace_id) as session:
        found = open_suggestions(session).suggestions
    return [tuple(reason.kind for reason in each.reasons) for each in found]


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
