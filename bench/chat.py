"""How soon the other side has a chat's message, with many visitors and agents connected at once.

One server process (the whole front, SQLite with synchronous=FULL, Valkey), on loopback: visitors
follow their streams, ask by their cursor when told and say what they saw, as the widget does;
agents have their conversations open, read what changed in them, and the list of their own at most
each two seconds, as the inbox does (by the API: the same reading, without drawing HTML).

Everybody's messages are timed from before they are sent until the other side holds them. In the
midst a tenth of the visitors' connections are cut; at the end each side has to have got every
message once. The clients share the machine with the server. So many messages a second go each way:
five are an answer of every agent's each 20 seconds.

    python -m bench.chat [--visitors 1000] [--agents 100] [--per-second 5] [--seconds 30] [--json]
"""

import argparse
import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from redis import Redis

from bench.chat_client import Http
from bench.chat_costs import Spent, load, spent
from bench.chat_people import Agent, Book, Visitor
from bench.chat_server import prepare
from integration.processes.ports import free_port
from integration.processes.valkey import running_valkey

P99_WANTED_MS = 300.0
_BEGINNERS_AT_ONCE = 20
_SETTLE_SECONDS = 30.0
_QUIET_SECONDS = 5.0


async def run(
    port: int, options: argparse.Namespace, bearers: list[str], costs: Callable[[], Spent]
) -> dict[str, Any]:
    """The whole talk; its figures."""
    http, book = Http(port), Book()
    visitors = [Visitor(http, book, number) for number in range(options.visitors)]
    agents = [Agent(http, book, bearer) for bearer in bearers]
    for begun in range(0, len(visitors), _BEGINNERS_AT_ONCE):
        batch = visitors[begun : begun + _BEGINNERS_AT_ONCE]
        await asyncio.gather(*(each.begin() for each in batch))
    for visitor in visitors:
        agents[visitor.number % len(agents)].last_ids[visitor.conversation] = int(visitor.last_id)
    everybody: list[Agent | Visitor] = [*agents, *visitors]
    listening = [asyncio.create_task(each.listen()) for each in everybody]
    await asyncio.gather(*(each.listening.wait() for each in everybody))
    await _still(http)
    # What was said before anybody listened isn't timed.
    book.said.clear()
    book.to_agents.clear()
    book.to_visitors.clear()
    before_quiet = costs()
    await asyncio.sleep(_QUIET_SECONDS)
    before = costs()
    await _talk(visitors, agents, options)
    await _settled(book)
    after = costs()
    for task in listening:
        task.cancel()
    failed = await asyncio.gather(*listening, return_exceptions=True)
    broken = [each for each in failed if not isinstance(each, asyncio.CancelledError)]
    if broken:
        raise SystemExit(f"{len(broken)} streams broke: {broken[0]!r}")
    http.close()
    quiet, talk = before.since(before_quiet), after.since(before)
    return _figures(book, visitors, agents) | {"costs": _costs(quiet, talk, len(book.said) / 2)}


async def _still(http: Http) -> None:
    """Wait until everybody has asked for what there was when their stream began."""
    quiet = 0
    while quiet < 10:
        await asyncio.sleep(0.1)
        quiet = 0 if http.busy else quiet + 1


async def _talk(
    visitors: Sequence[Visitor], agents: Sequence[Agent], options: argparse.Namespace
) -> None:
    """So many questions and as many answers a second; halfway through, cut some connections."""
    pause, writing = 1 / options.per_second, []
    count = int(options.seconds * options.per_second)
    begun = time.perf_counter()
    for number in range(count):
        visitor = visitors[(number * 7) % len(visitors)]
        other = visitors[(number * 7 + 3) % len(visitors)]
        writing.append(asyncio.create_task(visitor.say(f"v{visitor.number}-{number}")))
        answering = agents[other.number % len(agents)]
        told = answering.answer(other.conversation, f"a{number % len(agents)}-{number}")
        writing.append(asyncio.create_task(told))
        if number == count // 2:
            for each in visitors[::10]:
                each.cut.set()
        await asyncio.sleep(max(0.0, begun + (number + 1) * pause - time.perf_counter()))
    await asyncio.gather(*writing)


async def _settled(book: Book) -> None:
    until = time.perf_counter() + _SETTLE_SECONDS
    while time.perf_counter() < until:
        if len(book.to_agents) + len(book.to_visitors) >= len(book.said):
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)


def _figures(book: Book, visitors: Sequence[Visitor], agents: Sequence[Agent]) -> dict[str, Any]:
    everybody: list[Agent | Visitor] = [*visitors, *agents]
    got = [text for each in everybody for text in each.got if text in book.said]
    return {
        "visitors": len(visitors),
        "agents": len(agents),
        "messages": len(book.said),
        "lost": len(set(book.said) - set(got)),
        "doubled": len(got) - len(set(got)),
        "to_agents": _percentiles(book.to_agents),
        "to_visitors": _percentiles(book.to_visitors),
        "both": _percentiles([*book.to_agents, *book.to_visitors]),
    }


def _costs(quiet: Spent, talk: Spent, exchanges: float) -> dict[str, float]:
    """Milliseconds of processor: a second with nothing said, and of each question and answer."""
    return {
        "quiet_server_ms_a_second": round(quiet.server / quiet.at * 1000, 1),
        "quiet_clients_ms_a_second": round(quiet.clients / quiet.at * 1000, 1),
        "server_ms": round(talk.server / exchanges * 1000, 1),
        "valkey_ms": round(talk.valkey / exchanges * 1000, 1),
        "clients_ms": round(talk.clients / exchanges * 1000, 1),
        "load": round(load(), 1),
    }


def _percentiles(seconds: Sequence[float]) -> dict[str, float]:
    if not seconds:
        return {}
    ordered = sorted(seconds)
    at = {name: ordered[int(share * (len(ordered) - 1))] for name, share in
          (("p50_ms", 0.5), ("p95_ms", 0.95), ("p99_ms", 0.99), ("most_ms", 1.0))}  # fmt: skip
    return {name: round(value * 1000, 1) for name, value in at.items()}


@contextmanager
def _serving(folder: Path, valkey: str) -> Iterator[tuple[int, int]]:
    """The server's port, and its session of processes."""
    port = free_port()
    command = [sys.executable, "-m", "bench.chat_server", str(folder), str(port), valkey]
    process = subprocess.Popen(command, start_new_session=True)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and not asyncio.run(_answers(port)):
            time.sleep(0.1)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(20)


async def _answers(port: int) -> bool:
    try:
        status, _ = await Http(port).ask("GET", "/openapi.json", {})
    except (OSError, asyncio.IncompleteReadError):
        return False
    return status == 200


def main(arguments: Sequence[str] | None = None) -> int:
    """0 when nothing was lost or doubled and the p99 is as wanted."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--visitors", type=int, default=1000)
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--per-second", type=float, default=5)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)
    if options.quick:
        options.visitors, options.agents, options.seconds = 50, 5, 3
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    with tempfile.TemporaryDirectory() as name, running_valkey(Path(name) / "valkey") as valkey:
        folder = Path(name) / "data"
        folder.mkdir()
        bearers = prepare(folder, valkey.url, options.agents)
        valkey_pid = int(Redis.from_url(valkey.url).info("server")["process_id"])
        with _serving(folder, valkey.url) as (port, session):
            found = asyncio.run(run(port, options, bearers, partial(spent, session, valkey_pid)))
    holds = not found["lost"] and not found["doubled"] and found["both"]["p99_ms"] <= P99_WANTED_MS
    if options.json:
        print(json.dumps(found))
    else:
        print(_sentence(found))
    return 0 if holds else 1


def _sentence(found: dict[str, Any]) -> str:
    lines = [
        f"{found['visitors']} visitors and {found['agents']} agents, {found['messages']} messages: "
        f"{found['lost']} lost, {found['doubled']} doubled"
    ]
    for name, words in (("to_agents", "seen by the agent"), ("to_visitors", "seen by the visitor")):
        told = ", ".join(f"{key.removesuffix('_ms')} {value}" for key, value in found[name].items())
        lines.append(f"  {words} after (ms): {told}")
    costs = found["costs"]
    lines.append(
        f"  processor (ms) for a question and its answer: server {costs['server_ms']}, Valkey"
        f" {costs['valkey_ms']}, clients {costs['clients_ms']}; a quiet second: server"
        f" {costs['quiet_server_ms_a_second']}, clients {costs['quiet_clients_ms_a_second']};"
        f" load {costs['load']}"
    )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
