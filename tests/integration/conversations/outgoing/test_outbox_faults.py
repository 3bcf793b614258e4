"""What goes wrong while something is sent: it stops nothing else, and is told in words."""

import pytest

from channels.records import Address, Sent
from integration.conversations.outgoing import outbox
from integration.conversations.outgoing.outbox import PAUSES, send_due
from integration.conversations.outgoing.sending_leases import LEASE_LASTS, lease_sending
from tests.integration.conversations.mail_flow import Flow, flow, mail_template
from tests.integration.conversations.outgoing.test_outbox import standing

__all__ = ["flow", "mail_template"]


@pytest.fixture(autouse=True)
def _asked(flow: Flow) -> None:
    flow.open_one()


def test_a_fault_of_ours_is_tried_again(flow: Flow) -> None:
    flow.answer()
    flow.mail.send_error = ZeroDivisionError()
    send_due(flow.services)
    assert flow.channel().error_code is None
    flow.mail.send_error = None
    flow.clock.advance(seconds=30)
    assert send_due(flow.services) == 1


def test_what_cannot_be_prepared_stops_no_other_and_fails_in_the_end(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = outbox.outbound_of

    def prepared(services: object, session: object, keys: object, message: object, *more: object):  # type: ignore[no-untyped-def]
        if message.key == "k1":  # type: ignore[attr-defined]
            raise ZeroDivisionError
        return before(services, session, keys, message, *more)  # type: ignore[arg-type]

    monkeypatch.setattr(outbox, "outbound_of", prepared)
    flow.answer("first", key="k1")
    flow.answer("second", key="k2")
    assert send_due(flow.services) == 1
    assert [message.text[:6] for message in flow.mail.sent] == ["second"]
    assert flow.channel().error_code is None
    for _ in PAUSES:
        flow.clock.advance(seconds=PAUSES[-1].total_seconds())
        send_due(flow.services)
    (row,) = flow.sendings()
    assert (row.due_at, row.error_code, row.attempts) == (None, "fault", len(PAUSES) + 1)


def test_what_kills_its_senders_again_and_again_fails_in_words(flow: Flow) -> None:
    flow.answer()
    for _ in range(len(PAUSES) + 1):
        assert lease_sending(flow.services, flow.clock()) is not None
        flow.clock.advance(seconds=LEASE_LASTS.total_seconds() + 1)
    assert send_due(flow.services) == 0
    assert flow.mail.sent == []
    assert standing(flow) == (
        "failed",
        "Whoever sends it dies or takes too long. It may have gone out.",
    )


def test_recipients_that_were_refused_are_told_with_what_went(
    flow: Flow, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = "Refused for 1 of 2: max@x.example: 550 no such user"
    monkeypatch.setattr(flow.mail, "send", lambda *given: Sent(given[1].external_id, note, 1))
    flow.answer(cc=[Address("max@x.example")])
    assert send_due(flow.services) == 1
    assert standing(flow) == ("sent", note)
    monkeypatch.setattr(flow.mail, "send", lambda *given: Sent(given[1].external_id, "2.0.0 ok"))
    flow.answer("another", key="k2")
    assert send_due(flow.services) == 1
    assert standing(flow) == ("sent", None)
