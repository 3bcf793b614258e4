"""The terms of facts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.search.facts import EmailFact, OrderFact, PersonFacts, PostalFact
from integration.search.terms import LONGEST_TERM, MOST_TERMS, terms_of


def _postal(**values: str) -> PostalFact:
    empty = dict.fromkeys(("name", "company", "line1", "line2", "city", "postal_code", "country"))
    return PostalFact(**(empty | values))


def test_all_that_is_told_has_terms() -> None:
    facts = PersonFacts(
        1,
        names=("Μαρία O'Neil-Κόκκινου",),
        emails=(EmailFact("maria.ko@firma.gmail.com", True), EmailFact("x@seznam.cz", False)),
        phones=("+306941234567",),
        address_phones=("+302101234567",),
        addresses=(_postal(line1="Ερμού 12", city="Graz", postal_code="546 24", country="AT"),),
        orders=(OrderFact(1, "900", "#1042"), OrderFact(1, "901", "GR-2026/7")),
        skus=("TSH-BLK-M",),
        tracking=("JD01 4600",),
    )
    assert terms_of(facts) == {
        "μαρια",
        "~maria",
        "oneilκοκκινου",
        "κοκκινου",
        "^onil",
        "~kokinu",
        "maria.ko@firma.gmail.com",
        "ko",
        "firma",
        "x@seznam.cz",
        "306941234567",
        "<765432149603",
        "302101234567",
        "<765432101203",
        "ερμου",
        "~ermu",
        "12",
        "graz",
        "54624",
        "24",
        "=1042",
        "=gr20267",
        "=7",
        "=tshblkm",
        "=jd014600",
    }


def test_latin_names_are_kept_for_greek_queries_only_where_a_greek_may_be_meant() -> None:
    name = ("Papadopoulou",)
    assert terms_of(PersonFacts(1, names=name)) == {"papadopoulou"}
    for facts in (
        PersonFacts(1, names=name, addresses=(_postal(country="CY"),)),
        PersonFacts(1, names=name, phones=("+306941234567",)),
        PersonFacts(1, names=name, emails=(EmailFact("p@example.gr", True),)),
    ):
        assert "^papadopulu" in terms_of(facts)


def test_umlauts_are_found_as_they_are_and_as_they_are_spelled() -> None:
    assert terms_of(PersonFacts(1, names=("Jörg Weiß",))) == {"jorg", "joerg", "weiss"}


@given(
    st.lists(st.text(max_size=120), max_size=8),
    st.lists(st.text(max_size=120), max_size=8),
)
def test_any_text_has_terms_that_can_be_stored(names: list[str], codes: list[str]) -> None:
    facts = PersonFacts(
        1,
        names=tuple(names),
        orders=tuple(OrderFact(1, "1", code) for code in codes),
        skus=tuple(codes),
        emails=tuple(EmailFact(name, False) for name in names),
    )
    for term in terms_of(facts):
        assert len(term) <= LONGEST_TERM
        assert "\x00" not in term
        term.encode()


@pytest.mark.parametrize("count", [MOST_TERMS, 10_000])
def test_terms_are_capped_and_what_orders_tell_goes_first(count: int) -> None:
    orders = tuple(OrderFact(1, str(number), f"#{number}") for number in range(count))
    terms = terms_of(PersonFacts(1, names=("Ada Lovelace",), orders=orders))
    assert len(terms) == MOST_TERMS
    assert {"ada", "lovelace", "=0", f"={MOST_TERMS - 3}"} <= terms
