"""Canned answers are kept, found and filled in; nothing of another's gets into them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from integration.conversations.answers.canned import (
    change_canned,
    create_canned,
    delete_canned,
    list_canned,
    note_used,
    offered,
    read_canned,
)
from integration.conversations.answers.variables import Missing, fill, unknown_variables
from integration.conversations.states import set_order, set_person
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Agent, Conversation, Store
from platforms.records import TrackingRecord
from tests.factories.conversations import mail_of
from tests.factories.mirror import Mirror
from tests.factories.records import customer, order, parcel, told
from tests.factories.stores import NOW, make_store

TRACKED = {"company": "ACS", "number": "4711", "url": "https://acs.example/t/4711"}


def canned(inbox: Any, shortcut: str = "where", texts: Any = None, **more: Any) -> int:
    given = {"name": "Where is it", "by": "ada", "now": NOW} | more
    with inbox.writing() as session:
        made = create_canned(session, shortcut=shortcut, texts=texts or {"en": "Hello"}, **given)
    return int(made.id)


def filled(inbox: Any, conversation_id: int, text: str, locale: str | None = "en") -> Any:
    with inbox.reading() as session:
        return fill(
            session,
            text,
            conversation=session.get_one(Conversation, conversation_id),
            agent=session.get_one(Agent, inbox.agent_id),
            locale=locale,
        )


def dora(inbox: Any, **changed: Any) -> None:
    """A customer with a parcel on its way."""
    inbox.mirror.take(told(customer("7", email="dora@mail.example", first_name="Dora")))
    parcels = (parcel(shipment_status="in_transit", tracking=(tracking_of(TRACKED),)),)
    values = {
        "customer_external_id": "7",
        "fulfillment_status": "fulfilled",
        "total_minor": 123456,
        "current_total_minor": 123456,
        "fulfillments": parcels,
    }
    inbox.mirror.take(told(order("1042", **(values | changed))))


def tracking_of(one: dict[str, str]) -> Any:
    return TrackingRecord(**one)


ALL = (
    "{{customer.first_name}}|{{order.name}}|{{order.status}}|{{order.total}}|"
    "{{order.tracking_link}}|{{order.tracking_number}}|{{order.carrier}}|{{store.name}}|"
    "{{agent.name}}"
)


def test_a_text_is_filled_for_whom_it_is(inbox: Any) -> None:
    dora(inbox)
    made = inbox.receive(mail_of(text="Where is #1042?")).conversation_id
    found = filled(inbox, made, ALL)
    assert found.text == (
        "Dora|#1042|on its way|€1,234.56|https://acs.example/t/4711|4711|ACS|Amber Shop|Ada"
    )
    assert (found.missing, found.order_id) == ((), str(inbox.mirror.order("1042").id))
    czech = filled(inbox, made, "{{ order.total }} {{ORDER.DATE}}", "cs")
    assert czech.text == "1\xa0234,56\xa0€ 1. listopadu 2026"


def test_nobodys_order_is_told_to_who_only_claims_to_be_them(inbox: Any) -> None:
    dora(inbox)
    made = inbox.receive(mail_of(text="Where is #1042?", trust="claimed")).conversation_id
    inbox.do(set_order, made, inbox.mirror.order("1042").id)
    found = filled(inbox, made, "Hi {{customer.first_name}}, {{order.tracking_link}}")
    assert found.text == "Hi Dora, ⟨order.tracking_link⟩"
    assert found.missing == (Missing("order.tracking_link", "unconfirmed"),)
    assert found.order_id is None
    profile_id = inbox.mirror.order("1042").profile_id
    inbox.do(set_person, made, profile_id)
    assert filled(inbox, made, "{{order.tracking_number}}").text == "4711"


def test_an_order_of_somebody_else_is_told_to_nobody(inbox: Any) -> None:
    dora(inbox)
    inbox.mirror.take(told(customer("8", email="eva@mail.example")))
    inbox.mirror.take(told(order("99", customer_external_id="8")))
    made = inbox.receive(mail_of("eva@mail.example", "Where is #1042?")).conversation_id
    inbox.do(set_order, made, inbox.mirror.order("1042").id)
    found = filled(inbox, made, "{{order.name}} {{order.tracking_number}}")
    assert "1042" not in found.text
    assert "4711" not in found.text
    assert [each.why for each in found.missing] == ["no_order", "no_order"]


def test_what_is_missing_is_told_and_marked(inbox: Any) -> None:
    made = inbox.receive(mail_of(name=None)).conversation_id
    found = filled(
        inbox,
        made,
        "Hi {{customer.first_name|there}}, {{customer.first_name}} {{order.name}} {{colour}} {{ }}",
    )
    assert found.text == "Hi there, ⟨customer.first_name⟩ ⟨order.name⟩ ⟨colour⟩ ⟨⟩"
    assert found.missing == (
        Missing("customer.first_name", "empty"),
        Missing("order.name", "unconfirmed"),
        Missing("colour", "unknown"),
        Missing("", "unknown"),
    )
    assert "{{" not in found.text


def test_values_are_text_on_one_line_and_not_looked_at_again(inbox: Any) -> None:
    name = "{{agent.name}} <script>\n\u202eevil\x00"
    made = inbox.receive(mail_of(name=name)).conversation_id
    found = filled(inbox, made, "[{{customer.name}}]")
    assert found.text == "[{{agent.name}} <script> evil]"
    assert filled(inbox, made, "{{order.name").text == "{{order.name"


def test_a_link_is_one_of_the_web(inbox: Any) -> None:
    evil = TRACKED | {"url": "javascript:alert(1)"}
    dora(inbox, fulfillments=(parcel(tracking=(tracking_of(evil),)),))
    made = inbox.receive().conversation_id
    found = filled(inbox, made, "{{order.tracking_link}}")
    assert found.missing == (Missing("order.tracking_link", "empty"),)
    assert "javascript" not in found.text


@pytest.mark.parametrize(
    ("values", "status"),
    [
        ({"fulfillment_status": "unfulfilled", "fulfillments": ()}, "being prepared"),
        ({"fulfillment_status": "partial"}, "partly sent"),
        ({"fulfillments": (parcel(shipment_status="delivered"),)}, "delivered"),
        ({"fulfillments": (parcel(shipment_status="out_for_delivery"),)}, "out for delivery"),
        ({"fulfillments": (parcel(shipment_status="ready_for_pickup"),)}, "ready for pick-up"),
        ({"fulfillments": (parcel(),)}, "sent"),
        ({"financial_status": "refunded"}, "refunded"),
        ({"cancelled_at": NOW}, "cancelled"),
    ],
)
def test_an_order_stands_as_its_parcels_do(inbox: Any, values: Any, status: str) -> None:
    dora(inbox, **values)
    made = inbox.receive().conversation_id
    assert filled(inbox, made, "{{order.status}}").text == status


@pytest.mark.parametrize(
    ("locale", "status"),
    [
        ("el", "καθ' οδόν"),
        ("he", "בדרך"),
        ("cs", "na cestě"),
        ("pl-PL", "w drodze"),
        ("fr", "on its way"),
    ],
)
def test_an_order_stands_so_in_their_language(inbox: Any, locale: str, status: str) -> None:
    dora(inbox)
    made = inbox.receive().conversation_id
    assert filled(inbox, made, "{{order.status}}", locale).text == status


@given(st.text(alphabet=st.sampled_from("{}|. acmeordnst"), max_size=60))
def test_whatever_a_text_says_no_known_braces_are_left(text: str) -> None:
    for name in unknown_variables(text):
        assert "{" not in name


def test_one_is_kept_found_changed_and_removed(inbox: Any) -> None:
    first = canned(inbox, "/Where", {"en": "It is on its way", "el-GR": "Είναι στον δρόμο"})
    other = canned(inbox, "refund", {"en": "The parcel's refund"}, name="Refund παραγγελίας")
    with inbox.writing() as session:
        kept = read_canned(session, first)
        assert (kept.shortcut, set(kept.texts), kept.version) == ("where", {"en", "el"}, 1)
        found = {
            words: [each.id for each in list_canned(session, words)]
            for words in ("", "/ref", "παραγγελιας", "ΔΡΟΜΟ", "parcel way", "nothing")
        }
        assert found == {
            "": [str(other), str(first)],
            "/ref": [str(other)],
            "παραγγελιας": [str(other)],
            "ΔΡΟΜΟ": [str(first)],
            "parcel way": [],
            "nothing": [],
        }
        given: dict[str, Any] = {"name": "N", "texts": {"en": "T"}, "by": "eva", "now": NOW}
        changed = change_canned(session, first, version=1, shortcut="where2", **given)
        assert (changed.version, changed.updated_by, changed.texts) == (2, "eva", {"en": "T"})
        with pytest.raises(Conflict) as refused:
            change_canned(session, first, version=1, shortcut="x", **given)
        assert refused.value.details["answer"]["shortcut"] == "where2"
        with pytest.raises(Conflict):
            change_canned(session, first, version=2, shortcut="refund", **given)
        note_used(session, other)
        assert delete_canned(session, other, by="agent:1", now=NOW).shortcut == "refund"
        with pytest.raises(NotFound):
            delete_canned(session, other, by="agent:1", now=NOW)


def test_a_shortcut_is_one_answers(inbox: Any) -> None:
    made = canned(inbox, "where")
    with pytest.raises(Conflict) as refused:
        canned(inbox, "WHERE")
    assert refused.value.details == {"canned_id": str(made)}


@pytest.mark.parametrize(
    "wrong",
    [
        {"shortcut": ""},
        {"shortcut": "two words"},
        {"shortcut": "x" * 41},
        {"name": " "},
        {"name": "x" * 81},
        {"texts": "Hello"},
        {"texts": {"en": " "}},
        {"texts": {"english": "Hello"}},
        {"texts": {"en": 7}},
        {"texts": {"en": "x" * 10_001}},
        {"texts": {"en": "Hello {{order.colour}}"}},
        {"store_id": 999_999},
    ],
)
def test_what_is_no_canned_answer_is_refused(inbox: Any, wrong: dict[str, Any]) -> None:
    with pytest.raises(Invalid):
        canned(inbox, **({"shortcut": "a", "texts": {"en": "Hello"}} | wrong))


def test_it_is_offered_in_the_customers_language_for_their_store(inbox: Any) -> None:
    dora(inbox)
    second = make_store(
        inbox.mirror.db, inbox.mirror.workspace_id, f"b{inbox.channel_id}.myshopify.com"
    )
    text = "Γεια σας, πού είναι η παραγγελία #1042;"
    made = inbox.receive(mail_of(text=text)).conversation_id
    canned(inbox, "where", {"en": "Hi {{order.name}}", "el": "Γεια {{order.name}}"})
    canned(inbox, "other", {"cs": "Dobrý den"})
    canned(inbox, "foreign", {"en": "No"}, store_id=second)
    with inbox.reading() as session:
        agent = session.get_one(Agent, inbox.agent_id)
        found = offered(session, made, agent=agent, language="en")
        assert [(each.shortcut, each.language, each.is_customers) for each in found] == [
            ("other", "cs", False), ("where", "el", True),
        ]  # fmt: skip
        assert found[1].text == "Γεια #1042"
        with pytest.raises(NotFound):
            offered(session, 999_999, agent=agent)
    with inbox.writing() as session:
        session.get_one(Conversation, made).store_id = second
        assert session.get_one(Store, second) is not None
    with inbox.reading() as session:
        agent = session.get_one(Agent, inbox.agent_id)
        assert "foreign" in {each.shortcut for each in offered(session, made, agent=agent)}


def test_what_is_foreign_is_as_if_it_werent_there(inbox: Any) -> None:
    made = canned(inbox)
    foreign = Mirror(inbox.mirror.db, f"foreign-{made}.myshopify.com")
    with foreign.db.workspace(foreign.workspace_id, write=True) as session:
        assert list_canned(session) == ()
        note_used(session, made)
        for deed in (
            lambda: read_canned(session, made),
            lambda: delete_canned(session, made, by="agent:1", now=NOW),
            lambda: change_canned(
                session, made, version=1, shortcut="a", name="b", texts={"en": "c"}, by="", now=NOW
            ),
        ):
            with pytest.raises(NotFound):
                deed()
    with inbox.reading() as session:
        assert read_canned(session, made).used == 0
