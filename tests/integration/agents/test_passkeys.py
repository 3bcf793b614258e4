"""Passkeys: what a device has to have signed, and all that proves nobody."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from integration.agents.directory import AgentCard, card_of, get_agent
from integration.agents.own_ways import drop_passkey
from integration.agents.passkeys import (
    begin_registration,
    begin_sign_in,
    by_passkey,
    register,
)
from integration.errors import AppError, Invalid, NotFound, Unauthorized
from integration.models import Passkey
from tests.integration.agents.device import PRESENT, Device
from tests.integration.install.conftest import SettableClock
from tests.ui_embed.agents.people import add_agent, change_agent
from tests.ui_embed.world import NOW, World

BROWSER = "a-browser"


def card(world: World, agent_id: int) -> AgentCard:
    with world.services.db.workspace(world.workspace_id) as session:
        return card_of(get_agent(session, agent_id))


@pytest.fixture
def agent_id(world: World) -> int:
    return add_agent(world)


def kept(world: World, agent_id: int, device: Device) -> int:
    options = begin_registration(world.services, world.workspace_id, card(world, agent_id), BROWSER)
    return register(
        world.services, world.workspace_id, agent_id, BROWSER, device.make(options), name="Phone"
    )


def count(world: World) -> int:
    with world.services.db.across_workspaces() as session:
        return session.execute(select(func.count()).select_from(Passkey)).scalar_one()


def test_a_passkey_proves_its_agent_once_a_challenge(world: World, agent_id: int) -> None:
    device = Device()
    kept(world, agent_id, device)
    answer = device.sign(begin_sign_in(world.services, BROWSER))
    proved = by_passkey(world.services, BROWSER, answer)
    assert (proved.agent_id, proved.workspace_id) == (agent_id, world.workspace_id)
    with pytest.raises(Unauthorized):
        by_passkey(world.services, BROWSER, answer)


def test_nothing_in_the_options_names_the_agent(world: World, agent_id: int) -> None:
    options = begin_sign_in(world.services, BROWSER)
    assert options["rpId"] == "tillside.example"
    assert options["allowCredentials"] == []
    assert options["userVerification"] == "required"
    made = begin_registration(world.services, world.workspace_id, card(world, agent_id), BROWSER)
    assert made["authenticatorSelection"]["residentKey"] == "required"
    assert len(made["user"]["id"]) == 43


@pytest.mark.parametrize(
    "changes",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://tillside.example"},
        {"origin": "https://tillside.example:8443"},
        {"origin": "https://sub.tillside.example"},
        {"origin": "https://tillside.example.evil.example"},
        {"site": "evil.example"},
        {"site": "example"},
        {"flags": PRESENT},
        {"flags": 0},
        {"user_handle": b"somebody else"},
        {"count": 2},
    ],
    ids=str,
)
def test_what_another_site_or_device_signed_proves_nobody(
    world: World, agent_id: int, changes: dict[str, Any]
) -> None:
    device = Device(count=10)
    kept(world, agent_id, device)
    device.sign(begin_sign_in(world.services, BROWSER))
    bent = replace(device, **changes)
    with pytest.raises(Unauthorized, match="doesn't open anything"):
        by_passkey(world.services, BROWSER, bent.sign(begin_sign_in(world.services, BROWSER)))


def test_a_key_of_somebody_elses_proves_nobody(world: World, agent_id: int) -> None:
    device = Device()
    kept(world, agent_id, device)
    thief = Device(credential_id=device.credential_id, user_handle=device.user_handle, count=50)
    with pytest.raises(Unauthorized):
        by_passkey(world.services, BROWSER, thief.sign(begin_sign_in(world.services, BROWSER)))
    with pytest.raises(Unauthorized):
        by_passkey(world.services, BROWSER, Device().sign(begin_sign_in(world.services, BROWSER)))


def test_a_challenge_is_for_one_browser_one_purpose_and_a_while(
    world: World, agent_id: int, clock: SettableClock
) -> None:
    device = Device()
    kept(world, agent_id, device)
    theirs = device.sign(begin_sign_in(world.services, "another-browser"))
    with pytest.raises(Unauthorized):
        by_passkey(world.services, BROWSER, theirs)
    to_make = begin_registration(world.services, world.workspace_id, card(world, agent_id), BROWSER)
    with pytest.raises(Unauthorized):
        by_passkey(world.services, BROWSER, device.sign(to_make))
    late = device.sign(begin_sign_in(world.services, BROWSER))
    clock.now += timedelta(minutes=5)
    with pytest.raises(Unauthorized):
        by_passkey(world.services, BROWSER, late)
    mistaken = device.sign(begin_sign_in(world.services, BROWSER), kind="webauthn.create")
    with pytest.raises(Unauthorized):
        by_passkey(world.services, BROWSER, mistaken)


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"rawId": 7, "response": []},
        {"rawId": "x", "response": {"clientDataJSON": "%%%"}},
        {"rawId": "x", "response": {"clientDataJSON": "e30"}},
        {"rawId": "x", "response": {"clientDataJSON": "W10"}},
        {"rawId": "\ud800", "response": {"clientDataJSON": "\ud800"}},
        {"rawId": "x", "response": {"clientDataJSON": "W1tb" * 4000}},
        {"rawId": "x" * 70_000, "response": {"clientDataJSON": "x" * 70_000}},
    ],
    ids=range(8),
)
def test_nonsense_proves_nobody(world: World, answer: dict[str, Any]) -> None:
    begin_sign_in(world.services, BROWSER)
    with pytest.raises(Unauthorized):
        by_passkey(world.services, BROWSER, answer)


def test_a_challenge_of_another_agent_keeps_no_passkey(world: World, agent_id: int) -> None:
    other = add_agent(world, email="mallory@aegean.example")
    options = begin_registration(world.services, world.workspace_id, card(world, other), BROWSER)
    for workspace_id, whose in (
        (world.workspace_id, agent_id),
        (world.other_workspace_id, other),
    ):
        with pytest.raises(Invalid):
            register(world.services, workspace_id, whose, BROWSER, Device().make(options), name="")
    assert count(world) == 0


@pytest.mark.parametrize(
    "changes", [{"origin": "https://evil.example"}, {"site": "evil.example"}, {"flags": PRESENT}]
)
def test_a_passkey_of_another_site_isnt_kept(
    world: World, agent_id: int, changes: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        kept(world, agent_id, Device(**changes))
    assert count(world) == 0


def test_one_that_was_kept_for_another_agent_isnt_kept_again(world: World, agent_id: int) -> None:
    device = Device()
    kept(world, agent_id, device)
    other = add_agent(world, email="mallory@aegean.example")
    with pytest.raises(AppError):
        kept(world, other, device)
    assert count(world) == 1


def test_only_ones_own_are_removed(world: World, agent_id: int) -> None:
    device = Device()
    passkey_id = kept(world, agent_id, device)
    other = add_agent(world, email="mallory@aegean.example")
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        with pytest.raises(NotFound):
            drop_passkey(session, other, passkey_id, by_oidc=False, now=NOW)
        drop_passkey(session, agent_id, passkey_id, by_oidc=False, now=NOW)
    with pytest.raises(Unauthorized):
        by_passkey(world.services, BROWSER, device.sign(begin_sign_in(world.services, BROWSER)))


def test_who_is_shut_out_proves_nothing(world: World, agent_id: int) -> None:
    device = Device()
    kept(world, agent_id, device)
    change_agent(world, agent_id, status="disabled")
    with pytest.raises(Unauthorized):
        by_passkey(world.services, BROWSER, device.sign(begin_sign_in(world.services, BROWSER)))
