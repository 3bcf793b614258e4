"""Signing in by an OpenID Connect provider: who comes in, and what binds the way to a browser."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from integration.models import Agent, Session, SignInChallenge
from integration.models.vocabulary import AgentStatus
from tests.integration.install.conftest import SettableClock
from tests.ui_embed.agents.oidc.issuer import (
    CLIENT_ID,
    CLIENT_SECRET,
    Issuer,
)
from tests.ui_embed.agents.oidc.way import CALLBACK, begin, come_back, count, nobody_is_in, sign_in
from tests.ui_embed.agents.people import add_agent, agent_row, get
from tests.ui_embed.world import World, build_world


def test_whoever_was_invited_comes_in_and_is_bound(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    agent_id = add_agent(world, status=AgentStatus.INVITED, password=None)
    assert "Sign in with Aegean ID" in get(client, "/sign-in").text
    way_back = issuer.consent(begin(client, "?next=/suggestions"))
    answer = come_back(client, way_back)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/suggestions")
    agent = agent_row(world, agent_id)
    assert (agent.status, agent.oidc_subject) == ("active", f"{issuer.address} subject-7")
    assert get(client, "/suggestions").status_code == 200
    assert count(world, SignInChallenge) == 0
    again = world.app.test_client()
    renamed = sign_in(again, issuer, email="new.name@aegean.example")
    assert renamed.status_code == 303
    assert count(world, Agent) == 1


def test_the_request_carries_what_binds_the_answer(client: FlaskClient, world: World) -> None:
    asked = parse_qs(urlsplit(begin(client)).query)
    assert asked["redirect_uri"] == [f"https://tillside.example{CALLBACK}"]
    assert all(len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge"))
    other = parse_qs(urlsplit(begin(client)).query)
    assert all(asked[name] != other[name] for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize(
    "claims",
    [
        {"email_verified": False},
        {"email_verified": None},
        {"email_verified": "false"},
        {"email": None},
        {"email": "еleni@aegean.example"},
        {"email": "ｅleni@aegean.example"},
        {"email": "eleni@aegean.example\u200b"},
        {"email": "eleni+other@aegean.example"},
        {"email": "eleni@aegean.example.evil.example"},
        {"email": ["eleni@aegean.example"]},
        {"email": "nobody@aegean.example"},
    ],
    ids=str,
)
def test_only_a_verified_address_that_was_invited_makes_somebody_that_agent(
    world: World, client: FlaskClient, issuer: Issuer, claims: dict[str, Any]
) -> None:
    agent_id = add_agent(world)
    answer = sign_in(client, issuer, **claims)
    assert answer.status_code == 401
    assert "Nobody here was invited" in answer.text
    assert nobody_is_in(world, answer)
    assert agent_row(world, agent_id).oidc_subject is None
    assert count(world, Agent) == 1


def test_an_address_that_an_agent_wrote_down_themselves_is_not_enough(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world, is_email_vouched=False)
    assert sign_in(client, issuer).status_code == 401


def test_whoever_has_the_address_next_is_not_the_agent(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world)
    assert sign_in(client, issuer).status_code == 303
    heir = world.app.test_client()
    answer = sign_in(heir, issuer, sub="subject-8")
    assert answer.status_code == 401
    assert count(world, Session) == 1


def test_who_was_shut_out_doesnt_come_in(world: World, client: FlaskClient, issuer: Issuer) -> None:
    add_agent(world, status=AgentStatus.DISABLED, oidc_subject=f"{issuer.address} subject-7")
    assert nobody_is_in(world, sign_in(client, issuer))


def test_somebody_of_several_workspaces_chooses(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world)
    add_agent(world, workspace_id=world.other_workspace_id)
    answer = sign_in(client, issuer)
    assert answer.status_code == 200
    assert "Baltic Goods" in answer.text
    assert count(world, Session) == 0


def test_a_state_works_once(world: World, client: FlaskClient, issuer: Issuer) -> None:
    add_agent(world)
    way_back = issuer.consent(begin(client))
    assert come_back(client, way_back).status_code == 303
    asked = len(issuer.calls)
    again = come_back(client, way_back)
    assert again.status_code == 401
    assert len(issuer.calls) == asked
    assert count(world, Session) == 1


def test_a_state_of_another_browser_is_refused(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world)
    way_back = issuer.consent(begin(client))
    victim = world.app.test_client()
    begin(victim)
    for stranger in (victim, world.app.test_client()):
        answer = come_back(stranger, way_back)
        assert answer.status_code == 401
        assert nobody_is_in(world, answer)
    assert "/token" not in issuer.calls
    assert come_back(client, way_back).status_code == 303


@pytest.mark.parametrize("state", ["", "guessed", "x" * 5000])
def test_a_state_that_was_guessed_is_refused(
    world: World, client: FlaskClient, issuer: Issuer, state: str
) -> None:
    add_agent(world)
    begin(client)
    answer = come_back(client, f"{CALLBACK}?code=x&state={state}&iss={issuer.address}")
    assert answer.status_code == 401
    assert "/token" not in issuer.calls


def test_a_state_that_is_late_is_refused(
    world: World, client: FlaskClient, issuer: Issuer, clock: SettableClock
) -> None:
    add_agent(world)
    way_back = issuer.consent(begin(client))
    clock.now += timedelta(minutes=10)
    answer = come_back(client, way_back)
    assert answer.status_code == 401
    assert "took too long" in answer.text
    assert nobody_is_in(world, answer)


@pytest.mark.parametrize("told", ["", "http://evil.example", None])
def test_an_answer_of_another_issuer_is_refused(
    world: World, client: FlaskClient, issuer: Issuer, told: str | None
) -> None:
    add_agent(world)
    way_back = issuer.consent(begin(client)).partition("&iss=")[0]
    answer = come_back(client, way_back if told is None else f"{way_back}&iss={told}")
    assert answer.status_code == 401
    assert "/token" not in issuer.calls


def test_a_code_of_another_sign_in_is_refused(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    add_agent(world)
    stolen = parse_qs(urlsplit(issuer.consent(begin(world.app.test_client()))).query)["code"][0]
    mine = parse_qs(urlsplit(issuer.consent(begin(client))).query)
    answer = come_back(
        client, f"{CALLBACK}?code={stolen}&state={mine['state'][0]}&iss={issuer.address}"
    )
    assert answer.status_code == 502
    assert nobody_is_in(world, answer)


def test_a_person_who_says_no_reads_a_sentence(
    world: World, client: FlaskClient, issuer: Issuer
) -> None:
    state = parse_qs(urlsplit(begin(client)).query)["state"][0]
    answer = come_back(client, f"{CALLBACK}?error=access_denied&state={state}&iss={issuer.address}")
    assert answer.status_code in (401, 502)
    assert "Please try again" in answer.text or "Try again" in answer.text


@pytest.mark.parametrize(
    "discovery",
    [
        {"issuer": "http://127.0.0.1:1/"},
        {"token_endpoint": "ftp://id.example/token"},
        {"jwks_uri": None},
        {"authorization_endpoint": "javascript:alert(1)"},
    ],
    ids=str,
)
def test_a_provider_that_says_something_odd_is_not_used(
    world: World, client: FlaskClient, issuer: Issuer, discovery: dict[str, Any]
) -> None:
    issuer.discovery = discovery
    answer = get(client, "/sign-in/oidc")
    assert answer.status_code == 502
    assert "doesn&#39;t answer" in answer.text


def test_without_a_provider_there_is_no_such_page(tmp_path: Path) -> None:
    bare = build_world(tmp_path)
    client = bare.app.test_client()
    assert get(client, "/sign-in/oidc").status_code == 404
    assert get(client, f"{CALLBACK}?state=x&code=y").status_code == 404
    assert "oidc" not in get(client, "/sign-in").text
    bare.services.db.dispose()
    bare.services.inbox.dispose()


def test_a_provider_at_an_address_of_the_inner_net_is_not_called(tmp_path: Path) -> None:
    bare = build_world(
        tmp_path,
        OIDC_ISSUER="https://10.0.0.7",
        OIDC_CLIENT_ID=CLIENT_ID,
        OIDC_CLIENT_SECRET=CLIENT_SECRET,
    )
    answer = get(bare.app.test_client(), "/sign-in/oidc")
    assert answer.status_code == 502
    bare.services.db.dispose()
    bare.services.inbox.dispose()
