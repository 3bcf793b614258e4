"""Processor time of the benchmark's three parties: the server, Valkey and the clients."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

_TICK = 1.0 / os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds of processor time (user and system) until a moment, and that moment."""

    server: float
    valkey: float
    clients: float
    at: float

    def since(self, before: "Spent") -> "Spent":
        """What was spent between the two; `at` is how long it took."""
        return Spent(
            self.server - before.server,
            self.valkey - before.valkey,
            self.clients - before.clients,
            self.at - before.at,
        )


def spent(server_session: int, valkey_pid: int) -> Spent:
    """What was spent until now. The server is a session of processes, of those that live."""
    own = os.times()
    return Spent(
        _of_session(server_session),
        _ticks(valkey_pid)[1] * _TICK,
        own.user + own.system,
        time.perf_counter(),
    )


def load() -> float:
    """The machine's load over the last minute."""
    return os.getloadavg()[0]


def _of_session(session: int) -> float:
    pids = [int(each.name) for each in Path("/proc").iterdir() if each.name.isdigit()]
    return sum(ticks for found, ticks in map(_ticks, pids) if found == session) * _TICK


def _ticks(pid: int) -> tuple[int, int]:
    """The session of a process and the clock ticks that it used, its threads' among them."""
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return 0, 0
    fields = told.rpartition(")")[2].split()
    return int(fields[3]), int(fields[11]) + int(fields[12])
