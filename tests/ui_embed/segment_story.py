"""Segments with their people, as rows: what pages and pictures of them show."""

from datetime import timedelta
from typing import Any

from integration.models import Identity, PeopleExport, Profile, ProfileTotal, Store
from integration.segments.saved import create_segment
from tests.ui_embed.world import NOW, World

NAMES = (
    "Δήμητρα Παπαδοπούλου",
    "נועה בן־דוד",
    "Jana Nováková",
    "Małgorzata Wiśniewska",
    "Αλεξάνδρα-Μαρία Παπαχριστοδουλοπούλου-Κωνσταντινοπούλου",
    '<img src=x onerror="alert(1)">',
    None,
)
LAPSED: list[dict[str, Any]] = [
    {"kind": "last_order_days_over", "value": 90},
    {"kind": "spent_at_least", "value": 20_000, "currency": "EUR"},
    {"kind": "country", "value": "GR"},
]
SEGMENTS: tuple[tuple[str, list[dict[str, Any]]], ...] = (
    ("Regulars", [{"kind": "orders_at_least", "value": 2}]),
    ("Χονδρική · wholesale", [{"kind": "has_tag", "value": "χονδρική"}]),
    ("Not seen since summer", LAPSED),
)


def add_people(world: World, count: int) -> None:
    """So many people, each with fewer orders and an older last one."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for number in range(count):
            profile = Profile(
                display_name=NAMES[number % len(NAMES)],
                locale=("el", "he", "cs", "pl")[number % 4],
                tags=["χονδρική"] if number % 3 == 0 else [],
                first_order_at=NOW - timedelta(days=400 + number),
                last_order_at=NOW - timedelta(days=1 + number * 3),
                created_at=NOW,
            )
            session.add(profile)
            session.flush()
            orders = max(1, 8 - number // 4)
            session.add(_total(profile.id, orders))
            session.add(_address(world, profile.id, number))


def add_segments(world: World) -> list[int]:
    """The segments; their ids."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        own = session.get_one(Store, world.store_id)
        bought = [{"kind": "bought_in", "value": str(own.id)}, {"kind": "is_guest"}]
        asked = (*SEGMENTS, ("Guests", bought))
        made = [
            create_segment(session, name, conditions, by="owner:1", now=NOW)
            for name, conditions in asked
        ]
    return [int(segment.id) for segment in made]


def add_exports(world: World, segment_id: int) -> None:
    """Who took people out lately."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        for number, (viewer, what) in enumerate(
            (("owner:1", "segment"), ("api-key:3", "all"), ("operator", "search"))
        ):
            at = NOW - timedelta(days=number, hours=2)
            session.add(
                PeopleExport(
                    viewer=viewer,
                    surface="page",
                    what=what,
                    segment_id=segment_id if what == "segment" else None,
                    people=[17, 4310, 1][number],
                    begun_at=at,
                    ended_at=at,
                )
            )


def _total(profile_id: int, orders: int) -> ProfileTotal:
    return ProfileTotal(
        profile_id=profile_id,
        currency="EUR",
        orders=orders,
        spent_minor=8990 * orders,
        unpaid_minor=0,
        refunded_minor=0,
    )


def _address(world: World, profile_id: int, number: int) -> Identity:
    return Identity(
        profile_id=profile_id,
        kind="email",
        value=f"person{number}@example.gr",
        verified=True,
        links=True,
        evidence="store",
        store_id=world.store_id,
        created_at=NOW,
    )
