"""Joining, parting and suggestions by the pages' routes: what they say, do and take back."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.models import IdentityEvent, IdentityVerdict, Order, Profile
from tests.ui_embed import identity_story as story
from tests.ui_embed.identity_story import Cast
from tests.ui_embed.world import OTHER_DOMAIN, World

SCRIPT = {"HX-Request": "true", "HX-Request-Type": "partial"}
ACTION = re.compile(r'action="([^"]+/undo)"')


@pytest.fixture
def cast(world: World) -> Iterator[Cast]:
    """The people of the story."""
    return story.tell(world)


def events(world: World) -> list[str]:
    with world.services.db.workspace(world.workspace_id) as session:
        return list(
            session.execute(select(IdentityEvent.action).order_by(IdentityEvent.id)).scalars()
        )


def face_of(world: World, profile_id: int) -> int | None:
    with world.services.db.workspace(world.workspace_id) as session:
        return session.execute(
            select(Profile.joined_id).where(Profile.id == profile_id)
        ).scalar_one()


def orders_of(world: World, profile_id: int) -> set[str]:
    with world.services.db.workspace(world.workspace_id) as session:
        found = select(Order.external_id).where(Order.profile_id == profile_id)
        return set(session.execute(found).scalars())


def test_the_page_says_how_we_know_them(world: World, client: FlaskClient, cast: Cast) -> None:
    page = client.get(f"/profiles/{cast.dimitra}", headers=world.bearer()).text
    fold = page[page.index('id="evidence"') :]
    assert "from their account in <bdi>Aegean Goods</bdi> · joins whatever has it" in fold
    assert "the store says so · told by the store" in fold
    assert "an account in <bdi>Aegean Outlet</bdi> (<bdi>311</bdi>)" in fold
    assert "only typed on <bdi>#1031</bdi>; may be a present or a slip · nothing proves it" in fold
    assert "Nothing yet: all of it is as the stores tell it." in fold
    assert fold.count("Not the same person") == 2
    # The one that is only typed on an order can't be marked.
    assert fold.count("Several people use this") == 2


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
    before = orders_of(world, cast.dimitra), orders_of(world, cast.guest)
    answer = client.post(
        f"/suggestions/{cast.guest}/{cast.dimitra}",
        data={"answer": "same"},
        headers=world.bearer(),
    )
    assert answer.status_code == 303
    there = answer.headers["Location"]
    assert there.startswith(f"/profiles/{cast.dimitra}?told=")
    assert face_of(world, cast.guest) == cast.dimitra
    page = client.get(there, headers=world.bearer()).text
    assert "Joined with <bdi>d.papadopoulou@example.com</bdi>." in page
    assert "Joined by your team" in page
    assert 'id="open-count">1<' in page
    undo = ACTION.findall(page)[0]
    back = client.post(undo, headers=world.bearer())
    assert face_of(world, cast.guest) is None
    assert (orders_of(world, cast.dimitra), orders_of(world, cast.guest)) == before
    page = client.get(back.headers["Location"], headers=world.bearer()).text
    assert "Taken apart again from" in page
    assert "two people, as before." in page
    assert events(world) == ["linked", "unlinked"]
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


def test_two_who_look_alike_stand_beside_each_other_first(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    page = client.get(f"/profiles/{cast.dimitra}/join?search=noa", headers=world.bearer()).text
    assert f"/profiles/{cast.dimitra}/join/{cast.noa_elsewhere}" in page
    beside = f"/profiles/{cast.dimitra}/join/{cast.noa_elsewhere}"
    page = client.get(beside, headers=world.bearer()).text
    result = page[page.index("Joined, they will be") :]
    # 113.40 + 120.00 + 43.50 + 39.90 + 199.00
    assert "€515.80" in result
    assert "<dd>5</dd>" in result
    assert events(world) == []
    assert face_of(world, cast.noa_elsewhere) is None
    answer = client.post(beside, data={"reason": " she\nsaid so "}, headers=world.bearer())
    page = client.get(answer.headers["Location"], headers=world.bearer()).text
    assert "“<bdi>she said so</bdi>”" in page
    assert face_of(world, cast.noa_elsewhere) == cast.dimitra


def test_who_is_one_already_is_said_so(world: World, client: FlaskClient, cast: Cast) -> None:
    story.join(world, cast.dimitra, cast.guest)
    for other in (cast.guest, cast.dimitra):
        answer = client.get(f"/profiles/{cast.dimitra}/join/{other}", headers=world.bearer())
        assert answer.status_code == 409
        assert "They are one person already" in answer.text
        assert "Join them" not in answer.text
    answer = client.post(
        f"/suggestions/{cast.dimitra}/{cast.guest}",
        data={"answer": "different"},
        headers=world.bearer(),
    )
    assert answer.headers["Location"] == f"/profiles/{cast.dimitra}/join/{cast.guest}"
    assert events(world) == ["linked"]


def test_a_joined_profile_is_taken_apart_after_it_was_shown(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    story.join(world, cast.dimitra, cast.guest)
    address = f"/profiles/{cast.dimitra}/part"
    page = client.get(f"{address}?other={cast.guest}", headers=world.bearer()).text
    stays, _, goes = page[page.index("What stays here") :].partition("What goes")
    assert "€316.80" in stays
    assert "€113.40" in goes
    assert "Dimitra Papadopoulou" in goes
    assert events(world) == ["linked"]
    answer = client.post(address, data={"other": str(cast.guest)}, headers=world.bearer())
    assert answer.status_code == 303
    assert face_of(world, cast.guest) is None
    assert orders_of(world, cast.guest) == {"W-97", "W-61"}


def test_an_account_is_taken_apart_and_comes_back(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    address, value = f"/profiles/{cast.dimitra}/part", f"{cast.outlet_id}:311"
    page = client.get(f"{address}?kind=customer&value={value}", headers=world.bearer()).text
    stays, _, goes = page[page.index("What stays here") :].partition("What goes")
    assert "€276.90" in stays
    assert "€39.90" in goes
    what = {"kind": "customer", "value": value, "reason": "Another Dimitra"}
    answer = client.post(address, data=what, headers=world.bearer())
    page = client.get(answer.headers["Location"], headers=world.bearer()).text
    assert "Somebody else's: the account <bdi>311</bdi>." in page
    assert orders_of(world, cast.dimitra) == {"1042", "987", "1031"}
    other = story.profile_of(world, story.Customer, "311")
    assert "A person of its own, although its address is somebody else's too." in (
        client.get(f"/profiles/{other}", headers=world.bearer()).text
    )
    client.post(ACTION.findall(page)[0], headers=world.bearer())
    assert orders_of(world, cast.dimitra) == {"1042", "987", "1031", "W-88"}


def test_what_cannot_be_parted_is_refused_in_words(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    address = f"/profiles/{cast.dimitra}/part"
    for query in (f"other={cast.noa}", "kind=customer&value=1:999", "kind=order&value=1:1042"):
        answer = client.get(f"{address}?{query}", headers=world.bearer())
        assert answer.status_code == 409, query
        assert 'role="alert"' in answer.text
        assert "Take apart</button>" not in answer.text
    for query in ("", "kind=email&value=a@b.c", "kind=customer&value=", "other=x"):
        assert client.get(f"{address}?{query}", headers=world.bearer()).status_code == 400, query
    assert events(world) == []


def test_an_address_of_several_says_so_and_has_a_way_back(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    hotel = story.profile_of(world, Order, "800")
    page = client.get(f"/profiles/{hotel}", headers=world.bearer()).text
    assert orders_of(world, hotel) == {"800", "801", "802"}
    mark = {"kind": "email", "value": story.HOTEL}
    shared = client.post(
        f"/profiles/{hotel}/marks", data={**mark, "ruling": "shared"}, headers=world.bearer()
    )
    page = client.get(shared.headers["Location"], headers=world.bearer()).text
    assert f"Several people use <bdi>{story.HOTEL}</bdi>. It joins nobody." in page
    assert "Several people use it: 3 different names so far. It joins nobody." in page
    assert "Decided by you," in page
    client.post(
        f"/profiles/{hotel}/marks", data={**mark, "ruling": "single"}, headers=world.bearer()
    )
    again = story.profile_of(world, Order, "800")
    assert orders_of(world, again) == {"800", "801", "802"}
    page = client.get(f"/profiles/{again}", headers=world.bearer()).text
    assert "One person's, whatever names it is used under." in page
    for wrong in ({**mark, "ruling": "x"}, {"kind": "customer", "value": "1:7001"}, {}):
        answer = client.post(f"/profiles/{hotel}/marks", data=wrong, headers=world.bearer())
        assert answer.status_code == 400


def test_nothing_is_decided_from_elsewhere_or_for_others(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    posts = (
        (f"/suggestions/{cast.dimitra}/{cast.guest}", {"answer": "same"}),
        (f"/profiles/{cast.dimitra}/join/{cast.guest}", {}),
        (f"/profiles/{cast.dimitra}/part", {"other": str(cast.guest)}),
        (f"/profiles/{cast.dimitra}/marks", {"kind": "email", "value": story.DIMITRA}),
        (f"/profiles/{cast.dimitra}/history/1/undo", {}),
    )
    gets = (
        f"/profiles/{cast.dimitra}/join",
        f"/profiles/{cast.dimitra}/join/{cast.guest}",
        f"/profiles/{cast.dimitra}/part?other={cast.guest}",
        f"/profiles/{cast.dimitra}/history?before=9",
    )
    for path, fields in posts:
        assert client.post(path, data=fields).status_code == 401, path
        told = {**fields, "ruling": "shared"} if path.endswith("marks") else fields
        answer = client.post(path, data=told, headers=world.bearer(OTHER_DOMAIN))
        assert answer.status_code in (404, 409), path
        assert "Dimitra" not in answer.text
    for path in gets:
        assert client.get(path).status_code == 401, path
        answer = client.get(path, headers=world.bearer(OTHER_DOMAIN))
        assert answer.status_code == 404, path
        assert "Dimitra" not in answer.text
    assert "Dimitra" not in client.get("/suggestions", headers=world.bearer(OTHER_DOMAIN)).text
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.execute(select(func.count(IdentityVerdict.id))).scalar_one() == 0


def test_older_entries_follow(world: World, client: FlaskClient, cast: Cast) -> None:
    for _ in range(4):
        event_id = story.join(world, cast.dimitra, cast.guest)
        client.post(f"/profiles/{cast.dimitra}/history/{event_id}/undo", headers=world.bearer())
    page = client.get(f"/profiles/{cast.dimitra}", headers=world.bearer()).text
    assert page.count('<li id="event-') == 6
    rest = client.get(f"/profiles/{cast.dimitra}/history?before=3", headers=world.bearer()).text
    assert rest.count('<li id="event-') == 2
    assert "Show older entries" not in rest
    # What was taken back can't be taken back again; the newest can.
    assert page.count("is-undone") == 3
