"""The API of suggestions: shapes, decisions and their undoing, refusals, and who may."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.crm.deeds import Decider
from integration.crm.linking import undo
from integration.events import Event
from integration.models import Customer, Profile, ProfileView, Store, Suggestion
from integration.search.working_off import work_off_due
from integration.sync.apply import apply
from tests.factories.records import customer, told
from tests.ui_embed.sites import ELSEWHERE, FETCHED, count
from tests.ui_embed.world import NOW, OTHER_DOMAIN, World

PHONE = "+493018274659"
_THEIRS = (
    select(Customer.profile_id)
    .where(Customer.external_id.in_(("7", "8")))
    .order_by(Customer.external_id)
)


@pytest.fixture
def two(world: World) -> tuple[int, int]:
    """Two accounts with one phone, suggested."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        store = session.get_one(Store, world.store_id)
        some = [told(customer(each, phone=PHONE)) for each in ("7", "8")]
        apply(session, store, some, now=NOW)
    work_off_due(world.services)
    with world.services.db.workspace(world.workspace_id) as session:
        found = session.execute(_THEIRS)
        one, other = found.scalars()
    assert one is not None
    assert other is not None
    return one, other


def _at(one: int, other: int | None = None, what: str = "") -> str:
    whole = f"/api/v1/profiles/{one}/suggestions"
    return whole if other is None else f"{whole}/{other}/{what}"


def _open(world: World, client: FlaskClient) -> Any:
    work_off_due(world.services)
    return client.get("/api/v1/suggestions", headers=world.bearer()).json


def test_suggestions_have_heads_reasons_and_a_strength(
    world: World, client: FlaskClient, two: tuple[int, int]
) -> None:
    listed = _open(world, client)
    assert (listed["count"], listed["next"]) == (1, None)
    (one,) = listed["suggestions"]
    assert one["strength"] == "likely"
    assert one["reasons"] == [{"kind": "phone", "values": [PHONE], "typed_by": None}]
    assert (one["person"]["id"], one["other"]["id"]) == (str(two[0]), str(two[1]))
    assert one["person"]["display_name"] == "Ada Lovelace"
    assert one["other"]["contacts"] == ["c8@example.com", PHONE]


def test_of_one_person_they_are_read_from_their_side_and_audited(
    world: World, client: FlaskClient, two: tuple[int, int]
) -> None:
    answer: Any = client.get(_at(two[1]), headers=world.bearer())
    assert answer.status_code == 200
    assert (answer.json["profile_id"], answer.json["shared"]) == (str(two[1]), [])
    (one,) = answer.json["suggestions"]
    assert (one["person"]["id"], one["other"]["id"]) == (str(two[1]), str(two[0]))
    assert count(world, ProfileView) == 1


def test_accepting_joins_and_its_event_takes_that_back(
    world: World, client: FlaskClient, two: tuple[int, int]
) -> None:
    answer: Any = client.post(
        _at(two[1], two[0], "accept"), json={"reason": "She wrote so."}, headers=world.bearer()
    )
    assert answer.status_code == 200, answer.text
    assert (answer.json["profile_id"], answer.json["changed"]) == (str(two[0]), True)
    assert Event(world.workspace_id, "profile", two[0]) in world.services.events.told  # type: ignore[attr-defined]
    assert _open(world, client) == {"suggestions": [], "count": 0, "next": None}
    again: Any = client.post(_at(two[1], two[0], "accept"), headers=world.bearer())
    assert (again.status_code, again.json["changed"], again.json["event_id"]) == (200, False, None)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        undo(session, int(answer.json["event_id"]), by=Decider("x"), now=NOW)
    assert _open(world, client)["count"] == 1


def test_dismissing_lasts_and_is_refused_for_who_is_joined(
    world: World, client: FlaskClient, two: tuple[int, int]
) -> None:
    answer: Any = client.post(_at(*two, "dismiss"), headers=world.bearer())
    assert (answer.status_code, answer.json["changed"]) == (200, True)
    assert count(world, Suggestion) == 0
    assert _open(world, client)["suggestions"] == []
    left: Any = client.get(_at(two[0]), headers=world.bearer())
    assert left.json["suggestions"] == []
    client.post(_at(*two, "accept"), headers=world.bearer())
    late: Any = client.post(_at(*two, "dismiss"), headers=world.bearer())
    assert late.status_code == 409


@pytest.mark.parametrize("what", ["accept", "dismiss"])
def test_what_cannot_be_is_refused_and_changes_nothing(
    world: World, client: FlaskClient, two: tuple[int, int], what: str
) -> None:
    one, other = two
    for asked, status in (
        (_at(one, one, what), 400),
        (_at(one, 999, what), 404),
        (f"/api/v1/profiles/x/suggestions/{other}/{what}", 404),
        (f"/api/v1/profiles/{one}/suggestions/{'9' * 40}/{what}", 404),
        (f"{_at(one, other, what)}?why=1", 400),
    ):
        assert client.post(asked, headers=world.bearer()).status_code == status, asked
    for body in ("[]", "{", '{"reason": 7}'):
        assert client.post(_at(*two, what), data=body, headers=world.bearer()).status_code == 400
    foreign: Any = client.post(_at(*two, what), headers=world.bearer(OTHER_DOMAIN))
    assert foreign.status_code == 404
    assert client.post(_at(*two, what)).status_code == 401
    assert _open(world, client)["count"] == 1
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.execute(select(Profile.joined_id)).scalars().all() == [None, None]


def test_another_workspace_sees_none_of_it(
    world: World, client: FlaskClient, two: tuple[int, int]
) -> None:
    theirs = client.get("/api/v1/suggestions", headers=world.bearer(OTHER_DOMAIN)).json
    assert theirs == {"suggestions": [], "count": 0, "next": None}
    assert client.get(_at(two[0]), headers=world.bearer(OTHER_DOMAIN)).status_code == 404


def test_a_cursor_that_is_none_is_refused(world: World, client: FlaskClient) -> None:
    answer: Any = client.get("/api/v1/suggestions?cursor=x", headers=world.bearer())
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "invalid_cursor")


@pytest.mark.parametrize("what", ["accept", "dismiss"])
def test_a_cookie_decides_only_from_a_page_of_ours(
    world: World, owner: FlaskClient, two: tuple[int, int], what: str
) -> None:
    secure: dict[str, Any] = {"base_url": "https://localhost"}
    assert owner.post(_at(*two, what), headers=ELSEWHERE, **secure).status_code == 401
    assert owner.post(_at(*two, what), **secure).status_code == 401
    ours = owner.post(_at(*two, what), headers=FETCHED, **secure)
    assert ours.status_code == 200
    assert "Access-Control-Allow-Origin" not in ours.headers
