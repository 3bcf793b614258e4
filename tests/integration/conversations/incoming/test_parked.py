"""What can't be read is told to its own workspace, and tried again when somebody asks."""

import pytest

from integration.conversations.incoming.arrival_ledger import PARKED_ARE_KEPT
from integration.conversations.incoming.parked import count_parked, parked_arrivals, try_again
from integration.errors import Conflict, NotFound
from integration.models import Arrival, Conversation
from tests.factories.fake_mail import raw_mail
from tests.integration.conversations.mail_flow import Flow, flow, mail_template

__all__ = ["flow", "mail_template"]


def test_what_is_parked_is_told_with_why_and_nothing_of_what_it_says(flow: Flow) -> None:
    flow.take(raw_mail("unreadable"), raw_mail("good", message_id="g@x.example"))
    now = flow.services.now()
    with flow.services.db.workspace(flow.workspace_id) as session:
        (told,) = parked_arrivals(session, now)
        assert count_parked(session, now) == 1
        later = now + PARKED_ARE_KEPT
        assert (parked_arrivals(session, later), count_parked(session, later)) == ((), 0)
    row = flow.rows(Arrival)[0]
    assert (told.id, told.error_code, told.error) == (str(row.id), "unreadable", row.error)
    assert told.can_retry
    assert told.kept_until == row.received_at + PARKED_ARE_KEPT
    with flow.services.db.workspace(flow.workspace_id + 1) as session:
        assert parked_arrivals(session, now) == ()


def test_what_still_cannot_be_read_stays_parked(flow: Flow) -> None:
    flow.take(raw_mail("unreadable"))
    (row,) = flow.rows(Arrival)
    done = try_again(flow.services, flow.workspace_id, row.id)
    assert (done.is_done, done.conversation_id) == (False, None)
    (after,) = flow.rows(Arrival)
    assert (after.state, after.attempts) == ("parked", row.attempts + 1)
    assert after.sealed_body is not None


def test_what_can_be_read_by_now_becomes_a_conversation(flow: Flow) -> None:
    flow.take(raw_mail("good"))
    (row,) = flow.rows(Arrival)
    with pytest.raises(NotFound):
        try_again(flow.services, flow.workspace_id, row.id)
    flow.mail.put(raw_mail("another", message_id="g@x.example"))
    flow.fetch()
    waiting = flow.rows(Arrival)[1]
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        held = session.get_one(Arrival, waiting.id)
        held.state, held.due_at = "parked", None
    with pytest.raises(NotFound):
        try_again(flow.services, flow.workspace_id + 1, waiting.id)
    done = try_again(flow.services, flow.workspace_id, waiting.id)
    assert done.is_done
    assert done.conversation_id in {str(each.id) for each in flow.rows(Conversation)}


def test_headers_alone_are_no_message(flow: Flow) -> None:
    flow.take(raw_mail("unreadable"))
    (row,) = flow.rows(Arrival)
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        session.get_one(Arrival, row.id).size_bytes = 60_000_000
    with flow.services.db.workspace(flow.workspace_id) as session:
        (told,) = parked_arrivals(session, flow.services.now())
    assert not told.can_retry
    with pytest.raises(Conflict):
        try_again(flow.services, flow.workspace_id, row.id)
    assert flow.rows(Arrival)[0].state == "parked"
