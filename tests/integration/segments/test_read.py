"""Who is in a segment: each condition by exact people, the order, pages, who is never in one."""

from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from integration.errors import Invalid
from integration.models import Profile
from integration.segments import read
from integration.segments.conditions import read_conditions
from integration.segments.read import PeopleCount, count_people, page_of_people
from platforms.records import AddressRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, told
from tests.factories.stores import NOW, make_store
from tests.integration.crm.people import add_profile, join


def names(mirror: Mirror, *conditions: dict[str, Any]) -> list[str]:
    """The names of who meets the conditions, in order."""
    asked = read_conditions(list(conditions))
    with mirror.db.workspace(mirror.workspace_id) as session:
        page = page_of_people(session, asked, NOW)
        assert (
            page.count == count_people(session, asked, NOW) == PeopleCount(len(page.people), True)
        )
    return [person.display_name or "" for person in page.people]


def _address(country: str, name: str = "A") -> AddressRecord:
    return AddressRecord(name=name, line1="1", city="X", country_code=country)


def _adas(number: str, days_ago: float, **values: Any) -> Any:
    """An order of Ada's."""
    ada = {"customer_external_id": "1", "email": "ada@example.com"}
    return told(order(number, 0, placed_at=NOW - timedelta(days=days_ago), **ada, **values))


def _account(number: str, name: str, locale: str, **values: Any) -> Any:
    address = f"{name.lower()}@example.com"
    row = {"email": address, "first_name": name, "last_name": "", "locale": locale, **values}
    return told(customer(number, 0, **row))


def _live(mirror: Mirror) -> int:
    """Ada: 3 orders, one unpaid, one refunded. Bea: one in yen. Cyd: a guest. Dot: an account only.

    Bea's is in another store, whose id is returned.
    """
    other = make_store(mirror.db, mirror.workspace_id, f"{mirror.store_id}-other.example")
    unpaid, refunded = {"financial_status": "pending"}, {"financial_status": "partially_refunded"}
    cancelled = {"platform_status": "cancelled", "cancelled_at": at(9)}
    cyd = {"email": "cyd@example.com", "locale": "EL", "placed_at": NOW - timedelta(days=10)}
    mirror.take(
        _account("1", "Ada", "el-GR", tags=("VIP", "Καλή")),
        _account("4", "Dot", "elx"),
        _adas("11", 300, total_minor=2000),
        _adas("12", 200, total_minor=3000, **unpaid),
        _adas("13", 100, refunded_minor=500, shipping_address=_address("GR"), **refunded),
        _adas("14", 1, **cancelled),
        told(order("31", 0, total_minor=999, shipping_address=_address("CY", "Cyd"), **cyd)),
    )
    bea = {"customer_external_id": "2", "email": "bea@example.com"}
    yen = {"currency": "JPY", "total_minor": 5000, "current_total_minor": 5000}
    mirror.take(
        _account("2", "Bea", "iw", address=_address("JP")),
        told(order("21", 0, placed_at=NOW - timedelta(days=50), **bea, **yen)),
        store_id=other,
    )
    return other


@pytest.mark.parametrize(
    ("condition", "who"),
    [
        ({"kind": "orders_at_least", "value": 0}, ["Cyd", "Bea", "Ada", "Dot"]),
        ({"kind": "orders_at_least", "value": 3}, ["Ada"]),
        ({"kind": "orders_at_least", "value": 4}, []),
        ({"kind": "orders_at_most", "value": 0}, ["Dot"]),
        ({"kind": "orders_at_most", "value": 1}, ["Cyd", "Bea", "Dot"]),
        ({"kind": "spent_at_least", "value": 3250, "currency": "EUR"}, ["Ada"]),
        ({"kind": "spent_at_least", "value": 3251, "currency": "EUR"}, []),
        ({"kind": "spent_at_least", "value": 5000, "currency": "JPY"}, ["Bea"]),
        ({"kind": "spent_at_most", "value": 999, "currency": "EUR"}, ["Cyd", "Bea", "Dot"]),
        ({"kind": "spent_at_most", "value": 998, "currency": "EUR"}, ["Bea", "Dot"]),
        ({"kind": "last_order_before", "value": "2026-08-14"}, []),
        ({"kind": "last_order_before", "value": "2026-08-15"}, ["Ada"]),
        ({"kind": "last_order_since", "value": "2026-08-14"}, ["Cyd", "Bea", "Ada"]),
        ({"kind": "last_order_since", "value": "2026-08-15"}, ["Cyd", "Bea"]),
        ({"kind": "last_order_days_over", "value": 49}, ["Bea", "Ada"]),
        ({"kind": "last_order_days_over", "value": 50}, ["Ada"]),
        ({"kind": "last_order_days_within", "value": 50}, ["Cyd", "Bea"]),
        ({"kind": "last_order_days_within", "value": 9}, []),
        ({"kind": "first_order_before", "value": "2026-01-27"}, ["Ada"]),
        ({"kind": "first_order_since", "value": "2026-01-27"}, ["Cyd", "Bea"]),
        ({"kind": "first_order_days_over", "value": 299}, ["Ada"]),
        ({"kind": "first_order_days_within", "value": 100}, ["Cyd", "Bea"]),
        ({"kind": "has_tag", "value": "vip"}, ["Ada"]),
        ({"kind": "has_tag", "value": "ΚΑΛΉ"}, ["Ada"]),
        ({"kind": "has_tag", "value": "VI"}, []),
        ({"kind": "has_tag", "value": "%"}, []),
        ({"kind": "language", "value": "el"}, ["Cyd", "Ada"]),
        ({"kind": "language", "value": "he"}, ["Bea"]),
        ({"kind": "country", "value": "GR"}, ["Ada"]),
        ({"kind": "country", "value": "CY"}, ["Cyd"]),
        ({"kind": "country", "value": "JP"}, ["Bea"]),
        ({"kind": "has_account"}, ["Bea", "Ada", "Dot"]),
        ({"kind": "is_guest"}, ["Cyd"]),
        ({"kind": "has_unpaid"}, ["Ada"]),
        ({"kind": "has_refund"}, ["Ada"]),
    ],
)
def test_each_condition_finds_exactly_who_meets_it(
    lived: Mirror, condition: dict[str, Any], who: list[str]
) -> None:
    assert names(lived, condition) == who


def test_a_store_is_where_somebody_bought(mirror: Mirror) -> None:
    other = _live(mirror)
    assert names(mirror, {"kind": "bought_in", "value": str(other)}) == ["Bea"]
    own = {"kind": "bought_in", "value": str(mirror.store_id)}
    assert names(mirror, own) == ["Cyd", "Ada"]


def test_all_conditions_have_to_hold(lived: Mirror) -> None:
    several = {"kind": "orders_at_least", "value": 2}
    assert names(lived, several, {"kind": "has_account"}) == ["Ada"]
    assert names(lived, several, {"kind": "is_guest"}) == []
    assert names(lived, {"kind": "has_account"}, {"kind": "is_guest"}) == []


def test_who_is_joined_to_another_is_in_none_and_lends_their_tags(mirror: Mirror) -> None:
    ada = add_profile(mirror, "Ada")
    other = add_profile(mirror, "Augusta", own_tags=["mine"], tags=["theirs"])
    tagged = {"kind": "has_tag", "value": "Mine"}
    assert names(mirror, tagged) == ["Augusta"]
    join(mirror, other, ada)
    assert names(mirror, tagged) == ["Ada"]
    assert names(mirror, {"kind": "orders_at_least", "value": 0}) == ["Ada"]
    join(mirror, other, None)
    assert names(mirror, tagged) == ["Augusta"]


def test_another_workspaces_people_are_in_none(mirror: Mirror) -> None:
    elsewhere = Mirror(mirror.db, "elsewhere-of-the-segments.example")
    add_profile(elsewhere, "Eve", tags=["VIP"])
    assert names(mirror, {"kind": "has_tag", "value": "VIP"}) == []
    store = {"kind": "bought_in", "value": str(elsewhere.store_id)}
    assert names(mirror, store) == []


@pytest.mark.parametrize("small", [0, 5_000])
def test_pages_have_everybody_once_in_order(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(read, "_SMALL", small)
    for number in range(23):
        at_once = NOW - timedelta(days=number // 4, microseconds=number // 2)
        add_profile(mirror, str(number), last_order_at=at_once if number < 17 else None)
    everybody = read_conditions([{"kind": "orders_at_least", "value": 0}])
    expected = sorted(
        mirror.all(Profile),
        key=lambda row: (row.last_order_at is not None, row.last_order_at or NOW, row.id),
        reverse=True,
    )
    seen: list[str] = []
    cursor: str | None = None
    with mirror.db.workspace(mirror.workspace_id) as session:
        while True:
            page = page_of_people(session, everybody, NOW, limit=5, cursor=cursor)
            seen += [person.id for person in page.people]
            cursor = page.next
            if cursor is None:
                break
            assert len(page.people) == 5
    assert seen == [str(row.id) for row in expected]
    assert all(first != second for first, second in pairwise(seen))


def test_a_large_segment_is_counted_so_far(mirror: Mirror, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MOST_COUNTED", 3)
    monkeypatch.setattr(read, "_SMALL", 2)
    everybody = read_conditions([{"kind": "orders_at_least", "value": 0}])
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        for number in range(4):
            session.add(Profile(display_name=str(number), tags=[], created_at=NOW))
            session.flush()
            count = count_people(session, everybody, NOW)
            assert count == PeopleCount(min(number + 1, 3), number < 3)
        page = page_of_people(session, everybody, NOW, limit=2)
        assert page.count == PeopleCount(3, False)
        later = page_of_people(session, everybody, NOW, limit=2, cursor=page.next)
        assert (later.count, later.next, len(later.people)) == (None, None, 2)


@pytest.mark.parametrize(
    "cursor", ["", ".", "x.1", "1", "1.x", "-1.1", f"{9**19}.1", "1.1.1", "9" * 18 + ".1"]
)
def test_a_cursor_that_is_none_is_refused(mirror: Mirror, cursor: str) -> None:
    everybody = read_conditions([{"kind": "orders_at_least", "value": 0}])
    with mirror.db.workspace(mirror.workspace_id) as session, pytest.raises(Invalid):
        page_of_people(session, everybody, NOW, cursor=cursor)


@pytest.fixture(scope="module")
def lived(db: Any) -> Mirror:
    """A workspace of four people."""
    mirror = Mirror(db, "lived-of-the-segments.example")
    _live(mirror)
    return mirror
