"""Two who work in one inbox at one moment, for any database."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from integration.conversations.answers.canned import change_canned, create_canned, read_canned
from integration.conversations.joining.merging import merge, unmerge
from integration.conversations.joining.splitting import split
from integration.conversations.lists.indexing import index_due
from integration.conversations.routing.saved_rules import change_rule, create_rule, list_rules
from integration.conversations.tags import tag_conversation, tags_of
from integration.db import Database
from integration.errors import Conflict
from integration.models import Agent, Conversation, ConversationTerm, DueConversation, Message
from tests.factories.conversations import keys, mail_of, make_agent, receive_message
from tests.factories.stores import NOW
from tests.integration.conversations.at_once import Place
from tests.integration.conversations.listed import services_of
from tests.integration.identity.at_once import both


def _received(place: Place, text: str = "Hello", **more: Any) -> Any:
    inbound = mail_of(text=text)
    return receive_message(place.db, place.workspace_id, place.mail, inbound, **more)


@dataclass(frozen=True, slots=True)
class _Refused:
    why: Conflict


def _or_refused(deed: Callable[[], Any]) -> Any:
    try:
        return deed()
    except Conflict as error:
        return _Refused(error)


def new_ones_are_shared_out(db: Database) -> None:
    """Two that come at once go to two agents, and nobody has more than one too many."""
    place = Place(db)
    for agent_id in (place.ada, place.ben):
        with db.workspace(place.workspace_id, write=True) as session:
            session.get_one(Agent, agent_id).seen_at = NOW
    make_agent(db, place.workspace_id, "Cleo", seen_at=NOW, capacity=1)
    for number in range(4):
        both(*[lambda n=number: _received(place, f"Question {n}")] * 2)
    has = [row.assignee_id for row in place.rows(Conversation)]
    assert None not in has
    counts = sorted(has.count(each) for each in set(has))
    assert counts == [1, 3, 4]


def each_into_the_other(db: Database) -> None:
    """Of two who merge the same two the other way round, one is told."""
    place = Place(db)
    one, other = (_received(place, text).conversation_id for text in ("a", "b"))

    def join(gone: int, kept: int, by: int) -> Any:
        def merging(session: Any, **more: Any) -> Any:
            return merge(session, keys(), gone, kept, **more)

        return _or_refused(lambda: place.do(merging, by=by))

    told = both(lambda: join(one, other, place.ada), lambda: join(other, one, place.ben))
    assert sum(isinstance(each, _Refused) for each in told) == 1
    (standing,) = [row for row in place.rows(Conversation) if row.merged_into_id is None]
    said = [row for row in place.rows(Message) if row.kind != "event"]
    assert {row.conversation_id for row in said} == {standing.id}
    assert (standing.messages, len(said)) == (2, 2)


def a_message_comes_while_it_is_merged(db: Database) -> None:
    """It stands in the conversation that goes on, whoever was first."""
    place = Place(db)
    kept, gone = _received(place, "a").conversation_id, _received(place, "b").conversation_id

    def merging(session: Any, **more: Any) -> Any:
        return merge(session, keys(), gone, kept, **more)

    _, came = both(
        lambda: place.do(merging, by=place.ada),
        lambda: _received(place, "b2", conversation_id=gone),
    )
    with db.workspace(place.workspace_id) as session:
        message = session.get_one(Message, came.message_id)
        conversation = session.get_one(Conversation, kept)
    assert (message.conversation_id, conversation.messages) == (kept, 3)
    back = place.do(lambda session, **more: unmerge(session, keys(), gone, **more), by=place.ben)
    assert back.merged_into_id is None


def an_answer_while_it_is_split(db: Database) -> None:
    """A message that comes while its conversation is split is in one of the two."""
    place = Place(db)
    held = _received(place, "a").conversation_id
    second = _received(place, "b", conversation_id=held)

    def splitting(session: Any, **more: Any) -> Any:
        return split(session, keys(), held, second.message_id, **more)

    made, _ = both(
        lambda: place.do(splitting, by=place.ada),
        lambda: _received(place, "c", conversation_id=held, now=NOW + timedelta(seconds=1)),
    )
    counts = {row.id: row.messages for row in place.rows(Conversation)}
    said = [row.conversation_id for row in place.rows(Message) if row.kind != "event"]
    assert counts == {held: said.count(held), made: said.count(made)}
    assert len(said) == 3


def two_change_the_same(db: Database) -> None:
    """Of two who change what both read, the second is told: an answer and a rule."""
    place = Place(db)
    given: dict[str, Any] = {"by": "ada", "now": NOW}
    with db.workspace(place.workspace_id, write=True) as session:
        texts = {"en": "Hello"}
        canned = create_canned(session, shortcut="a", name="A", texts=texts, **given)
        rule = create_rule(session, "A", {}, {"tags": ["a"]}, **given)

    def change(name: str) -> Any:
        with db.workspace(place.workspace_id, write=True) as session:
            texts = {"en": name}
            change_canned(
                session, int(canned.id), version=1, shortcut="a", name=name, texts=texts, **given
            )
        return name

    def alter(name: str) -> Any:
        with db.workspace(place.workspace_id, write=True) as session:
            change_rule(session, int(rule.id), version=rule.version, name=name, **given)
        return name

    for deed in (change, alter):
        told = both(*(lambda n=name, one=deed: _or_refused(lambda: one(n)) for name in ("B", "C")))
        (refused,) = [each for each in told if isinstance(each, _Refused)]
        (kept,) = [each for each in told if isinstance(each, str)]
        assert refused.why.details
        with db.workspace(place.workspace_id) as session:
            names = (read_canned(session, int(canned.id)).name, list_rules(session)[0].name)
        assert names[deed is alter] == kept


def the_same_tag_twice(db: Database) -> None:
    """Two who put the same tag on put it on once."""
    place = Place(db)
    made = _received(place).conversation_id
    both(
        lambda: place.do(tag_conversation, made, ["VIP"], by=place.ada),
        lambda: place.do(tag_conversation, made, ["vip"], by=place.ben),
    )
    with db.workspace(place.workspace_id) as session:
        assert len(tags_of(session, made)) == 1


def words_while_it_goes_on(db: Database) -> None:
    """What comes while words are written is found after the next look."""
    place = Place(db)
    made = _received(place, "first").conversation_id
    services = services_of(db)
    both(
        lambda: index_due(services),
        lambda: _received(place, "second", conversation_id=made),
        lambda: index_due(services),
    )
    while index_due(services):
        pass
    with db.workspace(place.workspace_id) as session:
        assert session.execute(select(DueConversation)).first() is None
        from_words = _terms(session, made)
    assert {"first", "second"} <= from_words


def _terms(session: Any, conversation_id: int) -> set[str]:
    its = ConversationTerm.conversation_id == conversation_id
    return set(session.execute(select(ConversationTerm.term).where(its)).scalars())


EVERY = (
    new_ones_are_shared_out,
    each_into_the_other,
    a_message_comes_while_it_is_merged,
    an_answer_while_it_is_split,
    two_change_the_same,
    the_same_tag_twice,
    words_while_it_goes_on,
)
