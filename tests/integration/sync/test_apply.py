"""What single changes and pairs of them do to the mirror, and what they leave alone."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from integration.models import (
    Customer,
    Order,
    OrderLine,
    Refund,
    Reread,
    StoreSync,
    Tombstone,
)
from integration.sync.sourced import Applied, Sourced, Wanted
from platforms.changes import (
    AppUninstalled,
    CustomerDeleted,
    OrderDeleted,
    OrderTouched,
)
from platforms.records import AddressRecord, RefundRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, line, order, parcel, told
from tests.factories.stores import NOW

ORDER = Wanted("order", "100")


def test_an_older_state_is_refused_and_a_newer_one_taken(mirror: Mirror) -> None:
    mirror.take(told(order(seconds=10, total_minor=10)))
    applied = mirror.take(told(order(seconds=9, total_minor=9)))
    assert (applied.written, applied.refused, applied.profile_ids) == (0, 1, frozenset())
    assert mirror.order().total_minor == 10
    applied = mirror.take(told(order(seconds=11, total_minor=11)))
    assert (applied.written, applied.refused) == (1, 0)
    assert mirror.order().total_minor == 11
    assert mirror.totals() == [("EUR", 1, 11, 0, 0)]


def test_the_same_news_again_changes_nothing(mirror: Mirror) -> None:
    news = told(order(customer=customer(), customer_external_id="7"), triggered=5)
    mirror.take(news)
    applied = mirror.take(news, news)
    assert applied == Applied(frozenset(), frozenset(), 0, 0)


def test_on_equal_times_the_later_trigger_wins(mirror: Mirror) -> None:
    mirror.take(told(order(total_minor=2), triggered=2))
    applied = mirror.take(told(order(total_minor=1), triggered=1))
    assert (applied.refused, applied.wanted, mirror.order().total_minor) == (1, frozenset(), 2)
    applied = mirror.take(told(order(total_minor=3), triggered=3))
    assert (applied.written, applied.wanted, mirror.order().total_minor) == (1, frozenset(), 3)


@pytest.mark.parametrize(("held", "news"), [(None, 2), (2, None), (None, None), (2, 2)])
def test_a_tie_that_nothing_decides_is_read_again(
    mirror: Mirror, held: float | None, news: float | None
) -> None:
    mirror.take(told(order(total_minor=1), triggered=held))
    applied = mirror.take(told(order(total_minor=2), triggered=news))
    assert (applied.wanted, applied.written) == (frozenset({ORDER}), 0)
    assert mirror.order().total_minor == 1
    assert [(row.kind, row.external_id) for row in mirror.all(Reread)] == [("order", "100")]
    applied = mirror.take(told(order(total_minor=2), fresh=True))
    assert (applied.wanted, mirror.order().total_minor) == (frozenset(), 2)
    assert mirror.all(Reread) == []


@pytest.mark.parametrize("held_is_fresh", [True, False])
def test_a_reading_that_news_overtook_is_read_once_more(
    mirror: Mirror, held_is_fresh: bool
) -> None:
    news = told(order(total_minor=2), triggered=None, fresh=held_is_fresh, read=5)
    mirror.take(news)
    applied = mirror.take(told(order(total_minor=1), fresh=True, read=4))
    assert (applied.wanted, applied.written) == (frozenset({ORDER}), 0)
    assert mirror.order().total_minor == 2
    assert [(row.kind, row.external_id) for row in mirror.all(Reread)] == [("order", "100")]
    applied = mirror.take(told(order(total_minor=3), fresh=True, read=6))
    assert (applied.wanted, mirror.order().total_minor) == (frozenset(), 3)
    assert mirror.all(Reread) == []


def test_of_two_readings_in_one_batch_the_later_one_stands(mirror: Mirror) -> None:
    readings = [told(order(total_minor=each), fresh=True, read=each) for each in (2, 1)]
    applied = mirror.take(*readings)
    assert (applied.wanted, mirror.order().total_minor) == (frozenset(), 2)


def test_an_overtaken_reading_that_says_the_same_is_not_read_again(mirror: Mirror) -> None:
    mirror.take(told(order(), fresh=True, read=5))
    applied = mirror.take(told(order(), fresh=True, read=4))
    assert (applied.wanted, applied.written, mirror.all(Reread)) == (frozenset(), 0, [])


def test_an_overtaken_account_is_read_once_more(mirror: Mirror) -> None:
    mirror.take(told(customer(note="new"), fresh=True, read=5))
    applied = mirror.take(told(customer(note="old"), fresh=True, read=4))
    assert applied.wanted == {Wanted("customer", "7")}
    assert [row.note for row in mirror.all(Customer)] == ["new"]


@pytest.mark.parametrize(
    "change",
    [
        {"lines": (line("1"), line("2", position=1))},
        {"lines": (line("1", current_quantity=0),)},
        {"refunds": (RefundRecord("r1", at(0), 5),)},
        {"fulfillments": (parcel(),)},
        {"shipping_address": AddressRecord(city="Brno")},
        {"tags": ("gift",)},
        {"note": "ring twice"},
    ],
)
def test_a_tie_is_seen_in_every_part(mirror: Mirror, change: dict[str, Any]) -> None:
    mirror.take(told(order()))
    assert mirror.take(told(order())).wanted == frozenset()
    assert mirror.take(told(order(**change))).wanted == frozenset({ORDER})
    mirror.take(told(order(**change), fresh=True))
    assert mirror.take(told(order(**change))).wanted == frozenset()


def test_a_newer_state_settles_the_tie_before_it(mirror: Mirror) -> None:
    ties = [told(order(total_minor=1)), told(order(total_minor=2))]
    applied = mirror.take(*ties, told(order(seconds=1, total_minor=3)))
    assert (applied.wanted, mirror.order().total_minor) == (frozenset(), 3)


def test_withheld_fields_keep_what_is_held(mirror: Mirror) -> None:
    whole = customer(seconds=1, tags=("vip",), note="friend")
    blind = replace(
        whole, updated_at=at(2), first_name="Zoë", tags=(), withheld=frozenset({"tags"})
    )
    mirror.take(told(whole))
    mirror.take(told(blind))
    (held,) = mirror.all(Customer)
    assert (held.first_name, held.tags, held.withheld) == (
        "Zoë",
        ["vip"],
        {"tags": at(1).isoformat()},
    )


def test_an_older_state_tells_what_the_newest_withheld(mirror: Mirror) -> None:
    blind = customer(seconds=3, first_name="Zoë", withheld=frozenset({"tags"}))
    mirror.take(told(blind))
    mirror.take(told(customer(seconds=1, tags=("new",))))
    mirror.take(told(customer(seconds=2, tags=("vip",))))
    mirror.take(told(customer(seconds=1, tags=("new",))))
    (held,) = mirror.all(Customer)
    assert (held.first_name, held.tags, held.source_updated_at) == ("Zoë", ["vip"], at(3))
    mirror.take(told(replace(blind, tags=("gold",), withheld=frozenset())))
    (held,) = mirror.all(Customer)
    assert (held.tags, held.withheld) == (["gold"], {})


def test_withheld_lines_stay(mirror: Mirror) -> None:
    mirror.take(told(order(seconds=1)))
    mirror.take(told(order(seconds=2, lines=(), total_minor=8, withheld=frozenset({"lines"}))))
    assert [row.title for row in mirror.all(OrderLine)] == ["Mug"]
    assert mirror.order().total_minor == 8


def test_a_new_state_replaces_lines_and_refunds(mirror: Mirror) -> None:
    refund = RefundRecord("r1", at(1), 50, "broken")
    mirror.take(told(order(seconds=1, lines=(line("1"), line("2", position=1)), refunds=(refund,))))
    mirror.take(told(order(seconds=2, lines=(line("2", title="Plate"),))))
    assert [(row.external_id, row.title) for row in mirror.all(OrderLine)] == [("2", "Plate")]
    assert mirror.all(Refund) == []


def test_money_that_a_body_cannot_tell_is_never_guessed(mirror: Mirror) -> None:
    known = order(seconds=1, refunded_minor=50, refunds=(RefundRecord("r1", at(1), 50),))
    mirror.take(told(known))
    blind = replace(
        known,
        updated_at=at(2),
        refunded_minor=None,
        refunds=(*known.refunds, RefundRecord("r2", at(2), None)),
        financial_status="partially_refunded",
    )
    applied = mirror.take(told(blind))
    held = mirror.order()
    assert applied.wanted == frozenset({ORDER})
    assert (held.refunded_minor, held.financial_status) == (50, "partially_refunded")
    assert [row.amount_minor for row in mirror.all(Refund)] == [50]
    whole = replace(
        blind, refunded_minor=80, refunds=(*known.refunds, RefundRecord("r2", at(2), 30))
    )
    assert mirror.take(told(whole, fresh=True)).wanted == frozenset()
    assert mirror.totals() == [("EUR", 1, 1250, 0, 80)]


def test_a_draft_is_not_mirrored(mirror: Mirror) -> None:
    applied = mirror.take(told(order(is_draft=True, customer=customer())))
    assert (applied.written, mirror.all(Order), mirror.all(Customer)) == (0, [], [])


@pytest.mark.parametrize("deletion_first", [True, False])
def test_a_deletion_stands_against_older_states_in_any_order(
    mirror: Mirror, deletion_first: bool
) -> None:
    news = [told(order(seconds=1)), told(OrderDeleted("100", at(2)))]
    for change in reversed(news) if deletion_first else news:
        mirror.take(change)
    held = mirror.order()
    assert (held.deleted_at, held.counts, mirror.totals()) == (at(2), False, [])
    mirror.take(told(OrderDeleted("100", at(1))))
    assert mirror.order().deleted_at == at(2)
    mirror.take(told(OrderDeleted("100", at(4))))
    assert (mirror.order().deleted_at, mirror.all(Tombstone)[0].deleted_at) == (at(4), at(4))
    mirror.take(told(order(seconds=5)))
    assert (mirror.order().deleted_at, mirror.totals()) == (None, [("EUR", 1, 1250, 0, 0)])


def test_a_deletion_without_a_time_is_read(mirror: Mirror) -> None:
    mirror.take(told(order()))
    assert mirror.take(told(OrderDeleted("100", None))).wanted == frozenset({ORDER})
    assert mirror.order().deleted_at is None
    assert mirror.take(told(OrderDeleted("100", at(9)), fresh=True)).wanted == frozenset()
    assert mirror.order().deleted_at == at(9)


def test_a_deleted_account_stays_with_its_person(mirror: Mirror) -> None:
    mirror.take(told(CustomerDeleted("7", at(5))))
    assert mirror.all(Customer) == []
    mirror.take(told(customer(seconds=1)))
    (held,) = mirror.all(Customer)
    assert held.deleted_at == at(5)
    mirror.take(told(customer(seconds=6)))
    (held,) = mirror.all(Customer)
    assert held.deleted_at is None


@pytest.mark.parametrize(
    ("touched_at", "is_wanted"), [(4, False), (5, True), (6, True), (None, True)]
)
def test_a_touched_order_is_read_unless_a_newer_state_is_held(
    mirror: Mirror, touched_at: float | None, is_wanted: bool
) -> None:
    mirror.take(told(order(seconds=5)))
    touch = OrderTouched("100", None if touched_at is None else at(touched_at))
    assert mirror.take(told(touch)).wanted == ({ORDER} if is_wanted else frozenset())
    assert mirror.take(told(touch), told(order(seconds=5), fresh=True)).wanted == frozenset()
    assert mirror.take(told(OrderTouched("404", at(0)))).wanted == {Wanted("order", "404")}


def test_other_changes_are_not_the_mirrors(mirror: Mirror) -> None:
    with pytest.raises(TypeError):
        mirror.take(told(AppUninstalled(None)))


def test_the_copy_says_when_news_came(mirror: Mirror) -> None:
    mirror.take(told(order()))
    (sync,) = mirror.all(StoreSync)
    assert (sync.as_of, sync.source) == (NOW, "webhook")


def test_statements_do_not_grow_with_the_batch(mirror: Mirror) -> None:
    def batch(first: int, size: int) -> list[Sourced]:
        return [
            told(
                order(
                    str(number),
                    customer_external_id=str(number),
                    customer=customer(str(number), phone=f"+4930{number:07}"),
                    fulfillments=(parcel(),),
                    refunds=(RefundRecord("r", at(0), 1),),
                )
            )
            for number in range(first, first + size)
        ]

    statements: list[str] = []
    event.listen(
        mirror.db.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_rest: statements.append(statement),
    )
    mirror.take(*batch(1000, 3))
    few = len(statements)
    statements.clear()
    mirror.take(*batch(2000, 300))
    assert len(statements) == few < 40
