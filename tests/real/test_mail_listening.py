"""A real Dovecot: news by IDLE, credentials that die, numbers that change, a server away."""

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import func, select

from integration.conversations.channels.keys import open_channel_key, seal_secrets
from integration.conversations.channels.standing import check_channel
from integration.conversations.incoming.fetching import fetch_turn
from integration.conversations.incoming.listening import Listener
from integration.conversations.incoming.working_off import work_off_arrivals
from integration.events import RecordedEvents
from integration.models import Arrival, Channel, Message
from integration.recorded_jobs import RecordedJobs
from tests.faults.house import settings_of
from tests.real.mail_killed import Mailbox, make_mailbox
from tests.real.mail_letters import letters
from tests.real.mail_servers import DovecotServer, running_dovecot

pytestmark = pytest.mark.real


@pytest.fixture
def dovecot() -> Iterator[DovecotServer]:
    with running_dovecot() as server:
        yield server


@pytest.fixture
def box(data_dir: Path, dovecot: DovecotServer) -> Iterator[Mailbox]:
    made = make_mailbox(settings_of(data_dir), dovecot, None)
    definitions = made.services.jobs._definitions  # type: ignore[attr-defined]
    services = replace(made.services, jobs=RecordedJobs(definitions), events=RecordedEvents())
    yield replace(made, services=services)
    made.services.db.dispose()
    made.services.inbox.dispose()


def waiting(box: Mailbox) -> list[str]:
    assert isinstance(box.services.jobs, RecordedJobs)
    return [name for name, _ in box.services.jobs.waiting]


def take_in(box: Mailbox) -> str | None:
    """Fetch and work off; the code of what went wrong."""
    turn = fetch_turn(box.services, box.workspace_id, box.channel_id)
    while work_off_arrivals(box.services):
        pass
    return None if turn.error is None else turn.error.code


def count(box: Mailbox, model: type[Arrival] | type[Message]) -> int:
    with box.services.db.workspace(box.workspace_id) as session:
        statement = select(func.count()).select_from(model)
        return session.execute(statement).scalar_one()


def standing(box: Mailbox) -> tuple[str, str | None]:
    with box.services.db.workspace(box.workspace_id) as session:
        channel = session.get_one(Channel, box.channel_id)
        return channel.status, channel.error_code


def await_it(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + 120
    while not holds():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_a_new_mail_has_its_mailbox_asked_at_once(box: Mailbox, dovecot: DovecotServer) -> None:
    first, second = letters(2)
    dovecot.deliver(first.raw)
    assert take_in(box) is None
    listener = Listener(box.services)
    thread = threading.Thread(target=listener.run, args=(60.0,))
    thread.start()
    try:
        await_it(lambda: bool(listener._threads))
        time.sleep(1.0)
        assert "mail.fetch" not in waiting(box)
        dovecot.deliver(second.raw)
        await_it(lambda: "mail.fetch" in waiting(box))
    finally:
        listener.leave()
        thread.join()
        # What still sleeps in its socket wakes and ends.
        dovecot.kill()
        for each in listener._threads.values():
            each.join(30)
    dovecot.start()
    assert take_in(box) is None
    assert count(box, Message) == 2


def test_a_mailbox_with_new_numbers_doubles_nothing(box: Mailbox, dovecot: DovecotServer) -> None:
    for letter in letters(12):
        dovecot.deliver(letter.raw)
    assert take_in(box) is None
    before = count(box, Message)
    dovecot.stop()
    dovecot.forget_uids()
    dovecot.start()
    (*_, last) = letters(13)
    dovecot.deliver(last.raw)
    assert take_in(box) is None
    assert (count(box, Arrival), count(box, Message)) == (13, before + 1)


def test_dead_credentials_and_a_server_that_is_away(box: Mailbox, dovecot: DovecotServer) -> None:
    (letter,) = letters(1)
    dovecot.deliver(letter.raw)
    _give(box, "wrong")
    assert take_in(box) == "credentials_refused"
    assert standing(box) == ("reauthorize", "credentials_refused")
    _give(box, dovecot.password)
    dovecot.kill()
    assert take_in(box) == "channel_unreachable"
    dovecot.start()
    assert take_in(box) is None
    assert standing(box) == ("active", None)
    assert count(box, Message) == 1


def _give(box: Mailbox, password: str) -> None:
    with box.services.db.workspace(box.workspace_id, write=True) as session:
        channel = session.get_one(Channel, box.channel_id)
        key = open_channel_key(box.services.keyring, channel)
        channel.sealed_secrets = seal_secrets(key, channel.id, {"imap_password": password})


def test_a_check_without_a_server_to_send_by_says_so(box: Mailbox) -> None:
    with box.services.db.workspace(box.workspace_id, write=True) as session:
        channel = session.get_one(Channel, box.channel_id)
        port = channel.settings["imap_port"]
        more = {"smtp_host": "localhost", "smtp_port": port, "smtp_tls": "none"}
        channel.settings = {**channel.settings, **more}
    card = check_channel(box.services, box.workspace_id, box.channel_id)
    assert card.status == "active"
    assert card.error_code == "channel_unreachable"
