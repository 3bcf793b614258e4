"""Turns among threads: in order, one at a time, and not lost with one whose wait was ended."""

import threading
import time

import pytest

from integration.turns import Turns


def _until(condition: object) -> None:
    ends = time.monotonic() + 30
    while not condition():  # type: ignore[operator]
        assert time.monotonic() < ends
        time.sleep(0.002)


def test_who_came_first_goes_first() -> None:
    turns, order = Turns(), list[int]()
    threads = []

    def take(number: int) -> None:
        with turns.one():
            order.append(number)

    with turns.one():
        for number in range(8):
            threads.append(threading.Thread(target=take, args=(number,)))
            threads[-1].start()
            _until(lambda number=number: len(turns._waiting) == number + 1)
        assert order == []
    for thread in threads:
        thread.join(30)
    assert order == list(range(8))


def test_one_at_a_time() -> None:
    turns, inside, most = Turns(), 0, 0

    def take() -> None:
        nonlocal inside, most
        for _ in range(50):
            with turns.one():
                inside += 1
                most = max(most, inside)
                time.sleep(0)
                inside -= 1

    threads = [threading.Thread(target=take) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (most, inside) == (1, 0)


def test_a_turn_whose_block_failed_is_handed_on() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="no"), turns.one():
        raise ValueError("no")
    with turns.one():
        pass


def test_a_wait_that_a_signal_ended_loses_no_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    turns = Turns()

    class Ended(threading.Event):
        def wait(self, timeout: float | None = None) -> bool:
            if not self.is_set():
                raise TimeoutError("the job took too long")
            return True

    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with turns.one():
            taken.set()
            done.wait(30)

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(30)
    monkeypatch.setattr(threading, "Event", Ended)
    with pytest.raises(TimeoutError), turns.one():
        raise AssertionError("it was nobody's turn")
    monkeypatch.undo()
    done.set()
    holder.join()
    with turns.one():
        pass


def test_nobody_waits_for_himself() -> None:
    turns = Turns()
    with (
        turns.one(),
        pytest.raises(RuntimeError, match="inside another one"),
        turns.one(),
    ):
        raise AssertionError("it was never to come")
    with turns.one():
        pass
