"""How failures slow a sign-in, and whom they don't."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from integration.agents import passwords
from integration.agents.throttle import sweep_failures
from tests.integration.install.conftest import SettableClock
from tests.ui_embed.agents.people import (
    EMAIL,
    PASSWORD,
    add_agent,
    failures,
    post,
    sessions,
    type_in,
)
from tests.ui_embed.sites import SAME
from tests.ui_embed.world import World


def test_after_five_failures_each_further_one_takes_twice_as_long(
    world: World, client: FlaskClient, clock: SettableClock
) -> None:
    add_agent(world)
    for _ in range(6):
        assert type_in(client, password="wrong wrong").status_code == 401
        clock.now += timedelta(seconds=1)
    answer = type_in(client)
    assert answer.status_code == 429
    assert "too many tries" in answer.text
    assert int(answer.headers["Retry-After"]) == 2
    assert sessions(world) == []
    clock.now += timedelta(seconds=2)
    assert type_in(client).status_code == 303
    assert type_in(client, password="wrong wrong").status_code == 401


def test_nobody_is_judged_while_they_wait(
    world: World, client: FlaskClient, clock: SettableClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_agent(world)
    for _ in range(6):
        type_in(client, password="wrong wrong")
        clock.now += timedelta(seconds=1)
    monkeypatch.setattr(passwords, "_verify", lambda *_: pytest.fail("a hash was tried"))
    before = failures(world)
    for _ in range(3):
        assert type_in(client).status_code == 429
    assert failures(world) == before


def test_strangers_dont_keep_an_agent_out_of_their_own_browser(
    world: World, client: FlaskClient, clock: SettableClock
) -> None:
    add_agent(world)
    assert type_in(client).status_code == 303
    stranger = world.app.test_client()
    for number in range(40):
        headers = {**SAME, "X-Forwarded-For": f"203.0.113.{number}"}
        type_in(stranger, password="wrong wrong", headers=headers)
        clock.now += timedelta(seconds=1)
    elsewhere = {**SAME, "X-Forwarded-For": "198.51.100.9"}
    held_up = type_in(world.app.test_client(), headers=elsewhere)
    assert held_up.status_code == 429
    assert int(held_up.headers["Retry-After"]) <= 301
    assert type_in(client, headers=elsewhere).status_code == 303


def test_a_mark_of_another_account_makes_no_browser_known(
    world: World, client: FlaskClient, clock: SettableClock
) -> None:
    add_agent(world)
    add_agent(world, email="mallory@aegean.example", name="Mallory")
    assert type_in(client, "mallory@aegean.example").status_code == 303
    for number in range(40):
        headers = {**SAME, "X-Forwarded-For": f"203.0.113.{number}"}
        answer = type_in(client, password="wrong wrong", headers=headers)
        clock.now += timedelta(seconds=1)
    assert answer.status_code == 429


def test_whoever_writes_anothers_address_down_as_their_own_guesses_no_quicker(
    world: World, client: FlaskClient, clock: SettableClock
) -> None:
    add_agent(world)
    add_agent(world, workspace_id=world.other_workspace_id, password="my own boats at noon")
    codes = []
    for number in range(30):
        headers = {**SAME, "X-Forwarded-For": f"203.0.113.{number}"}
        codes.append(type_in(client, password="wrong wrong", headers=headers).status_code)
        clock.now += timedelta(seconds=1)
        codes.append(type_in(client, password="my own boats at noon", headers=headers).status_code)
        clock.now += timedelta(seconds=1)
    assert codes[:2] == [401, 303]
    assert codes[-2:] == [429, 429]
    assert "tillside_known" not in str(client._cookies)


def test_whoever_took_a_session_guesses_the_password_as_slowly(
    world: World, client: FlaskClient, clock: SettableClock
) -> None:
    add_agent(world)
    type_in(client)
    fields = {"email": EMAIL, "password": "green boats at dusk", "former": "wrong wrong"}
    for _ in range(6):
        assert "don&#39;t fit" in post(client, "/settings/me/password", fields).text
        clock.now += timedelta(seconds=1)
    right = {**fields, "former": PASSWORD}
    assert "too many tries" in post(client, "/settings/me/password", right).text
    # What is asked to give a password up counts as well; what was right doesn't.
    clock.now += timedelta(seconds=2)
    counted = failures(world)
    post(client, "/settings/me/password/delete", {"given-up": PASSWORD})
    assert failures(world) == counted
    post(client, "/settings/me/password/delete", {"given-up": "wrong wrong"})
    assert failures(world) == counted + 3
    clock.now += timedelta(seconds=4)
    assert post(client, "/settings/me/password", right).status_code == 303


def test_one_address_that_tries_many_accounts_is_slowed(
    world: World, client: FlaskClient, clock: SettableClock
) -> None:
    for number in range(41):
        answer = type_in(client, f"who{number}@aegean.example", "wrong wrong")
        assert answer.status_code == 401, number
        clock.now += timedelta(seconds=1)
    assert type_in(client, "another@aegean.example", "wrong wrong").status_code == 429


def test_failures_are_forgotten(world: World, client: FlaskClient, clock: SettableClock) -> None:
    type_in(client, password="wrong wrong")
    clock.now += timedelta(hours=5)
    sweep_failures(world.services)
    assert failures(world) == 3
    clock.now += timedelta(hours=2)
    sweep_failures(world.services)
    assert failures(world) == 0
