"""Passkeys in a real browser: Chromium's virtual authenticator, our pages, our script."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, CDPSession, Page, expect
from sqlalchemy import select

from integration.models import Agent, Passkey, Session, SignInChallenge
from integration.processes.ports import free_port
from tests.ui_embed.agents.people import EMAIL, PASSWORD, add_agent, change_agent
from tests.ui_embed.gallery import serving
from tests.ui_embed.settling import hold_live
from tests.ui_embed.world import World, build_world

pytestmark = pytest.mark.browser


@dataclass(slots=True)
class Site:
    """The application at the address that it knows as its own."""

    world: World
    address: str
    agent_id: int


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    port = free_port()
    address = f"http://localhost:{port}"
    world = build_world(tmp_path, app_url=address)
    agent_id = add_agent(world, role="owner")
    with serving(world.app, port):
        yield Site(world, address, agent_id)
    world.services.db.dispose()
    world.services.inbox.dispose()


def authenticator(page: Page, **changes: Any) -> tuple[CDPSession, str]:
    """A device of this browser's that holds passkeys and knows its owner."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable", {"enableUI": False})
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
        **changes,
    }
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session, made["authenticatorId"]


def sign_in(page: Page, site: Site) -> None:
    hold_live(page)
    page.goto(f"{site.address}/sign-in?next=/settings/me")
    page.fill("#email", EMAIL)
    page.fill("#password", PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{site.address}/settings/me")


def add_passkey(page: Page) -> None:
    page.get_by_role("button", name="Add a passkey").click()
    page.wait_for_url("**/settings/me?done=passkey")


def leave(context: BrowserContext) -> None:
    """Forget that somebody is signed in."""
    context.clear_cookies()


def by_passkey(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/sign-in?next=/settings/stores")
    page.get_by_role("button", name="Use a passkey").click()


def rows(site: Site, model: Any) -> list[Any]:
    with site.world.services.db.across_workspaces() as session:
        return list(session.execute(select(model)).scalars())


def test_a_passkey_is_made_and_opens_the_page(page: Page, site: Site, refused: list[str]) -> None:
    device, held = authenticator(page)
    sign_in(page, site)
    add_passkey(page)
    expect(page.get_by_text("Your passkeys are as you see them.")).to_be_visible()
    (kept,) = rows(site, Passkey)
    (credential,) = device.send("WebAuthn.getCredentials", {"authenticatorId": held})["credentials"]
    assert (kept.agent_id, credential["rpId"], credential["isResidentCredential"]) == (
        site.agent_id,
        "localhost",
        True,
    )
    leave(page.context)
    by_passkey(page, site)
    page.wait_for_url("**/settings/stores")
    expect(page.get_by_role("heading", name="Aegean Goods")).to_be_visible()
    (used,) = rows(site, Passkey)
    assert used.sign_count > kept.sign_count
    assert used.last_used_at is not None
    assert len(rows(site, Session)) == 2
    assert rows(site, SignInChallenge) == []
    assert refused == []


def test_a_passkey_is_removed_and_opens_nothing(page: Page, site: Site) -> None:
    authenticator(page)
    sign_in(page, site)
    add_passkey(page)
    page.get_by_role("button", name="Remove").click()
    # What is said of it stood there already, since one was added.
    expect(page.get_by_role("button", name="Remove")).to_have_count(0)
    expect(page.get_by_text("Your passkeys are as you see them.")).to_be_visible()
    assert rows(site, Passkey) == []
    leave(page.context)
    by_passkey(page, site)
    expect(page.get_by_role("alert")).to_contain_text("This passkey doesn't open anything here.")
    assert len(rows(site, Session)) == 1


def test_who_was_shut_out_is_out_with_their_passkey(page: Page, site: Site) -> None:
    authenticator(page)
    sign_in(page, site)
    add_passkey(page)
    leave(page.context)
    change_agent(site.world, site.agent_id, status="disabled")
    by_passkey(page, site)
    expect(page.get_by_role("alert")).to_contain_text("This passkey doesn't open anything here.")
    assert len(rows(site, Session)) == 1


def test_a_device_that_counts_backwards_is_refused(page: Page, site: Site) -> None:
    authenticator(page)
    sign_in(page, site)
    add_passkey(page)
    leave(page.context)
    with site.world.services.db.across_workspaces(write=True) as session:
        session.execute(select(Passkey)).scalar_one().sign_count = 1000
    by_passkey(page, site)
    expect(page.get_by_role("alert")).to_contain_text("This passkey doesn't open anything here.")
    assert len(rows(site, Session)) == 1


def test_a_device_that_doesnt_know_its_owner_makes_none(page: Page, site: Site) -> None:
    authenticator(page, isUserVerified=False)
    sign_in(page, site)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was made.")
    assert rows(site, Passkey) == []


def test_one_device_holds_one_passkey_of_an_agent(page: Page, site: Site) -> None:
    authenticator(page)
    sign_in(page, site)
    add_passkey(page)
    page.get_by_role("button", name="Add a passkey").click()
    expect(page.get_by_role("alert")).to_contain_text("No passkey was made.")
    assert len(rows(site, Passkey)) == 1


def test_the_form_works_by_keyboard_alone(page: Page, site: Site) -> None:
    page.goto(f"{site.address}/sign-in?next=/settings/me")
    # It has the focus with the first picture, which may come after the page was loaded.
    expect(page.locator("#email")).to_be_focused()
    page.keyboard.type(EMAIL)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{site.address}/settings/me")
    (agent,) = rows(site, Agent)
    assert agent.seen_at is not None
