"""What is worked out again of a person: only what a change can have changed."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from integration.models import Order, Profile, ProfileTotal
from tests.factories.mirror import Mirror
from tests.factories.records import at, order, told

PARTS = ("profiles", "profile_totals", "identities")
Changed = Callable[..., set[str]]


@pytest.fixture
def changed(mirror: Mirror) -> Changed:
    """Take an order's state; the tables of a person's that were written for it."""

    def take(**values: Any) -> set[str]:
        seen: set[str] = set()

        def hear(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
            verb, *words = statement.split()[:3]
            if verb in ("INSERT", "UPDATE", "DELETE"):
                seen.update(words)

        event.listen(mirror.db.engine, "before_cursor_execute", hear)
        mirror.take(told(order(email="ann@example.com", **values)))
        event.remove(mirror.db.engine, "before_cursor_execute", hear)
        return seen & set(PARTS)

    return take


def test_only_what_an_order_says_otherwise_is_worked_out_again(
    mirror: Mirror, changed: Changed
) -> None:
    assert changed() == set(PARTS)
    assert changed(seconds=1, fulfillment_status="fulfilled") == set()
    assert changed(seconds=2, total_minor=10) == {"profile_totals"}
    assert mirror.totals() == [("EUR", 1, 10, 0, 0)]
    assert changed(seconds=3, total_minor=10, locale="el") == {"profiles"}
    assert changed(seconds=4, total_minor=10, locale="el", placed_at=at(-9)) == {"profiles"}
    [profile] = mirror.all(Profile)
    assert (profile.locale, profile.first_order_at, profile.last_order_at) == ("el", at(-9), at(-9))
    assert changed(seconds=5, placed_at=at(-9), cancelled_at=at(1)) == {
        "profiles",
        "profile_totals",
    }
    [profile] = mirror.all(Profile)
    assert (profile.locale, profile.first_order_at, mirror.totals()) == (None, None, [])


def test_an_order_that_goes_to_a_new_person_is_counted_there_and_no_more_here(
    mirror: Mirror,
) -> None:
    mirror.take(
        told(order("1", email="ann@example.com", total_minor=100)),
        told(order("2", email="ann@example.com", total_minor=30, placed_at=at(5))),
    )
    mirror.take(
        told(order("1", 9, email="ben@example.com", total_minor=100)),
        told(order("3", 9, email="ben@example.com", total_minor=7)),
    )
    whose = {row.external_id: row.profile_id for row in mirror.all(Order)}
    assert whose["1"] == whose["3"] != whose["2"]
    spent = {row.profile_id: (row.orders, row.spent_minor) for row in mirror.all(ProfileTotal)}
    assert spent == {whose["1"]: (2, 107), whose["2"]: (1, 30)}
    first = {row.id: row.first_order_at for row in mirror.all(Profile)}
    assert first == {whose["1"]: at(0), whose["2"]: at(5)}
