"""Break each guard on purpose, one at a time, and see that a test notices.

tests/mutants.toml names the broken variants: an exact text of a file, what stands in its place, and
the tests that have to fail then. Each runs in a tree of its own, of links to this one in which the
broken file alone is real, in a process that was forked when the libraries were loaded already.
The unbroken tree comes first: there all of these tests have to pass.
"""

from __future__ import annotations

import importlib
import os
import re
import signal
import sys
import tempfile
import time
import tomllib
from argparse import ArgumentParser
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LIST = ROOT / "tests" / "mutants.toml"
SECONDS = 90
# pytest's: some test failed.
KILLED = 1
_FAILED_TO_BEGIN = 70
_FAILED = re.compile(r"^FAILED \S+?::(\w+)", re.MULTILINE)
# What nearly every test loads; none of it is ours.
LIBRARIES = (
    "alembic authlib babel cryptography flask flask_babel hypothesis joserfc nh3 orjson"
    " phonenumbers playwright.sync_api prometheus_client psycopg pydantic pydantic_settings pytest"
    " pytest_socket redis requests rich rq shopify sqlalchemy.orm starlette structlog webauthn"
    " woocommerce"
).split()
# Nobody reads how a broken variant failed: so plain asserts, and the one plugin that the project's
# options need.
OPTIONS = "-q -x --tb=short --assert=plain --no-header -p no:cacheprovider -p pytest_socket".split()


class Stale(Exception):
    """A text that a variant replaces isn't there any more, or more than once."""


@dataclass(frozen=True, slots=True)
class Mutant:
    """A broken variant: (before, after) texts in one file, and the tests that must notice."""

    name: str
    file: str
    edits: tuple[tuple[str, str], ...]
    tests: tuple[str, ...]

    def broken(self, root: Path = ROOT) -> str:
        """The file's text, broken. Raises Stale."""
        text = (root / self.file).read_text(encoding="utf-8")
        for before, after in self.edits:
            if text.count(before) != 1:
                raise Stale(f"{self.name}: {self.file} has {text.count(before)} times: {before!r}")
            text = text.replace(before, after)
        return text


@dataclass(slots=True)
class Run:
    """A process at work on a tree; `mutant` is None for the unbroken one."""

    name: str
    tests: tuple[str, ...]
    tree: tempfile.TemporaryDirectory[str]
    output: Path
    process: int = 0
    began: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    outcome: str = ""
    noticed_by: str = ""


def read_list(path: Path = LIST) -> list[Mutant]:
    """The variants of a list."""
    told = tomllib.loads(path.read_text(encoding="utf-8"))["mutant"]
    return [
        Mutant(
            each["name"],
            each["file"],
            tuple((edit["before"], edit["after"]) for edit in each["edits"]),
            tuple(each["tests"]),
        )
        for each in told
    ]


def main(arguments: list[str]) -> int:
    """0 when each variant is noticed. Arguments are parts of names; none: all of them.

    `--list FILE` takes another list.
    """
    parser = ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--list", type=Path, default=LIST, metavar="FILE")
    parser.add_argument("part", nargs="*", help="part of a variant's name")
    told = parser.parse_args(arguments)
    chosen = [
        each
        for each in read_list(told.list)
        if not told.part or any(part in each.name for part in told.part)
    ]
    try:
        broken = [(each, each.broken()) for each in chosen]
    except Stale as stale:
        print(f"mutants: {stale}", file=sys.stderr)
        return 1
    began = time.monotonic()
    _load()
    every_test = tuple(sorted({test for each in chosen for test in each.tests}))
    waiting: deque[Callable[[], Run]] = deque([partial(_begin, "unbroken", None, "", every_test)])
    for mutant, text in broken:
        waiting.append(partial(_begin, mutant.name, mutant.file, text, mutant.tests))
    done = list(_side_by_side(waiting, min(4, os.cpu_count() or 1)))
    wrong = [run for run in done if run.outcome != _wanted(run)]
    _print_table(done, wrong, time.monotonic() - began)
    return 1 if wrong or len(done) < 2 else 0


def _wanted(run: Run) -> str:
    return "passed" if run.name == "unbroken" else "killed"


def _load() -> None:
    for name in LIBRARIES:
        importlib.import_module(name)


def _side_by_side(waiting: deque[Callable[[], Run]], at_once: int) -> Iterator[Run]:
    running: list[Run] = []
    while waiting or running:
        while waiting and len(running) < at_once:
            running.append(waiting.popleft()())
        time.sleep(0.02)
        for run in list(running):
            if _has_ended(run):
                running.remove(run)
                run.tree.cleanup()
                yield run


def _has_ended(run: Run) -> bool:
    run.seconds = time.monotonic() - run.began
    ended, status = os.waitpid(run.process, os.WNOHANG)
    if not ended:
        allowed = SECONDS * 3 if run.name == "unbroken" else SECONDS
        if run.seconds < allowed:
            return False
        os.killpg(run.process, signal.SIGKILL)
        os.waitpid(run.process, 0)
        run.outcome = "hangs"
        return True
    # What a test started and left behind goes with it.
    with suppress(ProcessLookupError):
        os.killpg(run.process, signal.SIGKILL)
    code = os.waitstatus_to_exitcode(status)
    run.outcome = {0: "passed", KILLED: "killed"}.get(code, f"error {code}")
    said = run.output.read_text(encoding="utf-8", errors="replace")
    failed = _FAILED.search(said)
    run.noticed_by = failed[1] if failed else ""
    if run.outcome != _wanted(run):
        print(said[-4000:], file=sys.stderr)
    return True


def _begin(name: str, file: str | None, text: str, tests: tuple[str, ...]) -> Run:
    tree = tempfile.TemporaryDirectory(prefix="mutant-")
    place = Path(tree.name) / "tree"
    link_tree(place, file, text)
    run = Run(name, tests, tree, Path(tree.name) / "output")
    run.process = os.fork()
    if run.process == 0:
        _test(place, run)
    return run


def link_tree(place: Path, file: str | None, text: str, root: Path = ROOT) -> None:
    """The project as links, but for the folders above `file`, and `file` itself with that text."""
    above = set() if file is None else set(Path(file).parents)
    for folder in sorted({Path(), *above}, key=lambda each: len(each.parts)):
        (place / folder).mkdir(parents=True, exist_ok=True)
        for entry in (root / folder).iterdir():
            here = folder / entry.name
            if here in above or entry.name in ("__pycache__", ".git", "build"):
                continue
            if file is not None and here == Path(file):
                (place / here).write_text(text, encoding="utf-8")
            else:
                (place / here).symlink_to(entry)


def _test(place: Path, run: Run) -> None:
    """The forked process: never returns."""
    code = _FAILED_TO_BEGIN
    try:
        os.setsid()
        out = os.open(run.output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(out, 1)
        os.dup2(out, 2)
        os.chdir(place)
        here = (str(ROOT), str(ROOT / "scripts"), "")
        sys.path[:] = [str(place), *(each for each in sys.path if each not in here)]
        sys.dont_write_bytecode = True
        os.environ.update(
            CI="true",
            PYTEST_DISABLE_PLUGIN_AUTOLOAD="1",
            PYTHONDONTWRITEBYTECODE="1",
            PYTHONPATH=str(place),
        )
        pytest: Any = sys.modules["pytest"]
        code = int(pytest.main([*OPTIONS, f"--rootdir={place}", *run.tests]))
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _print_table(done: Iterable[Run], wrong: list[Run], seconds: float) -> None:
    rows = sorted(done, key=lambda run: run.name)
    for run in rows:
        mark = " " if run not in wrong else "!"
        print(f"{mark} {run.outcome:8} {run.seconds:5.1f} s  {run.name}  {run.noticed_by}".rstrip())
    killed = sum(run.outcome == "killed" for run in rows if run.name != "unbroken")
    print(f"{killed} of {len(rows) - 1} broken variants were noticed, in {seconds:.0f} s")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
