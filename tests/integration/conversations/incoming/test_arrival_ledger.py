"""What was parked is kept for so long, and rotation of keys leaves it readable."""

from dataclasses import replace

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.contents import open_content
from integration.conversations.incoming.arrival_ledger import (
    PARKED_ARE_KEPT,
    replay_arrival,
)
from integration.crypto import keyring, new_key_text
from integration.models import Arrival, Channel, Message
from integration.operations.data_keys import rewrap_data_keys
from integration.privacy.ageing.forgetting import age_out
from tests.factories.conversations import KEYS
from tests.factories.fake_mail import raw_mail
from tests.integration.conversations.mail_flow import Flow, flow, mail_template

__all__ = ["flow", "mail_template"]


def test_the_bytes_of_what_was_parked_go_after_ninety_days(flow: Flow) -> None:
    flow.take(raw_mail("unreadable"), raw_mail("good", message_id="g@x.example"))
    flow.clock.advance(days=PARKED_ARE_KEPT.days - 1)
    assert age_out(flow.services) == {}
    flow.clock.advance(days=2)
    assert age_out(flow.services) == {"parked_arrivals": 1}
    row = flow.rows(Arrival)[0]
    assert (row.state, row.error_code, row.sealed_body) == ("parked", "unreadable", None)


def test_keys_are_rotated_while_mail_comes_in(flow: Flow) -> None:
    flow.mail.put(raw_mail("before the rotation"))
    flow.fetch()
    before = flow.channel().data_key
    new = new_key_text("k2")
    fresh, both = keyring(new), keyring(f"{new},{KEYS}")
    services = replace(flow.services, keyring=both)
    assert rewrap_data_keys(services) == (1, 0, 0)
    assert rewrap_data_keys(services) == (0, 1, 0)
    assert flow.channel().data_key != before
    flow.services = replace(services, keyring=fresh)
    flow.take(raw_mail("after it", message_id="b@x.example"))
    keys = ChannelKeys(fresh)
    with flow.services.db.workspace(flow.workspace_id) as session:
        channel = session.get_one(Channel, flow.channel_id)
        texts = [
            open_content(keys.of(channel), row).text
            for row in session.query(Message).order_by(Message.id)
        ]
    assert texts == ["before the rotation", "after it"]


def test_one_that_was_parked_can_be_worked_off_by_a_later_version(flow: Flow) -> None:
    flow.take(raw_mail("unreadable"))
    (row,) = flow.rows(Arrival)
    assert replay_arrival(flow.services, row.id).state == "parked"
    assert replay_arrival(flow.services, row.id).attempts == 3
