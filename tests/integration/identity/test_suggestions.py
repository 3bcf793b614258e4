"""Who may be one person: what suggests it, what takes it back, and where it stops."""

from typing import Any

import pytest

from integration.crm.linking import dismiss, link, reconsider, undo
from integration.errors import Invalid, NotFound
from integration.identity.suggestions import (
    PersonSuggestions,
    SharedContact,
    SuggestionPage,
    SuggestionReason,
    open_suggestions,
    suggestions_for,
)
from integration.identity.weights import MOST_HOLDERS
from platforms.records import AddressRecord
from tests.factories.mirror import Mirror
from tests.factories.records import customer, order, told
from tests.factories.stores import NOW
from tests.integration.identity.suggested import BY, ERMOU, PHONE, profile_of, work_off, writing


def opened(mirror: Mirror, **asked: Any) -> SuggestionPage:
    with mirror.db.workspace(mirror.workspace_id) as session:
        return open_suggestions(session, **asked)


def of(mirror: Mirror, profile_id: int) -> PersonSuggestions:
    with mirror.db.workspace(mirror.workspace_id) as session:
        return suggestions_for(session, profile_id)


def pairs(mirror: Mirror) -> list[tuple[str, str]]:
    return [(each.person.id, each.other.id) for each in opened(mirror).suggestions]


def two_with_a_phone(mirror: Mirror, *, names: tuple[str, str] = ("Ada", "Ben")) -> tuple[int, int]:
    for external_id, name in zip(("7", "8"), names, strict=True):
        mirror.take(told(customer(external_id, first_name=name, phone=PHONE)))
    work_off(mirror)
    return profile_of(mirror, "7"), profile_of(mirror, "8")


def test_nothing_suggests_two_who_share_nothing_but_a_name(mirror: Mirror) -> None:
    mirror.take(told(customer("7")), told(customer("8")))
    work_off(mirror)
    assert opened(mirror) == SuggestionPage((), 0, None)


def test_a_shared_phone_is_told_from_both_sides(mirror: Mirror) -> None:
    ada, ben = two_with_a_phone(mirror)
    found = opened(mirror)
    (suggestion,) = found.suggestions
    assert (found.count, found.next) == (1, None)
    assert (suggestion.person.id, suggestion.other.id) == (str(ada), str(ben))
    assert suggestion.strength == "possible"
    assert suggestion.reasons == (SuggestionReason("phone", (PHONE,), None),)
    (back,) = of(mirror, ben).suggestions
    assert (back.person.display_name, back.other.display_name) == ("Ben Lovelace", "Ada Lovelace")


def test_one_name_makes_a_shared_phone_likely(mirror: Mirror) -> None:
    two_with_a_phone(mirror, names=("Ada", "Ada"))
    assert [each.strength for each in opened(mirror).suggestions] == ["likely"]


def test_one_mailbox_is_told_by_the_addresses_as_they_are(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email="Ada.L@gmail.com")))
    mirror.take(told(customer("8", email="adal+shop@googlemail.com")))
    work_off(mirror)
    (suggestion,) = opened(mirror).suggestions
    assert suggestion.reasons == (
        SuggestionReason("mailbox", ("ada.l@gmail.com", "adal+shop@googlemail.com"), None),
    )
    (back,) = of(mirror, profile_of(mirror, "8")).suggestions
    assert back.reasons[0].values == ("adal+shop@googlemail.com", "ada.l@gmail.com")


def test_a_mistyped_domain_is_told_as_such(mirror: Mirror) -> None:
    mirror.take(told(customer("7", email="ada@hotmail.com")))
    mirror.take(told(customer("8", email="ada@hotmial.com")))
    work_off(mirror)
    (suggestion,) = opened(mirror).suggestions
    assert suggestion.reasons[0].kind == "mistyped"
    assert suggestion.strength == "likely"


def test_the_same_name_at_the_same_place_in_two_scripts(mirror: Mirror) -> None:
    greek = AddressRecord(line1="Ερμού 12", postal_code="10563", city="Αθήνα", country_code="GR")
    mirror.take(told(customer("7", first_name="Maria", last_name="Pappa", address=ERMOU)))
    mirror.take(told(customer("8", first_name="Μαρία", last_name="Παππά", address=greek)))
    work_off(mirror)
    (suggestion,) = opened(mirror).suggestions
    assert suggestion.strength == "likely"
    assert suggestion.reasons == (SuggestionReason("place", ("Ermou 12, 105 63, Athens",), None),)


def test_an_address_on_anothers_order_is_told_whichever_is_heard_of_first(mirror: Mirror) -> None:
    mirror.take(told(customer("7", first_name="Ada", email="ada@example.com")))
    present = order("100", customer_external_id="7", email="ben@example.com")
    mirror.take(told(present))
    work_off(mirror)
    assert pairs(mirror) == []
    mirror.take(told(order("200", email="ben@example.com")))
    work_off(mirror)
    ada = profile_of(mirror, "7")
    (suggestion,) = opened(mirror).suggestions
    assert suggestion.reasons == (SuggestionReason("typed", ("ben@example.com",), str(ada)),)
    mirror.take(told(order("100", 5, customer_external_id="7", email="ada@example.com")))
    work_off(mirror)
    assert pairs(mirror) == []


def test_what_a_present_was_sent_to_isnt_the_givers_name(mirror: Mirror) -> None:
    at_eleni = AddressRecord(**{**_fields(ERMOU), "name": "Eleni Pappa"})
    mirror.take(told(customer("7", first_name="Maria", last_name="Doukas")))
    mirror.take(told(order("100", customer_external_id="7", shipping_address=at_eleni)))
    mirror.take(told(customer("8", first_name="Eleni", last_name="Pappa", address=ERMOU)))
    work_off(mirror)
    assert pairs(mirror) == []


def test_a_clue_of_many_suggests_nobody_and_is_told_as_shared(mirror: Mirror) -> None:
    for number in range(MOST_HOLDERS):
        mirror.take(told(customer(f"{number}", phone=PHONE)))
    work_off(mirror)
    assert opened(mirror).count == MOST_HOLDERS * (MOST_HOLDERS - 1) // 2
    mirror.take(told(customer("99", phone=PHONE)))
    work_off(mirror)
    assert opened(mirror) == SuggestionPage((), 0, None)
    shared = SharedContact("phone", PHONE)
    assert of(mirror, profile_of(mirror, "0")) == PersonSuggestions(
        str(profile_of(mirror, "0")), (), (shared,)
    )
    mirror.take(told(customer("99", 5, phone=None)))
    work_off(mirror)
    assert opened(mirror).count == MOST_HOLDERS * (MOST_HOLDERS - 1) // 2


def test_what_was_dismissed_stays_dismissed_until_it_is_taken_back(mirror: Mirror) -> None:
    ada, ben = two_with_a_phone(mirror)
    with writing(mirror) as session:
        decision = dismiss(session, ada, ben, by=BY, now=NOW)
    assert decision.event_id is not None
    assert pairs(mirror) == []
    mirror.take(told(customer("8", 5, phone=PHONE, first_name="Bea")))
    work_off(mirror)
    assert opened(mirror) == SuggestionPage((), 0, None)
    with writing(mirror) as session:
        undo(session, decision.event_id, by=BY, now=NOW)
    work_off(mirror)
    assert pairs(mirror) == [(str(ada), str(ben))]
    with writing(mirror) as session:
        dismiss(session, ben, ada, by=BY, now=NOW)
        reconsider(session, ada, ben, by=BY, now=NOW)
    work_off(mirror)
    assert pairs(mirror) == [(str(ada), str(ben))]


def test_who_is_dismissed_for_one_is_dismissed_for_whom_they_are_joined_to(mirror: Mirror) -> None:
    ada, ben = two_with_a_phone(mirror)
    mirror.take(told(customer("9", first_name="Cy", email="cy@example.com")))
    cy = profile_of(mirror, "9")
    with writing(mirror) as session:
        dismiss(session, ada, ben, by=BY, now=NOW)
        link(session, cy, ben, by=BY, now=NOW)
    work_off(mirror)
    assert opened(mirror) == SuggestionPage((), 0, None)
    assert of(mirror, cy).suggestions == ()


def test_joined_persons_are_suggested_no_more_and_are_again_when_parted(mirror: Mirror) -> None:
    ada, ben = two_with_a_phone(mirror)
    with writing(mirror) as session:
        decision = link(session, ada, ben, by=BY, now=NOW)
    assert decision.event_id is not None
    assert pairs(mirror) == []
    work_off(mirror)
    assert opened(mirror).count == 0
    assert of(mirror, ben).profile_id == str(ada)
    with writing(mirror) as session:
        undo(session, decision.event_id, by=BY, now=NOW)
    work_off(mirror)
    assert pairs(mirror) == [(str(ada), str(ben))]


def test_the_strongest_come_first_and_pages_leave_none_out(mirror: Mirror) -> None:
    for number in range(6):
        phone = f"+49301827465{number // 2}"
        name = "Ada" if number < 2 else f"Name{number}"
        email = f"{number}.x@gmail.com"
        mirror.take(told(customer(f"{number}", first_name=name, phone=phone, email=email)))
    work_off(mirror)
    found: list[Any] = []
    cursor = None
    for _ in range(3):
        page = opened(mirror, limit=1, cursor=cursor)
        assert page.count == 3
        found += page.suggestions
        cursor = page.next
    assert cursor is None
    assert [each.strength for each in found] == ["likely", "possible", "possible"]
    assert len({each.person.id for each in found}) == 3


@pytest.mark.parametrize(
    "cursor", ["", "x", "!!", "MS4y", "LTEuMS4x", "MS4yLjk5OTk5OTk5OTk5OTk5OTk5OTk5"]
)
def test_a_cursor_that_is_none_is_refused(mirror: Mirror, cursor: str) -> None:
    with pytest.raises(Invalid):
        opened(mirror, cursor=cursor)


def test_anothers_profile_is_nobody(mirror: Mirror, db: Any) -> None:
    other = Mirror(db, "elsewhere.myshopify.com")
    other.take(told(customer("7")))
    with pytest.raises(NotFound):
        of(mirror, profile_of(other, "7"))


def test_two_workspaces_share_no_clue(mirror: Mirror, db: Any) -> None:
    other = Mirror(db, "beside.myshopify.com")
    for each in (mirror, other):
        each.take(told(customer("7", phone=PHONE)))
        work_off(each)
    assert opened(mirror).count == opened(other).count == 0


def _fields(address: AddressRecord) -> dict[str, Any]:
    return {name: getattr(address, name) for name in address.__slots__}
