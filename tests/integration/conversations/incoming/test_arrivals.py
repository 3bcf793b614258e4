"""What came in is kept once, and the cursor moves with it."""

import pytest
from sqlalchemy.exc import IntegrityError

from channels.errors import ChannelUnreachable, CredentialsRefused
from channels.records import Fetched
from integration.conversations.incoming import fetching
from integration.conversations.incoming.arrivals import come_by_mail, keep, open_body
from integration.conversations.incoming.fetching import fetch, fetch_all, mailboxes_due
from integration.models import Arrival, Channel, ChannelCursor
from tests.factories.conversations import keys
from tests.factories.fake_mail import raw_mail
from tests.integration.conversations.mail_flow import Flow, flow, mail_template

__all__ = ["flow", "mail_template"]


def place(flow: Flow) -> list[tuple[str, str, int]]:
    return [(row.part, row.generation, row.position) for row in flow.rows(ChannelCursor)]


def test_a_mail_is_kept_sealed_and_becomes_a_message(flow: Flow) -> None:
    flow.mail.put(raw_mail("a canary in the text"))
    turn = flow.fetch()
    assert (turn.new, turn.seen, turn.has_more, turn.error) == (1, 1, False, None)
    (row,) = flow.rows(Arrival)
    assert (row.state, row.external_id, row.attempts) == ("waiting", "a1@mail.example", 0)
    assert b"canary" not in row.sealed_body
    assert b"canary" in (open_body(keys().of(flow.channel()), row) or b"")
    assert place(flow) == [("INBOX", "1", 1)]
    flow.work_off()
    (row,) = flow.rows(Arrival)
    (message,) = flow.thread()
    assert (row.state, row.due_at, row.lease, row.sealed_body) == ("applied", None, None, None)
    assert str(row.message_id) == message.id
    assert (message.text, message.kind) == ("a canary in the text", "customer")
    assert flow.told == [("conversation", flow.conversation().id)]


def test_a_mail_that_the_server_withholds_is_parked_in_words(flow: Flow) -> None:
    withheld = Fetched("INBOX", "1", 1, None, 500, is_withheld=True)
    come = come_by_mail(withheld)
    assert come is not None
    assert (come.raw, come.size_bytes) == (None, 500)
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        keep(session, keys().of(flow.channel()), flow.channel_id, [come], flow.clock())
    (row,) = flow.rows(Arrival)
    assert (row.state, row.error_code, row.due_at) == ("parked", "unreadable", None)
    assert row.error == "the mail server doesn't hand this mail out; it is still in its mailbox"


def test_what_was_read_is_not_read_again(flow: Flow) -> None:
    flow.mail.put(raw_mail())
    flow.fetch()
    assert flow.fetch().seen == 0
    flow.mail.put(raw_mail("Hello?", message_id="a2@mail.example"))
    assert flow.fetch().new == 1
    assert place(flow) == [("INBOX", "1", 2)]


def test_a_mailbox_with_new_numbers_is_read_again_and_nothing_doubled(flow: Flow) -> None:
    mails = [raw_mail(f"mail {n}", message_id=f"a{n}@mail.example") for n in range(120)]
    flow.take(*mails)
    flow.mail.generation, flow.mail.mails = "2", []
    flow.mail.put(raw_mail("while it moved", message_id="b@mail.example"), *mails)
    turn = flow.fetch()
    assert (turn.new, turn.seen) == (1, 121)
    assert place(flow) == [("INBOX", "2", 121)]
    flow.work_off()
    assert len(flow.rows(Arrival)) == 121
    assert sorted(flow.said()) == sorted([f"mail {n}" for n in range(120)] + ["while it moved"])


def test_one_letter_by_two_ways_is_one_and_two_letters_with_one_id_are_two(flow: Flow) -> None:
    flow.take(
        raw_mail("first", received="from mx1"),
        raw_mail("first", received="from mx2 by another way"),
        raw_mail("second"),
    )
    assert sorted(flow.said()) == ["first", "second"]


def test_letters_without_an_id_are_known_by_all_of_their_bytes(flow: Flow) -> None:
    flow.take(
        raw_mail("same", message_id=None),
        raw_mail("same", message_id=None),
        raw_mail("same", message_id=None, received="from mx2"),
    )
    assert len(flow.rows(Arrival)) == 2


def test_a_letter_that_is_too_large_is_parked_in_words_and_the_next_is_served(flow: Flow) -> None:
    flow.mail.too_large_from = 5000
    flow.mail.put(raw_mail("x" * 6000, message_id="large@x.example"), raw_mail("small"))
    flow.fetch()
    flow.work_off()
    large, small = flow.rows(Arrival)
    assert (large.state, large.error_code, large.size_bytes) == ("parked", "too_large", 10**8)
    assert large.error == ("the mail has 100 MB, more than is taken; it is still in its mailbox")
    kept = open_body(keys().of(flow.channel()), large)
    assert kept is not None
    assert b"Subject: My order" in kept
    assert b"xxxx" not in kept
    assert small.state == "applied"
    assert flow.said() == ["small"]


def test_a_commit_that_fails_moves_no_cursor(flow: Flow, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise IntegrityError("", {}, Exception())

    flow.mail.put(raw_mail())
    with monkeypatch.context() as patch:
        patch.setattr(fetching, "_move", broken)
        with pytest.raises(IntegrityError):
            flow.fetch()
    assert (flow.rows(Arrival), place(flow)) == ([], [])
    assert flow.fetch().new == 1


def test_who_reads_behind_another_leaves_it_to_them(flow: Flow) -> None:
    flow.mail.put(raw_mail())
    account, mailbox, since = fetching._opened(flow.services, flow.workspace_id, flow.channel_id)
    assert account is not None
    assert mailbox is not None
    late = list(mailbox.fetch(account, since))
    flow.fetch()
    with pytest.raises(fetching.CursorMoved):
        fetching._keep(flow.services, flow.workspace_id, flow.channel_id, late, since)
    assert len(flow.rows(Arrival)) == 1


def test_what_came_before_a_failure_stands(flow: Flow) -> None:
    flow.mail.put(raw_mail())
    flow.mail.fetch_error = ChannelUnreachable("mail.example didn't answer in time")
    turn = flow.fetch()
    assert turn.new == 1
    assert turn.error is flow.mail.fetch_error
    assert place(flow) == [("INBOX", "1", 1)]
    channel = flow.channel()
    assert (channel.status, channel.error_code) == ("active", "channel_unreachable")
    assert channel.failing_since == flow.clock()
    assert flow.told == [("channel", flow.channel_id)]


def test_an_unreachable_mailbox_is_asked_seldom_and_clears_itself(flow: Flow) -> None:
    here = (flow.workspace_id, flow.channel_id)
    due = []
    flow.mail.fetch_error = ChannelUnreachable("mail.example can't be reached")
    for _ in range(240):
        is_due = here in mailboxes_due(flow.services, flow.clock())
        due.append(is_due)
        if is_due:
            flow.fetch()
        flow.clock.advance(seconds=60)
    assert due[:3] == [True, True, True]
    assert 15 <= sum(due) <= 40
    assert sum(due[-60:]) == 4
    flow.mail.fetch_error = None
    flow.mail.put(raw_mail())
    flow.clock.advance(seconds=900)
    assert here in mailboxes_due(flow.services, flow.clock())
    assert flow.fetch().new == 1
    channel = flow.channel()
    assert (channel.status, channel.error_code, channel.failing_since) == ("active", None, None)


def test_refused_credentials_wait_for_the_merchant_and_lose_nothing(flow: Flow) -> None:
    flow.mail.put(raw_mail())
    flow.mail.fetch_error = CredentialsRefused("the server doesn't take the password")
    assert flow.fetch().new == 1
    channel = flow.channel()
    assert (channel.status, channel.error) == (
        "reauthorize",
        "the server doesn't take the password",
    )
    flow.work_off()
    assert flow.said() == ["Where is my parcel?"]
    here = (flow.workspace_id, flow.channel_id)
    flow.clock.advance(seconds=60)
    assert here not in mailboxes_due(flow.services, flow.clock())
    flow.clock.advance(seconds=600)
    assert here in mailboxes_due(flow.services, flow.clock())
    flow.mail.fetch_error = None
    flow.fetch()
    assert flow.channel().status == "active"


@pytest.mark.parametrize("status", ["paused", "removed"])
def test_a_channel_that_stands_still_is_not_asked(flow: Flow, status: str) -> None:
    flow.mail.put(raw_mail())
    flow.change(Channel, flow.channel_id, status=status)
    fetch_all(flow.services)
    assert flow.channel_id not in [given["channel_id"] for _, given in flow.jobs.waiting]
    fetch(flow.services, workspace_id=flow.workspace_id, channel_id=flow.channel_id)
    assert flow.rows(Arrival) == []


def test_the_minutes_job_asks_every_mailbox(flow: Flow) -> None:
    flow.mail.put(raw_mail())
    fetch_all(flow.services)
    ids = {"workspace_id": flow.workspace_id, "channel_id": flow.channel_id}
    assert ("mail.fetch", ids) in flow.jobs.waiting
    fetch(flow.services, **ids)
    assert len(flow.rows(Arrival)) == 1


def test_an_empty_place_moves_the_cursor_and_keeps_nothing(flow: Flow) -> None:
    flow.mail.put(b"")
    assert flow.fetch().new == 0
    assert (flow.rows(Arrival), place(flow)) == ([], [("INBOX", "1", 1)])
