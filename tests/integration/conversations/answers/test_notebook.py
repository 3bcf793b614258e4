"""Cases are kept and offered again by the rare words that they share; reasons, reads, mentions."""

from typing import Any

import pytest

from integration.conversations.answers.cases import (
    add_case,
    change_case,
    delete_case,
    list_cases,
    note_case_used,
    read_case,
)
from integration.conversations.answers.similar_cases import similar, similar_conversations
from integration.conversations.lists.views import counts
from integration.conversations.mentions import mentions_of, named_in, see_mentions
from integration.conversations.reads import mark_read, mark_unread
from integration.conversations.reasons import (
    USUAL,
    add_reason,
    begin_reasons,
    list_reasons,
    order_reasons,
    remove_reason,
    rename_reason,
)
from integration.conversations.states import set_reason, set_status
from integration.conversations.writing import note
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Agent
from tests.factories.conversations import keys, mail_of, make_agent
from tests.factories.mirror import Mirror
from tests.factories.stores import NOW
from tests.integration.conversations.listed import index, page


def case(inbox: Any, title: str, problem: str, solution: str = "Done", **more: Any) -> int:
    with inbox.writing() as session:
        given = {"title": title, "problem": problem, "solution": solution, "by": "ada"}
        return int(add_case(session, **given, now=NOW, **more).id)


def alike(inbox: Any, conversation_id: int) -> list[tuple[str, tuple[str, ...]]]:
    with inbox.reading() as session:
        return [(each.title, each.shared) for each in similar(session, keys(), conversation_id)]


def test_cases_are_offered_by_the_rare_words_that_they_share(inbox: Any) -> None:
    for number in range(12):
        inbox.receive(mail_of(f"p{number}@mail.example", f"Hello, where is my order {number}?"))
    index(inbox)
    case(
        inbox, "Scratched lens", "The sunglasses arrived with a scratched lens.", "Sent a new lens"
    )
    case(inbox, "Customs", "The parcel is held by customs, and they want an invoice.")
    made = inbox.receive(
        mail_of(text="Hello, one LENS of my sunglasses is scratched!", subject=None)
    ).conversation_id
    assert alike(inbox, made) == [("Scratched lens", ("LENS", "scratched", "sunglasses"))]
    plain = inbox.receive(mail_of(text="Hello, where is my order?", subject=None)).conversation_id
    assert alike(inbox, plain) == []


def test_greek_is_found_in_greek(inbox: Any) -> None:
    for number in range(8):
        inbox.receive(mail_of(f"p{number}@mail.example", "Καλημέρα, πού είναι η παραγγελία;"))
    index(inbox)
    case(inbox, "Τελωνείο", "Το δέμα κρατείται στο τελωνείο και ζητούν τιμολόγιο")
    made = inbox.receive(mail_of(text="το τελωνειο ζητά ΤΙΜΟΛΌΓΙΟ", subject=None)).conversation_id
    [(title, shared)] = alike(inbox, made)
    assert (title, set(shared)) == ("Τελωνείο", {"τελωνειο", "ΤΙΜΟΛΌΓΙΟ"})


def test_conversations_that_are_over_are_offered_too(inbox: Any) -> None:
    for number in range(10):
        inbox.receive(mail_of(f"p{number}@mail.example", "Hello, where is my order?"))
    over = inbox.receive(mail_of(text="The hinge snapped yesterday")).conversation_id
    still = inbox.receive(mail_of(text="The hinge snapped too")).conversation_id
    made = inbox.receive(mail_of(text="Hinge snapped in two")).conversation_id
    inbox.do(set_status, over, "resolved")
    index(inbox)
    with inbox.reading() as session:
        found = similar_conversations(session, keys(), made)
    assert [(each.id, set(each.shared)) for each in found] == [(str(over), {"Hinge", "snapped"})]
    assert still != over


def test_a_case_is_kept_changed_and_removed(inbox: Any) -> None:
    made = inbox.receive().conversation_id
    kept = case(inbox, " A  title ", "The problem", conversation_id=made, locale="en")
    with inbox.writing() as session:
        found = read_case(session, kept)
        assert (found.title, found.conversation_id, found.written_by) == (
            "A title",
            str(made),
            "ada",
        )
        given: dict[str, Any] = {"problem": "p", "solution": "s", "by": "eva", "now": NOW}
        changed = change_case(session, kept, version=found.version, title="Other", **given)
        with pytest.raises(Conflict) as refused:
            change_case(session, kept, version=found.version, title="Third", **given)
        assert refused.value.details["case"]["title"] == "Other"
        assert [each.id for each in list_cases(session, "OTHER problem")] == []
        assert [each.id for each in list_cases(session, "other")] == [str(kept)]
        assert list_cases(session, "title") == ()
        note_case_used(session, kept)
        session.expire_all()
        assert read_case(session, kept).used == 1
        assert changed.written_by == "eva"
        assert delete_case(session, kept).title == "Other"
        assert (list_cases(session), list_cases(session, "other")) == ((), ())
        with pytest.raises(NotFound):
            read_case(session, kept)


@pytest.mark.parametrize(
    "wrong",
    [{"title": ""}, {"title": "x" * 121}, {"problem": " "}, {"solution": "x" * 10_001}],
)
def test_what_is_no_case_is_refused(inbox: Any, wrong: dict[str, str]) -> None:
    given = {"title": "T", "problem": "p", "solution": "s"} | wrong
    with pytest.raises(Invalid):
        case(inbox, **given)


def test_what_is_foreign_is_as_if_it_werent_there(inbox: Any) -> None:
    made, kept = inbox.receive().conversation_id, case(inbox, "T", "parcel")
    with inbox.writing() as session:
        reason = add_reason(session, "Refund")
    foreign = Mirror(inbox.mirror.db, f"foreign-{kept}.myshopify.com")
    bob = make_agent(foreign.db, foreign.workspace_id)
    with foreign.db.workspace(foreign.workspace_id, write=True) as session:
        given: dict[str, Any] = {
            "title": "T",
            "problem": "p",
            "solution": "s",
            "by": "",
            "now": NOW,
        }
        for deed in (
            lambda: read_case(session, kept),
            lambda: delete_case(session, kept),
            lambda: change_case(session, kept, version="", **given),
            lambda: add_case(session, conversation_id=made, **given),
            lambda: add_case(session, reason_id=int(reason.id), **given),
            lambda: rename_reason(session, int(reason.id), "Other"),
            lambda: remove_reason(session, int(reason.id), now=NOW),
            lambda: mark_read(session, made, bob, now=NOW),
            lambda: mark_unread(session, made, bob),
            lambda: similar(session, keys(), made),
            lambda: similar_conversations(session, keys(), made),
        ):
            with pytest.raises(NotFound):
                deed()
        note_case_used(session, kept)
        assert (list_cases(session), list_reasons(session)) == ((), ())
    with inbox.reading() as session:
        assert read_case(session, kept).used == 0


def test_reasons_begin_in_the_merchants_language_once(inbox: Any) -> None:
    with inbox.writing() as session:
        found = begin_reasons(session, "el-GR")
        assert tuple(each.name for each in found) == USUAL["el"]
        assert begin_reasons(session, "pl") == found
        for each in found:
            remove_reason(session, int(each.id), now=NOW)
        assert begin_reasons(session, "el") == ()
        assert len(list_reasons(session, with_removed=True)) == len(found)
    assert {len(names) for names in USUAL.values()} == {9}


def test_reasons_are_added_renamed_ordered_and_removed(inbox: Any) -> None:
    made = inbox.receive().conversation_id
    with inbox.writing() as session:
        a, b = add_reason(session, "Refund"), add_reason(session, "Delivery")
        with pytest.raises(Conflict):
            add_reason(session, "REFUND")
        with pytest.raises(Conflict):
            rename_reason(session, int(b.id), "refund")
        assert rename_reason(session, int(b.id), "Parcel").name == "Parcel"
        turned = order_reasons(session, [int(b.id), int(a.id)])
        assert [each.name for each in turned] == ["Parcel", "Refund"]
        with pytest.raises(Conflict):
            order_reasons(session, [int(a.id)])
        for wrong in ("", "x" * 61):
            with pytest.raises(Invalid):
                add_reason(session, wrong)
    inbox.do(set_reason, made, int(a.id))
    with inbox.writing() as session:
        assert remove_reason(session, int(a.id), now=NOW).is_removed
        assert [each.name for each in list_reasons(session)] == ["Parcel"]
    assert inbox.conversation(made).reason_id == int(a.id)
    other = inbox.receive().conversation_id
    with pytest.raises(NotFound):
        inbox.do(set_reason, other, int(a.id))
    with inbox.writing() as session:
        back = add_reason(session, "refund")
    assert (back.id, back.name, back.position) == (a.id, "refund", 3)


def test_each_agent_has_read_so_far_and_never_less(inbox: Any) -> None:
    bob = make_agent(inbox.mirror.db, inbox.mirror.workspace_id, "Bob")
    first = inbox.receive()
    made = first.conversation_id
    second = inbox.receive(conversation_id=made)

    def unread(agent_id: int) -> bool:
        return page(inbox, by=agent_id).rows[0].is_unread

    def read(up_to: int | None = None) -> None:
        with inbox.writing() as session:
            mark_read(session, made, inbox.agent_id, now=NOW, last_message_id=up_to)

    assert unread(inbox.agent_id)
    read(first.message_id)
    assert unread(inbox.agent_id)
    read()
    assert not unread(inbox.agent_id)
    read(second.message_id - 1)
    assert not unread(inbox.agent_id)
    assert unread(bob)
    read(10**9)
    inbox.receive(conversation_id=made)
    assert unread(inbox.agent_id)
    read()
    with inbox.writing() as session:
        mark_unread(session, made, inbox.agent_id)
    assert unread(inbox.agent_id)


def test_a_note_mentions_who_is_named_and_they_see_it(inbox: Any) -> None:
    db, workspace_id = inbox.mirror.db, inbox.mirror.workspace_id
    eva = make_agent(db, workspace_id, "Eva Nováková")
    other_eva = make_agent(db, workspace_id, "Eva Green")
    eleni = make_agent(db, workspace_id, "Ελένη Παππά")
    gone = make_agent(db, workspace_id, "Gone", status="disabled")
    made = inbox.receive().conversation_id
    with inbox.writing() as session:
        cases = {
            "@ada look": (inbox.agent_id,),
            "@Eva novakova, please": (eva,),
            "@eva": (),
            "(@ελενη)": (eleni,),
            "mail ada@ada.example": (),
            "@adam": (),
            "@Gone": (),
            "@@ada": (),
            "@Eva Green @Ada @Ada": (other_eva, inbox.agent_id),
        }
        assert {text: named_in(session, text) for text in cases} == cases
    written = inbox.write(note, made, "@Eva", key="n", mentions=[eva, eva, gone, 999_999])
    with inbox.writing() as session:
        (mention,) = mentions_of(session, eva)
        assert (mention.message_id, mention.by_agent_id) == (
            str(written.message_id), str(inbox.agent_id),
        )  # fmt: skip
        assert mentions_of(session, gone) == ()
        assert counts(session, agent_id=eva).mentions.number == 1
        mark_read(session, made, eva, now=NOW)
        assert counts(session, agent_id=eva).mentions.number == 0
        assert mentions_of(session, eva, unseen=True) == ()
        assert mentions_of(session, eva)[0].seen_at == NOW
        assert see_mentions(session, eva, made, now=NOW) == 0
        assert session.get_one(Agent, eva).name == "Eva Nováková"
    assert [row.id for row in page(inbox, view="mentions", by=eva).rows] == [str(made)]
    inbox.write(note, made, "@Eva Green and @Ada, look", key="n2")
    with inbox.reading() as session:
        assert len(mentions_of(session, other_eva)) == 1
        # Nobody mentions themselves.
        assert mentions_of(session, inbox.agent_id) == ()
