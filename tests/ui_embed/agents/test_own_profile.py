"""My profile: what one says of oneself, how one signs in, where one is signed in."""

import re

import pytest
from flask.testing import FlaskClient

from tests.ui_embed.agents.people import (
    EMAIL,
    NEW,
    PASSWORD,
    add_agent,
    agent_row,
    get,
    post,
    sessions,
    type_in,
)
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import FOREIGN
from tests.ui_embed.world import NOW, World

FORM = {"email": EMAIL, "former": PASSWORD, "password": "another ship at dawn"}


@pytest.fixture
def browser(world: World, client: FlaskClient) -> FlaskClient:
    """A browser of an agent who only looks: one's own profile is one's own in every role."""
    add_agent(world, role="read_only")
    type_in(client)
    return client


def test_name_language_and_signature_are_kept(world: World, browser: FlaskClient) -> None:
    told = {"name": " Ελένη  Π. ", "locale": "he", "signature": "Ελένη\r\nAegean Goods "}
    assert post(browser, "/settings/me", told).status_code == 303
    row = agent_row(world, 1)
    assert (row.name, row.locale, row.signature) == ("Ελένη Π.", "he", "Ελένη\nAegean Goods")
    assert 'dir="rtl"' in get(browser, "/settings/me").text
    assert post(browser, "/settings/me", {**told, "locale": "xx"}).status_code == 303
    assert agent_row(world, 1).locale is None


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"name": ""}, "A name is missing"),
        ({"name": "x" * 81}, "too long"),
        ({"signature": "x" * 2001}, "too long"),
        ({"signature": "a\x00b"}, "can&#39;t be shown"),
    ],
)
def test_what_cant_be_kept_comes_back_with_its_reason(
    world: World, browser: FlaskClient, changes: dict[str, str], told: str
) -> None:
    answer = post(browser, "/settings/me", {"name": "E", "signature": "", **changes})
    assert answer.status_code == 422
    assert told in answer.text
    assert agent_row(world, 1).name == "Ελένη"


def test_a_new_password_ends_the_other_sessions_and_keeps_this_one(
    world: World, browser: FlaskClient
) -> None:
    elsewhere = world.app.test_client()
    type_in(elsewhere)
    assert post(browser, "/settings/me/password", FORM).status_code == 303
    assert get(browser, "/settings/me").status_code == 200
    assert get(elsewhere, "/settings/me").status_code == 401
    assert type_in(elsewhere).status_code == 401
    assert type_in(elsewhere, password=FORM["password"]).status_code == 303


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"former": "not the one"}, "don&#39;t fit together"),
        ({"former": ""}, "don&#39;t fit together"),
        ({"password": "short"}, "at least 10 characters"),
        ({"email": "nobody"}, "isn&#39;t an e-mail address"),
        ({"email": NEW}, "has this address already"),
    ],
)
def test_what_one_cant_sign_in_with_is_told(
    world: World, browser: FlaskClient, changes: dict[str, str], told: str
) -> None:
    add_agent(world, email=NEW)
    answer = post(browser, "/settings/me/password", {**FORM, **changes})
    assert answer.status_code == 422
    assert told in answer.text
    assert (agent_row(world, 1).email, agent_row(world, 2).email) == (EMAIL, NEW)
    assert type_in(world.app.test_client()).status_code == 303


def test_an_address_that_one_wrote_oneself_is_vouched_for_by_nobody(
    world: World, browser: FlaskClient
) -> None:
    assert agent_row(world, 1).is_email_vouched
    changed = {"email": "new@aegean.example", "former": PASSWORD, "password": ""}
    assert post(browser, "/settings/me/password", changed).status_code == 303
    row = agent_row(world, 1)
    assert (row.email, row.is_email_vouched) == ("new@aegean.example", False)
    assert type_in(world.app.test_client(), "new@aegean.example").status_code == 303


def test_one_signs_out_elsewhere_one_by_one_or_at_once(world: World, browser: FlaskClient) -> None:
    others = [world.app.test_client() for _ in range(3)]
    for each in others:
        type_in(each)
    listed = re.findall(r"/settings/me/sessions/(\d+)/end", get(browser, "/settings/me").text)
    assert len(set(listed)) == 3
    assert post(browser, f"/settings/me/sessions/{listed[0]}/end").status_code == 303
    assert [get(each, "/settings/me").status_code for each in others].count(401) == 1
    assert post(browser, f"/settings/me/sessions/{listed[0]}/end").status_code == 404
    assert post(browser, "/settings/me/sessions/end").status_code == 303
    assert [get(each, "/settings/me").status_code for each in others] == [401, 401, 401]
    assert get(browser, "/settings/me").status_code == 200


def test_nobody_ends_a_session_of_somebody_elses(world: World, browser: FlaskClient) -> None:
    add_agent(world, email=NEW)
    theirs = world.app.test_client()
    type_in(theirs, NEW)
    number = max(each.id for each in sessions(world))
    assert post(browser, f"/settings/me/sessions/{number}/end").status_code == 404
    assert get(theirs, "/settings/me").status_code == 200


def test_another_sites_page_changes_nothing(world: World, browser: FlaskClient) -> None:
    for path in ("/settings/me", "/settings/me/password", "/settings/me/sessions/end"):
        assert post(browser, path, {**FORM, "name": "X"}, FOREIGN).status_code == 401
    row = agent_row(world, 1)
    assert (row.name, row.email, row.seen_at) == ("Ελένη", EMAIL, NOW)


def test_what_an_agent_wrote_carries_their_name(world: World, client: FlaskClient) -> None:
    add_person(world)
    add_agent(world)
    type_in(client)
    assert post(client, "/profiles/1/notes", {"text": "Rings before noon"}).status_code == 303
    add_agent(world, email=NEW, name="Jana")
    other = world.app.test_client()
    type_in(other, NEW)
    assert "<bdi>Ελένη</bdi>" in get(other, "/profiles/1?view=notes").text
    assert "<bdi>you</bdi>" in get(client, "/profiles/1?view=notes").text
