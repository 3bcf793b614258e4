"""Places of jobs that run side by side: none is lost, whatever becomes of the job."""

import threading

import pytest

from integration.processes.side_by_side import SideBySide


def test_a_job_that_dies_gives_its_place_back() -> None:
    beside = SideBySide(1)

    def die() -> None:
        raise RuntimeError("a fault")

    beside.start("dies", die)
    assert beside.await_end(30)
    assert beside.await_place(0)


def test_a_thread_that_cannot_begin_keeps_no_place(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", refuse)
    beside = SideBySide(1)
    with pytest.raises(RuntimeError, match="can't start"):
        beside.start("never", lambda: None)
    assert beside.running == 0
    assert beside.await_place(0)
