"""The mail flow on a real PostgreSQL: several who work at once, each thing once."""

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from integration.conversations.incoming.fetching import fetch_turn
from integration.conversations.incoming.working_off import work_off_arrivals
from integration.conversations.outgoing.outbox import send_due
from integration.db import Database
from integration.models import Arrival, Conversation, InboxSettings
from integration.operations.mail import look_at_mail, of_mail
from tests.conftest import StandingClock
from tests.factories.fake_mail import raw_mail
from tests.factories.stores import NOW
from tests.integration.conversations.mail_flow import Flow, make_flow

pytestmark = pytest.mark.real

_AT_ONCE = 4
_MAILS = 60


@pytest.fixture
def flow(schema_url: str, clock: StandingClock, tmp_path: Path) -> Iterator[Flow]:
    """A mailbox in a PostgreSQL database, for several who work at once."""
    database = Database(schema_url, pool_size=8)
    yield make_flow(database, clock, tmp_path)
    database.dispose()


def together(work: Callable[[], object]) -> None:
    """Do it in several threads at once; what one raises, the test does."""
    failed: list[BaseException] = []
    begin = threading.Barrier(_AT_ONCE)

    def one() -> None:
        begin.wait()
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - the test raises it
            failed.append(error)

    threads = [threading.Thread(target=one) for _ in range(_AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failed:
        raise failed[0]


def test_several_at_once_keep_apply_and_send_each_thing_once(flow: Flow) -> None:
    flow.add(
        InboxSettings(
            automatic={"acknowledge": True}, round_robin=True, updated_by="ada", updated_at=NOW
        )
    )
    marks = [f"mail {number}" for number in range(_MAILS)]
    flow.mail.put(
        *(
            raw_mail(mark, message_id=f"a{at}@x.example", sender=f"c{at}@x.example")
            for at, mark in enumerate(marks)
        )
    )
    together(lambda: fetch_turn(flow.services, flow.workspace_id, flow.channel_id))
    assert len(flow.rows(Arrival)) == _MAILS

    def work_off() -> None:
        while work_off_arrivals(flow.services):
            pass

    together(work_off)
    flow.work_off()
    assert sorted(flow.said()) == sorted(marks)
    ids = [row.message_id for row in sorted(flow.rows(Arrival), key=lambda row: row.id)]
    assert ids == sorted(ids)
    assert {row.state for row in flow.rows(Arrival)} == {"applied"}
    for number, conversation in enumerate(flow.rows(Conversation)):
        flow.answer(key=f"k{number}", conversation_id=conversation.id)

    def send() -> None:
        # A turn ends after a while, however much is left.
        while send_due(flow.services):
            pass

    together(send)
    sent = Counter(message.external_id for message in flow.mail.sent)
    assert len(sent) == 2 * _MAILS
    assert set(sent.values()) == {1}
    assert flow.sendings() == []
    assert [one for one in of_mail(look_at_mail(flow.services)) if not one.ok] == []
