"""Signing in by a password: who comes in, who doesn't, and what follows."""

from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.agents import passwords
from integration.models import Store
from integration.models.vocabulary import AgentStatus
from tests.ui_embed.agents.people import (
    EMAIL,
    PASSWORD,
    add_agent,
    agent_row,
    change_agent,
    failures,
    get,
    post,
    sessions,
    type_in,
)
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.sites import ELSEWHERE, FOREIGN, SAME, SESSION, cookies_of, session_token
from tests.ui_embed.world import NOW, World, change_store

WRONG = "This address and password don&#39;t fit together."


def test_the_right_password_opens_the_page_that_was_asked_for(
    world: World, client: FlaskClient
) -> None:
    add_person(world)
    agent_id = add_agent(world)
    asked = get(client, "/panel?order=1042")
    assert asked.status_code == 401
    assert 'href="/sign-in?next=/panel?order%3D1042"' in asked.text.replace("%2F", "/").replace(
        "%3F", "?"
    )
    answer = type_in(client, " Eleni@Aegean.example ", next="/panel?order=1042")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/panel?order=1042")
    assert "Δήμητρα" in get(client, "/panel?order=1042").text
    (held,) = sessions(world)
    assert (held.agent_id, held.viewer, held.kind) == (agent_id, f"agent:{agent_id}", "browser")
    assert (held.store_id, held.expires_at) == (world.store_id, NOW + timedelta(days=30))
    assert failures(world) == 0
    assert agent_row(world, agent_id).seen_at == NOW


@pytest.mark.parametrize(
    ("email", "password"),
    [
        (EMAIL, "blue boats at night"),
        (EMAIL, ""),
        (EMAIL, PASSWORD + " "),
        (EMAIL, "x" * 5000),
        ("nobody@aegean.example", PASSWORD),
        ("", PASSWORD),
        ("еleni@aegean.example", PASSWORD),
        ("ｅleni@aegean.example", PASSWORD),
        ("eleni@aegean.example\u200b", PASSWORD),
        ("eleni@aegean.example\x00", PASSWORD),
    ],
    ids=["wrong", "empty", "blank", "long", "unknown", "none", "cyrillic", "wide", "zero", "null"],
)
def test_whoever_isnt_right_reads_the_same_sentence(
    world: World, client: FlaskClient, email: str, password: str
) -> None:
    add_agent(world)
    answer = type_in(client, email, password)
    assert answer.status_code == 401
    assert WRONG in answer.text
    assert SESSION not in "".join(cookies_of(answer))
    assert sessions(world) == []
    assert failures(world) == 3


@pytest.mark.parametrize("status", [AgentStatus.INVITED, AgentStatus.DISABLED])
def test_who_isnt_active_doesnt_come_in(world: World, client: FlaskClient, status: str) -> None:
    add_agent(world, status=status)
    answer = type_in(client)
    assert answer.status_code == 401
    assert WRONG in answer.text


def test_as_many_hashes_are_tried_for_nobody_as_for_somebody(
    world: World, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_agent(world)
    tried: list[str] = []
    real = passwords._verify

    def verify(kept: str, typed: str) -> bool:
        tried.append(kept)
        return real(kept, typed)

    monkeypatch.setattr(passwords, "_verify", verify)
    counts = []
    for email, password in ((EMAIL, PASSWORD), (EMAIL, "wrong wrong"), ("no@x.example", "x" * 12)):
        tried.clear()
        type_in(client, email, password)
        counts.append(len(tried))
    assert counts == [2, 2, 2]


@pytest.mark.parametrize(
    "headers",
    [FOREIGN, ELSEWHERE, {}, {"Origin": "null"}, {**SAME, "Sec-Fetch-Site": "same-site"}],
    ids=str,
)
def test_another_sites_page_signs_nobody_in(
    world: World, client: FlaskClient, headers: dict[str, str]
) -> None:
    add_agent(world)
    answer = client.post(
        "/sign-in",
        data={"email": EMAIL, "password": PASSWORD},
        headers=headers,
        base_url="https://localhost",
    )
    assert answer.status_code == 403
    assert "Please sign in on this page" in answer.text
    assert (sessions(world), failures(world)) == ([], 0)


@pytest.mark.parametrize(
    "asked",
    [
        "//evil.example",
        "https://evil.example",
        "/\\evil.example",
        "\\\\evil.example",
        "javascript:alert(1)",
        "/panel\r\nSet-Cookie: x=1",
        "/sign-in?next=/sign-in",
        "/sign-out",
        "/" + "x" * 600,
        "",
    ],
)
def test_nobody_is_led_to_another_site(world: World, client: FlaskClient, asked: str) -> None:
    add_agent(world)
    answer = type_in(client, next=asked)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/panel")


def test_a_session_that_was_planted_before_is_not_taken_over(
    world: World, client: FlaskClient
) -> None:
    add_agent(world)
    planted = session_token(world)
    client.set_cookie(SESSION, planted, domain="localhost", secure=True)
    answer = type_in(client)
    assert answer.status_code == 303
    fresh = client.get_cookie(SESSION, domain="localhost")
    assert fresh is not None
    assert fresh.value != planted
    assert "HttpOnly" in "".join(cookies_of(answer))
    assert "Secure" in "".join(cookies_of(answer))
    former, now = sessions(world)
    assert (former.expires_at, now.expires_at) == (NOW, NOW + timedelta(days=30))


def test_somebody_of_several_workspaces_chooses_one(world: World, client: FlaskClient) -> None:
    first = add_agent(world)
    other = add_agent(world, workspace_id=world.other_workspace_id, role="owner")
    answer = type_in(client, next="/settings/stores")
    assert answer.status_code == 200
    assert "Aegean Goods" in answer.text
    assert "Baltic Goods" in answer.text
    assert sessions(world) == []
    challenge = answer.text.partition('name="challenge" value="')[2].partition('"')[0]
    stranger = world.app.test_client()
    chosen = {"challenge": challenge, "agent": str(other), "next": "/settings/stores"}
    assert post(stranger, "/sign-in/workspace", chosen).status_code == 401
    answer = post(client, "/sign-in/workspace", chosen)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/settings/stores")
    assert "Baltic Goods" in get(client, "/settings/stores").text
    assert post(client, "/sign-in/workspace", chosen).status_code == 401
    assert [held.agent_id for held in sessions(world)] == [other]
    assert agent_row(world, first).seen_at is None


def test_a_choice_opens_only_what_was_offered(world: World, client: FlaskClient) -> None:
    add_agent(world)
    add_agent(world, workspace_id=world.other_workspace_id)
    theirs = add_agent(
        world, workspace_id=world.other_workspace_id, email="boss@baltic.example", role="owner"
    )
    answer = type_in(client)
    challenge = answer.text.partition('name="challenge" value="')[2].partition('"')[0]
    refused = post(client, "/sign-in/workspace", {"challenge": challenge, "agent": str(theirs)})
    assert refused.status_code == 401
    assert sessions(world) == []


def test_a_password_opens_only_the_workspace_that_it_was_set_in(
    world: World, client: FlaskClient
) -> None:
    add_agent(world)
    victim = add_agent(
        world, workspace_id=world.other_workspace_id, password="another one altogether"
    )
    answer = type_in(client)
    assert answer.status_code == 303
    assert [held.workspace_id for held in sessions(world)] == [world.workspace_id]
    assert agent_row(world, victim).seen_at is None


def test_an_old_hash_is_renewed_at_the_next_sign_in(world: World, client: FlaskClient) -> None:
    weak = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    agent_id = add_agent(world)
    change_agent(world, agent_id, password_hash=weak.hash(PASSWORD))
    assert type_in(client).status_code == 303
    kept = agent_row(world, agent_id).password_hash
    assert kept is not None
    assert "$m=19456,t=2,p=1$" in kept
    assert type_in(world.app.test_client()).status_code == 303
    assert agent_row(world, agent_id).password_hash == kept


def test_the_form_leads_on_whoever_is_in(world: World, client: FlaskClient) -> None:
    add_agent(world)
    page = get(client, "/sign-in?next=/suggestions")
    assert page.status_code == 200
    assert 'name="next" value="/suggestions"' in page.text
    assert page.headers["X-Frame-Options"] == "DENY"
    type_in(client)
    answer = get(client, "/sign-in?next=/suggestions")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/suggestions")


def test_a_workspace_whose_store_left_says_so(world: World, client: FlaskClient) -> None:
    add_agent(world)
    change_store(world.services, world.store_id, status="disconnected")
    assert type_in(client).status_code == 303
    page = get(client, "/panel")
    assert page.status_code == 401
    assert "Aegean Goods is disconnected" in page.text


def test_a_workspace_without_a_store_says_so(world: World, client: FlaskClient) -> None:
    add_agent(world)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for store in session.execute(select(Store)).scalars():
            session.delete(store)
    answer = type_in(client)
    assert answer.status_code == 409
    assert "There is no store here any more" in answer.text
    assert sessions(world) == []


def test_an_agent_reads_and_writes_as_themselves(world: World, client: FlaskClient) -> None:
    add_person(world)
    add_agent(world, role="read_only")
    type_in(client)
    fetched = {"Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors"}
    answer = post(client, "/profiles/1/notes", {"text": "Hello"}, fetched)
    assert answer.status_code == 403
    assert get(client, "/profiles/1").status_code == 200
