"""A workspace of as many conversations as one likes, written into the inbox's tables row by row.

Years of them: nearly all are resolved, a few thousand are open. Words are as common as words are:
a few in nearly each, most in a few. One word and one tag were common long ago and are no more.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from bench.inbox_people import (
    BESIDE,
    MESSAGES,
    add_doors,
    add_stores,
    figures,
    last_message,
    said,
    whose,
)
from bench.search_names import somebody
from integration.conversations.channels.keys import new_channel_key, open_channel_key
from integration.conversations.contents import MessageContent, seal_preview
from integration.conversations.lists.terms import Findable, terms_of
from integration.crypto import keyring, token_digest
from integration.db import Database
from integration.models import (
    Agent,
    AgentDoor,
    Channel,
    Conversation,
    ConversationRead,
    ConversationTag,
    ConversationTerm,
    Mention,
    Message,
    Store,
    StoreSync,
    Workspace,
)
from integration.statements.bulk import table_of, write_rows

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
KEYS = "bench:" + "A" * 43
KEYRING = keyring(KEYS)
AGENTS, STORES, KINDS = 25, 3, ("email", "chat", "form", "phone")
OLD_WORD, OLD_TAG, RARE_TAG, COMMON_TAG = "lockdown", "covid", "lawyer", "delivery"
_OLD = NOW - timedelta(days=900)
_TAGS = (COMMON_TAG, "returns", "refund", "vip", "wholesale", "size", "gift", "invoice")
_GREEK = (
    "παραγγελία γυαλιά δέμα επιστροφή χρήματα καλησπέρα ευχαριστώ μέγεθος πληρωμή κούριερ".split()
)
_HEBREW = "הזמנה משלוח החזר כסף תודה שלום חבילה מידה תשלום מוצר".split()
_COMMON = "order parcel hello please thanks when where refund return delivery".split()
_AT_ONCE = 4_000
_WRITTEN = (
    *BESIDE, Conversation, ConversationTag, ConversationTerm, ConversationRead, Message, Mention,
)  # fmt: skip
MODELS = (Workspace, Store, StoreSync, Channel, Agent, AgentDoor, *_WRITTEN)


def fill(db: Database, conversations: int) -> None:
    """Write a workspace (1) with agents, channels and that many conversations."""
    keys = _open(db)
    rows: dict[Any, list[dict[str, Any]]] = {model: [] for model in _WRITTEN}
    for number in range(1, conversations + 1):
        for model, row in _rows(Random(number), number, conversations, keys):
            rows[model].append({"workspace_id": 1, **row})
        if number % _AT_ONCE == 0:
            _write(db, rows)
    _write(db, rows)


def _open(db: Database) -> list[Any]:
    keys = []
    add_stores(db, STORES, NOW)
    with db.across_workspaces(write=True) as session:
        for number in range(1, AGENTS + 1):
            session.add(_agent(number))
        session.flush()
        for number, kind in enumerate(KINDS, 1):
            channel = _channel(number, kind)
            session.add(channel)
            keys.append(open_channel_key(KEYRING, channel))
    add_doors(db, AGENTS, NOW)
    return keys


def _agent(number: int) -> Agent:
    name = f"Agent {number}"
    return Agent(
        id=number, workspace_id=1, name=name, role="agent", status="active", created_at=NOW
    )


def _channel(number: int, kind: str) -> Channel:
    digest = token_digest(f"bench-{number}")
    return Channel(
        id=number,
        workspace_id=1,
        kind=kind,
        name=kind,
        settings={},
        status="active",
        data_key=new_channel_key(KEYRING, digest),
        token_digest=digest,
        sealed_token=b"",
        created_at=NOW,
    )


def _write(db: Database, rows: dict[Any, list[dict[str, Any]]]) -> None:
    with db.bare_across_workspaces(write=True) as connection:
        for model, some in rows.items():
            table = table_of(model)
            columns = tuple(table.c.keys())
            known = [tuple(row.get(name) for name in columns) for row in some]
            write_rows(connection, table, columns, known)
            some.clear()


def _rows(
    random: Random, number: int, conversations: int, keys: list[Any]
) -> Iterator[tuple[Any, dict[str, Any]]]:
    # The older half of four years' is as busy as the newer.
    at = NOW - timedelta(minutes=(conversations - number) * 4 * 525_600 / conversations)
    person = somebody(random, number)
    name = f"{person.first_name} {person.last_name}"
    text = _text(random, at)
    channel_id = random.choices((1, 2, 3, 4), (60, 25, 10, 5))[0]
    row = _conversation(random, number, at, name, channel_id)
    row["preview"] = seal_preview(keys[channel_id - 1], number, text)
    yield Conversation, row
    yield from said(random, row, has_note=number % 40 == 0)
    yield from whose(random, row)
    for tag in _tags(random, at):
        yield ConversationTag, {"tag": tag, "conversation_id": number}
    findable = Findable(
        subject=row["subject"],
        person_name=name,
        person_address=row["person_address"],
        order_names=(f"#{1000 + number}",),
        messages=(MessageContent(text),),
    )
    for term in terms_of(findable):
        yield ConversationTerm, {"term": term, "conversation_id": number}
    for agent_id in random.sample(range(1, AGENTS + 1), 2):
        read = {"agent_id": agent_id, "conversation_id": number, "read_at": at}
        yield ConversationRead, {**read, "last_message_id": last_message(number)}
    if number % 40 == 0:
        seen = at if random.random() < 0.9 else None
        mention = {"agent_id": random.randint(1, AGENTS), "message_id": last_message(number)}
        yield Mention, {**mention, "seen_at": seen}


def _conversation(
    random: Random, number: int, at: datetime, name: str, channel_id: int
) -> dict[str, Any]:
    days = (NOW - at).days
    weights = (60, 25, 5, 10) if days < 30 else (1, 1, 0, 98)
    status = random.choices(("open", "pending", "snoozed", "resolved"), weights)[0]
    begun = at - timedelta(hours=3)
    merged = number > 100 and random.random() < 0.01
    return {
        "id": number,
        "channel_id": channel_id,
        "channel_kind": KINDS[channel_id - 1],
        "store_id": random.choices((1, 2, 3), (70, 25, 5))[0],
        "subject": " ".join(random.sample(_COMMON, 3)),
        "status": status,
        "is_spam": random.random() < 0.03,
        "assignee_id": None if random.random() < 0.2 else random.randint(1, AGENTS),
        "locale": "en",
        "trust": "aligned",
        "person_kind": "email",
        "person_value": f"p{number}@mail.example",
        "person_name": name,
        "person_address": f"p{number}@mail.example",
        "preview_channel_id": channel_id,
        "preview_kind": "customer",
        "messages": MESSAGES,
        "created_at": begun,
        "last_message_at": at,
        "last_message_id": last_message(number),
        "waiting_since": at if status == "open" else None,
        "answers": 1,
        "reopened": 0,
        **figures(random, status, begun, at),
        "merged_into_id": number - 50 if merged else None,
        "version": 3,
    }


def _text(random: Random, at: datetime) -> str:
    said = random.choices(_COMMON, k=12)
    said += [f"word{int(random.paretovariate(0.6))}" for _ in range(12)]
    if at < _OLD:
        said.append(OLD_WORD)
    language = random.random()
    if language < 0.2:
        said += random.sample(_GREEK, 5)
    elif language < 0.4:
        said += random.sample(_HEBREW, 5)
    random.shuffle(said)
    return " ".join(said)


def _tags(random: Random, at: datetime) -> set[str]:
    found = {tag for tag in _TAGS if random.random() < (0.3 if tag == COMMON_TAG else 0.03)}
    if at < _OLD and random.random() < 0.5:
        found.add(OLD_TAG)
    if random.random() < 0.0005:
        found.add(RARE_TAG)
    return found
