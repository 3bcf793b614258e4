"""What the pages around a list and the reports read beside conversations: their messages, whose
they are, what these bought; the doors by which agents come in."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Any

from integration.db import Database
from integration.models import (
    AgentDoor,
    Identity,
    Message,
    Order,
    Profile,
    Store,
    StoreSync,
    Workspace,
)

MESSAGES = 5
DOMAIN = "bench{}.myshopify.com"
BESIDE = (Profile, Identity, Order)
_KINDS = ("customer", "automatic", "answer", "customer", "answer")
Rows = Iterator[tuple[Any, dict[str, Any]]]


def last_message(number: int) -> int:
    """The id of a conversation's newest message."""
    return number * MESSAGES


def add_stores(db: Database, stores: int, now: datetime) -> None:
    """A workspace (1) with stores that were read to their end."""
    with db.across_workspaces(write=True) as session:
        session.add(Workspace(id=1, name="Bench", created_at=now))
        session.flush()
        for number in range(1, stores + 1):
            store = Store(
                id=number,
                workspace_id=1,
                platform="shopify",
                domain=DOMAIN.format(number),
                name=f"Bench {number}",
                country_code="GR",
                timezone="Europe/Athens",
                status="active",
                data_key=b"sealed",
                created_at=now,
                connected_at=now,
            )
            session.add(store)
            session.flush()
            session.add(
                StoreSync(
                    store_id=number,
                    workspace_id=1,
                    backfill_state="done",
                    backfill_done=0,
                    as_of=now,
                    source="webhook",
                    complete_until=now,
                )
            )


def add_doors(db: Database, agents: int, now: datetime) -> None:
    """Let agent 1, 2, … come in as staff 1, 2, … of the first store's admin."""
    with db.across_workspaces(write=True) as session:
        for number in range(1, agents + 1):
            door = f"shopify-staff:{number}@1"
            session.add(AgentDoor(workspace_id=1, agent_id=number, viewer=door, created_at=now))


def said(random: Random, conversation: dict[str, Any], *, has_note: bool) -> Rows:
    """Its messages, as long as sealed ones are; the last one a note, if there is one."""
    number, at = conversation["id"], conversation["last_message_at"]
    begun = conversation["created_at"]
    for place, kind in enumerate(_KINDS, 1):
        last = place == MESSAGES
        yield (
            Message,
            {
                "id": last_message(number) - MESSAGES + place,
                "conversation_id": number,
                "channel_id": conversation["channel_id"],
                "kind": "note" if last and has_note else kind,
                "key": f"m{number}-{place}",
                "agent_id": conversation["assignee_id"] if kind == "answer" else None,
                "sealed_content": random.randbytes(random.randint(200, 900)),
                "created_at": begun + (at - begun) * (place - 1) / (MESSAGES - 1),
            },
        )


def whose(random: Random, conversation: dict[str, Any]) -> Rows:
    """Who wrote it, for three in four somebody a store knows, who mostly bought something."""
    number, at = conversation["id"], conversation["last_message_at"]
    if random.random() < 0.25:
        return
    yield Profile, {"id": number, "tags": [], "own_tags": [], "created_at": at}
    yield (
        Identity,
        {
            "profile_id": number,
            "kind": "email",
            "value": conversation["person_value"],
            "verified": False,
            "links": True,
            "evidence": "store",
            "trust": "asserted",
            "told_by": "account",
            "source": "webhook",
            "created_at": at,
        },
    )
    if random.random() < 0.6:
        yield Order, _order(random, conversation, at + timedelta(days=random.randint(-60, 60)))


def figures(random: Random, status: str, begun: datetime, at: datetime) -> dict[str, Any]:
    """What reports tell of a conversation, as the core keeps it."""
    answered = random.randint(60, 8_000)
    told: dict[str, Any] = {
        "first_asked_at": begun,
        "first_answered_at": begun + timedelta(seconds=answered),
        "first_answered_by": random.randint(1, 25),
        "answered_seconds": answered,
        "answered_office_seconds": answered // 2,
    }
    if status == "resolved":
        told |= {
            "resolved_at": at,
            "resolved_by": random.randint(1, 25),
            "resolved_seconds": 10_800,
            "resolved_office_seconds": 5_400,
            "first_contact": random.random() < 0.6,
        }
    return told


def _order(random: Random, conversation: dict[str, Any], placed_at: datetime) -> dict[str, Any]:
    number, total = conversation["id"], random.randint(900, 20_000)
    return {
        "store_id": conversation["store_id"],
        "external_id": str(number),
        "profile_id": number,
        "name": f"#{1000 + number}",
        "placed_at": placed_at,
        "currency": "EUR",
        "total_minor": total,
        "current_total_minor": total,
        "refunded_minor": 0,
        "financial_status": "paid",
        "fulfillment_status": "fulfilled",
        "platform_status": "open",
        "is_test": False,
        "counts": True,
        "is_paid": True,
        "tags": [],
        "notes": [],
        "withheld": {},
        "source_updated_at": placed_at,
    }
