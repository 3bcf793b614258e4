"""Whoever looks at one person is written down, by whichever page they come."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from integration.models import ProfileView
from tests.security.furnished import furnished_world
from tests.security.noted_reading import settle
from tests.security.places import Names
from tests.security.walk import Walk
from tests.security.walked_inbox import INBOX
from tests.security.walked_people import PEOPLE
from tests.security.walked_trust import TRUST

WALKED = {**INBOX, **PEOPLE, **TRUST}
# They name a person in their address or their query.
ABOUT_ONE = sorted(
    route
    for route, calls in WALKED.items()
    if route.startswith("GET ")
    and ("<profile_id>" in route or any("profile" in call.query for call in calls))
)
# Texts for a form that stands open, which is written down; and pages with a name alone.
NOT_SEEN = {
    "GET /inbox/new/canned",
    "GET /inbox/log",
    "GET /settings/audit",
    "GET /settings/audit/export",
    "GET /settings/audit/views",
    "GET /settings/audit/views/export",
}


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    world, ours, theirs = furnished_world(Path(tmp_path_factory.mktemp("views")))
    walk = Walk(world, ours, theirs)
    with pytest.MonkeyPatch.context() as patch:
        settle(patch, walk.read, walk.draw)
        yield walk
    walk.close()
    world.services.db.dispose()
    world.services.inbox.dispose()


def seen(walk: Walk) -> set[int]:
    with walk.world.services.db.workspace(walk.world.workspace_id) as session:
        return set(session.execute(select(ProfileView.profile_id)).scalars())


def test_the_pages_about_one_person_are_walked() -> None:
    assert {"GET /profiles/<profile_id>", "GET /inbox/new"} <= set(ABOUT_ONE)
    assert WALKED.keys() >= NOT_SEEN


@pytest.mark.parametrize("route", [route for route in ABOUT_ONE if route not in NOT_SEEN])
def test_a_page_about_one_person_is_written_down(walk: Walk, route: str) -> None:
    method, _, rule = route.partition(" ")
    for call in WALKED[route]:
        answer = walk.call(method, rule, call, Names(walk.ours))
        is_shown = answer.status == 200 and ("<profile_id>" in rule or "profile" in call.query)
        assert seen(walk) or not is_shown, call


def test_of_two_beside_each_other_both_are(walk: Walk) -> None:
    rule = "/profiles/<profile_id>/join/<other_id>"
    [call] = PEOPLE[f"GET {rule}"]
    assert walk.call("GET", rule, call, Names(walk.ours)).status == 200
    assert seen(walk) == {int(walk.ours["profile"]), int(walk.ours["other_profile"])}
