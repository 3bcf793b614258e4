"""B12: that nothing fails while the operator's keys and Shopify's secret are changed.

`tillside up` runs as it does for anybody: web, workers, scheduler, Valkey, on SQLite and then on a
PostgreSQL that ends with it (or that of `--postgresql URL`: all in it is removed!); its keys and
secrets stand in files. 200 genuine webhooks a second come in, four in five from four Shopify shops
(6.5 KB), one in five from a WooCommerce store, and 50 reads a second go out: persons by session
tokens, API keys and the plugin's bearers, and conversations, whose words are sealed. Meanwhile keys
are made, everything is wrapped anew and old keys are retired by `tillside keys`, again and again,
and Shopify's secret is changed: both sign in turn, then the new one alone, then the old one is
dropped (and has to be refused).

An answer is right when it is 200 and says what it has to. At the end everything is opened with the
last key alone, and compared with what was sent. The figure is what was right of all that was asked,
sent and stored; before it the same load runs for a while with nothing changed, to compare with.

    python -m bench.rotation [--seconds 60] [--postgresql URL] [--quick] [--json]
"""

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.fresh_house import House, running
from bench.looks import empty_postgresql
from bench.ratios import Ratio, tell
from bench.rotation_asks import Reads, Signing, Webhooks
from bench.rotation_load import Line, Outcome, steadily, tried
from bench.rotation_operator import Done, Hand, change_secrets, rotate_keys
from bench.rotation_proof import await_drained, unopened
from bench.rotation_world import Place, make_place

_WEBHOOKS, _READS = 200.0, 50.0
_THREADS = 8
_READABLE_WITHIN_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how much. Seconds, and so many a second."""

    seconds: float = 60.0
    quiet_seconds: float = 20.0
    webhooks: float = _WEBHOOKS
    reads: float = _READS
    pause_seconds: float = 2.0
    hold_seconds: float = 5.0


@dataclass(slots=True)
class Found:
    """What came of it. `wrong` is all that wasn't as it has to be, in words."""

    before: tuple[Outcome, Outcome]
    during: tuple[Outcome, Outcome]
    done: Done
    seconds: float = 0.0
    opened: int = 0
    stored: int = 0
    wrong: list[str] = field(default_factory=list)

    @property
    def asked(self) -> int:
        """Everything that could have failed: answers, commands, and deliveries to be opened."""
        answers = sum(each.asked for each in self.during)
        return answers + self.stored + self.done.rotated + self.done.retired + self.done.secrets

    @property
    def failures(self) -> int:
        """What did."""
        answers = sum(each.failures for each in (*self.during, *self.before))
        return answers + (self.stored - self.opened) + len(self.wrong) + len(self.done.wrong)

    def words(self) -> str:
        """What did, in words; empty for nothing."""
        told = [each.words() for each in (*self.before, *self.during)]
        return "; ".join(filter(None, [*told, *self.done.wrong, *self.wrong]))


def run(folder: Path, plan: Plan, url: str | None = None) -> Found:
    """Everything, in a folder of its own; in PostgreSQL where a URL is given (all in it goes)."""
    place = make_place(folder, url)
    more = {**place.files.settings(), **({"DATABASE_URL": url} if url else {})}
    signing = Signing((place.files.secret.read_text(),))
    webhooks = Webhooks(place, signing)
    with running(folder, place.keys, more) as house:
        reads = Reads(place, signing, house.port)
        first = Outcome()
        _make_readable(house, webhooks, reads, first)
        before = _load(house, webhooks, reads, plan, 0, plan.quiet_seconds, None)
        done = Done()
        start = int(plan.webhooks * plan.quiet_seconds * 1.5)
        with Hand(house) as hand:
            changing = _Changing(house, hand, place, signing, webhooks, done, plan)
            began = time.monotonic()
            during = _load(house, webhooks, reads, plan, start, plan.seconds, changing)
            found = Found(before, during, done, time.monotonic() - began)
        found.wrong += await_drained(folder, place, url)
    stored = {**first.stored, **before[0].stored, **during[0].stored}
    found.stored = len(stored)
    found.opened, wrong = unopened(folder, place, stored, url)
    found.wrong += wrong
    return found


@dataclass(frozen=True, slots=True)
class _Changing:
    """The operator, and what they need to know."""

    house: House
    hand: Hand
    place: Place
    signing: Signing
    webhooks: Webhooks
    done: Done
    plan: Plan

    def start(self, ends: threading.Event) -> list[threading.Thread]:
        """Begin changing."""
        keys = threading.Thread(
            target=rotate_keys,
            args=(self.hand, self.place.files, self.done, ends, self.plan.pause_seconds),
        )
        secrets = threading.Thread(
            target=change_secrets,
            args=(self.place.files, self.signing, self.done, ends),
            kwargs={"hold_seconds": self.plan.hold_seconds, "is_refused": self._is_refused},
        )
        keys.start()
        secrets.start()
        return [keys, secrets]

    def _is_refused(self, secret: str) -> bool:
        _, ask = self.webhooks.signed_with(secret)
        with Line(self.house.port) as line:
            return line.ask(ask)[0] == 401


def _load(
    house: House,
    webhooks: Webhooks,
    reads: Reads,
    plan: Plan,
    start: int,
    seconds: float,
    changing: _Changing | None,
) -> tuple[Outcome, Outcome]:
    """So many seconds of it; what webhooks and reads were answered."""
    outcomes = Outcome(), Outcome()
    ends, stops = threading.Event(), threading.Event()
    threads = [
        *steadily(
            house.port,
            outcomes[0],
            lambda number: webhooks(start + number),
            per_second=plan.webhooks,
            threads=_THREADS,
            ends=ends,
        ),
        *steadily(
            house.port, outcomes[1], reads, per_second=plan.reads, threads=_THREADS, ends=ends
        ),
    ]
    hands = changing.start(stops) if changing is not None else []
    time.sleep(seconds)
    # Whatever was begun is ended under the same load.
    stops.set()
    for hand in hands:
        hand.join()
    ends.set()
    for thread in threads:
        thread.join()
    return outcomes


def _make_readable(house: House, webhooks: Webhooks, reads: Reads, outcome: Outcome) -> None:
    """Send what is read later, and wait until it can be. Raises RuntimeError."""
    with Line(house.port) as line:
        for name, ask in reads.first(webhooks):
            tried(line, ask, outcome, name)
        until = time.monotonic() + _READABLE_WITHIN_SECONDS
        while time.monotonic() < until:
            looked = Outcome()
            for number in range(100):
                tried(line, reads(number)[1], looked)
            if not looked.failures and not outcome.failures:
                return
            time.sleep(0.2)
    raise RuntimeError(f"it can't be read: {outcome.words()} {looked.words()}")


def measure(plan: Plan, url: str | None = None) -> list[Ratio]:
    """One run."""
    with tempfile.TemporaryDirectory(prefix="tillside-bench-") as name:
        found = run(Path(name), plan, url)
    sent, read = found.during
    more: dict[str, float | str] = {
        "failures": found.failures,
        "seconds": found.seconds,
        "webhooks": sent.asked,
        "webhooks a second": sent.asked / found.seconds,
        "reads": read.asked,
        "reads a second": read.asked / found.seconds,
        "keys rotated": found.done.rotated,
        "keys retired": found.done.retired,
        "secrets changed": found.done.secrets,
        "dropped secrets refused": found.done.refused,
        "bodies opened with the last key alone": found.opened,
        "webhook p99 ms": sent.percentile_ms(99),
        "webhook p99 ms with nothing changed": found.before[0].percentile_ms(99),
        "read p99 ms": read.percentile_ms(99),
        "read p99 ms with nothing changed": found.before[1].percentile_ms(99),
    }
    if words := found.words():
        more["wrong"] = words
    what = "right ÷ all that was asked, sent and stored while keys and the secret are changed"
    right = (float(found.asked - found.failures),)
    name = "B12 postgresql" if url else "B12"
    return [Ratio(name, what, "", right, (float(found.asked),), 1.0, more=more)]


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the figures; 1 when anything failed."""
    parser = argparse.ArgumentParser(prog="bench.rotation", description=__doc__)
    parser.add_argument("--rounds", type=int, default=1, help="one run is one round")
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--postgresql", metavar="URL", help="all in it is removed")
    parser.add_argument("--quick", action="store_true", help="ten seconds, lower rates, SQLite")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    plan = SHORT if options.quick else Plan(seconds=options.seconds)
    ratios = measure(plan)
    if options.postgresql or not options.quick:
        with empty_postgresql(options.postgresql) as url:
            ratios += measure(plan, url)
    tell(ratios, as_json=options.json)
    return 0 if all(ratio.is_met for ratio in ratios) else 1


SHORT = Plan(seconds=10.0, quiet_seconds=2.0, webhooks=40.0, reads=15.0, pause_seconds=0.5,
             hold_seconds=1.0)  # fmt: skip
"""What `--quick` and the tests do."""


if __name__ == "__main__":
    sys.exit(main())
