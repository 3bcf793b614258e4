"""The API of segments: kept, changed, read, as a file; who may, and what is refused."""

import csv
import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.models import PeopleExport, Segment
from integration.models.vocabulary import Role
from integration.segments import export
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.sites import FETCHED, FOREIGN, SAME, count, sign_in
from tests.ui_embed.world import KEY, OTHER_DOMAIN, World

AT = "/api/v1/segments"
VIP = [{"kind": "has_tag", "value": "vip"}]
BY_KEY = {"Authorization": f"Bearer {KEY}"}


def _made(world: World, client: FlaskClient, name: str = "Best", conditions: Any = VIP) -> Any:
    answer = client.post(AT, json={"name": name, "conditions": conditions}, headers=world.bearer())
    assert answer.status_code == 201, answer.text
    return answer.json


def test_a_segment_is_made_read_changed_and_removed(world: World, client: FlaskClient) -> None:
    made = _made(world, client)
    assert made == {
        "id": made["id"],
        "name": "Best",
        "conditions": VIP,
        "made_by": "shopify-staff:42",
        "created_at": "2026-11-22T12:04:00Z",
        "updated_at": "2026-11-22T12:04:00Z",
    }
    one = f"{AT}/{made['id']}"
    assert client.get(AT, headers=world.bearer()).json == {"segments": [made]}
    assert client.get(one, headers=world.bearer()).json == made
    renamed = client.patch(one, json={"name": "Finest"}, headers=world.bearer())
    assert renamed.json == {**made, "name": "Finest"}
    guests = [{"kind": "is_guest"}]
    changed = client.patch(one, json={"conditions": guests}, headers=world.bearer())
    assert changed.json == {**made, "name": "Finest", "conditions": guests}
    gone = client.delete(one, headers=world.bearer())
    assert gone.json == changed.json
    assert client.get(one, headers=world.bearer()).status_code == 404
    assert count(world, Segment) == 0


def test_its_people_are_told_and_counted(world: World, client: FlaskClient) -> None:
    ada = add_person(world, orders=3)
    made = _made(world, client)
    asked = client.get(f"{AT}/{made['id']}/profiles", headers=world.bearer()).json
    (person,) = asked["people"]
    assert (person["id"], person["emails"], person["tags"]) == (str(ada), [EMAIL], ["VIP"])
    assert person["totals"][0]["orders"] == 3
    assert (asked["next"], asked["count"]) == (None, {"people": 1, "is_exact": True})
    previewed = client.post(f"{AT}/preview", json={"conditions": VIP}, headers=world.bearer())
    assert previewed.json == asked
    nobody = [*VIP, {"kind": "is_guest"}]
    nobody_told = client.post(f"{AT}/preview", json={"conditions": nobody}, headers=world.bearer())
    assert nobody_told.json["count"] == {"people": 0, "is_exact": True}
    assert count(world, Segment) == 1


def test_they_are_a_file_for_a_key_and_it_is_written_down(
    world: World, client: FlaskClient
) -> None:
    add_person(world)
    made = _made(world, client, 'Best "of"; \r\n../../=all Φίλοι')
    answer = client.get(f"{AT}/{made['id']}/profiles.csv", headers=BY_KEY, buffered=True)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8; header=present"
    assert answer.headers["Content-Disposition"] == (
        "attachment; filename=\"tillside-Best-of-all-2026-11-22.csv\"; filename*=UTF-8''"
        "tillside-Best-of-all-%CE%A6%CE%AF%CE%BB%CE%BF%CE%B9-2026-11-22.csv"
    )
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    (told,) = csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig")))
    assert (told["name"], told["email"], told["spent"]) == ("Δήμητρα Παπαδοπούλου", EMAIL, "89.90")
    with world.services.db.workspace(world.workspace_id) as session:
        row = session.query(PeopleExport).one()
    assert (row.viewer, row.surface, row.what) == ("api-key:1", "api", "segment")
    assert (row.people, row.segment_id) == (1, int(made["id"]))
    assert row.ended_at is not None


def test_only_the_owner_and_keys_take_people_out(world: World, client: FlaskClient) -> None:
    at = f"{AT}/{_made(world, client)['id']}/profiles.csv"
    refused = client.get(at, headers=world.bearer())
    assert (refused.status_code, refused.json["error"]["code"]) == (403, "forbidden")
    sign_in(world, client)
    secure = {"base_url": "https://localhost", "buffered": True}
    assert client.get(at, headers=FOREIGN, **secure).status_code == 403
    typed = {**SAME, "Sec-Fetch-Site": "none"}
    assert client.get(at, headers=typed, **secure).status_code == 403
    assert count(world, PeopleExport) == 0
    for headers in (SAME, FETCHED):
        assert client.get(at, headers=headers, **secure).status_code == 200
    assert client.head(at, headers=SAME, **secure).status_code == 200
    assert count(world, PeopleExport) == 2
    sign_in(world, client, role=Role.AGENT, viewer="woocommerce-staff:5")
    assert client.get(at, headers=SAME, **secure).status_code == 403
    assert count(world, PeopleExport) == 2


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"[]", "invalid"),
        (b'{"name": "x"}', "invalid_condition"),
        (b'{"name": 7, "conditions": []}', "invalid"),
        (b'{"name": "", "conditions": [{"kind": "is_guest"}]}', "invalid_name"),
        (b'{"name": "x", "conditions": [{"kind": "is_ghost"}]}', "invalid_condition"),
        (
            b'{"name": "x", "conditions": [{"kind": "bought_in", "value": "2"}]}',
            "invalid_condition",
        ),
    ],
)
def test_what_is_no_segment_is_refused(
    world: World, client: FlaskClient, body: bytes, code: str
) -> None:
    answer = client.post(AT, data=body, headers=world.bearer())
    assert (answer.status_code, answer.json["error"]["code"]) == (400, code)
    assert count(world, Segment) == 0


def test_changes_that_are_none_and_names_that_are_taken(world: World, client: FlaskClient) -> None:
    made, other = _made(world, client), _made(world, client, "Other")
    at = f"{AT}/{made['id']}"
    for body in ({}, {"name": 7}, {"conditions": []}, {"conditions": None}):
        assert client.patch(at, json=body, headers=world.bearer()).status_code == 400
    taken = client.patch(at, json={"name": "OTHER"}, headers=world.bearer())
    assert (taken.status_code, taken.json["error"]["code"]) == (409, "name_taken")
    assert taken.json["error"]["details"] == {"segment_id": other["id"]}
    again = client.post(AT, json={"name": "best", "conditions": VIP}, headers=world.bearer())
    assert again.status_code == 409
    assert client.get(at, headers=world.bearer()).json == made


def test_what_is_foreign_is_404(world: World, client: FlaskClient) -> None:
    made = _made(world, client)
    foreign = world.bearer(OTHER_DOMAIN)
    for number in (made["id"], "999", "x", "9" * 30):
        at = f"{AT}/{number}"
        for answer in (
            client.get(at, headers=foreign),
            client.patch(at, json={"name": "x"}, headers=foreign),
            client.delete(at, headers=foreign),
            client.get(f"{at}/profiles", headers=foreign),
            client.get(f"{at}/profiles.csv", headers=foreign),
        ):
            assert (answer.status_code, answer.json["error"]["code"]) == (404, "not_found")
    assert client.get(AT, headers=foreign).json == {"segments": []}
    assert client.get(f"{AT}/{made['id']}?cursor=x", headers=world.bearer()).status_code == 200
    wrong = client.get(f"{AT}/{made['id']}/profiles?cursor=x", headers=world.bearer())
    assert wrong.status_code == 400


def test_a_file_that_is_cut_off_says_so(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_person(world)
    at = f"{AT}/{_made(world, client)['id']}/profiles.csv"

    def fail(*_: Any) -> Any:
        raise OSError("the disk is gone")

    monkeypatch.setattr(export, "person_rows", fail)
    answer = client.get(at, headers=BY_KEY, buffered=True)
    assert answer.status_code == 200
    head, last = answer.data.decode("utf-8-sig").splitlines()
    assert head.startswith('"profile_id"')
    assert last == '"This file is not complete. Please download it again."'
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.query(PeopleExport).one().people == 0
