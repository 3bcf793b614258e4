"""The API of who is one person: joining, taking apart, shared addresses, and taking it back."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.models import Customer, Identity, IdentityVerdict, ProfileView, Store
from integration.sync.apply import apply
from tests.factories.records import customer, order, told
from tests.ui_embed.sites import ELSEWHERE, FETCHED, count
from tests.ui_embed.world import NOW, OTHER_DOMAIN, World

_WHOSE = select(Customer.profile_id).where(Customer.external_id == "7701")


@pytest.fixture
def two(world: World) -> tuple[str, str]:
    """An account with a guest's order under its address, and another guest."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        store = session.get_one(Store, world.store_id)
        some = (
            customer("7701", email="one@example.com"),
            order("9001", email="one@example.com"),
            order("9002", email="two@example.com"),
        )
        apply(session, store, [told(each) for each in some], now=NOW)
    return _id(world, "one@example.com"), _id(world, "two@example.com")


def _id(world: World, email: str) -> str:
    linking = select(Identity.profile_id).where(Identity.links, Identity.value == email)
    with world.services.db.workspace(world.workspace_id) as session:
        return str(session.execute(linking).scalar_one())


def _post(world: World, client: FlaskClient, path: str, **posted: Any) -> Any:
    return client.post(f"/api/v1/{path}", json=posted, headers=world.bearer())


def _get(world: World, client: FlaskClient, path: str) -> Any:
    return client.get(f"/api/v1/{path}", headers=world.bearer()).json


def test_two_are_joined_and_that_is_taken_back(
    world: World, client: FlaskClient, two: tuple[str, str]
) -> None:
    one, other = two
    joined = _post(world, client, f"profiles/{one}/links", profile=other, reason="rang up")
    assert joined.status_code == 200
    assert joined.json == {
        "event_id": joined.json["event_id"],
        "profile_id": one,
        "other_profile_id": other,
        "changed": True,
    }
    seen = _get(world, client, f"profiles/{other}")
    assert seen["profile"]["id"] == one
    assert {each["external_id"] for each in seen["orders"]} == {"9001", "9002"}
    again = _post(world, client, f"profiles/{other}/links", profile=one)
    assert (again.status_code, again.json["changed"], again.json["event_id"]) == (200, False, None)
    undone = _post(world, client, f"history/{joined.json['event_id']}/undo")
    assert undone.status_code == 200
    assert _get(world, client, f"profiles/{other}")["profile"]["id"] == other
    refused = _post(world, client, f"history/{joined.json['event_id']}/undo")
    assert (refused.status_code, refused.json["error"]["code"]) == (409, "conflict")


def test_how_a_person_is_known_says_who_vouches_and_what_was_decided(
    world: World, client: FlaskClient, two: tuple[str, str]
) -> None:
    one, other = two
    _post(world, client, f"profiles/{one}/links", profile=other, reason="rang up")
    before = count(world, ProfileView)
    told_of = _get(world, client, f"profiles/{one}/identity")
    assert count(world, ProfileView) == before + 1
    linking = {each["identity"]["value"]: each for each in told_of["identities"]}
    assert linking["one@example.com"]["told_by"] == "account"
    assert linking["one@example.com"]["trust"] == "asserted"
    assert [each["profile_id"] for each in told_of["joined"]] == [other]
    (event,) = told_of["history"]
    assert (event["action"], event["reason"], event["can_undo"]) == ("linked", "rang up", True)


def test_an_account_is_taken_out(world: World, client: FlaskClient, two: tuple[str, str]) -> None:
    account = f"{world.store_id}:7701"
    parted = _post(world, client, f"profiles/{two[0]}/unlink", kind="customer", value=account)
    assert parted.status_code == 200
    with world.services.db.workspace(world.workspace_id) as session:
        assert str(session.execute(_WHOSE).scalar_one()) != two[0]
    _post(world, client, f"history/{parted.json['event_id']}/undo")
    with world.services.db.workspace(world.workspace_id) as session:
        assert str(session.execute(_WHOSE).scalar_one()) == two[0]


def test_an_address_is_several_peoples(
    world: World, client: FlaskClient, two: tuple[str, str]
) -> None:
    given = {"kind": "email", "value": "One@Example.com"}
    assert _post(world, client, "addresses/shared", **given).json["changed"]
    several = client.get("/api/v1/context?email=one@example.com", headers=world.bearer())
    assert several.status_code == 409
    assert _post(world, client, "addresses/single", **given).json["changed"]
    assert _id(world, "one@example.com") == two[0]


@pytest.mark.parametrize(
    ("path", "posted", "status"),
    [
        ("profiles/{one}/links", {}, 400),
        ("profiles/{one}/links", {"profile": 7}, 400),
        ("profiles/{one}/links", {"profile": "{one}"}, 400),
        ("profiles/{one}/links", {"profile": "999999"}, 404),
        ("profiles/{one}/links", {"profile": "9" * 40}, 404),
        ("profiles/x/links", {"profile": "{one}"}, 404),
        ("profiles/{one}/links", {"profile": "{other}", "reason": "x" * 501}, 400),
        ("profiles/{one}/unlink", {"profile": "{other}"}, 409),
        ("profiles/{one}/unlink", {"kind": "customer", "value": "x"}, 400),
        ("profiles/{one}/unlink", {"kind": "customer", "value": "1:\x00"}, 400),
        ("profiles/{one}/unlink", {"kind": "customer", "value": "1:404"}, 404),
        ("profiles/{one}/unlink", {"kind": "email", "value": "one@example.com"}, 400),
        ("profiles/{one}/unlink", {"kind": "nothing", "value": "x"}, 400),
        ("profiles/{one}/unlink", {}, 400),
        ("addresses/shared", {"kind": "email", "value": "nobody@example.com"}, 404),
        ("addresses/shared", {"kind": "customer", "value": "1:1"}, 400),
        ("addresses/shared", {"kind": "email", "value": "x" * 10_000 + "@example.com"}, 400),
        ("history/999999/undo", {}, 404),
        ("history/x/undo", {}, 404),
        ("profiles/{one}/suggestions/{other}/reconsider", {}, 409),
    ],
)
def test_what_cannot_be_is_refused(
    world: World,
    client: FlaskClient,
    two: tuple[str, str],
    path: str,
    posted: dict[str, Any],
    status: int,
) -> None:
    names = {"{one}": two[0], "{other}": two[1]}
    for name, value in names.items():
        path = path.replace(name, value)
        posted = {k: value if v == name else v for k, v in posted.items()}
    assert _post(world, client, path, **posted).status_code == status
    assert count(world, IdentityVerdict) == 0


def test_other_sites_nobody_and_other_workspaces_decide_nothing(
    world: World, client: FlaskClient, owner: FlaskClient, two: tuple[str, str]
) -> None:
    path, posted = f"/api/v1/profiles/{two[0]}/links", {"profile": two[1]}
    secure: dict[str, Any] = {"base_url": "https://localhost"}
    assert client.post(path, json=posted).status_code == 401
    foreign = world.bearer(OTHER_DOMAIN)
    assert client.post(path, json=posted, headers=foreign).status_code == 404
    assert owner.post(path, json=posted, headers=ELSEWHERE, **secure).status_code == 401
    assert count(world, IdentityVerdict) == 0
    assert owner.post(path, json=posted, headers=FETCHED, **secure).status_code == 200
