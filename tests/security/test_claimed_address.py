"""A chat visitor claims a victim's address with no or a wrong proof: unverified.

No history, no orders, no joining of persons.
"""

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from integration.conversations.who import person_of
from integration.models import Identity, IdentityEvent, Profile
from tests.security.untouched import packets
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.widget.chats import (
    CHAT,
    Desk,
    Visitor,
    add_chat,
    desk,
    proxy_query,
    shopify_proof,
)
from tests.ui_embed.world import NOW, OTHER_DOMAIN, World

SECRET = "my secret, said by the victim"
VICTIM = "7011225534"


@pytest.fixture
def merchant(world: World) -> Desk:
    """Whoever answers, in a workspace that knows the victim and has a chat."""
    add_chat(world)
    add_person(world)
    return desk(world)


def _persons(world: World) -> list[Any]:
    with world.services.db.across_workspaces() as session:
        return [
            sorted(map(repr, session.execute(select(*model.__table__.columns)).all()))
            for model in (Profile, Identity, IdentityEvent)
        ]


def _proof(world: World, case: str) -> str | None:
    if case == "of another workspace's shop":
        return shopify_proof(world, VICTIM, OTHER_DOMAIN)
    genuine = shopify_proof(world, VICTIM)
    return {
        "none": None,
        "made up": "cp_forged",
        "changed": f"{genuine[:-2]}xx",
        "a ticket's form": "a.b.c",
        "as long as a book": "cp_" + "x" * 6000,
    }[case]


@pytest.mark.parametrize(
    "case",
    ["none", "made up", "changed", "a ticket's form", "as long as a book",
     "of another workspace's shop"],
)  # fmt: skip
def test_claimed_address(world: World, client: FlaskClient, merchant: Desk, case: str) -> None:
    victim = Visitor(world.app.test_client())
    victim.start(shopify_proof(world, VICTIM))
    victim.say(SECRET)
    before = _persons(world)
    attacker = Visitor(client)
    with packets() as sent:
        started = attacker.ask("POST", "start", json={"proof": _proof(world, case)})
        assert started.status_code == 200
        attacker.token = started.get_json()["visitor"]
        said = attacker.say("Where are my orders?", name="Dimitra", email=EMAIL)
    assert sent == []
    assert said.status_code in (200, 201)
    for answer in (started, said):
        assert SECRET not in answer.text
        assert "1042" not in answer.text
    assert attacker.texts() == ["Where are my orders?"]
    conversation = merchant.conversations()[-1]
    with world.services.db.workspace(world.workspace_id) as session:
        seen = person_of(session, conversation)
    assert (conversation.trust, seen.trust, seen.profile_id) == ("claimed", "claimed", None)
    assert _persons(world) == before


@pytest.mark.parametrize("case", ["another customer's", "of a while ago", "unsigned", "doubled"])
def test_a_proof_that_the_shop_did_not_give(
    world: World, client: FlaskClient, merchant: Desk, case: str
) -> None:
    query: Any = list(proxy_query("7001").items())
    if case == "another customer's":
        query = list((dict(query) | {"logged_in_customer_id": VICTIM}).items())
    elif case == "of a while ago":
        query = list(proxy_query(VICTIM, now=NOW - timedelta(hours=1)).items())
    elif case == "unsigned":
        query = [each for each in query if each[0] != "signature"]
    else:
        query = [*query, ("logged_in_customer_id", VICTIM)]
    answer = client.get("/shopify/proxy/chat", query_string=query, headers={"X-Channel": CHAT})
    assert answer.status_code in (400, 401)
    assert "cp_" not in answer.text
