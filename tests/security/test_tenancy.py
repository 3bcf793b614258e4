"""One workspace's token on every route with another's names: 404, and nothing changed."""

import difflib
import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path

import pytest

from tests.security.furnished import furnished_world
from tests.security.noted_reading import settle
from tests.security.places import Call, Names, Point, points_of
from tests.security.walk import Answer, Walk
from tests.security.walked_api import API
from tests.security.walked_inbox import INBOX
from tests.security.walked_people import PEOPLE
from tests.security.walked_public import CARRIES, VISITORS
from tests.security.walked_settings import SETTINGS
from tests.security.walked_trust import TRUST, TRUST_API

_API = {**API, **TRUST_API}
WALKED: dict[str, list[Call]] = {
    **INBOX,
    **PEOPLE,
    **SETTINGS,
    **TRUST,
    **VISITORS,
    **_API,
}
# They name no row: a session token, the reader's language, a place in a list that is limited to the
# workspace whatever it says, how many are wanted.
HARMLESS = ("id_token", "locale", "lang", "cursor", "limit")


@pytest.fixture(scope="module")
def walk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walk]:
    """An application with two workspaces, in which everything exists once at least."""
    world, ours, theirs = furnished_world(Path(tmp_path_factory.mktemp("walk")))
    walk = Walk(world, ours, theirs)
    with pytest.MonkeyPatch.context() as patch:
        settle(patch, walk.read, walk.draw)
        yield walk
    walk.close()
    world.services.db.dispose()
    world.services.inbox.dispose()


@pytest.mark.parametrize("route", sorted(WALKED))
def test_one_workspaces_token_on_every_route_with_anothers_ids(walk: Walk, route: str) -> None:
    method, _, rule = route.partition(" ")
    calls = WALKED[route]
    walk.read.clear()
    for number, call in enumerate(calls):
        # Staff in a store's admin come by the same routes: each is walked as one of them once.
        callers = ("program", "staff")[: 2 if number == 0 else 1] if route in _API else (call.by,)
        for by in callers:
            go(walk, method, rule, replace(call, by=by))
    places = (re.escape(point.at) for call in calls for point in points_of(rule, call))
    known = {*HARMLESS, *places, *(word for call in calls for word in call.words)}
    asked = {name for name in walk.read if not any(re.fullmatch(each, name) for each in known)}
    assert asked == set(), f"{route} reads what the walk doesn't know"


def test_the_walk_knows_each_route_and_no_other(walk: Walk) -> None:
    there = {
        f"{method} {rule.rule}"
        for rule in walk.world.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    walked = {*WALKED, *CARRIES}
    assert there - walked == set(), "say in tests/security how these are walked"
    assert walked - there == set(), "these are gone"
    assert WALKED.keys() & CARRIES.keys() == set()


def go(walk: Walk, method: str, rule: str, call: Call) -> None:
    """Call it with ours, then with a foreign and an unknown name in each place by itself."""
    ours = walk.call(method, rule, call, Names(walk.ours))
    assert ours.status < 500, ours.body[:2000]
    for point in points_of(rule, call):
        foreign, unknown = both(walk, method, rule, call, point)
        where = f"{method} {rule}: {point.part} {point.at}={{{point.word}}} by {call.by}"
        if point.at in call.begins:
            assert (foreign.status, foreign.jobs, foreign.events) == (401, "[]", "[]"), where
            continue
        assert foreign == unknown, f"{where}\n{difference(foreign, unknown)}"
        assert foreign.status < 500, where
        if point.part == "path":
            assert foreign.status == call.gives.get(point.word, 404), (
                f"{where}: {foreign.body[:500]}"
            )
        if point.at not in call.same:
            plain = ours.without({point.word: walk.ours[point.word]})
            assert plain != unknown, f"{where} changes nothing about the answer"


def both(walk: Walk, method: str, rule: str, call: Call, point: Point) -> tuple[Answer, Answer]:
    """The answers to a foreign name at that place and to an unknown one, without the names."""
    answers = []
    for others in (walk.theirs, walk.nobodys):
        names = Names(walk.ours, others, frozenset({point}))
        answer = walk.call(method, rule, call, names)
        answers.append(answer.without({point.word: others[point.word]}))
    return answers[0], answers[1]


def difference(one: Answer, other: Answer) -> str:
    """What tells two answers apart."""
    left, right = (
        [str(each.status), str(each.headers), each.jobs, each.events, *each.body.splitlines()]
        for each in (one, other)
    )
    lines = difflib.unified_diff(left, right, "foreign", "unknown", lineterm="", n=0)
    return "\n".join(line[:300] for line in islice(lines, 40))
