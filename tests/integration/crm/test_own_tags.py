"""Agents' own tags: each once whatever its case, on the profile they were put on."""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from integration.crm.agents_text import LONGEST_TAG, one_line, same_name, tag_text
from integration.crm.own_tags import MOST_TAGS, add_tag, add_tags, own_tags_of, remove_tag
from integration.errors import Invalid, NotFound
from integration.models import Profile
from tests.factories.mirror import Mirror
from tests.factories.records import customer, told
from tests.factories.stores import make_workspace
from tests.integration.crm.people import add_profile, join


def write(mirror: Mirror, do: Callable[..., Any], *given: Any) -> Any:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        return do(session, *given)


def held(mirror: Mirror, profile_id: int) -> list[str]:
    (found,) = [row for row in mirror.all(Profile) if row.id == profile_id]
    return list(found.own_tags)


def test_tags_are_kept_in_the_order_of_their_names(mirror: Mirror) -> None:
    ada = add_profile(mirror, tags=["store's"])
    assert write(mirror, add_tag, ada, " wholesale ") == ("wholesale",)
    assert write(mirror, add_tag, ada, "Βασικός") == ("wholesale", "Βασικός")
    assert write(mirror, add_tag, ada, "a  b\nc") == ("a b c", "wholesale", "Βασικός")
    (row,) = mirror.all(Profile)
    assert (row.tags, row.own_tags) == (["store's"], ["a b c", "wholesale", "Βασικός"])


def test_a_tag_stands_once_in_whatever_case_and_form(mirror: Mirror) -> None:
    ada = add_profile(mirror)
    write(mirror, add_tag, ada, "Café")
    for same in ("Cafe\u0301", "CAFÉ", "café", "\u200bCafé\u200f"):
        assert write(mirror, add_tag, ada, same) == ("Café",)
    assert write(mirror, add_tags, ada, ("Neu", "NEU", "neu")) == ("Café", "Neu")
    assert write(mirror, remove_tag, ada, "CAFE\u0301") == ("Neu",)
    assert write(mirror, remove_tag, ada, "never there") == ("Neu",)


def test_tags_of_joined_profiles_are_one_persons_and_part_again(mirror: Mirror) -> None:
    ada, other = add_profile(mirror), add_profile(mirror, "A. Lovelace")
    write(mirror, add_tags, ada, ("VIP", "loud"))
    write(mirror, add_tags, other, ("vip", "fragile"))
    join(mirror, other, ada)
    assert write(mirror, own_tags_of, ada) == ("fragile", "loud", "VIP")
    assert write(mirror, own_tags_of, other) == ("fragile", "loud", "VIP")
    assert write(mirror, add_tag, other, "fragile") == ("fragile", "loud", "VIP")
    assert write(mirror, add_tag, other, "new") == ("fragile", "loud", "new", "VIP")
    assert write(mirror, remove_tag, ada, "Vip") == ("fragile", "loud", "new")
    join(mirror, other, None)
    assert (held(mirror, ada), held(mirror, other)) == (["loud", "new"], ["fragile"])


def test_what_is_foreign_is_as_if_it_werent_there(mirror: Mirror) -> None:
    ada = add_profile(mirror)
    elsewhere = Mirror.__new__(Mirror)
    elsewhere.db, elsewhere.workspace_id = mirror.db, make_workspace(mirror.db)
    for do in (add_tag, remove_tag):
        for whose in (ada, 10**15):
            with pytest.raises(NotFound):
                write(elsewhere, do, whose, "x")
    assert held(mirror, ada) == []


@pytest.mark.parametrize("typed", ["", " \t", "\u202e\x00\ufeff", "x" * (LONGEST_TAG + 1)])
def test_a_tag_that_is_none(mirror: Mirror, typed: str) -> None:
    ada = add_profile(mirror)
    with pytest.raises(Invalid):
        write(mirror, add_tags, ada, ("good", typed))
    assert held(mirror, ada) == []


def test_a_person_has_so_many_tags_at_most(mirror: Mirror) -> None:
    ada = add_profile(mirror)
    write(mirror, add_tags, ada, [f"t{number}" for number in range(MOST_TAGS)])
    with pytest.raises(Invalid) as refused:
        write(mirror, add_tag, ada, "one more")
    assert refused.value.code == "too_many_tags"
    assert len(write(mirror, add_tag, ada, "T0")) == MOST_TAGS
    assert len(held(mirror, ada)) == MOST_TAGS


def test_what_the_store_tells_leaves_them_alone(mirror: Mirror) -> None:
    mirror.take(told(customer("7", 0, tags=("VIP",))))
    (row,) = mirror.all(Profile)
    write(mirror, add_tag, row.id, "mine")
    mirror.take(told(customer("7", 9, tags=("other",), first_name="Augusta")))
    (row,) = mirror.all(Profile)
    assert (row.display_name, row.tags, row.own_tags) == (
        "Augusta Lovelace",
        ["other"],
        ["mine"],
    )


@given(some.text(max_size=60))
def test_what_is_kept_is_kept_as_it_is(typed: str) -> None:
    line = one_line(typed)
    assert one_line(line) == line
    assert same_name(line) == same_name(same_name(line))
    line.encode()
    try:
        kept = tag_text(typed)
    except Invalid:
        assert not line or len(line) > LONGEST_TAG
    else:
        assert kept == line
        assert not {"\n", "\u202e", "\x00", "\u2066"} & set(kept)
