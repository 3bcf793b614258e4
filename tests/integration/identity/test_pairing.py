"""The table of suggestions: the same whatever came first, and nothing of who was erased."""

from typing import Any

from integration.identity.pairing import refresh_suggestions
from integration.identity.suggestions import count_open
from integration.models import Customer, Profile, Store, Suggestion
from integration.privacy.erasing.persons import erase_person, find_person
from integration.privacy.subject import PrivacySubject
from tests.factories.mirror import Mirror
from tests.factories.records import customer, order, told
from tests.factories.stores import NOW
from tests.integration.identity.suggested import ERMOU, PHONE, work_off


def table(mirror: Mirror) -> set[tuple[frozenset[str], int]]:
    """The table's pairs by their accounts' ids, with their points."""
    accounts = {row.profile_id: row.external_id for row in mirror.all(Customer)}
    return {
        (frozenset({accounts[row.left_id], accounts[row.right_id]}), row.points)
        for row in mirror.all(Suggestion)
    }


def test_it_is_the_same_whatever_the_order_of_the_news(mirror: Mirror, db: Any) -> None:
    news = [
        told(customer("1", phone=PHONE, email="a.b@gmail.com")),
        told(customer("2", phone=PHONE, first_name="Bea")),
        told(customer("3", email="ab@gmail.com", address=ERMOU, first_name="Cy")),
        told(customer("4", address=ERMOU, first_name="Cy")),
        told(order("100", customer_external_id="2", email="ab@gmail.com")),
    ]
    backwards = Mirror(db, "backwards.myshopify.com")
    for each in news:
        mirror.take(each)
        work_off(mirror)
    for each in reversed(news):
        backwards.take(each)
        work_off(backwards)
    assert table(mirror) == table(backwards)
    assert table(mirror) == {
        (frozenset({"1", "2"}), 25),
        (frozenset({"1", "3"}), 60),
        (frozenset({"2", "3"}), 25),
        (frozenset({"3", "4"}), 80),
    }


def test_working_it_out_again_changes_nothing(mirror: Mirror) -> None:
    mirror.take(told(customer("1", phone=PHONE)), told(customer("2", phone=PHONE)))
    work_off(mirror)
    before = table(mirror)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        refresh_suggestions(session, [row.id for row in mirror.all(Profile)])
        refresh_suggestions(session, [])
        refresh_suggestions(session, [999_999], [("phone", PHONE)])
    assert table(mirror) == before
    assert len(before) == 1


def test_a_phone_that_is_gone_suggests_no_more(mirror: Mirror) -> None:
    mirror.take(told(customer("1", phone=PHONE)), told(customer("2", phone=PHONE)))
    work_off(mirror)
    mirror.take(told(customer("1", 5, phone=None)))
    work_off(mirror)
    assert table(mirror) == set()


def test_erasing_a_person_removes_what_was_suggested(mirror: Mirror) -> None:
    mirror.take(told(customer("1", phone=PHONE)), told(customer("2", phone=PHONE)))
    work_off(mirror)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.lock_workspace()
        store = session.get_one(Store, mirror.store_id)
        subject = PrivacySubject("1", None, None, ())
        erase_person(session, store, subject, find_person(session, store, subject), NOW)
        assert count_open(session) == 0
    work_off(mirror)
    assert mirror.all(Suggestion) == []
