"""Links that set up a sign-in: once, for a time, for one agent."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from flask.testing import FlaskClient

from integration.models import AgentInvitation
from tests.integration.install.conftest import SettableClock
from tests.ui_embed.agents.people import (
    EMAIL,
    NEW,
    PASSWORD,
    add_agent,
    agent_row,
    agents,
    count,
    get,
    invite,
    link_in,
    post,
    type_in,
)
from tests.ui_embed.sites import FOREIGN, SESSION, cookies_of
from tests.ui_embed.world import World


def test_somebody_is_invited_sets_a_password_and_comes_again(
    world: World, boss: FlaskClient
) -> None:
    link = invite(boss)
    _, jana = agents(world)
    assert (jana.email, jana.status, jana.role, jana.password_hash) == (
        NEW,
        "invited",
        "agent",
        None,
    )
    guest = world.app.test_client()
    page = get(guest, link, FOREIGN)
    assert page.status_code == 200
    assert "Welcome to <bdi>Aegean Goods</bdi>" in page.text
    assert NEW in page.text
    answer = post(guest, link, {"name": " Jana  Nováková ", "password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/inbox")
    jana = agent_row(world, jana.id)
    assert (jana.name, jana.status, jana.is_email_vouched) == ("Jana Nováková", "active", True)
    assert get(guest, "/settings/me").status_code == 200
    assert type_in(world.app.test_client(), NEW).status_code == 303
    assert get(boss, "/settings/agents").text.count("tsi_") == 0


def test_an_invitation_works_once(world: World, boss: FlaskClient) -> None:
    link = invite(boss)
    assert (
        post(world.app.test_client(), link, {"name": "J", "password": PASSWORD}).status_code == 303
    )
    thief = world.app.test_client()
    for answer in (get(thief, link), post(thief, link, {"name": "T", "password": "x" * 12})):
        assert answer.status_code == 404
        assert "doesn&#39;t work any more" in answer.text
        assert SESSION not in "".join(cookies_of(answer))
    assert type_in(world.app.test_client(), NEW).status_code == 303


def test_an_invitation_is_good_for_seven_days(
    world: World, boss: FlaskClient, clock: SettableClock
) -> None:
    link = invite(boss)
    clock.now += timedelta(days=7, seconds=-1)
    assert get(world.app.test_client(), link).status_code == 200
    clock.now += timedelta(seconds=1)
    assert get(world.app.test_client(), link).status_code == 404


def test_only_the_newest_link_works(world: World, boss: FlaskClient) -> None:
    former = invite(boss)
    answer = post(boss, "/settings/agents/2/link")
    newest = link_in(answer.text)
    assert former != newest
    assert get(world.app.test_client(), former).status_code == 404
    assert get(world.app.test_client(), newest).status_code == 200
    assert count(world, AgentInvitation) == 1


def test_another_sites_page_accepts_no_invitation(world: World, boss: FlaskClient) -> None:
    link = invite(boss)
    answer = post(world.app.test_client(), link, {"name": "J", "password": PASSWORD}, FOREIGN)
    assert answer.status_code == 422
    assert agent_row(world, 2).status == "invited"


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        ("Jana", "short", "at least 10 characters"),
        ("Jana", "x" * 201, "too long"),
        ("x" * 81, PASSWORD, "too long"),
        ("Ja\u202ena", PASSWORD, "can&#39;t be shown"),
    ],
)
def test_an_invitation_that_was_filled_in_wrong_still_works(
    world: World, boss: FlaskClient, name: str, password: str, told: str
) -> None:
    link = invite(boss)
    guest = world.app.test_client()
    answer = post(guest, link, {"name": name, "password": password})
    assert answer.status_code == 422
    assert told in answer.text
    assert post(guest, link, {"name": "Jana", "password": PASSWORD}).status_code == 303


def test_a_new_password_ends_every_session(world: World, boss: FlaskClient) -> None:
    jana = add_agent(world, email=NEW, name="Jana")
    theirs = world.app.test_client()
    type_in(theirs, NEW)
    assert get(theirs, "/settings/me").status_code == 200
    link = link_in(post(boss, f"/settings/agents/{jana}/link").text)
    fresh = world.app.test_client()
    assert "Set a new password" in get(fresh, link).text
    assert get(theirs, "/settings/me").status_code == 200
    assert (
        post(fresh, link, {"name": "Jana", "password": "another ship at dawn"}).status_code == 303
    )
    assert get(theirs, "/settings/me").status_code == 401
    assert type_in(world.app.test_client(), NEW).status_code == 401
    assert type_in(world.app.test_client(), NEW, "another ship at dawn").status_code == 303


@pytest.mark.parametrize(
    ("email", "name", "role", "told"),
    [
        ("", "", "agent", "isn&#39;t an e-mail address"),
        ("nobody", "", "agent", "isn&#39;t an e-mail address"),
        ("a@b", "", "agent", "isn&#39;t an e-mail address"),
        ("еleni@aegean.example", "", "agent", "isn&#39;t an e-mail address"),
        (EMAIL.upper(), "", "agent", "has this address already"),
        (NEW, "x" * 81, "agent", "too long"),
        (NEW, "", "emperor", "Choose a role"),
        (NEW, "", "", "Choose a role"),
    ],
)
def test_what_cant_be_invited_is_told_why(
    world: World, boss: FlaskClient, email: str, name: str, role: str, told: str
) -> None:
    answer = post(boss, "/settings/agents", {"email": email, "name": name, "role": role})
    assert answer.status_code == 422
    assert told in answer.text
    assert len(agents(world)) == 1


def test_the_same_address_may_be_invited_in_another_workspace(
    world: World, boss: FlaskClient
) -> None:
    theirs = add_agent(world, email=NEW, workspace_id=world.other_workspace_id)
    invite(boss)
    assert agent_row(world, theirs).status == "active"


def test_a_mail_with_the_link_is_begun_in_the_inviters_own_program(boss: FlaskClient) -> None:
    told = {"email": "jana+shop@aegean.example", "name": "Jana", "role": "agent"}
    page = post(boss, "/settings/agents", told).text
    found = re.search(r'href="(mailto:[^"]+)"', page)
    assert found
    mail = urlsplit(unescape(found[1]))
    assert unquote(mail.path) == "jana+shop@aegean.example"
    fields = parse_qs(mail.query)
    assert fields["body"][0].endswith(f"https://tillside.example{link_in(page)}")
    assert fields["subject"] == ["Your invitation to Aegean Goods"]
    assert "mailto:" not in get(boss, "/settings/agents").text
