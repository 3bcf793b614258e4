"""Suggestions by the pages' routes, and what a search says of whom it finds."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient

from tests.ui_embed import identity_story as story
from tests.ui_embed.identity_story import Cast
from tests.ui_embed.world import World

SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}
ACTION = re.compile(r'action="([^"]+/undo)"')


@pytest.fixture
def cast(world: World) -> Iterator[Cast]:
    """The people of the story."""
    return story.tell(world)


def test_a_suggestion_is_told_with_its_reasons(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    page = client.get(f"/profiles/{cast.dimitra}", headers=world.bearer()).text
    assert "May be the same person" in page
    assert "The same phone: <bdi>+30 697 241 8350</bdi>" in page
    listed = client.get("/suggestions", headers=world.bearer()).text
    assert "2 suggestions: may be one person" in listed
    assert "<bdi>noa.bendavid@gmail.com</bdi> and <bdi>noabendavid@googlemail.com</bdi>" in listed
    assert 'id="open-count">2<' in listed
    assert f'id="pair-{cast.dimitra}-{cast.guest}"' in listed


def test_accepting_joins_and_undo_brings_both_back(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    before = story.orders_of(world, cast.dimitra), story.orders_of(world, cast.guest)
    answer = client.post(
        f"/suggestions/{cast.guest}/{cast.dimitra}",
        data={"answer": "same"},
        headers=world.bearer(),
    )
    assert answer.status_code == 303
    there = answer.headers["Location"]
    assert there.startswith(f"/profiles/{cast.dimitra}?told=")
    assert story.face_of(world, cast.guest) == cast.dimitra
    page = client.get(there, headers=world.bearer()).text
    assert "Joined with <bdi>Dimitra Papadopoulou</bdi>." in page
    assert "Joined by your team" in page
    assert 'id="open-count">1<' in page
    undo = ACTION.findall(page)[0]
    back = client.post(undo, headers=world.bearer())
    assert story.face_of(world, cast.guest) is None
    assert (story.orders_of(world, cast.dimitra), story.orders_of(world, cast.guest)) == before
    page = client.get(back.headers["Location"], headers=world.bearer()).text
    assert "Taken apart again from" in page
    assert "two people, as before." in page
    assert story.events(world) == ["linked", "unlinked"]
    # A notice of what doesn't stand any more is none.
    assert "Joined with <bdi>" not in client.get(there, headers=world.bearer()).text[:9000]
    assert client.post(undo, headers=world.bearer()).status_code == 409


def test_a_dismissed_one_stays_dismissed_until_it_is_taken_back(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    address = f"/suggestions/{cast.dimitra}/{cast.guest}"
    row = client.post(
        address,
        data={"answer": "different", "from": "list"},
        headers={**world.bearer(), **SCRIPT},
    ).text
    assert "are two people. They aren't suggested again." in row
    assert 'hx-swap-oob="true">1<' in row
    story.work_off(world)
    assert "d.papadopoulou" not in client.get("/suggestions", headers=world.bearer()).text
    page = client.get(f"/profiles/{cast.dimitra}", headers=world.bearer()).text
    assert "May be the same person" not in page
    assert "Not the same person as" in page
    again = client.post(
        ACTION.findall(row)[0], data={"from": "list"}, headers={**world.bearer(), **SCRIPT}
    ).text
    assert f'id="pair-{cast.dimitra}-{cast.guest}"' in again
    assert "The same phone:" in again
    assert 'hx-swap-oob="true">2<' in again


def test_a_search_says_what_matched_and_who_is_a_guest(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    page = client.get("/panel?search=W-97", headers=world.bearer()).text
    assert f'href="/profiles/{cast.guest}"' in page
    assert 'guest · <span class="matched">order <bdi>W-97</bdi></span>' in page
    page = client.get("/panel?search=ermou", headers=world.bearer()).text
    assert 'class="matched">lives at <bdi>Ermou 12' in page
    page = client.get("/panel?search=Παπαδοπ", headers=world.bearer()).text
    row = page[page.index(f'href="/profiles/{cast.dimitra}"') :].partition("</li>")[0]
    assert "guest" not in row
    assert "<bdi>dimitra@example.gr</bdi>" in row


def test_several_of_a_shared_address_are_told_apart(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    story.share(world, "email", story.HOTEL)
    # Guests with one phone are one person still.
    story.share(world, "phone", story.SHARED_LINE)
    answer = client.get(f"/panel?email={story.HOTEL}", headers=world.bearer())
    assert answer.status_code == 409
    assert "It is marked as used by several people, so it joins nobody." in answer.text
    for name in ("Maria Kosta", "Nikos Pappas", "Eleni Raptou"):
        assert f"<bdi>{name}</bdi>" in answer.text
    assert answer.text.count("€31.00") == 3
    assert answer.text.count("guest · ") == 3
