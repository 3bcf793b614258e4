"""What happened with a person: one list of everything, in pages that neither repeat nor hide."""

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy import event

from integration.crm.records import ContextTracking
from integration.crm.timeline import timeline_of
from integration.crm.timeline_records import (
    AccountMade,
    AgentNote,
    IdentityChanged,
    OrderCancelled,
    OrderDeleted,
    OrderPlaced,
    ParcelMoved,
    ParcelSent,
    Refunded,
    StoreNote,
    Timeline,
    TimelineEvent,
)
from integration.errors import Invalid, NotFound
from integration.models import IdentityEvent, Profile, ProfileNote
from platforms.records import NoteRecord, RefundRecord, TrackingRecord
from tests.factories.fake_store import FakePlatform, FakeStore
from tests.factories.mirror import Mirror
from tests.factories.records import START, at, order, told
from tests.factories.stores import make_workspace
from tests.integration.crm.lives import add, live

PLATFORMS: Any = {"shopify": FakePlatform(FakeStore())}
TRACKING = TrackingRecord("ACS", "4711", "https://acs.example/4711")


def read(mirror: Mirror, profile_id: int, **more: Any) -> Timeline:
    with mirror.db.workspace(mirror.workspace_id) as session:
        return timeline_of(session, PLATFORMS, profile_id, **more)


def pages(mirror: Mirror, profile_id: int, limit: int) -> list[TimelineEvent]:
    """The whole list, page by page."""
    found: list[TimelineEvent] = []
    cursor = None
    while True:
        page = read(mirror, profile_id, limit=limit, cursor=cursor)
        assert len(page.events) <= limit
        found.extend(page.events)
        if page.next is None:
            return found
        assert len(page.events) == limit
        cursor = page.next


def kinds(events: Iterable[TimelineEvent]) -> list[str]:
    return [each.kind for each in events]


@pytest.fixture
def lived(mirror: Mirror) -> int:
    return live(mirror)


def test_everything_stands_in_one_list_newest_first(mirror: Mirror) -> None:
    profile_id = live(mirror)
    found = read(mirror, profile_id)
    assert (found.profile_id, found.next) == (str(profile_id), None)
    assert kinds(found.events) == [
        "agent_note",
        "identity_changed",
        "order_deleted",
        "order_cancelled",
        "store_note",
        "refunded",
        "order_placed",
        "order_placed",
        "parcel_moved",
        "parcel_sent",
        "order_placed",
        "account_made",
    ]
    assert len({each.id for each in found.events}) == len(found.events)
    assert [each.at for each in found.events] == [
        at(second) for second in (90, 90, 80, 60, 50, 50, 50, 50, 40, 30, 10, -1000)
    ]


def test_each_event_says_what_it_is_about(mirror: Mirror) -> None:
    profile_id = live(mirror)
    events = {each.kind: each for each in reversed(read(mirror, profile_id).events)}
    first = mirror.order("100")
    note, placed = events["agent_note"], read(mirror, profile_id).events[-2]
    assert isinstance(note, AgentNote)
    assert (note.text, note.author, note.edited_at) == ("calls late", "staff 9", None)
    assert isinstance(placed, OrderPlaced)
    assert placed.id == f"order_placed:{first.id}"
    assert (placed.order.id, placed.order.external_id, placed.order.name) == (
        str(first.id),
        "100",
        "#1042",
    )
    assert placed.order.store.id == str(mirror.store_id)
    assert (placed.currency, placed.total_minor, placed.counts) == ("EUR", 1250, True)
    assert placed.sales_channel == "web"
    refund, store_note = events["refunded"], events["store_note"]
    assert isinstance(refund, Refunded)
    assert (refund.amount_minor, refund.currency, refund.note) == (250, "EUR", "broken")
    assert isinstance(store_note, StoreNote)
    assert (store_note.text, store_note.author, store_note.for_customer) == (
        "ring twice",
        "Eva",
        True,
    )
    sent, moved = events["parcel_sent"], events["parcel_moved"]
    assert isinstance(sent, ParcelSent)
    assert isinstance(moved, ParcelMoved)
    tracking = (ContextTracking("ACS", "4711", "https://acs.example/4711"),)
    assert (sent.status, sent.tracking) == ("success", tracking)
    assert (moved.shipment_status, moved.tracking) == ("delivered", tracking)
    cancelled, deleted = events["order_cancelled"], events["order_deleted"]
    assert isinstance(cancelled, OrderCancelled)
    assert isinstance(deleted, OrderDeleted)
    assert (cancelled.order.external_id, deleted.order.external_id) == ("101", "102")
    made, linked = events["account_made"], events["identity_changed"]
    assert isinstance(made, AccountMade)
    assert (made.external_id, made.store.id) == ("7", str(mirror.store_id))
    assert isinstance(linked, IdentityChanged)
    assert (linked.action, linked.made_by, linked.trust, linked.reason) == (
        "linked",
        "staff 9",
        "agent",
        "same voice",
    )
    # Our id of the store is no part of what a person knows the account by.
    assert (linked.left, linked.right) == ("7", "ada@example.com")


def test_pages_of_any_size_make_the_same_list(mirror: Mirror) -> None:
    profile_id = live(mirror)
    whole = list(read(mirror, profile_id).events)
    for limit in range(1, len(whole) + 2):
        assert pages(mirror, profile_id, limit) == whole


def test_a_refund_whose_time_nobody_told_waits(mirror: Mirror) -> None:
    given: dict[str, Any] = {"email": "a@example.com", "refunded_minor": 5}
    mirror.take(told(order(**given, refunds=(RefundRecord("r1", None, 5),))))
    profile_id = mirror.order().profile_id
    assert profile_id is not None
    assert kinds(read(mirror, profile_id).events) == ["order_placed"]
    mirror.take(told(order(seconds=1, **given, refunds=(RefundRecord("r1", at(9), 5),))))
    assert kinds(read(mirror, profile_id).events) == ["refunded", "order_placed"]


def test_orders_of_one_moment_are_told_one_by_one(mirror: Mirror) -> None:
    same = (order(str(n), email="a@example.com", refunds=_refunds(n)) for n in range(100, 107))
    mirror.take(*(told(each) for each in same))
    profile_id = mirror.order().profile_id
    assert profile_id is not None
    whole = read(mirror, profile_id).events
    assert kinds(whole) == ["refunded"] * 14 + ["order_placed"] * 7
    for limit in (1, 2, 3, 5):
        assert pages(mirror, profile_id, limit) == list(whole)


def _refunds(number: int) -> tuple[RefundRecord, ...]:
    return tuple(RefundRecord(f"{number}-{each}", at(0), 1) for each in range(2))


def test_what_comes_meanwhile_neither_repeats_nor_hides(mirror: Mirror) -> None:
    profile_id = live(mirror)
    whole = list(read(mirror, profile_id).events)
    first = read(mirror, profile_id, limit=5)
    mirror.take(
        told(order("103", placed_at=at(100), customer_external_id="7")),
        told(order("104", placed_at=at(50), customer_external_id="7")),
    )
    rest = read(mirror, profile_id, limit=50, cursor=first.next)
    seen = [*first.events, *rest.events]
    late = [each for each in seen if each.order is not None and each.order.external_id == "104"]
    assert kinds(late) == ["order_placed"]
    assert [each for each in seen if each not in late] == whole


def test_a_persons_other_profiles_tell_too(mirror: Mirror) -> None:
    profile_id = live(mirror)
    joined = Profile(joined_id=profile_id, tags=[], created_at=START)
    add(mirror, joined)
    add(
        mirror,
        ProfileNote(profile_id=joined.id, text="older", author="staff 1", created_at=at(1)),
        IdentityEvent(
            action="moved",
            profile_id=None,
            other_profile_id=joined.id,
            made_by="rule",
            trust="asserted",
            at=at(2),
        ),
    )
    found = read(mirror, joined.id)
    assert found == read(mirror, profile_id)
    assert found.profile_id == str(profile_id)
    assert [(each.kind, each.at) for each in found.events[-3:-1]] == [
        ("identity_changed", at(2)),
        ("agent_note", at(1)),
    ]


def test_anothers_events_are_not_told(mirror: Mirror) -> None:
    profile_id = live(mirror)
    before = read(mirror, profile_id)
    mirror.take(
        told(order("200", email="b@example.com", notes=(NoteRecord("n9", "x", None, at(1)),)))
    )
    stranger = mirror.order("200").profile_id
    assert stranger is not None
    add(mirror, ProfileNote(profile_id=stranger, text="x", author="y", created_at=at(3)))
    assert read(mirror, profile_id) == before
    assert kinds(read(mirror, stranger).events) == ["agent_note", "store_note", "order_placed"]
    with mirror.db.workspace(make_workspace(mirror.db)) as session, pytest.raises(NotFound):
        timeline_of(session, PLATFORMS, profile_id)
    with pytest.raises(NotFound):
        read(mirror, 2**62)


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "x",
        "ä",
        "MjAyNi0xMS0wMXwx",
        "MjAyNi0xMS0wMVQwODowMDowMHxvcmRlcl9wbGFjZWR8MXw",
        "MjAyNi0xMS0wMVQwODowMDowMCswMDowMHxub3RoaW5nfDF8",
        "MjAyNi0xMS0wMVQwODowMDowMCswMDowMHxyZWZ1bmRlZHwxfAA",
        "MjAyNi0xMS0wMVQwODowMDowMCswMDowMHxyZWZ1bmRlZHw5OTk5OTk5OTk5OTk5OTk5OTk5OTl8",
    ],
    ids=["empty", "short", "no base64", "few parts", "no zone", "no kind", "NUL", "large"],
)
def test_a_cursor_of_somebody_elses_making_is_refused(
    lived: int, mirror: Mirror, cursor: str
) -> None:
    with pytest.raises(Invalid):
        read(mirror, lived, cursor=cursor)


def test_a_page_takes_as_many_statements_however_much_there_is(mirror: Mirror) -> None:
    mirror.take(*(told(order(str(n), email="a@example.com")) for n in range(100, 150)))
    profile_id, seen = mirror.order().profile_id, []
    assert profile_id is not None

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(mirror.db.engine, "before_cursor_execute", note)
    try:
        assert len(read(mirror, profile_id).events) == 30
    finally:
        event.remove(mirror.db.engine, "before_cursor_execute", note)
    assert len(seen) == 13
