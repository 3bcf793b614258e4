"""The API of a person's figures, timeline, and of the orders that a text names."""

import pytest
from flask.testing import FlaskClient

from integration.crm.timeline_sources import SOURCES
from integration.models import ProfileView
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.world import OTHER_DOMAIN, World

MENTIONED = "/api/v1/orders/mentioned"


def _views(world: World) -> list[tuple[int, str]]:
    with world.services.db.workspace(world.workspace_id) as session:
        return [(row.profile_id, row.surface) for row in session.query(ProfileView).all()]


def test_the_summary_is_of_all_orders_and_its_reading_is_written_down(
    world: World, client: FlaskClient
) -> None:
    profile_id = add_person(world, orders=25)
    found = client.get(f"/api/v1/profiles/{profile_id}/summary", headers=world.bearer())
    assert found.status_code == 200
    assert found.json["profile_id"] == str(profile_id)
    (money,) = found.json["money"]
    assert (money["orders"], money["spent_minor"]) == (25, 25 * 8990)
    assert (money["average_minor"], money["lifetime_minor"]) == (8990, 25 * 8990)
    assert found.json["orders"] == 25
    assert _views(world) == [(profile_id, "api")]


def test_the_timeline_is_paged_by_its_cursor(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=50)
    path = f"/api/v1/profiles/{profile_id}/timeline"
    first = client.get(path, headers=world.bearer()).json
    assert len(first["events"]) == 30
    seen = [each["id"] for each in first["events"]]
    following = first["next"]
    while following is not None:
        page = client.get(f"{path}?cursor={following}", headers=world.bearer()).json
        seen += [each["id"] for each in page["events"]]
        following = page["next"]
    assert len(seen) == len(set(seen))
    assert sum(each.startswith("order_placed:") for each in seen) == 50
    assert _views(world)[0] == (profile_id, "api")


@pytest.mark.parametrize("what", ["summary", "timeline"])
def test_anothers_person_is_nobody_and_nothing_is_written_down(
    world: World, client: FlaskClient, what: str
) -> None:
    profile_id = add_person(world, orders=1)
    foreign = client.get(
        f"/api/v1/profiles/{profile_id}/{what}", headers=world.bearer(OTHER_DOMAIN)
    )
    unknown = client.get(f"/api/v1/profiles/999999/{what}", headers=world.bearer(OTHER_DOMAIN))
    none = client.get(f"/api/v1/profiles/x1/{what}", headers=world.bearer())
    assert (foreign.status_code, unknown.status_code, none.status_code) == (404, 404, 404)
    assert foreign.json == unknown.json == none.json
    assert client.get(f"/api/v1/profiles/{profile_id}/{what}").status_code == 401
    assert _views(world) == []


def test_a_text_names_an_order_by_both_ways(world: World, client: FlaskClient) -> None:
    profile_id = add_person(world, orders=25)
    asked = {"text": "Where is #1042?", "writer": "Dimitra@Example.gr"}
    got = client.get(MENTIONED, query_string=asked, headers=world.bearer())
    posted = client.post(MENTIONED, json=asked, headers=world.bearer())
    assert (got.status_code, posted.status_code) == (200, 200)
    assert got.json == posted.json
    order = got.json["order"]
    assert (order["name"], order["profile_id"], order["is_writers"]) == (
        "#1042",
        str(profile_id),
        True,
    )
    assert got.json["mentions"][0]["text"] == "#1042"
    # Nobody's name or address is told, so nobody was looked at.
    assert _views(world) == []


def test_another_workspaces_orders_are_not_named(world: World, client: FlaskClient) -> None:
    add_person(world, orders=25)
    answer = client.get(
        MENTIONED,
        query_string={"text": "#1042", "writer": "dimitra@example.gr"},
        headers=world.bearer(OTHER_DOMAIN),
    )
    assert answer.json == {
        "order": None,
        "candidates": [],
        "mentions": [],
        "writer_profile_id": None,
        "is_whole": True,
    }


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({}, 400),
        ({"text": "x" * 4_001}, 400),
        ({"text": "#1042", "writer": " "}, 400),
        ({"text": "#1042", "writer": "x" * 321}, 400),
    ],
)
def test_what_cannot_be_asked_is_refused(
    world: World, client: FlaskClient, asked: dict[str, str], status: int
) -> None:
    answer = client.get(MENTIONED, query_string=asked, headers=world.bearer())
    assert (answer.status_code, answer.json["error"]["code"]) == (status, "invalid")


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        (b"", 400),
        (b"[]", 400),
        (b'{"text": 5}', 400),
        (b'{"text": "x", "writer": 5}', 400),
        (b'{"text": "' + b"x" * 2**20 + b'"}', 413),
    ],
)
def test_a_body_that_is_none_is_refused(
    world: World, client: FlaskClient, posted: bytes, status: int
) -> None:
    answer = client.post(MENTIONED, data=posted, headers=world.bearer())
    assert answer.status_code == status


def test_every_kind_of_event_is_described(client: FlaskClient) -> None:
    schemas = client.get("/openapi.json").json["components"]["schemas"]
    kinds = schemas["Timeline"]["properties"]["events"]["items"]["anyOf"]
    told = {
        schemas[each["$ref"].rpartition("/")[2]]["properties"]["kind"]["const"] for each in kinds
    }
    assert told == {source.kind for source in SOURCES}
