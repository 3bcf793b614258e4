"""Which order a customer's message is about, and what an agent is warned of."""

from typing import Any

import pytest
from sqlalchemy import event

from integration.conversations import ordering
from integration.conversations.ordering import WriterWarning, find_order, warnings_of
from integration.conversations.states import set_order, set_person
from integration.conversations.who import person_of
from integration.models import Conversation
from tests.factories.conversations import mail_of
from tests.factories.records import customer, order, told
from tests.factories.stores import make_store


@pytest.fixture
def shop(inbox: Any) -> Any:
    """Dora bought #1042 and #1044, Emil #1043 here and #1044 in another store."""
    return fill(inbox)


def fill(inbox: Any) -> Any:
    """The same for any inbox."""
    mirror = inbox.mirror
    other = make_store(mirror.db, mirror.workspace_id, f"other-{mirror.workspace_id}.example")
    mirror.take(
        told(customer("7", email="dora@mail.example")),
        told(customer("8", email="emil@mail.example")),
        told(order("100", name="#1042", customer_external_id="7")),
        told(order("101", name="#1043", customer_external_id="8")),
        told(order("102", name="#1044", customer_external_id="7")),
    )
    mirror.take(told(order("200", name="#1044", email="emil@mail.example")), store_id=other)
    return inbox


def about(inbox: Any, text: str, address: str = "dora@mail.example", **more: Any) -> str | None:
    """The external id of the order that a mail is found to be about."""
    received = inbox.receive(mail_of(address, text, subject=None, **more))
    order_id = inbox.conversation(received.conversation_id).order_id
    names = {row.id: row.external_id for row in inbox.mirror.all(type(inbox.mirror.order()))}
    return None if order_id is None else names[order_id]


def test_the_order_that_is_named_is_found(shop: Any) -> None:
    assert about(shop, "Where is order #1042?") == "100"
    assert about(shop, "Hello, where is my parcel?") is None
    assert about(shop, "orders #1042 and #1044") is None


def test_of_one_name_in_two_stores_it_is_the_writers(shop: Any) -> None:
    assert about(shop, "Where is order #1044?") == "102"
    assert about(shop, "Where is order #1044?", "emil@mail.example") == "200"


def test_whoever_proved_nothing_has_no_orders_of_their_own(shop: Any) -> None:
    assert about(shop, "Where is order #1044?", trust="claimed") is None
    assert about(shop, "Where is order #1042?", trust="claimed") == "100"


def test_the_first_order_stays_when_another_is_named(shop: Any) -> None:
    first = shop.receive(mail_of(text="order #1042", subject="Hi", external_id="a@mail.example"))
    again = mail_of(text="and order #1044", references=("a@mail.example",))
    second = shop.receive(again)
    assert second.conversation_id == first.conversation_id
    assert shop.conversation(first.conversation_id).order_id == shop.mirror.order("100").id


def test_what_cant_be_read_stops_no_mail(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: Any, **__: Any) -> None:
        raise RecursionError

    monkeypatch.setattr(ordering, "resolve_mentions", broken)
    assert about(shop, "Where is order #1042?") is None


@pytest.mark.parametrize("text", ["\0#1042\0", "#" * 50_000, "9" * 60_000, "\ud800 order #1042"])
def test_any_text_is_read_in_few_statements(shop: Any, text: str) -> None:
    received = shop.receive(mail_of(text="hi"))
    asked: list[str] = []
    engine = shop.mirror.db.engine

    def note(*given: Any) -> None:
        asked.append(given[2])

    with shop.reading() as session:
        conversation = session.get_one(Conversation, received.conversation_id)
        event.listen(engine, "before_cursor_execute", note)
        try:
            find_order(session, conversation, text)
        finally:
            event.remove(engine, "before_cursor_execute", note)
    assert len(asked) <= 4


def warned(inbox: Any, conversation_id: int) -> tuple[WriterWarning, ...]:
    with inbox.reading() as session:
        conversation = session.get_one(Conversation, conversation_id)
        return warnings_of(session, conversation, person_of(session, conversation))


def test_an_agent_is_warned_of_who_isnt_the_buyer(shop: Any) -> None:
    emils = shop.mirror.order("101")
    named = (str(emils.id), "#1043", str(emils.profile_id))
    own = shop.receive(mail_of(text="order #1042")).conversation_id
    assert warned(shop, own) == ()
    others = shop.receive(mail_of(text="order #1043")).conversation_id
    assert warned(shop, others) == (WriterWarning("not_the_buyer", *named),)
    shop.do(set_person, others, emils.profile_id)
    assert warned(shop, others) == ()
    shop.do(set_order, own, emils.id)
    assert warned(shop, own) == (WriterWarning("not_the_buyer", *named),)


def test_an_agent_is_warned_of_who_proved_nothing(shop: Any) -> None:
    doras = shop.mirror.order("100")
    claimed = shop.receive(mail_of(text="order #1042", trust="claimed")).conversation_id
    named = (str(doras.id), "#1042", str(doras.profile_id))
    assert warned(shop, claimed) == (WriterWarning("unverified", *named),)
    stranger = shop.receive(mail_of("new@mail.example")).conversation_id
    assert warned(shop, stranger) == (WriterWarning("nobody_known"),)
    forged = shop.receive(mail_of("new@mail.example", trust="claimed", subject="x")).conversation_id
    assert warned(shop, forged) == (WriterWarning("unverified"), WriterWarning("nobody_known"))
