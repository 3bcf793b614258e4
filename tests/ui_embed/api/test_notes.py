"""The API of notes and agents' tags: shapes, refusals, who may, and that it is told and audited."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.models import Profile, ProfileNote, ProfileView
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import ELSEWHERE, FETCHED, count
from tests.ui_embed.world import KEY, OTHER_DOMAIN, World


def _at(profile_id: int, what: str = "notes") -> str:
    return f"/api/v1/profiles/{profile_id}/{what}"


def _note(world: World, client: FlaskClient, profile_id: int, text: str = "Likes mail.") -> Any:
    answer = client.post(_at(profile_id), json={"text": text}, headers=world.bearer())
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_note_is_written_read_changed_taken_back_and_put_back(
    world: World, client: FlaskClient
) -> None:
    ada = add_person(world)
    note = _note(world, client, ada)
    assert note["text"] == "Likes mail."
    assert note["author"] == "shopify-staff:42"
    assert note["created_at"] == "2026-11-22T12:04:00Z"
    listed = client.get(_at(ada), headers=world.bearer()).json
    assert listed == {"notes": [note], "next": None}
    at = f"{_at(ada)}/{note['id']}"
    changed = client.patch(
        at, json={"text": "Likes post.", "version": note["version"]}, headers=world.bearer()
    )
    assert (changed.status_code, changed.json["text"]) == (200, "Likes post.")
    late = client.patch(
        at, json={"text": "Likes ravens.", "version": note["version"]}, headers=world.bearer()
    )
    assert (late.status_code, late.json["error"]["code"]) == (409, "conflict")
    assert late.json["error"]["details"]["text"] == "Likes post."
    gone = client.delete(at, headers=world.bearer())
    assert (gone.status_code, gone.json["deleted_at"]) == (200, "2026-11-22T12:04:00Z")
    assert client.get(_at(ada), headers=world.bearer()).json["notes"] == []
    back = client.post(f"{at}/restore", headers=world.bearer())
    assert (back.status_code, back.json["deleted_at"]) == (200, None)
    assert [each["text"] for each in client.get(_at(ada), headers=world.bearer()).json["notes"]]


def test_tags_are_put_on_and_taken_off(world: World, client: FlaskClient) -> None:
    ada = add_person(world)
    for tag in ("wholesale", "Άλφα", "WHOLESALE"):
        answer = client.post(_at(ada, "tags"), json={"tag": tag}, headers=world.bearer())
        assert answer.status_code == 200
    both = {"own_tags": ["wholesale", "Άλφα"]}
    assert answer.json == both
    assert client.get(_at(ada, "tags"), headers=world.bearer()).json == both
    left = client.delete(f"{_at(ada, 'tags')}?tag=Wholesale", headers=world.bearer())
    assert left.json == {"own_tags": ["Άλφα"]}
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.get_one(Profile, ada).tags == ["VIP"]


def test_open_panels_are_told_and_reading_is_written_down(
    world: World, client: FlaskClient
) -> None:
    ada = add_person(world)
    note = _note(world, client, ada)
    client.delete(f"{_at(ada)}/{note['id']}", headers=world.bearer())
    client.post(_at(ada, "tags"), json={"tag": "x"}, headers=world.bearer())
    told = world.services.events.told  # type: ignore[attr-defined]
    assert [(each.kind, each.subject_id) for each in told] == [("profile", ada)] * 3
    assert count(world, ProfileView) == 0
    client.get(_at(ada), headers={"Authorization": f"Bearer {KEY}"})
    client.get(_at(ada, "tags"), headers=world.bearer())
    with world.services.db.workspace(world.workspace_id) as session:
        views = session.query(ProfileView).order_by(ProfileView.id).all()
    assert [(view.profile_id, view.surface, view.viewer) for view in views] == [
        (ada, "api", "api-key:1"),
        (ada, "api", "shopify-staff:42"),
    ]


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"null", b"{", b'{"text": 7}', b'{"text": ""}', b'{"text": "\\u0000"}']
)
def test_what_is_no_note_is_refused(world: World, client: FlaskClient, body: bytes) -> None:
    ada = add_person(world)
    answer = client.post(_at(ada), data=body, headers=world.bearer())
    assert answer.status_code == 400
    assert sorted(answer.json["error"]) == ["code", "details", "message"]
    huge = client.post(_at(ada), data=b"x" * 200_000, headers=world.bearer())
    assert huge.status_code == 413
    unread = client.patch(f"{_at(ada)}/1", json={"text": "x"}, headers=world.bearer())
    assert unread.status_code == 400
    assert client.delete(_at(ada, "tags"), headers=world.bearer()).status_code == 400
    assert count(world, ProfileNote) == 0


def test_what_is_foreign_is_404_and_stays_as_it_is(world: World, client: FlaskClient) -> None:
    ada = add_person(world)
    note = _note(world, client, ada)
    foreign, asked = world.bearer(OTHER_DOMAIN), {"text": "x", "version": note["version"]}
    for at in (_at(ada), _at(999), _at(ada).replace(str(ada), "x"), _at(10**30)):
        for answer in (
            client.get(at, headers=foreign),
            client.post(at, json=asked, headers=foreign),
            client.patch(f"{at}/{note['id']}", json=asked, headers=foreign),
            client.delete(f"{at}/{note['id']}", headers=foreign),
            client.post(f"{at}/{note['id']}/restore", headers=foreign),
            client.get(at.replace("notes", "tags"), headers=foreign),
            client.post(at.replace("notes", "tags"), json={"tag": "x"}, headers=foreign),
            client.delete(f"{at.replace('notes', 'tags')}?tag=x", headers=foreign),
        ):
            assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")
    assert client.delete(f"{_at(ada)}/x", headers=world.bearer()).status_code == 404
    assert client.get(_at(ada), headers=world.bearer()).json["notes"] == [note]
    assert count(world, ProfileView) == 1


def test_a_cookie_writes_only_from_a_page_of_ours(world: World, owner: FlaskClient) -> None:
    with world.services.db.workspace(world.workspace_id) as session:
        ada = session.query(Profile).one().id
    secure = {"base_url": "https://localhost", "json": {"text": "x"}}
    assert owner.post(_at(ada), headers=ELSEWHERE, **secure).status_code == 401
    assert owner.post(_at(ada), **secure).status_code == 401
    assert count(world, ProfileNote) == 0
    ours = owner.post(_at(ada), headers=FETCHED, **secure)
    assert ours.status_code == 201
    assert "Access-Control-Allow-Origin" not in ours.headers
