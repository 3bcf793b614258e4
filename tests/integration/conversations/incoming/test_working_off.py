"""What came in becomes messages, whoever dies meanwhile; what can't be read stands aside."""

from datetime import timedelta

import pytest

from integration.conversations.incoming import applying, arrival_leases, working_off
from integration.conversations.incoming.arrival_leases import (
    LEASE_LASTS,
    TRIES_AT_MOST,
    lease_arrivals,
)
from integration.conversations.incoming.working_off import work_off_arrivals, work_off_lease
from integration.models import Arrival, Channel, Message
from tests.factories.conversations import make_channel
from tests.factories.fake_mail import raw_mail
from tests.integration.conversations.mail_flow import Flow, flow, mail_template

__all__ = ["flow", "mail_template"]


def mails(count: int) -> list[bytes]:
    return [raw_mail(f"mail {n}", message_id=f"a{n}@mail.example") for n in range(count)]


def test_mails_become_messages_in_their_order(flow: Flow) -> None:
    flow.take(*mails(25))
    ids = [row.message_id for row in flow.rows(Arrival)]
    assert ids == sorted(ids)
    assert flow.said() == [f"mail {n}" for n in range(25)]


def test_what_cannot_be_read_is_parked_with_its_bytes_and_the_rest_is_served(flow: Flow) -> None:
    flow.take(raw_mail("unreadable", message_id="u@x.example"), *mails(3))
    assert flow.arrivals() == [("parked", 1, "unreadable"), *[("applied", 1, None)] * 3]
    parked = flow.rows(Arrival)[0]
    assert parked.error == "that is no mail"
    assert parked.sealed_body is not None
    assert flow.mail.reads == 4


def test_a_fault_in_reading_is_tried_alone_later_and_parked_at_last(flow: Flow) -> None:
    flow.take(raw_mail("poison", message_id="p@x.example"), *mails(3))
    assert flow.arrivals() == [("waiting", 1, "read_failed"), *[("applied", 1, None)] * 3]
    for _ in range(TRIES_AT_MOST):
        flow.clock.advance(hours=2)
        work_off_arrivals(flow.services)
    assert flow.arrivals()[0] == ("parked", TRIES_AT_MOST, "read_failed")
    parked = flow.rows(Arrival)[0]
    assert "secret" not in parked.error
    assert parked.due_at is None
    assert len(flow.said()) == 3


def test_one_that_fails_to_be_applied_undoes_nothing_of_the_others(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = applying.receive

    def receive(session: object, keys: object, channel: object, inbound: object, **more: object):  # type: ignore[no-untyped-def]
        received = before(session, keys, channel, inbound, **more)  # type: ignore[arg-type]
        if inbound.text == "mail 1":  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return received

    monkeypatch.setattr(applying, "receive", receive)
    flow.take(*mails(4))
    states = [("applied", 1, None)] * 4
    states[1] = ("waiting", 1, "apply_failed")
    assert flow.arrivals() == states
    assert flow.said() == ["mail 0", "mail 2", "mail 3"]
    monkeypatch.setattr(applying, "receive", before)
    flow.clock.advance(seconds=5)
    work_off_arrivals(flow.services)
    assert sorted(flow.said()) == [f"mail {n}" for n in range(4)]


def test_a_lease_is_one_workers_and_is_handed_out_when_it_runs_out(flow: Flow) -> None:
    flow.mail.put(*mails(3))
    flow.fetch()
    first = lease_arrivals(flow.services, flow.clock())
    assert first is not None
    assert len(first.arrival_ids) == 3
    assert lease_arrivals(flow.services, flow.clock()) is None
    assert flow.arrivals() == [("leased", 1, None)] * 3
    later = flow.clock.advance(seconds=LEASE_LASTS.total_seconds() + 1)
    second = lease_arrivals(flow.services, later)
    assert second is not None
    # What was leased before may have killed its worker: it goes alone.
    assert second.arrival_ids == first.arrival_ids[:1]
    work_off_lease(flow.services, second)
    work_off_lease(flow.services, first)
    assert flow.said() == [f"mail {n}" for n in range(3)]
    assert flow.arrivals()[0] == ("applied", 2, None)


def test_a_late_holder_commits_nothing(flow: Flow) -> None:
    flow.mail.put(raw_mail())
    flow.fetch()
    first = lease_arrivals(flow.services, flow.clock())
    later = flow.clock.advance(seconds=60)
    second = lease_arrivals(flow.services, later)
    assert first is not None
    assert second is not None
    work_off_lease(flow.services, first)
    assert flow.rows(Message) == []
    assert flow.arrivals() == [("leased", 2, None)]
    work_off_lease(flow.services, second)
    assert len(flow.said()) == 1


def test_whoever_kills_its_worker_again_and_again_is_parked(flow: Flow) -> None:
    flow.mail.put(raw_mail("deadly"))
    flow.fetch()
    for _ in range(arrival_leases.DEATHS_AT_MOST):
        assert lease_arrivals(flow.services, flow.clock()) is not None
        flow.clock.advance(seconds=60)
    assert lease_arrivals(flow.services, flow.clock()) is None
    assert flow.arrivals() == [("parked", arrival_leases.DEATHS_AT_MOST, "lease_expired")]
    flow.take(*mails(1))
    assert flow.said() == ["mail 0"]


def test_later_mails_of_a_channel_wait_while_earlier_ones_are_held(flow: Flow) -> None:
    flow.mail.put(*mails(1))
    flow.fetch()
    assert lease_arrivals(flow.services, flow.clock()) is not None
    flow.mail.put(raw_mail("later", message_id="later@x.example"))
    flow.fetch()
    assert lease_arrivals(flow.services, flow.clock()) is None


def test_a_channel_with_a_backlog_does_not_hold_up_another(flow: Flow) -> None:
    other = make_channel(flow.services.db, flow.workspace_id, address="two@amber.example")
    flow.mail.put(*mails(30))
    flow.fetch()
    flow.mail.mails.clear()
    flow.mail.put(raw_mail("elsewhere", message_id="e@x.example"))
    first, flow.channel_id = flow.channel_id, other
    flow.fetch()
    leased = lease_arrivals(flow.services, flow.clock())
    assert leased is not None
    assert leased.channel_id == first
    work_off_lease(flow.services, leased)
    following = lease_arrivals(flow.services, flow.clock(), besides={first})
    assert following is not None
    assert following.channel_id == other


def test_a_destroyed_key_parks_what_nobody_can_open(flow: Flow) -> None:
    flow.mail.put(raw_mail())
    flow.fetch()
    flow.change(
        Arrival, flow.rows(Arrival)[0].id, sealed_body=b"somebody else's bytes, long enough"
    )
    work_off_arrivals(flow.services)
    assert flow.arrivals() == [("parked", 1, "unreadable")]


def test_a_channel_whose_key_is_destroyed_holds_up_no_other(flow: Flow) -> None:
    other = make_channel(flow.services.db, flow.workspace_id, address="two@amber.example")
    flow.mail.put(raw_mail())
    flow.fetch()
    flow.change(Channel, flow.channel_id, data_key=b"")
    flow.mail.mails.clear()
    flow.mail.put(raw_mail("elsewhere", message_id="e@x.example"))
    flow.channel_id = other
    flow.fetch()
    assert work_off_arrivals(flow.services) == 2
    assert flow.arrivals() == [("parked", 1, "unreadable"), ("applied", 1, None)]
    assert flow.said() == ["elsewhere"]


def test_a_removed_channels_mails_are_still_worked_off(flow: Flow) -> None:
    flow.mail.put(raw_mail())
    flow.fetch()
    flow.change(Channel, flow.channel_id, status="removed", removed_at=flow.clock())
    work_off_arrivals(flow.services)
    assert flow.said() == ["Where is my parcel?"]


def test_another_turn_follows_where_something_is_left(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(working_off, "_AT_LEAST_SECONDS", -1.0)
    flow.mail.put(*mails(15))
    flow.fetch()
    flow.jobs.waiting.clear()
    flow.jobs._keys.clear()
    assert work_off_arrivals(flow.services) == 10
    assert (working_off.JOB, {}) in flow.jobs.waiting
    assert work_off_arrivals(flow.services) == 5
    assert len(flow.said()) == 15


def test_files_are_kept_with_their_message(flow: Flow) -> None:
    flow.take(raw_mail("see the file", file="a file's text"))
    (message,) = flow.thread()
    assert [(file.name, file.media_type, file.size_bytes) for file in message.files] == [
        ("a.txt", "text/plain", 13)
    ]


def test_nothing_is_left_leased(flow: Flow) -> None:
    flow.take(*mails(2))
    flow.clock.advance(seconds=timedelta(days=1).total_seconds())
    assert work_off_arrivals(flow.services) == 0
