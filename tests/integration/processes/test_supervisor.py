import os
import signal
import subprocess
import sys
import time

from integration.processes.supervisor import Supervisor

SLEEPER = [sys.executable, "-c", "import time; time.sleep(60)"]


def _gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _until(holds, seconds: float = 60.0) -> bool:  # type: ignore[no-untyped-def]
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return False


def test_a_part_that_dies_is_started_again_and_all_are_stopped() -> None:
    supervisor = Supervisor()
    part = supervisor.add("sleeper", SLEEPER, os.environ)
    assert part.process is not None
    first = part.process.pid
    os.kill(first, signal.SIGKILL)
    part.pause_seconds = 0.01

    def restarted() -> bool:
        supervisor.look()
        return part.process is not None and part.process.pid != first

    assert _until(restarted)
    second = part.process.pid
    supervisor.stop()
    assert _gone(first)
    assert _gone(second)


def test_a_servers_worker_ends_when_its_server_is_killed() -> None:
    program = (
        "import multiprocessing, os, time\n"
        "from integration.processes.child import end_with_parent\n"
        "def work():\n"
        "    end_with_parent()\n"
        "    print(os.getpid(), flush=True)\n"
        "    time.sleep(60)\n"
        "multiprocessing.get_context('fork').Process(target=work).start()\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        worker = int(parent.stdout.readline())
        parent.kill()
    assert _until(lambda: _gone(worker))


def test_a_part_ends_with_us_even_when_we_are_killed() -> None:
    program = (
        "import os, sys, time\n"
        "from integration.processes.supervisor import Supervisor\n"
        f"part = Supervisor().add('sleeper', {SLEEPER!r}, os.environ)\n"
        "print(part.process.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        parent.kill()
    assert _until(lambda: _gone(child))
