"""Automatic mail: to nobody's machine, not twice, not too often, and not a word of a stranger's."""

import pytest
from sqlalchemy import select

from integration.conversations.outgoing.automatic import (
    MOST_HANDED_OVER,
    MOST_TO_BELIEVED,
    MOST_TO_CLAIMED,
    count_mail,
    is_machine,
    may_be_handed_over,
    may_go,
    tidy_automatic,
)
from integration.conversations.outgoing.automatic_settings import checked_mails
from integration.conversations.outgoing.outbox import send_due
from integration.errors import Invalid
from integration.models import AutomaticMail, Channel, Conversation, InboxSettings, Message
from tests.factories.conversations import make_channel
from tests.factories.fake_mail import raw_mail
from tests.factories.stores import NOW, make_workspace
from tests.integration.conversations.mail_flow import Flow, flow, mail_template

__all__ = ["flow", "mail_template"]


def switch_on(flow: Flow, **more: object) -> None:
    """Have receipts be sent."""
    wanted = {"acknowledge": True, "answer_within_hours": 24} | more
    flow.add(InboxSettings(automatic=wanted, round_robin=True, updated_by="ada", updated_at=NOW))


def receipts(flow: Flow) -> int:
    """How many receipts were written."""
    return sum(row.kind == "automatic" for row in flow.rows(Message))


def test_nothing_is_sent_by_itself_unless_the_merchant_wants_it(flow: Flow) -> None:
    flow.take(raw_mail())
    assert receipts(flow) == 0


def test_a_receipt_says_nothing_of_what_came_in(flow: Flow) -> None:
    switch_on(flow, signature={"en": "Amber, Main Street"})
    flow.take(raw_mail("buy pills", subject="cheap pills at http://evil.example"))
    assert ("sendings.send", {}) in flow.jobs.waiting
    assert send_due(flow.services) == 1
    (sent,) = flow.mail.sent
    assert [(each.address, each.name) for each in sent.to] == [("dora@mail.example", None)]
    assert sent.is_automatic
    assert sent.subject == "We have your message"
    assert sent.text.endswith("\n\nAmber, Main Street")
    assert "We will answer within 24 hours." in sent.text
    for word in ("pills", "evil", "Dora"):
        assert word not in f"{sent.subject} {sent.text} {sent.sender_name}"
    assert sent.references == ("a1@mail.example",)
    conversation = flow.conversation()
    assert (conversation.status, conversation.answers) == ("open", 0)
    assert conversation.first_answered_at is None


def test_a_receipt_is_in_the_senders_language(flow: Flow) -> None:
    switch_on(flow)
    flow.take(raw_mail("Πού είναι το δέμα μου;"))
    send_due(flow.services)
    assert flow.mail.sent[0].subject == "Λάβαμε το μήνυμά σας"


@pytest.mark.parametrize(
    "sender",
    [
        "MAILER-DAEMON@mail.example",
        "no-reply@shop.example",
        "noreply@shop.example",
        "news-bounces@list.example",
        "list-request@list.example",
        "owner-list@list.example",
        "bounce+x=y@esp.example",
        "SRS0=abc@fwd.example",
        "support@amber.example",
        "nobody",
    ],
)
def test_no_machine_gets_one(flow: Flow, sender: str) -> None:
    switch_on(flow)
    flow.take(raw_mail(sender=sender))
    assert len(flow.rows(Conversation)) == 1
    assert receipts(flow) == 0


def test_a_mail_of_a_machine_or_from_ourselves_gets_none(flow: Flow) -> None:
    switch_on(flow)
    flow.take(raw_mail(automatic="yes"), raw_mail(ours="yes", message_id="b@x.example"))
    assert len(flow.said()) == 2
    assert receipts(flow) == 0


def test_a_mailbox_of_another_workspace_gets_none(flow: Flow) -> None:
    switch_on(flow)
    other = make_workspace(flow.services.db, "Another")
    make_channel(flow.services.db, other, address="Help@Beryl.example")
    flow.take(raw_mail(sender="help@beryl.example"))
    assert receipts(flow) == 0


@pytest.mark.parametrize(
    ("ours", "sender", "count"),
    [
        ("help@beryl.example", "Help+anything@beryl.example", 0),
        ("beryl.shop@gmail.com", "berylshop@googlemail.com", 0),
        ("help@beryl.example", "helper@beryl.example", 1),
        ("help@beryl.example", "help@other.beryl.example", 1),
    ],
)
def test_no_spelling_of_a_mailbox_of_ours_gets_one(
    flow: Flow, ours: str, sender: str, count: int
) -> None:
    switch_on(flow)
    make_channel(flow.services.db, make_workspace(flow.services.db, "Another"), address=ours)
    flow.take(raw_mail(sender=sender))
    assert receipts(flow) == count


def test_two_autoresponders_end_at_once(flow: Flow) -> None:
    switch_on(flow)
    # It answers our receipt by a mail without any mark, each time in a thread of its own.
    for number in range(30):
        flow.take(raw_mail(f"away {number}", message_id=f"r{number}@x.example"))
    assert receipts(flow) == MOST_TO_BELIEVED
    flow.clock.advance(hours=25)
    flow.take(raw_mail("back again", message_id="z@x.example"))
    assert receipts(flow) == MOST_TO_BELIEVED + 1


def test_a_victim_whom_anybody_names_gets_few_over_all_workspaces(flow: Flow) -> None:
    switch_on(flow)
    mails = [
        raw_mail(
            f"bomb {n}", sender="Victim@x.example", message_id=f"b{n}@y.example", trust="claimed"
        )
        for n in range(20)
    ]
    flow.take(*mails)
    assert receipts(flow) == MOST_TO_CLAIMED
    second = make_workspace(flow.services.db, "Another")
    with flow.services.db.workspace(second) as session:
        given = {"conversation_id": 1, "is_believed": False}
        assert not may_go(flow.services, session, "victim@x.example", **given)
        assert may_go(flow.services, session, "other@x.example", **given)


@pytest.mark.parametrize(
    "name", ["victim+{}@x.example", "Victim+{}@X.example", "v.ic{}tim@gmail.com"]
)
def test_names_that_lead_to_one_mailbox_are_one_victim(flow: Flow, name: str) -> None:
    switch_on(flow)
    senders = [name.format("." * n if "gmail" in name else n) for n in range(8)]
    mails = [
        raw_mail(f"bomb {n}", sender=sender, message_id=f"b{n}@y.example", trust="claimed")
        for n, sender in enumerate(senders)
        if ".." not in sender
    ]
    mails += [
        raw_mail(f"more {n}", sender=senders[0], message_id=f"c{n}@y.example", trust="claimed")
        for n in range(8)
    ]
    flow.take(*mails)
    assert receipts(flow) == MOST_TO_CLAIMED


def test_what_agents_had_us_mail_counts_and_has_an_end_too(flow: Flow) -> None:
    number = flow.open_one()
    given = {"conversation_id": number + 1, "is_believed": True}
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        for _ in range(MOST_HANDED_OVER):
            assert may_be_handed_over(flow.services, session, "Dora@mail.example")
            count_mail(flow.services, session, "dora@mail.example", conversation_id=number)
        assert not may_be_handed_over(flow.services, session, "dora@mail.example")
        assert not may_go(flow.services, session, "dora@mail.example", **given)
        assert may_be_handed_over(flow.services, session, "max@mail.example")
        for machine in ("no-reply@mail.example", "support@amber.example"):
            assert not may_be_handed_over(flow.services, session, machine)
        flow.clock.advance(hours=25)
        assert may_be_handed_over(flow.services, session, "dora@mail.example")


def test_one_in_a_conversation_and_day(flow: Flow) -> None:
    switch_on(flow)
    number = flow.open_one()
    with flow.services.db.workspace(flow.workspace_id) as session:
        given = {"conversation_id": number, "is_believed": True}
        assert not may_go(flow.services, session, "dora@mail.example", **given)
        flow.clock.advance(hours=25)
        assert may_go(flow.services, session, "dora@mail.example", **given)
        assert not may_go(flow.services, session, None, **given)


def test_a_reply_gets_no_second_receipt(flow: Flow) -> None:
    switch_on(flow)
    flow.open_one()
    flow.clock.advance(hours=30)
    flow.take(raw_mail("more", message_id="b@x.example", references="a1@mail.example"))
    assert len(flow.rows(Conversation)) == 1
    assert receipts(flow) == 1


def test_a_paused_mailbox_sends_none(flow: Flow) -> None:
    switch_on(flow)
    flow.mail.put(raw_mail())
    flow.fetch()
    flow.change(Channel, flow.channel_id, status="paused")
    flow.work_off()
    assert (len(flow.said()), receipts(flow)) == (1, 0)


def test_what_is_kept_names_nobody_and_is_forgotten(flow: Flow) -> None:
    switch_on(flow)
    flow.open_one()
    with flow.services.db.across_workspaces() as session:
        (row,) = session.execute(select(AutomaticMail)).scalars()
    assert b"dora" not in row.recipient_digest + row.thread_digest
    assert len(row.recipient_digest) == 32
    assert tidy_automatic(flow.services) == 0
    flow.clock.advance(days=4)
    assert tidy_automatic(flow.services) == 1


def test_people_are_no_machines() -> None:
    for address in (
        "dora@mail.example",
        "news.reader@x.example",
        "rootbeer@x.example",
        "no@re.ply",
    ):
        assert not is_machine(address)


@pytest.mark.parametrize(
    "given",
    [
        {"answer_within_hours": 0},
        {"answer_within_hours": 10**6},
        {"answer_within_hours": "2"},
        {"signature": "text"},
        {"signature": {"xx": "a"}},
        {"signature": {"en": "a" * 3000}},
    ],
)
def test_settings_that_are_wrong_are_refused(given: dict[str, object]) -> None:
    with pytest.raises(Invalid):
        checked_mails(given)
