"""A visitor with one conversation is read by a shorter way, and told the same as by the other."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest

from integration.chat import messages
from integration.chat.places import find_place
from integration.chat.plain import read_plain
from integration.chat.visitors import known_visitor
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.joining.merging import merge
from integration.conversations.reads import mark_read
from integration.models import Agent, Message
from tests.ui_embed.widget.chats import CHAT, Desk, Visitor, shopify_proof
from tests.ui_embed.world import NOW, World


def _both(
    world: World, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, after: int, limit: int
) -> tuple[Any, Any, bool]:
    """What is told by whichever way, and by the long one; whether the short one was taken."""
    place, keys = find_place(world.services, "chat", CHAT), ChannelKeys(world.services.keyring)
    with world.services.db.workspace(world.workspace_id) as session:
        known = known_visitor(session, place, visitor.token)
        is_plain = read_plain(session, keys, known, after, limit) is not None
        told = messages.read(session, keys, known, after, limit)
        with monkeypatch.context() as without:
            without.setattr(messages, "read_plain", lambda *_: None)
            return told, messages.read(session, keys, known, after, limit), is_plain


def _answered(world: World, visitor: Visitor, agent: Desk) -> None:
    number = agent.conversations()[0].id
    agent.answer(number, "On its way.")
    agent.note(number, "a note of ours")
    visitor.say("Thank you")


def _read(world: World, visitor: Visitor, agent: Desk) -> None:
    _answered(world, visitor, agent)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        mark_read(session, agent.conversations()[0].id, agent.agent_id, now=NOW, last_message_id=2)


def _of_two(world: World, visitor: Visitor, agent: Desk) -> None:
    first = agent.conversations()[0].id
    agent.answer(first, "That's it.", then="resolved")
    visitor.say("One more thing")


def _merged(world: World, visitor: Visitor, agent: Desk) -> None:
    _of_two(world, visitor, agent)
    first, second = agent.conversations()
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        by, keys = session.get_one(Agent, agent.agent_id), ChannelKeys(world.services.keyring)
        merge(session, keys, second.id, first.id, by=by, now=NOW)


def _proved(world: World, visitor: Visitor, agent: Desk) -> None:
    visitor.start(proof=shopify_proof(world, "7001"))


def _erased(world: World, visitor: Visitor, agent: Desk) -> None:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.get_one(Message, 1).sealed_content = None


@pytest.mark.parametrize(
    ("happens", "is_plain"),
    [(_answered, True), (_read, True), (_of_two, False), (_merged, False), (_proved, False),
     (_erased, True)],
)  # fmt: skip
def test_both_ways_tell_the_same(
    world: World,
    visitor: Visitor,
    agent: Desk,
    monkeypatch: pytest.MonkeyPatch,
    happens: Callable[[World, Visitor, Desk], None],
    is_plain: bool,
) -> None:
    visitor.start()
    visitor.say("Hello")
    happens(world, visitor, agent)
    for after, limit in ((0, 100), (0, 1), (1, 100), (999, 100)):
        told, long, was_plain = _both(world, visitor, monkeypatch, after, limit)
        assert (told, was_plain) == (long, is_plain)
    assert long.messages == ()


def test_files_go_the_long_way(
    world: World, visitor: Visitor, agent: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    visitor.start()
    visitor.say("Hello")
    picture = (BytesIO(b"GIF89a"), "a.gif")
    form = {"key": "k" * 16, "text": "See", "file": picture}
    visitor.ask("POST", "messages", data=form, content_type="multipart/form-data")
    told, long, was_plain = _both(world, visitor, monkeypatch, 0, 100)
    assert (told, was_plain) == (long, False)
    assert [len(each.files) for each in told.messages] == [0, 1]
    assert _both(world, visitor, monkeypatch, 2, 100)[2] is True
