"""Run the benchmarks one after the other, keep what they found, and write docs/benchmarks.md.

make bench                       all that hold a wanted ratio
make bench ARGS="B3 B7"          these; the others keep their figures and their date
make bench ARGS="--rounds 3"     fewer rounds (five are usual)
make bench ARGS=--quick          one small round each, to see that they run; nothing is kept
make bench ARGS=panel            another benchmark, which holds no ratio and is only printed
make bench ARGS=--write          only write the page anew from what is kept
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.ratios import Ratio  # noqa: E402
from bench.report.kept import KEPT, Measured, keep, kept  # noqa: E402
from bench.report.listed import WANTED, chosen, others  # noqa: E402
from bench.report.machine import machine  # noqa: E402
from bench.report.page import PICTURE, page  # noqa: E402
from bench.report.plot import plot  # noqa: E402

_LONGEST_SECONDS = 1800


def main(arguments: list[str]) -> int:
    """0 when all that were chosen ran, whatever they found; else 1."""
    parser = argparse.ArgumentParser(
        prog="make bench", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*")
    parser.add_argument("--rounds", type=int)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args(arguments)
    try:
        modules = [] if options.write and not options.names else chosen(options.names)
    except KeyError as error:
        known = ", ".join([*(id for ids in WANTED.values() for id in ids), *WANTED, *others()])
        print(f"There is no benchmark {error.args[0]}: {known}", file=sys.stderr)
        return 2
    passed_on = ["--rounds", str(options.rounds)] if options.rounds else []
    passed_on += ["--quick"] if options.quick else []
    began = time.monotonic()
    failed = [name for name in modules if not _run(name, passed_on, is_kept=not options.quick)]
    if not options.quick:
        write(kept())
    if modules:
        _say(f"{len(modules) - len(failed)} of {len(modules)} ran in {_minutes(began)}")
    if failed:
        _say(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def write(measured: list[Measured]) -> None:
    """The page and its picture, from what is kept."""
    folder = KEPT.parent
    (folder / "benchmarks.md").write_text(page(measured), encoding="utf-8")
    if measured:
        (folder / PICTURE).write_text(plot(measured), encoding="utf-8")


def _run(name: str, passed_on: list[str], *, is_kept: bool) -> bool:
    _say(f"{name} …")
    began = time.monotonic()
    command = [sys.executable, "-m", f"bench.{name}"]
    if name not in WANTED:
        return subprocess.run(command, cwd=ROOT, check=False).returncode == 0
    command += ["--json", *passed_on]
    try:
        done = subprocess.run(
            command,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            check=False,
            timeout=_LONGEST_SECONDS,
        )
        lists = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("[")]
        measured = [
            Measured(dict(ratio), name, f"{datetime.now(UTC):%Y-%m-%d}", machine())
            for ratios in lists
            for ratio in ratios
        ]
        lines = [_line(one) for one in measured]
        if not lines:
            raise ValueError("no ratio")
    except (ValueError, TypeError, KeyError, subprocess.TimeoutExpired) as error:
        _say(f"{name} told nothing ({type(error).__name__})")
        return False
    print("\n".join(lines), flush=True)
    _say(f"{name} took {_minutes(began)}")
    if is_kept:
        keep(measured)
    # A benchmark may exit with 1 for a ratio that isn't met: that is told, and no failure.
    return True


def _line(one: Measured) -> str:
    told = one.ratio
    return Ratio(
        id=told["id"],
        what=told["what"],
        unit=told["unit"],
        ours=tuple(told["ours"]),
        theirs=tuple(told["theirs"]),
        wanted=told["wanted"],
        at_most=told["at_most"],
        more=told["more"],
    ).line()


def _minutes(began: float) -> str:
    minutes, seconds = divmod(round(time.monotonic() - began), 60)
    return f"{minutes}:{seconds:02} min"


def _say(line: str) -> None:
    print(f"bench: {line}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
