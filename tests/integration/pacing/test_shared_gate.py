"""One host's gate, shared by processes through a real Valkey."""

import threading
import time
from collections.abc import Callable

from redis import Redis

from integration.pacing.shared import SharedPacing
from platforms.gates import GROWS_AFTER, MOST_AT_ONCE

HOST = "shop.example"
GATE = f"tillside:pace:gate:{HOST}"
Process = Callable[[], SharedPacing]


def _until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def _line(valkey: Redis) -> int:
    return int(valkey.hlen(f"{GATE}:line"))


def _limit(valkey: Redis) -> int:
    return int(valkey.hget(GATE, "limit") or 0)


class _Held:
    """A request under way in a thread, until it is let go."""

    def __init__(self, pacing: SharedPacing, urgency: str = "bulk") -> None:
        self._gate = pacing("live" if urgency == "live" else "bulk").gate(HOST)
        self.is_inside = threading.Event()
        self._go = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with self._gate.turn():
            self.is_inside.set()
            self._go.wait(60)

    def let_go(self) -> None:
        self._go.set()
        self._thread.join(30)


def _fill(process: Process) -> list[_Held]:
    held = [_Held(process()) for _ in range(MOST_AT_ONCE)]
    for one in held:
        assert one.is_inside.wait(30)
    return held


def test_as_many_as_one_process_may_have_pass_in_all_of_them(
    process: Process, valkey: Redis
) -> None:
    held = _fill(process)
    waiting = _Held(process())
    _until(lambda: _line(valkey) == 1)
    assert not waiting.is_inside.is_set()
    held.pop().let_go()
    assert waiting.is_inside.wait(30)
    for one in [*held, waiting]:
        one.let_go()
    assert valkey.hlen(f"{GATE}:running") == 0


def test_somebody_who_looks_something_up_waits_for_no_bulk_request(
    process: Process, valkey: Redis
) -> None:
    held = _fill(process)
    bulk = _Held(process())
    _until(lambda: _line(valkey) == 1)
    live = _Held(process(), "live")
    assert live.is_inside.wait(30)
    second = _Held(process(), "live")
    _until(lambda: _line(valkey) == 2)
    live.let_go()
    assert second.is_inside.wait(30)
    assert not bulk.is_inside.is_set()
    for one in [*held, second]:
        one.let_go()
    assert bulk.is_inside.wait(30)
    bulk.let_go()


def test_a_slot_of_a_process_that_died_comes_free(process: Process, valkey: Redis) -> None:
    for number in range(MOST_AT_ONCE):
        valkey.hset(f"{GATE}:running", f"dead {number}", "1.0")
    alive = _Held(process())
    assert alive.is_inside.wait(30)
    alive.let_go()


def test_a_waiter_that_died_gets_no_slot(process: Process, valkey: Redis) -> None:
    valkey.hset(f"{GATE}:line", "dead", "1.0|2.0|0")
    alive = _Held(process())
    assert alive.is_inside.wait(30)
    assert valkey.hlen(f"{GATE}:running") == 1
    alive.let_go()


def test_a_complaint_halves_for_all_and_answers_grow_it_again(
    process: Process, valkey: Redis
) -> None:
    one, other = process()("bulk").gate(HOST), process()("bulk").gate(HOST)
    with one.turn() as epoch, other.turn() as beside:
        one.complained(epoch)
        other.complained(beside)
    assert _limit(valkey) == MOST_AT_ONCE // 2
    with other.turn():
        pass
    for _ in range(GROWS_AFTER):
        other.went_well()
    assert _limit(valkey) == MOST_AT_ONCE // 2 + 1


def test_a_host_that_wants_quiet_gets_it_from_all(process: Process) -> None:
    one, other = process()("bulk").gate(HOST), process()("live").gate(HOST)
    with one.turn() as epoch:
        began = time.monotonic()
        one.complained(epoch, 0.5)
    with other.turn():
        assert time.monotonic() - began >= 0.4


def test_without_valkey_one_passes_at_a_time() -> None:
    pacing = SharedPacing("redis://127.0.0.1:1/0")
    first = _Held(pacing)
    assert first.is_inside.wait(30)
    second = _Held(pacing, "live")
    assert not second.is_inside.wait(0.2)
    first.let_go()
    assert second.is_inside.wait(30)
    second.let_go()
    pacing.close()
