"""Turns among processes: whoever waits gets the next one, however busy another is."""

import os
import threading
from pathlib import Path

from integration.processes.process_turns import ProcessTurns
from integration.turns import Turns


def test_a_process_that_goes_on_and_on_gives_way(tmp_path: Path) -> None:
    # Locks belong to files that were opened: two of these are as two processes.
    busy, quiet = (ProcessTurns(str(tmp_path / "main.db")) for _ in range(2))
    threads, began, ended = Turns(), threading.Event(), threading.Event()

    def work() -> None:
        while not ended.is_set():
            with threads.one(), busy.one():
                began.set()
                ended.wait(0.002)

    workers = [threading.Thread(target=work, daemon=True) for _ in range(4)]
    for worker in workers:
        worker.start()
    assert began.wait(30)

    def have_turns() -> None:
        for _ in range(20):
            with quiet.one():
                pass
        ended.set()

    threading.Thread(target=have_turns, daemon=True).start()
    # Were it passed over, it would wait for as long as the others work.
    assert ended.wait(30)
    for worker in workers:
        worker.join(30)


def test_one_process_at_a_time(tmp_path: Path) -> None:
    turns = [ProcessTurns(str(tmp_path / "main.db")) for _ in range(3)]
    inside, most = 0, 0

    def take(mine: ProcessTurns) -> None:
        nonlocal inside, most
        for _ in range(30):
            with mine.one():
                inside += 1
                most = max(most, inside)
                inside -= 1

    threads = [threading.Thread(target=take, args=(mine,)) for mine in turns]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert (inside, most) == (0, 1)


def test_an_error_gives_the_turn_back(tmp_path: Path) -> None:
    first, second = (ProcessTurns(str(tmp_path / "main.db")) for _ in range(2))
    try:
        with first.one():
            raise ZeroDivisionError
    except ZeroDivisionError:
        pass
    with second.one():
        assert sorted(os.listdir(tmp_path)) == ["main.db.next", "main.db.turn"]


def test_without_files_there_is_still_a_turn(tmp_path: Path) -> None:
    with ProcessTurns(str(tmp_path / "nowhere" / "main.db")).one():
        assert list(tmp_path.iterdir()) == []


def test_who_hangs_is_waited_for_a_while_only(tmp_path: Path) -> None:
    hanging = ProcessTurns(str(tmp_path / "main.db"))
    waiting = ProcessTurns(str(tmp_path / "main.db"), at_most_seconds=0.01)
    with hanging.one(), waiting.one():
        pass
    with waiting.one():
        pass
