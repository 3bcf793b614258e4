"""The clues of a person's facts."""

from dataclasses import replace

import pytest

from integration.identity.clues import clues_of, is_somebodys_line
from integration.search.facts import EmailFact, PersonFacts, PostalFact

HERE = PostalFact("Eleni Pappa", None, "Ermou 12", None, "Athens", "105 63", "GR")
ADA = PersonFacts(
    profile_id=1,
    names=("Ada Hughes", "Eleni Pappa"),
    account_names=("Ada Hughes",),
    emails=(EmailFact("ada.h@gmail.com", True), EmailFact("eleni@example.gr", False)),
    phones=("+306945018263",),
    address_phones=("+302103318456",),
    addresses=(HERE,),
)


def test_each_kind_of_clue_comes_from_its_facts() -> None:
    assert clues_of(ADA) == {
        ("phone", "+306945018263"),
        ("phone", "+302103318456"),
        ("mailbox", "adah@gmail.com"),
        ("typed", "eleni@example.gr"),
        ("place", "ada huges|10563 12"),
        ("place", "ada huges|atens ermu"),
    }


def test_nobody_known_has_no_clue() -> None:
    assert clues_of(PersonFacts(profile_id=1)) == set()
    assert clues_of(PersonFacts(profile_id=1, names=("Ada Hughes",))) == set()


def test_an_own_address_isnt_typed_and_a_role_or_stand_in_is_no_clue() -> None:
    emails = tuple(
        EmailFact(value, asserted)
        for value, asserted in (
            ("ada@example.com", True),
            ("ada@example.com", False),
            ("office@example.com", False),
            ("x@no.com", False),
        )
    )
    assert clues_of(PersonFacts(profile_id=1, emails=emails)) == set()


def test_a_guests_name_is_that_of_whom_they_sent_it_to() -> None:
    guest = replace(ADA, account_names=(), names=("Eleni Pappa",))
    assert ("place", "eleni papa|10563 12") in clues_of(guest)


@pytest.mark.parametrize(
    "phone", ["+306900000000", "+420777777777", "+48123456789", "+493087654321"]
)
def test_what_is_typed_because_a_form_insists_is_nobodys_line(phone: str) -> None:
    assert not is_somebodys_line(phone)
    assert is_somebodys_line("+306945018263")


def test_who_has_too_much_of_anything_has_no_clue_of_that_kind() -> None:
    phones = tuple(f"+3069450182{number:02}" for number in range(13))
    places = tuple(replace(HERE, postal_code=f"{number}") for number in range(25))
    names = tuple(f"Ada Hugh{chr(97 + number)}s" for number in range(26))
    assert not any(kind == "phone" for kind, _ in clues_of(replace(ADA, phones=phones)))
    assert not any(kind == "place" for kind, _ in clues_of(replace(ADA, addresses=places)))
    assert not any(kind == "place" for kind, _ in clues_of(replace(ADA, account_names=names)))


def test_the_order_of_the_facts_changes_nothing() -> None:
    turned = replace(
        ADA,
        emails=ADA.emails[::-1],
        phones=ADA.address_phones,
        address_phones=ADA.phones,
    )
    assert clues_of(turned) == clues_of(ADA)
