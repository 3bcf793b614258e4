"""The pages of channels: what stands there, what is refused where, who may change what."""

import re
from html import unescape
from typing import Any

import pytest
from flask.testing import FlaskClient

from channels.errors import ChannelUnreachable, CredentialsRefused, HostRefused
from integration.conversations.channels import setup
from integration.models import Channel
from integration.models.vocabulary import Role
from tests.factories.conversations import make_channel
from tests.integration.conversations.fake_mailbox import GIVEN, PASSWORD, FakeMailbox
from tests.ui_embed.profile_client import PART, words_of
from tests.ui_embed.sites import SAME, count, sign_in
from tests.ui_embed.world import World

ROOT = "/settings/inbox/channels"
MAIL: dict[str, str] = {"name": "Support", **GIVEN, "do": "keep"}
PHONE: dict[str, str] = {
    "name": "Shop line",
    "number": "+302101234567",
    "told_by": "signed",
    "do": "keep",
}


@pytest.fixture
def mailbox(world: World) -> FakeMailbox:
    """The other side of every mailbox of this world."""
    made = FakeMailbox()
    channels: Any = world.services.channels
    channels["email"] = made
    return made


def _get(client: FlaskClient, path: str = "") -> Any:
    return client.get(f"{ROOT}{path}", headers=SAME, base_url="https://localhost")


def _post(
    client: FlaskClient, path: str, fields: dict[str, str] | None = None, more: Any = None
) -> Any:
    return client.post(
        f"{ROOT}{path}",
        data=fields or {},
        headers=SAME | (more or {}),
        base_url="https://localhost",
    )


def _made(client: FlaskClient, kind: str = "email", **changes: str) -> str:
    """A channel that was set up on its page; its id."""
    fields = {"email": MAIL, "phone": PHONE, "chat": {"name": "Chat", "do": "keep"}}[kind] | changes
    answer = _post(client, f"/new/{kind}", fields)
    if answer.status_code == 303:
        return str(answer.headers["Location"]).rpartition("/")[2]
    assert answer.status_code == 200, words_of(answer.text)
    found = re.search(r'action="/settings/inbox/channels/(\d+)"', answer.text)
    assert found
    return found[1]


def test_without_a_channel_the_page_offers_each_kind(admin: FlaskClient) -> None:
    page = _get(admin).text
    assert "No channel yet." in page
    for kind in ("email", "chat", "form", "phone", "counter"):
        assert f'href="{ROOT}/new/{kind}"' in page
        assert _get(admin, f"/new/{kind}").status_code == 200
    for odd in ("pigeon", "..", "EMAIL"):
        assert _get(admin, f"/new/{odd}").status_code == 404


def test_a_mailbox_is_set_up_tried_and_listed(
    admin: FlaskClient, world: World, mailbox: FakeMailbox
) -> None:
    number = _made(admin)
    assert len(mailbox.accounts.tried) == 1
    page = _get(admin, f"/{number}").text
    assert "works" in words_of(page)
    assert 'value="imap.amber.example"' in page
    assert PASSWORD not in page
    assert "Left empty, it stays as it is." in page
    listed = words_of(_get(admin).text)
    assert "Support" in listed
    assert "Help@Amber.example" in listed
    assert count(world, Channel) == 1


def test_a_trial_keeps_nothing_and_shows_no_password(
    admin: FlaskClient, world: World, mailbox: FakeMailbox
) -> None:
    tried = _post(admin, "/new/email", MAIL | {"do": "test"})
    assert "The connection works. Nothing is kept yet." in tried.text
    assert PASSWORD not in tried.text
    mailbox.accounts.failure = CredentialsRefused("The server doesn't take the password.")
    refused = _post(admin, "/new/email", MAIL | {"do": "test"})
    assert refused.status_code == 200
    assert "The server doesn&#39;t take the password." in refused.text
    assert 'value="imap.amber.example"' in refused.text
    assert count(world, Channel) == 0


def test_what_is_wrong_stands_beside_its_field_and_what_was_typed_stays(
    admin: FlaskClient, world: World, mailbox: FakeMailbox
) -> None:
    answer = _post(admin, "/new/email", MAIL | {"host": "10.0.0.8", "port": "x", "name": ""})
    assert answer.status_code == 422
    assert 'id="why-host"' in answer.text
    assert 'id="why-port"' in answer.text
    assert "This is an internal address." in answer.text
    assert 'value="10.0.0.8"' in answer.text
    assert PASSWORD not in answer.text
    nameless = _post(admin, "/new/email", MAIL | {"name": ""})
    assert (nameless.status_code, 'id="why-name"' in nameless.text) == (422, True)
    mailbox.accounts.failure = HostRefused("imap.amber.example is at an address we don't call.")
    inside = _post(admin, "/new/email", MAIL)
    assert (inside.status_code, 'id="why-host"' in inside.text) == (422, True)
    odd = _post(admin, "/new/email", MAIL | {"store_id": "abc"})
    assert (odd.status_code, 'id="why-store_id"' in odd.text) == (422, True)
    assert count(world, Channel) == 0


def test_an_address_that_is_taken_says_so_at_the_address(
    admin: FlaskClient, mailbox: FakeMailbox
) -> None:
    _made(admin)
    again = _post(admin, "/new/email", MAIL)
    assert again.status_code == 422
    assert "This address has a channel here already." in again.text
    assert 'id="why-address"' in again.text


def test_credentials_that_died_tell_what_it_means_and_what_to_do(
    admin: FlaskClient, world: World, mailbox: FakeMailbox
) -> None:
    number = _made(admin)
    mailbox.accounts.failure = CredentialsRefused("The server doesn't take the password.")
    page = _post(admin, f"/{number}/check", more=PART).text
    assert "access refused" in page
    assert "Type the password again." in page
    assert (
        "needs you" in admin.get("/settings/inbox", headers=SAME, base_url="https://localhost").text
    )
    mailbox.accounts.failure = ChannelUnreachable("The server doesn't answer.")
    setup.resume(world.services, world.workspace_id, int(number), by="t")
    listed = words_of(_get(admin).text)
    assert "We try again by ourselves." in unescape(listed)


def test_a_change_without_a_password_keeps_it_unless_the_server_changed(
    admin: FlaskClient, mailbox: FakeMailbox
) -> None:
    number = _made(admin)
    changed = _post(admin, f"/{number}", MAIL | {"name": "Help", "password": ""}, PART)
    assert changed.status_code == 200
    assert changed.headers["HX-Push-Url"] == f"{ROOT}/{number}"
    assert "The changes are kept." in changed.text
    elsewhere = MAIL | {"host": "evil.example", "password": ""}
    for do in ("keep", "test"):
        refused = _post(admin, f"/{number}", elsewhere | {"do": do})
        assert (refused.status_code, 'id="why-password"' in refused.text) == (422, True)
    assert {each.settings["host"] for each in mailbox.accounts.tried} == {"imap.amber.example"}


def test_a_secret_that_was_made_is_shown_once(admin: FlaskClient) -> None:
    made = _post(admin, "/new/phone", PHONE)
    assert made.status_code == 200
    assert "Copy this now" in made.text
    found = re.search(r'id="made-signing_secret"[^>]*>([^<]{43})<', made.text)
    assert found
    number = re.search(r'action="/settings/inbox/channels/(\d+)"', made.text)
    assert number
    later = _get(admin, f"/{number[1]}").text
    assert found[1] not in later
    assert "https://tillside.example/webhooks/phone/" in later


def test_a_new_address_ends_the_old_one(admin: FlaskClient) -> None:
    number = _made(admin, "phone")
    address = re.compile(r"https://tillside\.example/webhooks/phone/([\w-]+)")
    before = address.findall(_get(admin, f"/{number}").text)
    after = address.findall(_post(admin, f"/{number}/token", more=PART).text)
    assert len(before) == len(after) == 1
    assert before != after


def test_a_chat_hands_its_snippet_out(admin: FlaskClient) -> None:
    number = _made(admin, "chat")
    page = unescape(_get(admin, f"/{number}").text)
    assert '<script src="https://tillside.example/widget.js" data-channel="' in page
    (code,) = re.findall(r'data-channel="([^"]+)"', page)
    assert re.search(rf'<textarea id="code"[^>]*>{re.escape(code)}</textarea>', page)


def test_mailgun_is_told_the_address_that_it_sends_whole_mails_to(
    admin: FlaskClient, world: World
) -> None:
    ring, settings = world.services.keyring, {"receives": "mailgun"}
    number = make_channel(world.services.db, world.workspace_id, ring=ring, settings=settings)
    page = unescape(_get(admin, f"/{number}").text)
    assert re.search(r">https://tillside\.example/webhooks/email/[\w-]+\?mime</textarea>", page)


def test_paused_resumed_removed(admin: FlaskClient, world: World, mailbox: FakeMailbox) -> None:
    number = _made(admin)
    assert "paused" in words_of(_post(admin, f"/{number}/pause", more=PART).text)
    assert "It works." in _post(admin, f"/{number}/resume", more=PART).text
    gone = _post(admin, f"/{number}/remove", more=PART)
    assert gone.headers["HX-Push-Url"] == ROOT
    assert "was removed. Its conversations stay." in gone.text
    assert _get(admin, f"/{number}").status_code == 404
    assert _post(admin, f"/{number}/explode").status_code == 404
    other = _made(admin)
    assert _post(admin, f"/{other}/explode").status_code == 422


@pytest.mark.parametrize("role", [Role.AGENT, Role.READ_ONLY])
def test_others_look_and_change_nothing(
    world: World, client: FlaskClient, mailbox: FakeMailbox, role: Role
) -> None:
    card = setup.create_channel(
        world.services, world.workspace_id, "phone", "Line", PHONE, by="owner:1"
    )
    token = setup.channel_token(world.services, world.workspace_id, int(card.id))
    sign_in(world, client, role=role, viewer="shopify-staff:9")
    page = _get(client, f"/{card.id}")
    assert page.status_code == 200
    assert "Owners and admins can change them." in page.text
    assert token not in page.text
    assert '<button class="main"' not in page.text
    assert f"{ROOT}/new/" not in _get(client).text
    for path in ("/new/email", f"/{card.id}", f"/{card.id}/remove", f"/{card.id}/token"):
        assert _post(client, path, MAIL).status_code == 403, path
    assert count(world, Channel) == 1
    assert mailbox.accounts.tried == []


def test_anothers_channel_is_nowhere(world: World, admin: FlaskClient) -> None:
    card = setup.create_channel(
        world.services, world.other_workspace_id, "phone", "Line", PHONE, by="owner:1"
    )
    for path in (f"/{card.id}", "/999", "/x", "/1e3"):
        assert _get(admin, path).status_code == 404, path
    for path in (f"/{card.id}", f"/{card.id}/remove", f"/{card.id}/check", f"/{card.id}/token"):
        assert _post(admin, path, PHONE).status_code == 404, path


def test_scripts_in_every_field_are_text(admin: FlaskClient, mailbox: FakeMailbox) -> None:
    bad = '"><img src=x onerror=alert(1)>'
    number = _made(admin, name=bad, folder=bad)
    for page in (_get(admin, f"/{number}"), _get(admin)):
        assert "<img" not in page.text
        assert "&lt;img" in page.text
