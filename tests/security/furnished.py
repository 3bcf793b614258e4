"""Two workspaces in which everything exists, and the name of each thing of theirs.

Each table's ids begin at a million of their own: none stands in a page by chance, and no two rows
have the same.
"""

import sqlite3
from datetime import timedelta
from pathlib import Path
from typing import Any

from integration.crm.deeds import Decider
from integration.crm.linking import link
from integration.models import (
    Customer,
    Model,
    Order,
    Profile,
    ProfileNote,
    Segment,
    Store,
    Suggestion,
    TrackingNumber,
)
from integration.search.due import mark_due
from tests.factories.databases import lay_out
from tests.security.furnished_doors import add_doors, add_visitor
from tests.security.furnished_inbox import furnish_inbox
from tests.ui_embed.people_rows import known_as, paid_order, total_of
from tests.ui_embed.world import NOW, World, build_world

_FIRST_ID = 11_000_000
Things = dict[str, str]


def furnished_world(folder: Path, **settings: str) -> tuple[World, Things, Things]:
    """An application with two workspaces, the names of what is in ours and in the other."""
    lay_out(folder)
    file = folder / "tillside.db"
    _raise_ids(file)
    world = build_world(folder, **settings)
    ours = furnish(world, world.workspace_id, world.store_id, "ours")
    theirs = furnish(world, world.other_workspace_id, world.other_store_id, "theirs")
    _take_away(file)
    for name in ("search.work_off", "conversations.index"):
        world.house.jobs[name].function(world.services)
    return world, ours, theirs


def _tables() -> dict[int, Any]:
    """The tables whose key is a number, by the number before their first."""
    keyed = [
        table
        for table in Model.metadata.sorted_tables
        if [column.name for column in table.primary_key.columns] == ["id"]
    ]
    return {_FIRST_ID + at * 1_000_000: table for at, table in enumerate(keyed)}


def _raise_ids(file: Path) -> None:
    """A row in each table: whatever comes after it has a higher number."""
    with sqlite3.connect(file) as raw:
        for first_id, table in _tables().items():
            needed = [column for column in table.columns if not column.nullable]
            names = ", ".join(column.name for column in needed)
            marks = ", ".join("?" for _ in needed)
            values = [first_id if column.name == "id" else -1 for column in needed]
            raw.execute(f"INSERT INTO {table.name} ({names}) VALUES ({marks})", values)
    raw.close()


def _take_away(file: Path) -> None:
    with sqlite3.connect(file) as raw:
        for first_id, table in _tables().items():
            raw.execute(f"DELETE FROM {table.name} WHERE id = ?", [first_id])
    raw.close()


def furnish(world: World, workspace_id: int, store_id: int, word: str) -> Things:
    """Fill a workspace; the names of what is in it, by a word each."""
    made = {"store": str(store_id), "tag": f"tag-{word}"}
    db = world.services.db
    with db.workspace(workspace_id, write=True) as session:
        store = session.get_one(Store, store_id)
        made["domain"] = store.domain
    first = _add_person(world, workspace_id, store_id, f"{word}-ada")
    second = _add_person(world, workspace_id, store_id, f"{word}-bea")
    made |= first | {f"other_{name}": value for name, value in second.items()}
    third = _add_person(world, workspace_id, store_id, f"{word}-cyd")
    left, right = int(first["profile"]), int(second["profile"])
    with db.workspace(workspace_id, write=True) as session:
        session.add(Suggestion(left_id=left, right_id=right, points=80))
        segment = Segment(
            name=f"Best of {word}",
            conditions=[{"kind": "has_tag", "value": "VIP"}],
            made_by="owner:1",
            created_at=NOW,
            updated_at=NOW,
        )
        session.add(segment)
        session.flush()
        joined = link(session, left, int(third["profile"]), by=Decider("owner:1"), now=NOW)
        made |= {
            "segment": str(segment.id),
            "event": str(joined.event_id),
            "joined": third["profile"],
        }
    made |= furnish_inbox(world, workspace_id, word, made)
    made |= add_doors(world, workspace_id, store_id, word)
    return made | add_visitor(world, made)


def _add_person(world: World, workspace_id: int, store_id: int, word: str) -> Things:
    """A customer with an order, a parcel and a note."""
    made = {
        "name": f"Person {word}",
        "email": f"{word}@customer.example",
        "phone": "+30691" + str(sum(word.encode()) * 7919 % 10_000_000).zfill(7),
        "customer": f"70{sum(word.encode()) * 104729 % 10**8}",
        "order_external": f"50{sum(word.encode()) * 15485863 % 10**9}",
        "order_name": f"#{word}-1042",
        "number": f"PARCEL{word.upper().replace('-', '')}77",
    }
    with world.services.db.workspace(workspace_id, write=True) as session:
        profile = Profile(
            display_name=made["name"],
            locale="el",
            tags=["VIP"],
            own_tags=[f"tag-{word}"],
            first_order_at=NOW - timedelta(days=2),
            last_order_at=NOW - timedelta(days=1),
            customer_since=NOW - timedelta(days=300),
            created_at=NOW,
        )
        session.add(profile)
        session.flush()
        made["profile"] = str(profile.id)
        note = ProfileNote(profile_id=profile.id, text=word, author="owner:1", created_at=NOW)
        order = _order(profile.id, store_id, made)
        session.add_all([note, order, *_belongings(profile.id, store_id, made)])
        session.flush()
        mark_due(session.connection(), workspace_id, [profile.id])
        made |= {"note": str(note.id), "order": str(order.id)}
    return made


def _order(profile_id: int, store_id: int, made: Things) -> Order:
    return paid_order(
        profile_id,
        store_id,
        external_id=made["order_external"],
        customer_external_id=made["customer"],
        name=made["order_name"],
        email=made["email"],
        email_normalized=made["email"],
    )


def _belongings(profile_id: int, store_id: int, made: Things) -> list[Any]:
    whose = profile_id, store_id
    return [
        total_of(profile_id),
        known_as(*whose, "email", made["email"]),
        known_as(*whose, "customer", f"{store_id}:{made['customer']}"),
        known_as(*whose, "phone", made["phone"], links=False),
        Customer(
            store_id=store_id,
            external_id=made["customer"],
            profile_id=profile_id,
            email=made["email"],
            email_normalized=made["email"],
            phone=made["phone"],
            phone_normalized=made["phone"],
            first_name=made["email"].partition("@")[0],
            tags=[],
            source_updated_at=NOW,
        ),
        TrackingNumber(
            store_id=store_id,
            number=made["number"],
            order_external_id=made["order_external"],
            parcel_external_id="1",
        ),
    ]
