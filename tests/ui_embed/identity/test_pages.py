"""Joining and parting by the pages' routes: what they say, do and take back."""

import re
from collections.abc import Iterator

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.models import IdentityVerdict, Order
from tests.ui_embed import identity_story as story
from tests.ui_embed.identity_story import Cast
from tests.ui_embed.world import OTHER_DOMAIN, World

ACTION = re.compile(r'action="([^"]+/undo)"')


@pytest.fixture
def cast(world: World) -> Iterator[Cast]:
    """The people of the story."""
    return story.tell(world)


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
    assert story.events(world) == []
    assert story.face_of(world, cast.noa_elsewhere) is None
    answer = client.post(beside, data={"reason": " she\nsaid so "}, headers=world.bearer())
    page = client.get(answer.headers["Location"], headers=world.bearer()).text
    assert "“<bdi>she said so</bdi>”" in page
    assert story.face_of(world, cast.noa_elsewhere) == cast.dimitra


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
    assert story.events(world) == ["linked"]


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
    assert story.events(world) == ["linked"]
    answer = client.post(address, data={"other": str(cast.guest)}, headers=world.bearer())
    assert answer.status_code == 303
    assert story.face_of(world, cast.guest) is None
    assert story.orders_of(world, cast.guest) == {"W-97", "W-61"}


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
    assert story.orders_of(world, cast.dimitra) == {"1042", "987", "1031"}
    other = story.profile_of(world, story.Customer, "311")
    assert "A person of its own, although its address is somebody else's too." in (
        client.get(f"/profiles/{other}", headers=world.bearer()).text
    )
    client.post(ACTION.findall(page)[0], headers=world.bearer())
    assert story.orders_of(world, cast.dimitra) == {"1042", "987", "1031", "W-88"}


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
    assert story.events(world) == []


def test_an_address_of_several_says_so_and_has_a_way_back(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    hotel = story.profile_of(world, Order, "800")
    page = client.get(f"/profiles/{hotel}", headers=world.bearer()).text
    assert story.orders_of(world, hotel) == {"800", "801", "802"}
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
    assert story.orders_of(world, again) == {"800", "801", "802"}
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


def test_whoever_has_a_shared_phone_is_told_so(
    world: World, client: FlaskClient, cast: Cast
) -> None:
    mark = {"kind": "phone", "value": "+306972418350", "ruling": "shared"}
    answer = client.post(f"/profiles/{cast.guest}/marks", data=mark, headers=world.bearer())
    there = answer.headers["Location"]
    assert there.startswith(f"/profiles/{cast.guest}?told=")
    page = client.get(there, headers=world.bearer()).text
    assert "Several people use <bdi>+30 697 241 8350</bdi>. It joins nobody." in page
    client.post(ACTION.findall(page)[0], headers=world.bearer())
    assert story.events(world) == ["marked_shared", "unmarked"]
