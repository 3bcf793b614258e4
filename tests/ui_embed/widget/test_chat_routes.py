"""A chat by its routes: what is written once, what a visitor sees, and what never."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from integration.events import Event
from integration.models import Agent, Message
from integration.models import Visitor as VisitorRow
from tests.factories.conversations import mail_of, make_channel, receive_message
from tests.ui_embed.widget.chats import Desk, Visitor, add_chat
from tests.ui_embed.world import World

KEY = "k" * 20


def _visitors(world: World) -> int:
    with world.services.db.workspace(world.workspace_id) as session:
        return session.execute(select(func.count()).select_from(VisitorRow)).scalar_one()


def _told(world: World) -> list[Event]:
    told: list[Event] = world.services.events.told  # type: ignore[attr-defined]
    return told


def test_nothing_is_kept_of_who_says_nothing(world: World, visitor: Visitor) -> None:
    told = visitor.start()
    assert told["visitor"].startswith("cv_")
    assert (told["thread"], told["is_signed"]) == (None, False)
    assert _visitors(world) == 0


def test_a_message_is_there_for_the_agent_and_the_answer_for_the_visitor(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    visitor.start()
    said = visitor.say("Where is my parcel?")
    assert said.status_code == 200
    (conversation,) = agent.conversations()
    assert said.get_json()["thread"]["conversation"] == str(conversation.id)
    assert (conversation.channel_kind, conversation.trust) == ("chat", "claimed")
    assert agent.texts(conversation.id) == ["Where is my parcel?"]
    first = said.get_json()["thread"]["messages"][0]["id"]
    news = {"what": "message", "message": first, "assignee": ""}
    assert Event(world.workspace_id, "conversation", conversation.id, news) in _told(world)
    agent.answer(conversation.id, "On its way.")
    thread = visitor.ask("GET", "messages", query={"after": first}).get_json()
    assert [(each["text"], each["mine"], each["author"]) for each in thread["messages"]] == [
        ("On its way.", False, "Ada Agent")
    ]


def test_the_same_message_twice_is_one(world: World, visitor: Visitor, agent: Desk) -> None:
    visitor.start()
    one, two = visitor.say("Hello", KEY), visitor.say("Hello", KEY)
    assert [each.get_json()["is_repeat"] for each in (one, two)] == [False, True]
    assert one.get_json()["id"] == two.get_json()["id"]
    assert visitor.texts() == ["Hello"]
    assert _visitors(world) == 1


def test_two_visitors_may_use_the_same_key(visitor: Visitor, client: FlaskClient) -> None:
    other = Visitor(client)
    for each in (visitor, other):
        each.start()
    visitor.say("mine", KEY)
    other.say("theirs", KEY)
    assert (visitor.texts(), other.texts()) == (["mine"], ["theirs"])


def test_a_visitor_sees_neither_notes_nor_events_nor_an_agents_address(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    visitor.start()
    visitor.say("Hello")
    (conversation,) = agent.conversations()
    agent.note(conversation.id, "a difficult one")
    agent.answer(conversation.id, "Hi", then="resolved")
    answered = visitor.ask("GET", "messages")
    assert [each["text"] for each in answered.get_json()["messages"]] == ["Hello", "Hi"]
    assert "ada@staff.example" not in answered.text
    assert "difficult" not in answered.text
    assert answered.get_json()["status"] == "resolved"


def test_an_agent_without_a_name_is_the_shop(world: World, visitor: Visitor, agent: Desk) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.get_one(Agent, agent.agent_id).name = "ada@staff.example"
    visitor.start()
    visitor.say("Hello")
    agent.answer(agent.conversations()[0].id, "Hi")
    answered = visitor.ask("GET", "messages").get_json()["messages"][1]
    assert answered["author"] == "Aegean Goods"


def test_what_came_by_mail_stays_out_of_the_chat(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    visitor.start()
    visitor.say("Hello", email="victim@mail.example")
    (conversation,) = agent.conversations()
    ring = world.services.keyring
    mailbox = make_channel(world.services.db, world.workspace_id, ring=ring)
    receive_message(
        world.services.db,
        world.workspace_id,
        mailbox,
        mail_of("victim@mail.example", "My address is Elm Street 1"),
        ring=ring,
        conversation_id=conversation.id,
    )
    assert agent.texts(conversation.id) == ["Hello", "My address is Elm Street 1"]
    assert visitor.texts() == ["Hello"]
    # Whose address was typed didn't write the chat: their mail makes nobody of its visitor.
    assert agent.conversations()[0].trust == "claimed"


def test_answers_that_were_seen_are_told_as_seen(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    visitor.start()
    visitor.say("Hello")
    (conversation,) = agent.conversations()
    first = agent.answer(conversation.id, "One")
    second = agent.answer(conversation.id, "Two")
    assert visitor.ask("POST", "seen", json={"up_to": str(first)}).status_code == 204
    with world.services.db.workspace(world.workspace_id) as session:
        kept = {each: session.get_one(Message, each) for each in (first, second)}
    assert kept[first].delivery == "seen"
    assert kept[first].seen_at is not None
    assert (kept[second].delivery, kept[second].seen_at) == ("sent", None)


def test_typing_is_told_and_kept_nowhere(world: World, visitor: Visitor, agent: Desk) -> None:
    visitor.start()
    visitor.say("Hello")
    (conversation,) = agent.conversations()
    assert visitor.ask("POST", "typing").status_code == 204
    assert _told(world)[-1] == Event(
        world.workspace_id, "typing", conversation.id, {"who": "visitor"}
    )


@pytest.mark.parametrize(
    ("posted", "status"),
    [
        ({"text": "", "key": KEY}, 400),
        ({"text": "x" * 4001, "key": KEY}, 400),
        ({"text": "x", "key": "short"}, 400),
        ({"text": "x", "key": "k:" + "k" * 18}, 400),
        ({"text": 7, "key": KEY}, 400),
        ({"text": "x", "key": KEY, "after": "one"}, 400),
    ],
)
def test_what_is_no_message_is_refused_and_writes_nothing(
    world: World, visitor: Visitor, agent: Desk, posted: dict[str, object], status: int
) -> None:
    visitor.start()
    assert visitor.ask("POST", "messages", json=posted).status_code == status
    assert agent.conversations() == []
    assert _visitors(world) == 0


def test_a_body_that_is_too_large_is_413(visitor: Visitor, agent: Desk) -> None:
    visitor.start()
    answered = visitor.ask("POST", "messages", json={"text": "x" * 40_000, "key": KEY})
    assert answered.status_code == 413
    assert agent.conversations() == []


@pytest.mark.parametrize("token", [None, "cv_short", "cv_" + "x" * 43, "sv_" + "x" * 43])
def test_nobody_elses_chat_opens(visitor: Visitor, token: str | None) -> None:
    visitor.token = token
    for method, path in (("GET", "messages"), ("POST", "typing"), ("POST", "rating")):
        answered = visitor.ask(method, path, json={"rating": 5} if method == "POST" else None)
        assert answered.status_code == 401, path


def test_a_visitor_of_one_chat_is_nobody_in_another(
    world: World, visitor: Visitor, client: FlaskClient
) -> None:
    add_chat(world, token="another-chat-of-the-same-store")
    visitor.start()
    visitor.say("Hello")
    visitor.channel = "another-chat-of-the-same-store"
    assert visitor.ask("GET", "messages").status_code == 401
    assert visitor.say("Hello").status_code == 401


def test_a_page_is_kept_with_consent_only_and_without_its_query(
    world: World, visitor: Visitor, agent: Desk
) -> None:
    visitor.start()
    visitor.say("Hello")
    page = {"url": f"{visitor.origin}/products/lamp?token=secret#x", "title": "Lamp\u202e"}
    cart = {
        "currency": "eur",
        "total_minor": 8990,
        "lines": [{"title": "<b>Lamp</b>", "quantity": 2, "price_minor": 8990}],
    }

    def kept() -> VisitorRow:
        with world.services.db.workspace(world.workspace_id) as session:
            return session.execute(select(VisitorRow)).scalar_one()

    posted = {"consent": False, "page": page, "cart": cart}
    assert visitor.ask("POST", "page", json=posted).status_code == 204
    assert (kept().page, kept().cart, kept().consented_at) == (None, None, None)
    visitor.ask("POST", "page", json={**posted, "consent": True})
    assert kept().page == {"url": f"{visitor.origin}/products/lamp", "title": "Lamp"}
    assert kept().cart == {**cart, "currency": "EUR"}
    elsewhere = {**page, "url": "https://evil.example/"}
    visitor.ask("POST", "page", json={"consent": True, "page": elsewhere})
    assert kept().page is None
    visitor.ask("POST", "page", json={"consent": False})
    assert (kept().cart, kept().consented_at) == (None, None)


def test_a_rating_is_kept(world: World, visitor: Visitor, agent: Desk) -> None:
    visitor.start()
    visitor.say("Hello")
    assert visitor.ask("POST", "rating", json={"rating": 6}).status_code == 400
    answered = visitor.ask("POST", "rating", json={"rating": 4, "comment": "quick"})
    assert answered.status_code == 204
    (conversation,) = agent.conversations()
    assert (conversation.rating, conversation.rating_comment) == (4, "quick")


def test_an_address_is_claimed_and_nothing_more(visitor: Visitor, agent: Desk) -> None:
    visitor.start()
    visitor.say("Hello")
    assert visitor.ask("POST", "email", json={"email": "no address"}).status_code == 400
    answered = visitor.ask("POST", "email", json={"email": "Dora@Mail.Example", "name": "Dora"})
    assert answered.status_code == 204
    (conversation,) = agent.conversations()
    assert (conversation.person_kind, conversation.person_value) == ("email", "dora@mail.example")
    assert (conversation.trust, conversation.person_name) == ("claimed", "Dora")
    assert conversation.person_address == "Dora@Mail.Example"
