"""Mail in and out by real servers while the workers are killed: nothing lost, nothing doubled."""

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.faults.house import house, settings_of
from tests.faults.lengths import how_many
from tests.real.mail_killed import (
    CameIn,
    WentOut,
    add_workers,
    kills_of,
    make_mailbox,
    send_out,
    take_in,
)
from tests.real.mail_letters import letters
from tests.real.mail_servers import running_dovecot, running_smtp

pytestmark = pytest.mark.real


def test_mail_in_and_out_survives_kill_9(
    data_dir: Path, record_property: Callable[[str, object], None]
) -> None:
    count, kills = how_many(200, 10_000), how_many(3, 20)
    settings = settings_of(data_dir)
    sent = list(letters(count))
    with running_dovecot() as dovecot, running_smtp() as smtp:
        box = make_mailbox(settings, dovecot, smtp)
        with house(data_dir, settings, webs=0) as built:
            add_workers(built)
            came = take_in(box, built, dovecot, sent, kills_of(("calls1", "worker1"), kills))
            went = send_out(box, built, smtp, count, kills_of(("calls1",), kills))
    box.services.db.dispose()
    box.services.inbox.dispose()
    for name, value in (asdict(came) | asdict(went)).items():
        record_property(name, value)
    assert came == CameIn(count, kills, *[0] * 5)
    assert went == WentOut(count, kills, 0, went.repeats, 0, 0)
    assert went.repeats <= kills
