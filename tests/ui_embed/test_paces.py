"""How often a caller may ask for what costs, and what they are told then."""

import pytest
from flask.testing import FlaskClient

from tests.ui_embed.sites import SAME, sign_in
from tests.ui_embed.world import KEY, World
from ui_embed.paces import COSTS, LIMITS, PACES, Pace, Paces, TooOften, cost_of

FEW = {name: Pace(2, 3, 60) for name in LIMITS}
KEYED = {"Authorization": f"Bearer {KEY}"}


class Clock:
    """A clock that a test turns."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(world: World) -> Clock:
    """Few are given, by that clock."""
    made = Clock()
    world.app.extensions[PACES] = Paces(made, FEW)
    return made


def test_every_route_that_costs_is_there(world: World) -> None:
    there = {
        f"{method} {rule.rule}"
        for rule in world.app.url_map.iter_rules()
        for method in rule.methods or ()
    }
    assert COSTS.keys() - there == set()
    # A file that takes all people, or all deeds, out isn't for nothing.
    files = {
        each for each in there if each.startswith("GET") and each.endswith((".csv", "/export"))
    }
    assert files - COSTS.keys() == set()


def test_a_list_costs_only_where_words_are_searched() -> None:
    assert cost_of("GET", "/inbox/rows", {}) is None
    assert cost_of("GET", "/inbox/rows", {"q": "  "}) is None
    assert cost_of("HEAD", "/inbox/rows", {"q": "parcel"}) == "search"
    assert cost_of("POST", "/inbox/rows", {"q": "parcel"}) is None


def test_a_page_says_so_in_words_and_when_to_come_again(
    world: World, client: FlaskClient, clock: Clock
) -> None:
    sign_in(world, client)
    path, ways = "/panel?search=ada", {"headers": SAME, "base_url": "https://localhost"}
    assert [client.get(path, **ways).status_code for _ in range(3)] == [200, 200, 429]
    refused = client.get(path, **ways)
    assert "Too much at once" in refused.text
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert client.get("/panel", **ways).status_code == 200
    clock.now += int(refused.headers["Retry-After"])
    assert client.get(path, **ways).status_code == 200


def test_a_key_is_told_by_the_one_form_of_errors(
    world: World, client: FlaskClient, clock: Clock
) -> None:
    asked = [client.get("/api/v1/stores", headers=KEYED) for _ in range(3)]
    assert [each.status_code for each in asked] == [200, 200, 429]
    assert asked[2].get_json()["error"]["code"] == "too_many_requests"
    assert int(asked[2].headers["Retry-After"]) > 0
    panel = world.bearer()
    assert client.get("/api/v1/stores", headers=panel).status_code == 200


def test_a_workspace_shares_what_it_is_given_and_nobody_elses(clock: Clock) -> None:
    paces = Paces(clock, FEW)
    for caller in ("agent:1", "agent:2", "agent:3"):
        paces.take("search", workspace_id=1, caller=caller)
    with pytest.raises(TooOften):
        paces.take("search", workspace_id=1, caller="agent:4")
    paces.take("search", workspace_id=2, caller="agent:1")


def test_the_counts_dont_grow_for_ever(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui_embed.paces._MOST_COUNTED", 10)
    paces = Paces(clock, FEW)
    for number in range(40):
        paces.take("search", workspace_id=number, caller="agent:1")
    assert len(paces._counts) <= 12


def test_a_crowd_gives_nobody_back_what_they_used(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui_embed.paces._MOST_COUNTED", 10)
    paces = Paces(clock, FEW)

    def greedy() -> None:
        paces.take("search", workspace_id=1, caller="agent:1")

    greedy()
    greedy()
    for number in range(2, 40):
        paces.take("search", workspace_id=number, caller="agent:1")
    with pytest.raises(TooOften):
        greedy()
    clock.now += FEW["search"].seconds
    for number in range(2, 40):
        paces.take("search", workspace_id=number, caller="agent:1")
    greedy()
