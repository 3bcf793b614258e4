"""A mail from before its sender's erasure that comes only now, and one that was written anew."""

from datetime import UTC, datetime, timedelta

import pytest

from integration.conversations.incoming.erased_senders import sent_at
from integration.identity.erased_names import name_hash, remember
from integration.identity.keys import Key
from integration.models import Arrival, Channel, Conversation
from tests.factories.conversations import mail_of
from tests.factories.fake_mail import raw_mail
from tests.factories.stores import make_store
from tests.integration.conversations.mail_flow import Flow, flow, mail_template

__all__ = ["flow", "mail_template"]
DORA = "dora@mail.example"


def erased(flow: Flow, at: datetime, store_id: int, address: str = DORA) -> None:
    with flow.services.db.workspace(flow.workspace_id, write=True) as session:
        digest = name_hash(session).of_sender(Key("email", address))
        remember(session, store_id, [digest], at)


@pytest.fixture
def store_id(flow: Flow) -> int:
    return make_store(flow.services.db, flow.workspace_id, "amber.myshopify.com")


def test_what_came_before_the_erasure_is_refused_without_a_trace(flow: Flow, store_id: int) -> None:
    flow.mail.put(
        raw_mail("an old one", message_id="dora.canary@mail.example"),
        raw_mail("of others", sender="max@mail.example", message_id="b"),
    )
    flow.fetch()
    flow.clock.advance(seconds=60)
    erased(flow, flow.clock(), store_id)
    flow.work_off()
    assert flow.said() == ["of others"]
    refused = flow.rows(Arrival)[0]
    assert (refused.state, refused.error_code) == ("refused", "erased")
    assert (refused.sealed_body, refused.external_id, refused.message_id) == (None, None, None)


def test_who_writes_anew_is_a_new_person(flow: Flow, store_id: int) -> None:
    erased(flow, flow.clock() - timedelta(hours=1), store_id)
    flow.take(raw_mail("a new one"))
    assert flow.said() == ["a new one"]
    assert flow.rows(Conversation)[0].person_value == DORA


def test_one_of_another_stores_channel_is_that_stores(flow: Flow, store_id: int) -> None:
    sister = make_store(flow.services.db, flow.workspace_id, "basalt.myshopify.com")
    flow.change(Channel, flow.channel_id, store_id=sister)
    flow.mail.put(raw_mail("to the sister"))
    flow.fetch()
    erased(flow, flow.clock() + timedelta(minutes=1), store_id)
    flow.work_off()
    assert flow.said() == ["to the sister"]


@pytest.mark.parametrize(
    ("said", "counts"),
    [
        (timedelta(days=-3), "said"),
        (timedelta(days=-29), "said"),
        (timedelta(days=-9999), "came"),
        (timedelta(hours=3), "came"),
        (None, "came"),
    ],
    ids=["late", "very late", "a dead clock", "a clock ahead", "no date"],
)
def test_a_mails_own_date_is_believed_within_a_month(said: timedelta | None, counts: str) -> None:
    came = datetime(2026, 11, 22, 12, tzinfo=UTC)
    told = None if said is None else came + said
    found = sent_at(Arrival(received_at=came), mail_of(sent_at=told))
    assert found == (told if counts == "said" else came)
