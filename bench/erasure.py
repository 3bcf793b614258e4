"""How long the erasure of a person takes in a workspace of many messages, and which of its steps.

Each message of the workspace and each stored delivery of the store is opened for it: the person's
addresses stand in what others wrote. Mails of four lengths (short ones, and some with HTML and what
they quote, 3.3 KB on average), one in a thousand names the person; 10,000 deliveries of a busy hour
wait to be forgotten. The person's own are an account, an order and a conversation. Told are wall
time and processor time of each step in one run, what the look through others' conversations is to
the rest, and how long the slowest of the short writes took that went on meanwhile, as webhooks and
agents make them: ten a second, on the same SQLite file, beside how long it took without an erasure.

    python -m bench.erasure [--messages 200000] [--deliveries 10000] [--json] [--quick]
"""

import argparse
import json
import os
import random
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import select, update

from bench.drain_world import World, make_world
from bench.shop_deliveries import Told, busy_hour, one_each
from integration.conversations.channels.keys import ChannelKeys, new_channel_key
from integration.conversations.contents import MessageContent, seal_content
from integration.crypto import token_digest
from integration.models import Channel, Conversation, Message, Store
from integration.privacy.erasing import everywhere
from integration.privacy.requests.asking import ask_for_erasure, run_now
from integration.privacy.requests.working_off import run_due
from integration.services import Services
from integration.statements.bulk import table_of, write_rows
from webhooks.drain import drain

STEPS = {
    "stored webhooks": "erase_bodies_of",
    "the copy's rows": "erase_person",
    "parked mails": "erase_arrivals_of",
    "others' conversations": "erase_words_elsewhere",
    "requests for data": "erase_other_requests",
}
PERSON = "kanarienvogel@example.com"
_OF_A_CONVERSATION, _AT_ONCE, _ONE_IN = 5, 5_000, 1_000
_WORDS = "order parcel hello please thanks when where refund παραγγελία δέμα תודה משלוח".split()


@dataclass(slots=True)
class Spent:
    """Seconds of a step."""

    wall: float = 0.0
    processor: float = 0.0


def fill(services: Services, messages: int) -> None:
    """Write a workspace's conversations, each of five messages, sealed as they are kept."""
    chance, now = random.Random(7), services.now()
    with services.db.across_workspaces(write=True) as session:
        workspace_id = session.execute(select(Store.workspace_id)).scalars().one()
        digest = token_digest("bench")
        channel = Channel(
            workspace_id=workspace_id,
            kind="email",
            name="Support",
            settings={},
            status="active",
            data_key=new_channel_key(services.keyring, digest),
            token_digest=digest,
            sealed_token=b"",
            created_at=now,
        )
        session.add(channel)
        session.flush()
        key, channel_id = ChannelKeys(services.keyring).of(channel), channel.id
    for first in range(0, messages, _AT_ONCE):
        numbers = range(first + 1, min(first + _AT_ONCE, messages) + 1)
        its = {"workspace_id": workspace_id, "channel_id": channel_id, "created_at": now}
        about: dict[str, Any] = {"channel_kind": "email", "status": "open", "trust": "aligned"}
        counted = {"is_spam": False, "messages": _OF_A_CONVERSATION, "answers": 0, "reopened": 0}
        conversations = [
            {"id": number, **its, **about, **counted, "last_message_at": now, "version": 1}
            for number in sorted({_conversation_of(each) for each in numbers})
        ]
        said = [
            {
                "id": number,
                **its,
                "conversation_id": _conversation_of(number),
                "kind": "customer",
                "key": f"m{number}",
                "sealed_content": seal_content(
                    key, channel_id, f"m{number}", _content(chance, number)
                ),
            }
            for number in numbers
        ]
        _write(services, Conversation, conversations)
        _write(services, Message, said)


def _conversation_of(message: int) -> int:
    return (message - 1) // _OF_A_CONVERSATION + 1


def _write(services: Services, model: Any, rows: list[dict[str, Any]]) -> None:
    table = table_of(model)
    columns = tuple(table.c.keys())
    with services.db.bare_across_workspaces(write=True) as connection:
        known = [tuple(row.get(name) for name in columns) for row in rows]
        write_rows(connection, table, columns, known)


def _content(chance: random.Random, number: int) -> MessageContent:
    text = " ".join(chance.choices(_WORDS, k=chance.choice((8, 30, 80, 200))))
    if number % _ONE_IN == 0:
        text += f" I gave it to {PERSON.upper()}."
    whole = chance.random() < 0.5
    address = f"p{_conversation_of(number)}@mail.example"
    return MessageContent(
        text=text,
        html=f"<div><p style='margin:0'>{text}</p>{'<br>' * 40}</div>" if whole else None,
        quoted=" ".join(chance.choices(_WORDS, k=400)) if whole else None,
        subject="Re: my order",
        sender_name="Somebody",
        sender_address=address,
        to=(("support@shop.example", None),),
        facts={"spf": "pass", "dkim": "pass"},
    )


def deliver(world: World, deliveries: int) -> None:
    """Have webhooks of a busy hour stand there, worked off, and one of the person's order."""
    [mine] = one_each(1, 1, first=900_000)
    body = json.loads(mine.body)
    body["email"] = body["contact_email"] = PERSON
    if body.get("customer"):
        body["customer"]["email"] = PERSON
    told = Told(0, mine.topic, "mine", mine.triggered_at, json.dumps(body).encode())
    world.put([*busy_hour(deliveries, 1), told])
    drain(world.services)


@contextmanager
def timed(spent: dict[str, Spent]) -> Iterator[None]:
    """Have each step's time be added up."""
    genuine = {name: getattr(everywhere, name) for name in STEPS.values()}
    for label, name in STEPS.items():
        setattr(everywhere, name, _timing(genuine[name], spent.setdefault(label, Spent())))
    try:
        yield
    finally:
        for name, step in genuine.items():
            setattr(everywhere, name, step)


def _timing(step: Callable[..., Any], into: Spent) -> Callable[..., Any]:
    def timed_step(*given: Any, **more: Any) -> Any:
        wall, processor = time.perf_counter(), time.thread_time()
        try:
            return step(*given, **more)
        finally:
            into.wall += time.perf_counter() - wall
            into.processor += time.thread_time() - processor

    return timed_step


@contextmanager
def writing(services: Services) -> Iterator[list[float]]:
    """Ten short writes a second beside it; how long each took, in milliseconds."""
    took: list[float] = []
    over = threading.Event()

    def write() -> None:
        while not over.wait(0.1):
            began = time.perf_counter()
            with services.db.workspace(1, write=True) as session:
                session.execute(update(Store).values(name="Bench"))
            took.append((time.perf_counter() - began) * 1000)

    thread = threading.Thread(target=write)
    thread.start()
    try:
        yield took
    finally:
        over.set()
        thread.join()


def measured(folder: Path, messages: int, deliveries: int) -> dict[str, Any]:
    """The figures of one erasure."""
    world = make_world(folder, 1)
    services = world.services
    fill(services, messages)
    deliver(world, deliveries)
    asked = ask_for_erasure(services, 1, email=PERSON, by="owner:1")
    run_now(services, 1, asked, by="owner:1")
    with writing(services) as before:
        time.sleep(5)
    load = os.getloadavg()[0]
    steps: dict[str, Spent] = {}
    wall, processor = time.perf_counter(), time.process_time()
    with timed(steps), writing(services) as during:
        assert run_due(services) == 1
        whole = Spent(time.perf_counter() - wall, time.process_time() - processor)
    elsewhere = steps["others' conversations"]
    rest = whole.wall - elsewhere.wall
    world.close()
    return {
        "messages": messages,
        "deliveries": deliveries,
        "load of the machine": [round(load, 1), round(os.getloadavg()[0], 1)],
        "whole, s": [round(whole.wall, 2), round(whole.processor, 2)],
        **{f"{name}, s": [round(s.wall, 2), round(s.processor, 2)] for name, s in steps.items()},
        "others' conversations ÷ the rest": round(elsewhere.wall / rest, 2),
        "slowest write before, ms": round(max(before, default=0), 1),
        "slowest write meanwhile, ms": round(max(during, default=0), 1),
        "writes meanwhile": len(during),
    }


def main() -> None:
    """Measure and tell; two figures of a step are wall and processor time."""
    parser = argparse.ArgumentParser(prog="bench.erasure", description=__doc__)
    parser.add_argument("--messages", type=int, default=200_000)
    parser.add_argument("--deliveries", type=int, default=10_000)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    sizes = (5_000, 200) if options.quick else (options.messages, options.deliveries)
    with tempfile.TemporaryDirectory(prefix="tillside-erasure-") as folder:
        found = measured(Path(folder), *sizes)
    if options.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name}: {each}" for name, each in found.items()))


if __name__ == "__main__":
    main()
