"""A job of one workspace with another's ids does nothing; each door beside Flask has its test."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from integration.app import build_house
from tests.security.furnished import furnished_world
from tests.security.untouched import nothing_done
from tests.security.walk import unknown_of
from tests.ui_embed.world import World

HOUSE = build_house()
# What each argument of a job is, as a word of what the other workspace has.
NAMES = {"store_id": "store", "channel_id": "channel", "profile_id": "profile", "order_id": "order"}
# They say how a job goes about it, and name no row.
MANNERS = {"anew", "attempt", "on_progress", "source", "asked_by", "accept_deletions"}
# They take no workspace: what they work off is found by themselves, each row in its own workspace.
WITHOUT = {
    "install.prove": "a connection that a store answered to, by its own id: it has no workspace yet"
}
# What is served beside Flask, and what shows that nobody else is served there.
DOORS = {
    "/webhooks": "tests/security/test_replayed_webhook.py::test_replayed_webhook",
    "/webhooks/email": "tests/webhooks/test_channel_door.py::test_other_addresses_lead_nowhere",
    "/webhooks/phone": "tests/webhooks/test_channel_door.py::test_other_addresses_lead_nowhere",
    "/api/v1/live": (
        "tests/ui_embed/test_live.py::test_news_of_the_own_workspace_comes_and_no_other"
    ),
    "/api/widget/live": ("tests/ui_embed/widget/test_live_stream.py::test_nothing_of_others_comes"),
}
ROOT = Path(__file__).parents[2]
Built = tuple[World, dict[str, str]]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Built]:
    """An application, and the names of what the other workspace has."""
    world, _, theirs = furnished_world(Path(tmp_path_factory.mktemp("jobs")))
    yield world, theirs
    world.services.db.dispose()
    world.services.inbox.dispose()


def arguments_of(name: str) -> set[str]:
    """What a job is enqueued with."""
    told = inspect.signature(HOUSE.jobs[name].function).parameters.values()
    return {each.name for each in told if each.kind is each.KEYWORD_ONLY}


JOBS = sorted(name for name in HOUSE.jobs if "workspace_id" in arguments_of(name))


def test_the_walk_knows_each_job_and_what_it_takes() -> None:
    for name in HOUSE.jobs:
        asked = arguments_of(name) - MANNERS - {"workspace_id"} - NAMES.keys()
        assert asked == set() or name in WITHOUT, f"say what {name} takes: {sorted(asked)}"
        if name not in JOBS:
            assert not arguments_of(name) & NAMES.keys(), f"{name} names rows and no workspace"


@pytest.mark.parametrize("name", JOBS)
def test_a_job_of_another_tenant_does_nothing(built: Built, name: str) -> None:
    world, theirs = built
    outcomes = []
    for names in (theirs, unknown_of(theirs)):
        given = {at: int(names[word]) for at, word in NAMES.items() if at in arguments_of(name)}
        with nothing_done(world.services):
            outcomes.append(_outcome(world, name, workspace_id=world.workspace_id, **given))
    assert outcomes[0] == outcomes[1], "a foreign id and an unknown one are told apart"


def _outcome(world: World, name: str, **given: Any) -> str:
    try:
        return repr(HOUSE.jobs[name].function(world.services, **given))
    except Exception as error:  # noqa: BLE001 - whatever it is: it has to be the same
        return type(error).__name__


def test_each_door_beside_flask_is_known_and_has_its_test() -> None:
    assert HOUSE.mounted.keys() == DOORS.keys(), "say what shows that it serves nobody else"
    for told in DOORS.values():
        file, _, test = told.partition("::")
        assert f"def {test}(" in (ROOT / file).read_text(encoding="utf-8"), told
