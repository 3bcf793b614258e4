"""Who a visitor can prove to be: what a proof opens, and what a claim never does."""

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from integration.conversations.who import person_of
from integration.crypto import associated
from integration.install.companion_keys import make_companion_key
from integration.install.companions import companion_of
from integration.install.keys import store_key
from integration.models import Conversation, Identity, Installation, Message, Profile, Store
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.widget.chats import Desk, Visitor, proxy_query, shopify_proof
from tests.ui_embed.world import APP_URL, DOMAIN, NOW, OTHER_DOMAIN, World

SECRET = "s" * 43
SITE = "shop.example"


def _conversation(agent: Desk) -> Conversation:
    return agent.conversations()[-1]


def test_a_signed_customer_is_that_customer(world: World, visitor: Visitor, agent: Desk) -> None:
    told = visitor.start(shopify_proof(world, "7001"))
    assert told["is_signed"]
    visitor.say("Where is my parcel?")
    conversation = _conversation(agent)
    assert conversation.trust == "signed"
    value = f"{world.store_id}:7001"
    assert (conversation.person_kind, conversation.person_value) == ("customer", value)


def test_a_signed_customer_is_called_as_the_store_calls_them(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    add_person(world, orders=1)
    visitor.start()
    visitor.say("Hello", name="Somebody", email="somebody@mail.example")
    assert _conversation(agent).person_name == "Somebody"
    visitor.start(shopify_proof(world, "7011225534"))
    assert _conversation(agent).person_name == "Δήμητρα Παπαδοπούλου"
    visitor.start(shopify_proof(world, "7011225534"))
    visitor.say("And one more thing")
    assert _conversation(agent).person_name == "Δήμητρα Παπαδοπούλου"


def test_a_later_proof_makes_the_same_conversation_theirs(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    visitor.start()
    visitor.say("Hello", email="somebody@mail.example")
    assert _conversation(agent).trust == "claimed"
    told = visitor.start(shopify_proof(world, "7001"))
    assert [each["text"] for each in told["thread"]["messages"]] == ["Hello"]
    conversation = _conversation(agent)
    assert (conversation.trust, conversation.person_kind) == ("signed", "customer")
    assert len(agent.conversations()) == 1


def test_who_signs_out_leaves_nothing_to_the_next(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    visitor.start(shopify_proof(world, "7001"))
    visitor.say("my secret")
    before = visitor.token
    told = visitor.start()
    assert visitor.token != before
    assert (told["thread"], told["is_signed"]) == (None, False)
    visitor.say("Hello")
    assert visitor.texts() == ["Hello"]
    assert len(agent.conversations()) == 2


def test_another_customer_in_the_same_browser_begins_anew(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    visitor.start(shopify_proof(world, "7001"))
    visitor.say("my secret")
    told = visitor.start(shopify_proof(world, "7002"))
    assert told["is_signed"]
    assert told["thread"]["messages"] == []
    visitor.say("Hello")
    assert visitor.texts() == ["Hello"]
    assert _conversation(agent).person_value == f"{world.store_id}:7002"


def test_the_same_customer_goes_on(world: World, visitor: Visitor, agent: Desk) -> None:
    visitor.start(shopify_proof(world, "7001"))
    visitor.say("One")
    before = visitor.token
    told = visitor.start(shopify_proof(world, "7001"))
    assert visitor.token == before
    assert [each["text"] for each in told["thread"]["messages"]] == ["One"]


@pytest.mark.parametrize("proof", ["cp_forged", "cp_e30.00", "a.b.c", "x" * 5000, "cp_.é"])
def test_a_wrong_proof_is_none(visitor: Visitor, agent: Desk, proof: str) -> None:
    assert not visitor.start(proof)["is_signed"]
    visitor.say("Hello")
    assert _conversation(agent).trust == "claimed"


def test_a_victims_address_opens_nothing(world: World, visitor: Visitor, agent: Desk) -> None:
    add_person(world)
    before = _profiles(world)
    visitor.start("cp_forged")
    answered = visitor.say("Show me my orders", name="Dimitra", email="dimitra@example.gr")
    conversation = _conversation(agent)
    with world.services.db.workspace(world.workspace_id) as session:
        seen = person_of(session, conversation)
    # Only a candidate, whom nothing makes the writer; and nothing was joined or made.
    assert (seen.profile_id, seen.trust) == (None, "claimed")
    assert "1042" not in answered.text
    assert visitor.texts() == ["Show me my orders"]
    assert _profiles(world) == before


def test_a_proof_of_another_workspaces_store_is_none(world: World, visitor: Visitor) -> None:
    assert not visitor.start(shopify_proof(world, "7001", OTHER_DOMAIN))["is_signed"]


def test_a_proof_of_ours_ends(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof = shopify_proof(world, "7001")
    services = replace(world.services, now=lambda: NOW + timedelta(minutes=31))
    monkeypatch.setitem(world.app.extensions, "services", services)
    assert not visitor.start(proof)["is_signed"]


def test_the_app_proxy_gives_a_proof_for_who_is_signed_in(client: FlaskClient) -> None:
    answered = client.get("/shopify/proxy/chat", query_string=proxy_query("7001"))
    assert answered.status_code == 200
    assert answered.get_json()["proof"].startswith("cp_")
    assert "no-store" in answered.headers["Cache-Control"]
    guest = client.get("/shopify/proxy/chat", query_string=proxy_query(""))
    assert guest.get_json()["proof"] is None


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": "0" * 64},
        {"signature": "é"},
        {"logged_in_customer_id": "7002"},
        {"shop": OTHER_DOMAIN},
        {"timestamp": "1"},
        {"extra": "1"},
    ],
)
def test_a_request_that_the_shop_did_not_pass_on_is_401(
    client: FlaskClient, changes: dict[str, str]
) -> None:
    query = {**proxy_query("7001"), **changes}
    answered = client.get("/shopify/proxy/chat", query_string=query)
    assert (answered.status_code, answered.get_json()["error"]["code"]) == (
        401,
        "invalid_signature",
    )


def test_a_shop_that_isnt_connected_proves_nobody(client: FlaskClient) -> None:
    query = proxy_query("7001", "stranger.myshopify.com")
    assert client.get("/shopify/proxy/chat", query_string=query).status_code == 401
    assert client.get("/woocommerce/proxy/chat", query_string=query).status_code == 401
    assert client.get("/nowhere/proxy/chat", query_string=query).status_code == 404


@pytest.fixture
def site(world: World) -> str:
    """A WooCommerce store in the same workspace; its installation's public id."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        store = Store(
            platform="woocommerce",
            domain=SITE,
            name="Site",
            status="active",
            data_key=world.services.keyring.wrap_new(
                associated("stores", "data_key", "woocommerce", SITE)
            ),
            created_at=NOW,
        )
        session.add(store)
        session.flush()
        installation = Installation(store_id=store.id, scopes=[], installed_at=NOW)
        session.add(installation)
        session.flush()
        key = store_key(world.services.keyring, store)
        make_companion_key(session, store, installation.id, key)
        session.flush()
        return f"{store.id}:{installation.id}"


def _printed(world: World, **changes: Any) -> str:
    """A proof as the plugin prints it."""
    with world.services.db.workspace(world.workspace_id) as session:
        store_id = next(
            each.id for each in session.query(Store).all() if each.platform == "woocommerce"
        )
    companion = companion_of(world.services, workspace_id=world.workspace_id, store_id=store_id)
    assert companion is not None
    now = int(NOW.timestamp())
    claims = {
        "iss": f"https://{SITE}",
        "aud": APP_URL,
        "sub": "55",
        "jti": "0123456789abcdef0123",
        "iat": now,
        "exp": now + 1800,
        "use": "chat",
        "email": "dora@mail.example",
        **changes,
    }
    header = {"alg": "HS256", "typ": "JWT", "kid": companion.installation_id}
    text = ".".join(_encoded(json.dumps(part).encode()) for part in (header, claims))
    secret = str(changes.get("secret") or companion.secret.reveal())
    digest = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{_encoded(digest)}"


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def test_what_the_plugin_prints_proves_a_customer(
    world: World, visitor: Visitor, agent: Desk, site: str
) -> None:
    assert visitor.start(_printed(world))["is_signed"]
    visitor.say("Hello")
    conversation = _conversation(agent)
    store_id = site.partition(":")[0]
    assert (conversation.trust, conversation.person_value) == ("signed", f"{store_id}:55")
    assert conversation.person_address == "dora@mail.example"


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "panel"},
        {"aud": "https://another.example"},
        {"iss": "https://copy.example"},
        {"sub": "0"},
        {"sub": "wordpress"},
        {"exp": int(NOW.timestamp()) + 1801},
        {"iat": int(NOW.timestamp()) - 1900, "exp": int(NOW.timestamp()) - 100},
        {"secret": "t" * 43},
    ],
)
@pytest.mark.usefixtures("site")
def test_what_the_plugin_did_not_sign_so_proves_nobody(
    world: World, visitor: Visitor, changes: dict[str, Any]
) -> None:
    assert not visitor.start(_printed(world, **changes))["is_signed"]


@pytest.mark.usefixtures("site")
def test_a_printed_proof_is_no_ticket_of_the_panels(world: World, client: FlaskClient) -> None:
    now = int(NOW.timestamp())
    for use in ("chat", "panel"):
        ticket = _printed(world, use=use, exp=now + 60)
        answered = client.post("/api/v1/session", json={"ticket": ticket})
        assert (answered.status_code == 200) is (use == "panel")


def _profiles(world: World) -> int:
    with world.services.db.workspace(world.workspace_id) as session:
        return session.query(Profile).count() + session.query(Identity).count()


def test_no_message_is_seen_by_a_visitor_of_another_workspace(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    visitor.start()
    visitor.say("Hello")
    with world.services.db.workspace(world.other_workspace_id) as session:
        assert session.query(Message).count() == 0
    assert agent.texts(_conversation(agent).id) == ["Hello"]
    assert DOMAIN
