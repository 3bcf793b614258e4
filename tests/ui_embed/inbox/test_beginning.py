"""Beginning a conversation from the inbox: sent once, to whom, and what is refused."""

import re
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.conversations.answers.canned import create_canned
from integration.models import CannedAnswer, Channel, Conversation, Message, Order, Sending
from integration.models.vocabulary import Role
from tests.factories.conversations import make_channel
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.profile_client import PART
from tests.ui_embed.sites import SAME, count, sign_in
from tests.ui_embed.world import NOW, World

HELLO = {"to": "dora@mail.example", "subject": "Your mug", "text": "Hello\nDora", "key": "k1"}
KEPT = "Hello\nDora"


@pytest.fixture
def agent(world: World, client: FlaskClient) -> FlaskClient:
    """A browser of an agent."""
    sign_in(world, client, role=Role.AGENT, viewer="shopify-staff:9")
    return client


@pytest.fixture
def mailbox(world: World) -> str:
    """A mailbox of the workspace, by its id."""
    return _mailbox(world)


def _mailbox(world: World, *, other: bool = False, **values: Any) -> str:
    db, ring = world.services.db, world.services.keyring
    workspace_id = world.other_workspace_id if other else world.workspace_id
    return str(make_channel(db, workspace_id, ring=ring, **values))


def _get(client: FlaskClient, query: str = "", path: str = "/inbox/new") -> Any:
    return client.get(f"{path}{query}", headers=SAME, base_url="https://localhost")


def _post(client: FlaskClient, fields: dict[str, str], more: Any = None) -> Any:
    headers = SAME | (more or {})
    return client.post("/inbox/new", data=fields, headers=headers, base_url="https://localhost")


def _only(world: World) -> Conversation:
    with world.services.db.workspace(world.workspace_id) as session:
        return session.execute(select(Conversation)).scalars().one()


def _nothing_went_out(world: World) -> bool:
    return count(world, Conversation) == count(world, Message) == count(world, Sending) == 0


def _order_id(world: World, name: str) -> int:
    with world.services.db.workspace(world.workspace_id) as session:
        return session.execute(select(Order.id).where(Order.name == name)).scalar_one()


def test_a_message_goes_out_once_for_each_form(
    world: World, agent: FlaskClient, mailbox: str
) -> None:
    key = re.search(r'name="key" value="([\w-]{22})"', _get(agent).text)
    assert key
    typed = HELLO | {"key": key[1], "channel": mailbox}
    first = _post(agent, typed)
    held = _only(world)
    assert (first.status_code, first.headers["Location"]) == (303, f"/inbox/{held.id}")
    assert _post(agent, typed).headers["Location"] == f"/inbox/{held.id}"
    assert count(world, Conversation) == count(world, Sending) == 1
    assert (held.subject, held.status, held.trust) == ("Your mug", "pending", "claimed")
    assert (held.person_kind, held.person_value) == ("email", "dora@mail.example")
    assert held.assignee_id is not None
    assert "Hello" in _get(agent, path=f"/inbox/{held.id}").text
    assert _post(agent, typed | {"key": "k2"}).status_code == 303
    assert count(world, Sending) == 2


def test_a_person_and_their_order_are_filled_in(
    world: World, agent: FlaskClient, mailbox: str
) -> None:
    profile_id = add_person(world, orders=2)
    order = str(_order_id(world, "#1041"))
    page = _get(agent, f"?profile={profile_id}&order={order}").text
    assert f'name="profile" value="{profile_id}"' in page
    assert f"<option selected>{EMAIL}</option>" in page or f"<option>{EMAIL}</option>" in page
    assert "<bdi>#1041</bdi>" in page
    assert "Ελληνικά" in page
    told = HELLO | {"to": EMAIL, "channel": mailbox, "profile": str(profile_id), "order": order}
    assert _post(agent, told).status_code == 303
    held = _only(world)
    assert (held.trust, held.locale, held.order_id) == ("agent", "el", int(order))


def test_the_stores_own_mailbox_comes_first(world: World, agent: FlaskClient) -> None:
    _mailbox(world, name="All")
    own = _mailbox(world, name="Own", store_id=world.store_id)
    assert f'<option value="{own}" selected>' in _get(agent).text


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"to": "dora"}, "to"),
        ({"to": ""}, "to"),
        ({"to": "a@mail.example, b@mail.example"}, "to"),
        ({"to": "a@mail.example,b@mail.example"}, "to"),
        ({"subject": " "}, "subject"),
        ({"text": KEPT + " ⟨order.name⟩"}, "text"),
        ({"channel": ""}, "channel"),
        ({"channel": "99999"}, "channel"),
        ({"key": ""}, "all"),
    ],
)
def test_what_cant_be_sent_comes_back_typed(
    world: World, agent: FlaskClient, mailbox: str, changes: dict[str, str], field: str
) -> None:
    answer = _post(agent, HELLO | {"channel": mailbox} | changes, PART)
    assert answer.status_code == 422
    assert f'id="why-{field}"' in answer.text
    assert KEPT in answer.text
    assert answer.headers["HX-Push-Url"] == "false"
    assert _nothing_went_out(world)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"status": "paused"}, "This channel is paused."),
        ({"status": "removed"}, "This channel was removed."),
        ({"kind": "chat"}, "Choose from which mailbox it goes out."),
    ],
)
def test_a_channel_that_sends_nothing_is_told(
    world: World, agent: FlaskClient, values: dict[str, Any], words: str
) -> None:
    answer = _post(agent, HELLO | {"channel": _mailbox(world, **values)})
    assert answer.status_code == 422
    assert words in answer.text
    assert KEPT in answer.text
    assert _nothing_went_out(world)


def test_whoever_isnt_there_is_told_and_nothing_is_sent(
    world: World, agent: FlaskClient, mailbox: str
) -> None:
    strangers = add_person(world, other=True)
    for profile in (strangers, 99999, "x"):
        page = _get(agent, f"?profile={profile}")
        assert page.status_code == 404
        assert "isn't there any more" in page.text
        assert EMAIL not in page.text
        told = HELLO | {"channel": mailbox, "profile": str(profile), "to": EMAIL}
        answer = _post(agent, told)
        assert answer.status_code == 404
        assert KEPT in answer.text
        assert _post(agent, told | {"do": f"with:{profile}"}).status_code == 404
    assert _nothing_went_out(world)


def test_another_workspaces_mailbox_and_order_are_none(
    world: World, agent: FlaskClient, mailbox: str
) -> None:
    theirs = _mailbox(world, other=True)
    assert _post(agent, HELLO | {"channel": theirs}).status_code == 422
    assert _nothing_went_out(world)
    profile_id = add_person(world)
    add_person(world, other=True)
    with world.services.db.workspace(world.other_workspace_id) as session:
        order = session.execute(select(Order.id)).scalar_one()
    assert 'name="order"' not in _get(agent, f"?profile={profile_id}&order={order}").text
    told = {"channel": mailbox, "profile": str(profile_id), "to": EMAIL, "order": str(order)}
    assert _post(agent, HELLO | told).status_code == 303
    assert _only(world).order_id is None


def test_a_person_is_written_to_at_their_own_address(
    world: World, agent: FlaskClient, mailbox: str
) -> None:
    told = HELLO | {"channel": mailbox, "profile": str(add_person(world))}
    answer = _post(agent, told)
    assert answer.status_code == 422
    assert 'id="why-to"' in answer.text
    assert _nothing_went_out(world)


def test_people_are_found_and_chosen_and_what_was_typed_stays(
    world: World, agent: FlaskClient, mailbox: str
) -> None:
    profile_id = add_person(world)
    typed = HELLO | {"channel": mailbox, "to": "Δήμητρα", "do": "find"}
    found = _post(agent, typed)
    assert found.status_code == 200
    assert f'value="with:{profile_id}"' in found.text
    assert KEPT in found.text
    chosen = _post(agent, typed | {"do": f"with:{profile_id}"}).text
    assert f'name="profile" value="{profile_id}"' in chosen
    assert KEPT in chosen
    again = _post(agent, typed | {"profile": str(profile_id), "do": "nobody"}).text
    assert 'name="profile"' not in again
    assert "Nobody found" in _post(agent, typed | {"to": "Zacharias"}).text
    refused = _post(agent, HELLO | {"channel": mailbox, "to": "Δήμητρα"})
    assert f'value="with:{profile_id}"' in refused.text
    assert _nothing_went_out(world)


def test_without_a_mailbox_the_page_leads_to_the_settings(
    world: World, client: FlaskClient
) -> None:
    _mailbox(world, kind="chat")
    sign_in(world, client)
    page = _get(client).text
    assert 'href="/settings/inbox/channels/new/email"' in page
    assert 'id="begin-form"' not in page
    assert KEPT in _post(client, HELLO).text
    sign_in(world, client, role=Role.AGENT, viewer="shopify-staff:9")
    page = _get(client).text
    assert "/settings/inbox/channels/new/email" not in page
    assert "Ask an owner or an admin" in page


def test_a_mailbox_that_fails_is_told_and_its_mail_waits(world: World, agent: FlaskClient) -> None:
    failing = _mailbox(world, name="Shop", status="reauthorize", error="x", error_code="refused")
    page = _get(agent).text
    assert "The mailbox <bdi>Shop</bdi> doesn" in page
    assert f'href="/settings/inbox/channels/{failing}"' in page
    assert _post(agent, HELLO | {"channel": failing}).status_code == 303
    assert count(world, Sending) == 1


def test_who_only_reads_neither_sees_nor_sends_it(
    world: World, client: FlaskClient, mailbox: str
) -> None:
    profile_id = add_person(world)
    sign_in(world, client, role=Role.READ_ONLY, viewer="shopify-staff:8")
    assert _get(client).status_code == 403
    assert _get(client, path="/inbox/new/canned").status_code == 403
    assert _post(client, HELLO | {"channel": mailbox}).status_code == 403
    assert "/inbox/new" not in _get(client, path="/inbox").text
    assert "/inbox/new" not in _get(client, path=f"/profiles/{profile_id}").text
    assert _nothing_went_out(world)


def test_a_persons_page_leads_there(world: World, agent: FlaskClient) -> None:
    profile_id = add_person(world, orders=2)
    # Also before there is a mailbox: the page that it leads to says how to come by one.
    assert (
        f'href="/inbox/new?profile={profile_id}"'
        in _get(agent, path=f"/profiles/{profile_id}").text
    )
    page = _get(agent, "?order=1041", f"/profiles/{profile_id}").text
    order = _order_id(world, "#1041")
    assert f'href="/inbox/new?profile={profile_id}&amp;order={order}"' in page


def test_texts_are_filled_for_whom_it_goes_to(
    world: World, agent: FlaskClient, mailbox: str
) -> None:
    profile_id = add_person(world)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        text = "{{customer.first_name}}, {{order.name}}, {{conversation.number}}"
        made = create_canned(
            session, shortcut="hi", name="Hi", texts={"en": text}, by="owner:1", now=NOW
        )
    query = f"?q=hi&channel={mailbox}"
    told = _get(agent, f"{query}&profile={profile_id}", "/inbox/new/canned").json["answers"]
    assert [each["text"] for each in told] == ["Δήμητρα, #1042, ⟨conversation.number⟩"]
    told = _get(agent, query, "/inbox/new/canned").json["answers"]
    assert told[0]["text"].startswith("⟨customer.first_name⟩")
    assert _get(agent, "?q=hi&channel=9999", "/inbox/new/canned").json == {"answers": []}
    assert _post(agent, HELLO | {"channel": mailbox, "canned": made.id}).status_code == 303
    with world.services.db.workspace(world.workspace_id) as session:
        assert session.get_one(CannedAnswer, int(made.id)).used == 1
        assert session.get_one(Channel, int(mailbox)).name == "Support"
