"""A copy made in the middle of the work loses nothing that was acknowledged before it began."""

import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from integration.clock import utc_now
from integration.crypto import new_key_text
from integration.errors import Invalid
from integration.models import InboxMark, Order
from integration.operations.backup import back_up
from integration.services import Services
from tests.webhooks.bodies import order, order_id
from tests.webhooks.parts import Sender, add_store, make_services, rows, stored, works
from webhooks.drain import drain, sweep
from webhooks.inbox import open_inbox
from webhooks.receiver import Receiver
from webhooks.store_directory import StoreDirectory

_COPIES = 4
_BETWEEN = 12


@pytest.fixture
def keys() -> str:
    return new_key_text("k1")


@pytest.fixture
def services(tmp_path: Path, keys: str) -> Iterator[Services]:
    (tmp_path / "runs").mkdir()
    made = make_services(tmp_path / "runs", utc_now, keys=keys)
    add_store(made)
    yield made
    _close(made)


def _close(services: Services) -> None:
    services.db.dispose()
    services.inbox.dispose()


def test_a_copy_made_under_load_holds_and_finishes_what_was_acknowledged(
    services: Services, tmp_path: Path, keys: str
) -> None:
    acknowledged: list[int] = []
    enough = [threading.Event() for _ in range(_COPIES)]
    going = threading.Event()
    going.set()

    def send_on() -> None:
        inbox = open_inbox(services)
        send = Sender(Receiver(services, inbox, StoreDirectory(services)))
        number = 0
        while going.is_set():
            number += 1
            send("orders/create", order(number))
            acknowledged.append(number)
            if number % _BETWEEN == 0 and number // _BETWEEN <= _COPIES:
                enough[number // _BETWEEN - 1].set()
        inbox.close()

    def drain_on() -> None:
        while going.is_set():
            drain(services)

    threads = [threading.Thread(target=each) for each in (send_on, drain_on)]
    for thread in threads:
        thread.start()
    try:
        before: list[set[int]] = []
        for number, event in enumerate(enough):
            assert event.wait(120)
            before.append(set(acknowledged))
            back_up(services, tmp_path / f"copy{number}")
    finally:
        going.clear()
        for thread in threads:
            thread.join()
    for number, held in enumerate(before):
        _restored(tmp_path / f"copy{number}", keys, held)


def _restored(folder: Path, keys: str, held: set[int]) -> None:
    # Some time later: what the copy shows as leased is handed out by the sweep.
    restored = make_services(folder, lambda: utc_now() + timedelta(minutes=1), keys=keys)
    sweep(restored)
    drain(restored)
    found = {row.external_id for row in rows(restored, Order)}
    assert found >= {order_id(number) for number in held}
    assert {work.state for work in works(restored)} == {"applied"}
    assert [work.delivery_id for work in works(restored)] == [one.id for one in stored(restored)]
    # What comes after a restore is looked at too.
    inbox = open_inbox(restored)
    Sender(Receiver(restored, inbox, StoreDirectory(restored)))(
        "orders/create", order(900_000), delivery_id="after"
    )
    inbox.close()
    drain(restored)
    with restored.db.across_workspaces() as session:
        mark = session.execute(select(InboxMark.taken_id)).scalar_one()
    assert mark == stored(restored)[-1].id
    assert order_id(900_000) in {row.external_id for row in rows(restored, Order)}
    _close(restored)


def test_a_copy_is_readable_by_its_owner_only_and_replaces_nothing(
    services: Services, tmp_path: Path
) -> None:
    made = back_up(services, tmp_path / "copy")
    assert [copy.path.name for copy in made] == ["tillside.db", "inbox.db"]
    assert {copy.path.stat().st_mode & 0o777 for copy in made} == {0o600}
    assert sorted(path.name for path in (tmp_path / "copy").iterdir()) == [
        "inbox.db",
        "tillside.db",
    ]
    kept = [copy.path.read_bytes() for copy in made]
    with pytest.raises(Invalid, match="never replaces another"):
        back_up(services, tmp_path / "copy")
    assert [copy.path.read_bytes() for copy in made] == kept
