"""What the doctor and the metrics say of channels and mail."""

from typing import Any

from prometheus_client.core import Metric

from channels.errors import ChannelUnreachable, CredentialsRefused, MessageRefused
from integration.conversations.outgoing.outbox import send_due
from integration.operations.mail import gauges_of_mail, look_at_mail, of_mail
from tests.factories.fake_mail import raw_mail
from tests.integration.conversations.mail_flow import Flow, flow, mail_template

__all__ = ["flow", "mail_template"]


def ill(flow: Flow) -> dict[str, str]:
    return {one.part: one.says for one in of_mail(look_at_mail(flow.services)) if not one.ok}


def values(metrics: Any) -> dict[str, float]:
    found: dict[str, float] = {}
    for metric in metrics:
        assert isinstance(metric, Metric)
        for sample in metric.samples:
            found[sample.name + "".join(sample.labels.values())] = sample.value
    return found


def test_all_is_well_with_a_mailbox_that_works(flow: Flow) -> None:
    flow.open_one()
    flow.answer()
    assert ill(flow) == {}
    told = values(gauges_of_mail(look_at_mail(flow.services)))
    assert told["tillside_channelsactive"] == 1
    assert told["tillside_channelsreauthorize"] == 0
    assert told["tillside_waiting_sendings"] == 1
    assert told["tillside_parked_arrivals"] == 0


def test_a_mailbox_that_is_away_for_long_is_ill(flow: Flow) -> None:
    flow.mail.fetch_error = ChannelUnreachable("mail.example can't be reached")
    flow.fetch()
    assert ill(flow) == {}
    flow.clock.advance(seconds=1200)
    assert ill(flow) == {"channels": f"1 active; {flow.channel_id} (Support) for up to 20 min"}


def test_refused_credentials_are_ill_at_once(flow: Flow) -> None:
    flow.mail.fetch_error = CredentialsRefused("no")
    flow.fetch()
    assert list(ill(flow)) == ["channels"]


def test_what_is_parked_or_waits_for_long_is_ill(flow: Flow) -> None:
    flow.open_one()
    flow.take(raw_mail("unreadable", message_id="u@x.example"))
    flow.answer()
    assert ill(flow) == {"arrivals": "0 wait, 1 parked"}
    flow.clock.advance(seconds=700)
    assert ill(flow)["outbox"] == "1 wait, the oldest 700 s"
    flow.mail.send_error = MessageRefused("no such recipient")
    send_due(flow.services)
    told = look_at_mail(flow.services)
    assert (told.sendings_waiting, told.sendings_failed) == (0, 1)
    assert "outbox" not in ill(flow)
