"""How many requests a host gets at once."""

import threading

from platforms.gates import HostGate, HostGates
from tests.platforms.woocommerce.fake_store import Clock


def _gate(clock: Clock | None = None) -> HostGate:
    clock = clock or Clock()
    return HostGate(clock, clock.sleep)


def _complain(gate: HostGate, seconds: float = 0.0) -> None:
    with gate.turn() as epoch:
        gate.complained(epoch, seconds)


def test_at_most_four_pass_at_once() -> None:
    gate, inside, most = _gate(), 0, 0
    lock, full = threading.Lock(), threading.Event()

    def pass_through() -> None:
        nonlocal inside, most
        with gate.turn():
            with lock:
                inside += 1
                most = max(most, inside)
                if inside == 4:
                    full.set()
            full.wait(60)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=pass_through) for _ in range(9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == 4


def test_a_complaint_halves_and_answers_grow_it_again() -> None:
    gate = _gate()
    _complain(gate)
    assert gate.limit == 2
    _complain(gate)
    _complain(gate)
    assert gate.limit == 1
    for _ in range(19):
        gate.went_well()
    assert gate.limit == 1
    gate.went_well()
    assert gate.limit == 2
    for _ in range(200):
        gate.went_well()
    assert gate.limit == 4


def test_complaints_side_by_side_count_once() -> None:
    gate = _gate()
    with gate.turn() as one, gate.turn() as other:
        gate.complained(one)
        gate.complained(other)
    assert gate.limit == 2


def test_a_host_that_wants_quiet_gets_it_from_all() -> None:
    clock = Clock()
    gate = _gate(clock)
    _complain(gate, 7.0)
    with gate.turn():
        assert clock.slept == [7.0]
    with gate.turn():
        assert clock.slept == [7.0]


def test_each_host_has_one_gate() -> None:
    clock = Clock()
    gates = HostGates(clock, clock.sleep)
    assert gates.of("shop.example") is gates.of("shop.example")
    assert gates.of("shop.example") is not gates.of("other.example")
