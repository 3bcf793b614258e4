"""A person's figures: exact values, and always the sum of the orders."""

from collections import Counter
from datetime import datetime, timedelta
from itertools import pairwise
from statistics import median
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, update

from integration.crm.records import ContextStore
from integration.crm.summary import summary_of
from integration.crm.summary_records import MoneySummary, Summary, SummaryStore
from integration.errors import NotFound
from integration.models import Order, Profile, StoreSync
from tests.factories.mirror import Mirror
from tests.factories.records import START, at, customer, order, told
from tests.factories.stores import make_store, make_workspace

DAY = 86_400
MAIL = "eleni@example.gr"


def read(mirror: Mirror, profile_id: int | None = None) -> Summary:
    with mirror.db.workspace(mirror.workspace_id) as session:
        return summary_of(session, profile_id or person(mirror))


def person(mirror: Mirror) -> int:
    """The only profile that has anything."""
    (found,) = {row.profile_id for row in mirror.all(Order)} | {
        row.id for row in mirror.all(Profile)
    }
    return int(found)


def guest(number: int, day: float, **values: Any) -> Any:
    return told(order(str(number), email=MAIL, placed_at=at(day * DAY), **values))


def buy_in_two_stores(mirror: Mirror) -> int:
    """Have one person buy in both, with an account and as a guest; the other store."""
    other = make_store(mirror.db, mirror.workspace_id, f"other-{mirror.store_id}.example")
    account = customer("7", email=MAIL, locale="el")
    mirror.take(
        told(
            order(
                "1",
                customer_external_id="7",
                customer=account,
                placed_at=at(0),
                total_minor=1000,
                sales_channel="web",
                locale="el",
            )
        ),
        guest(2, 1, total_minor=2001, refunded_minor=500, sales_channel="pos", locale="en"),
        guest(3, 4, total_minor=333, currency="JPY", financial_status="pending", locale="en"),
        guest(4, 4.5, total_minor=7_000_000, is_test=True, sales_channel="draft"),
    )
    mirror.take(
        guest(9, 10, total_minor=2, sales_channel="pos", locale="de"),
        guest(10, -30, cancelled_at=at(0), financial_status="voided"),
        store_id=other,
    )
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.execute(
            update(StoreSync).where(StoreSync.store_id == other).values(complete_from=at(-60 * DAY))
        )
    return other


def test_the_figures_of_a_person_in_two_stores(mirror: Mirror) -> None:
    other = buy_in_two_stores(mirror)
    domain = f"other-{mirror.store_id}.example"
    own = mirror.order("1")
    told_of = read(mirror)
    assert told_of == Summary(
        profile_id=str(own.profile_id),
        money=(
            MoneySummary("EUR", 3, 3003, 0, 500, 1001, 2503, 0.1665),
            MoneySummary("JPY", 1, 0, 333, 0, 333, 0, None),
        ),
        complete_from=at(-60 * DAY),
        orders=4,
        first_order_at=at(0),
        last_order_at=at(10 * DAY),
        repeat_rate=0.75,
        days_between_mean=3.3,
        days_between_median=3.0,
        returned_orders=1,
        return_rate=0.25,
        preferred_channel="pos",
        languages=("el", "en", "de"),
        stores=(
            SummaryStore(
                ContextStore(str(other), "shopify", domain, "Amber Shop"),
                "guest",
                at(-30 * DAY),
                1,
                at(-60 * DAY),
            ),
            SummaryStore(told_of.stores[1].store, "both", at(-1000), 3, None),
        ),
        conversations=0,
        contact_channel=None,
    )
    assert told_of.stores[1].store.id == str(mirror.store_id)


def test_a_person_who_never_ordered_has_no_rates(mirror: Mirror) -> None:
    mirror.take(told(customer("7", locale=None)))
    found = read(mirror)
    assert (found.money, found.orders, found.first_order_at, found.last_order_at) == (
        (),
        0,
        None,
        None,
    )
    assert (found.repeat_rate, found.return_rate, found.preferred_channel) == (None, None, None)
    assert (found.days_between_mean, found.days_between_median) == (None, None)
    assert found.languages == ()
    assert [(each.known_as, each.since, each.orders) for each in found.stores] == [
        ("account", at(-1000), 0)
    ]


def test_halves_are_rounded_up_and_one_order_has_no_gap(mirror: Mirror) -> None:
    mirror.take(guest(1, 0, total_minor=1))
    one = read(mirror)
    assert (one.repeat_rate, one.days_between_mean, one.days_between_median) == (0.0, None, None)
    mirror.take(guest(2, 0.25, total_minor=2))
    two = read(mirror)
    assert two.money[0].average_minor == 2
    # A quarter of a day is 0.3 to one decimal.
    assert (two.days_between_mean, two.days_between_median) == (0.3, 0.3)


def test_of_channels_with_as_many_orders_the_newest_is_preferred(mirror: Mirror) -> None:
    mirror.take(
        guest(1, 0, sales_channel="web"),
        guest(2, 1, sales_channel="pos"),
        guest(3, 9, sales_channel=None),
    )
    assert read(mirror).preferred_channel == "pos"
    mirror.take(guest(4, -1, sales_channel="web"))
    assert read(mirror).preferred_channel == "web"


def test_a_profile_that_is_joined_leads_to_the_person(mirror: Mirror) -> None:
    mirror.take(guest(1, 0))
    face = person(mirror)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        dormant = Profile(joined_id=face, tags=[], created_at=START)
        session.add(dormant)
        session.flush()
        dormant_id = dormant.id
    assert read(mirror, dormant_id) == read(mirror, face)
    assert read(mirror, dormant_id).profile_id == str(face)


def test_another_workspaces_person_is_nobody(mirror: Mirror) -> None:
    mirror.take(guest(1, 0))
    found = person(mirror)
    stranger = make_workspace(mirror.db)
    with mirror.db.workspace(stranger) as session, pytest.raises(NotFound):
        summary_of(session, found)
    with pytest.raises(NotFound):
        read(mirror, 2**62)


def test_it_takes_three_statements(mirror: Mirror) -> None:
    mirror.take(*(guest(number, number) for number in range(30)))
    found, seen = person(mirror), []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(mirror.db.engine, "before_cursor_execute", note)
    try:
        assert read(mirror, found).orders == 30
    finally:
        event.remove(mirror.db.engine, "before_cursor_execute", note)
    assert len(seen) == 3


FINANCIAL = ("paid", "pending", "partially_refunded", "refunded", "voided", "authorized")
DONE = ("paid", "partially_refunded", "refunded")
ORDERS = st.lists(
    st.fixed_dictionaries(
        {
            "total_minor": st.integers(0, 10**9),
            "refunded_minor": st.sampled_from([0, 0, 1, 5_000]),
            "currency": st.sampled_from(["EUR", "JPY", "KWD"]),
            "financial_status": st.sampled_from(FINANCIAL),
            "is_test": st.sampled_from([False, False, False, True]),
            "cancelled_at": st.sampled_from([None, None, at(5)]),
            "sales_channel": st.sampled_from([None, "web", "pos"]),
            "placed_at": st.integers(0, 40 * DAY).map(at),
        }
    ),
    min_size=1,
    max_size=12,
)


@given(told_of=ORDERS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_figures_are_always_the_sum_of_the_orders(mirror: Mirror, told_of: Any) -> None:
    fresh = Mirror(mirror.db, f"{make_workspace(mirror.db)}.of-sums.example")
    fresh.take(
        *(told(order(str(each), email=MAIL, **values)) for each, values in enumerate(told_of))
    )
    found, held = read(fresh), [row for row in fresh.all(Order) if row.counts]
    assert found.orders == len(held) == sum(each.orders for each in found.money)
    for money in found.money:
        mine = [row for row in held if row.currency == money.currency]
        paid = [row for row in mine if row.financial_status in DONE]
        spent = sum(row.total_minor for row in paid)
        refunded = sum(row.refunded_minor for row in mine)
        total = sum(row.total_minor for row in mine)
        assert (money.orders, money.spent_minor, money.unpaid_minor, money.refunded_minor) == (
            len(mine),
            spent,
            total - spent,
            refunded,
        )
        assert money.lifetime_minor == spent - refunded
        assert abs(2 * money.average_minor * len(mine) - 2 * total) <= len(mine)
    assert {money.currency for money in found.money} == {row.currency for row in held}
    assert found.returned_orders == sum(row.refunded_minor > 0 for row in held)
    channels = Counter(row.sales_channel for row in held if row.sales_channel)
    most = max(channels.values(), default=0)
    assert channels.get(found.preferred_channel, 0) == most
    _agree_on_gaps(found, sorted(row.placed_at for row in held))


def _agree_on_gaps(found: Summary, times: list[datetime]) -> None:
    gaps = [(b - a) / timedelta(days=1) for a, b in pairwise(times)]
    if not gaps:
        assert (found.days_between_mean, found.days_between_median) == (None, None)
        return
    assert found.days_between_mean == pytest.approx(sum(gaps) / len(gaps), abs=0.0501)
    assert found.days_between_median == pytest.approx(median(gaps), abs=0.0501)


def test_the_totals_of_the_list_and_of_the_page_agree(mirror: Mirror) -> None:
    mirror.take(
        guest(1, 0, total_minor=5),
        guest(2, 1, total_minor=7, financial_status="pending"),
        guest(3, 2, total_minor=9, refunded_minor=9, financial_status="refunded"),
    )
    found = read(mirror)
    assert mirror.totals() == [
        (each.currency, each.orders, each.spent_minor, each.unpaid_minor, each.refunded_minor)
        for each in found.money
    ]
