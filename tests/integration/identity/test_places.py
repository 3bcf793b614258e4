"""Names and places in the forms by which they are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.identity.places import agree, name_keys, place_keys


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Maria Papadopoulou", "ΠΑΠΑΔΟΠΟΥΛΟΥ Μαρία"),
        ("Jiří Černý", "Cerny, Jiri"),
        ("Seán O’Brien", "sean obrien"),
        ("שָׁלוֹם לֵוִי", "\u200fלוי שלום"),
        ("Maria Anna Kowalska", "Maria Kowalska"),
        ("Ing. Filip Havel, Ph.D.", "Filip Havel"),
        ("Lucy Barr-Kemp", "Lucy Barr"),
    ],
)
def test_one_name_is_known_however_it_is_written(one: str, other: str) -> None:
    assert agree([one], [other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Petr Novák", "Petra Nováková"),
        ("Jana Novák", "Jana Nováková"),
        ("Anna Kowalski", "Anna Kowalska"),
        ("Αλέξης Παπαδόπουλος", "Αλέξης Παπαδοπούλου"),
        ("Karel Vávra", "Karel Vávra ml."),
        ("John Smith sr", "John Smith jr"),
        ("Maria", "Maria"),
        ("J. Smith", "J. Smith"),
        ("", ""),
    ],
)
def test_two_names_and_half_names_dont_agree(one: str, other: str) -> None:
    assert not agree([one], [other])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (("Ermou 12", None, "Athens", "10563"), ("Ερμού 12", "3ος όροφος", "Αθήνα", "105 63")),
        (("Flat 2, 9 Mill Lane", None, "Leeds", ""), ("9 Mill Ln", "Flat 2", "LEEDS", None)),
        (("Hlavní 1234/5", None, None, "110 00"), ("Hlavni 5", None, None, "11000")),
        (("ul. Długa 8", None, "Gdańsk", None), ("Dluga 8", None, "Gdansk", "80-827")),
        (("רח' דיזנגוף 99", None, "תל אביב", None), ("דיזנגוף 99", None, "תל אביב", "6439602")),
    ],
)
def test_one_place_is_known_however_it_is_written(
    one: tuple[str | None, ...], other: tuple[str | None, ...]
) -> None:
    assert place_keys(*one) & place_keys(*other)


def test_two_places_have_nothing_in_common() -> None:
    here = place_keys("High Street 5", None, "Oxford", "OX1 4AA")
    assert len(here) == 2
    assert not here & place_keys("High Street 5", None, "Doncaster", "DN1 1AA")
    assert not here & place_keys("Low Street 6", None, "Oxford", "OX1 4AA")
    assert place_keys(None, None, "Oxford", "OX1 4AA") == set()
    assert place_keys("12", None, "Oxford", None) == set()


@given(st.text(max_size=400), st.text(max_size=400), st.text(max_size=400), st.text(max_size=40))
def test_whatever_is_typed_has_few_and_short_keys(
    line1: str, line2: str, city: str, postal_code: str
) -> None:
    keys = place_keys(line1, line2, city, postal_code)
    assert len(keys) <= 3
    assert all(len(key) <= 900 and "\x00" not in key for key in keys)
    assert len(name_keys(line1)) <= 6
