"""A signed-in customer's chat on several devices, and the tokens by which it is read."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.chat.places import find_place
from integration.chat.visitors import add_visitor
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.joining.merging import merge
from integration.conversations.states import set_person
from integration.errors import Conflict, Unauthorized
from integration.models import Agent, Conversation
from integration.models import Visitor as VisitorRow
from tests.ui_embed.people_rows import add_person
from tests.ui_embed.widget.chats import CHAT, Desk, Visitor, add_chat, shopify_proof
from tests.ui_embed.world import NOW, World


@pytest.fixture
def phone(agent: Desk, world: World) -> Visitor:
    """Another device."""
    assert agent
    return Visitor(world.app.test_client())


def _refused(answered: Any) -> bool:
    return (answered.status_code, answered.get_json()["error"]["code"]) == (401, "unknown_visitor")


def test_whoever_knew_the_guests_token_reads_nothing_of_the_customers(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    visitor.start()
    visitor.say("Hello")
    known = visitor.token
    told = visitor.start(shopify_proof(world, "7001"))
    assert (told["is_same"], told["is_signed"], visitor.token != known) == (True, True, True)
    visitor.say("my secret")
    assert visitor.texts() == ["Hello", "my secret"]
    fixed = Visitor(world.app.test_client(), known)
    assert _refused(fixed.ask("GET", "messages"))
    assert _refused(fixed.ask("POST", "seen", json={"up_to": "1"}))
    assert _refused(fixed.say("from another tab", goes_on="1"))
    fixed.start()
    fixed.say("mine")
    assert fixed.texts() == ["mine"]
    assert visitor.texts() == ["Hello", "my secret"]


def test_the_same_customer_keeps_their_token(world: World, visitor: Visitor, agent: Desk) -> None:
    visitor.start(shopify_proof(world, "7001"))
    kept = visitor.token
    assert visitor.start(shopify_proof(world, "7001"))["is_same"]
    assert visitor.token == kept


def test_who_signed_out_is_somebody_else_there(world: World, visitor: Visitor) -> None:
    visitor.start(shopify_proof(world, "7001"))
    assert not visitor.start()["is_same"]
    assert visitor.start()["is_same"]
    visitor.start(shopify_proof(world, "7001"))
    assert not visitor.start(shopify_proof(world, "7002"))["is_same"]


def test_a_customer_goes_on_with_one_chat_on_every_device(
    world: World, visitor: Visitor, phone: Visitor, agent: Desk
) -> None:
    visitor.start(shopify_proof(world, "7001"))
    visitor.say("Where is my parcel?")
    (conversation,) = agent.conversations()
    agent.answer(conversation.id, "On its way.")
    told = phone.start(shopify_proof(world, "7001"))
    assert [each["text"] for each in told["thread"]["messages"]] == [
        "Where is my parcel?",
        "On its way.",
    ]
    assert [each["mine"] for each in told["thread"]["messages"]] == [True, False]
    key = "k" * 20
    phone.say("Thank you", key)
    assert phone.say("Thank you", key).get_json()["is_repeat"]
    assert [each.id for each in agent.conversations()] == [conversation.id]
    assert visitor.texts() == phone.texts() == ["Where is my parcel?", "On its way.", "Thank you"]
    answered = phone.ask("POST", "rating", json={"rating": 5})
    assert answered.status_code == 204
    assert agent.conversations()[0].rating == 5


def test_a_chat_that_is_over_is_seen_and_a_new_one_begins(
    world: World, visitor: Visitor, phone: Visitor, agent: Desk
) -> None:
    visitor.start(shopify_proof(world, "7001"))
    visitor.say("Hello")
    agent.answer(agent.conversations()[0].id, "Done", then="resolved")
    phone.start(shopify_proof(world, "7001"))
    phone.say("Another question")
    assert len(agent.conversations()) == 2
    assert visitor.texts() == ["Hello", "Done", "Another question"]


def test_nobody_elses_devices_see_it(
    world: World, visitor: Visitor, phone: Visitor, agent: Desk, client: FlaskClient
) -> None:
    visitor.start(shopify_proof(world, "7001"))
    visitor.say("my secret", email="dora@mail.example")
    other, guest = Visitor(client), Visitor(client)
    phone.start(shopify_proof(world, "7002"))
    guest.start()
    guest.say("Hello", email="dora@mail.example")
    assert phone.start(shopify_proof(world, "7002"))["thread"]["messages"] == []
    assert guest.texts() == ["Hello"]
    add_chat(world, token="another-chat")
    other.channel = "another-chat"
    assert other.start(shopify_proof(world, "7001"))["thread"]["messages"] == []


def test_an_agents_word_for_who_it_is_opens_nothing_to_them(
    world: World, visitor: Visitor, phone: Visitor, agent: Desk
) -> None:
    profile = add_person(world)
    visitor.start()
    visitor.say("I am your best customer")
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        by = session.get_one(Agent, agent.agent_id)
        conversation = agent.conversations()[0]
        set_person(session, conversation.id, profile, by=by, now=world.services.now())
        row = session.get_one(Conversation, conversation.id)
        assert row.trust == "agent"
        assert row.person_kind == "customer"
        external_id = (row.person_value or "").partition(":")[2]
    told = phone.start(shopify_proof(world, external_id))
    assert told["thread"]["messages"] == []


def test_a_first_message_that_comes_twice_at_once_makes_one_visitor(
    world: World, agent: Desk, visitor: Visitor
) -> None:
    token = visitor.start()["visitor"]
    place = find_place(world.services, "chat", CHAT)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        made = [add_visitor(session, place, token, locale="en", now=NOW) for _ in range(2)]
        assert made[0].id == made[1].id
    add_chat(world, token="another-chat")
    other = find_place(world.services, "chat", "another-chat")
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        with pytest.raises(Unauthorized):
            add_visitor(session, other, token, locale="en", now=NOW)
        assert session.execute(select(func.count()).select_from(VisitorRow)).scalar_one() == 1


def _merge(world: World, agent: Desk, gone: int, kept: int) -> None:
    keys, now = ChannelKeys(world.services.keyring), world.services.now()
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        by = session.get_one(Agent, agent.agent_id)
        merge(session, keys, gone, kept, by=by, now=now)


def test_nobody_waits_in_a_chat_whose_answers_another_visitor_gets(
    world: World, visitor: Visitor, phone: Visitor, agent: Desk
) -> None:
    for each in (visitor, phone):
        each.start()
        each.say("Where is my parcel?")
    one, two = (each.id for each in agent.conversations())
    with pytest.raises(Conflict) as refused:
        _merge(world, agent, two, one)
    assert refused.value.code == "two_visitors"
    agent.answer(two, "On its way.", then="resolved")
    _merge(world, agent, two, one)
    agent.answer(one, "For the first one only.")
    assert phone.texts() == ["Where is my parcel?", "On its way."]
    assert visitor.texts() == ["Where is my parcel?", "For the first one only."]
    phone.say("And now?")
    assert visitor.texts() == ["Where is my parcel?", "For the first one only."]
    assert phone.texts() == ["Where is my parcel?", "On its way.", "And now?"]
    newest = agent.conversations()[-1].id
    assert newest not in (one, two)
    agent.answer(newest, "Still on its way.")
    assert phone.texts()[-1] == "Still on its way."


def test_one_customers_two_chats_are_merged_and_seen_on_both_devices(
    world: World, visitor: Visitor, phone: Visitor, agent: Desk
) -> None:
    for each in (visitor, phone):
        each.start()
        each.say("Hello")
    one, two = (each.id for each in agent.conversations())
    for each in (visitor, phone):
        each.start(shopify_proof(world, "7001"))
    _merge(world, agent, two, one)
    agent.answer(one, "For you.")
    assert visitor.texts() == phone.texts() == ["Hello", "Hello", "For you."]
