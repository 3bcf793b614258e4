"""A refund whose time nobody told yet stands beside the others, last and without one."""

import orjson

from integration.crm.context import Viewer, read_context
from integration.crm.subject import Subject
from platforms.records import RefundRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, order, told
from tests.factories.stores import NOW

REFUNDS = (
    RefundRecord("a", None, 100),
    RefundRecord("b", at(30), 200, "late"),
    RefundRecord("c", at(20), 300, "broken"),
)


def test_refunds_stand_by_their_times_and_those_without_one_last(mirror: Mirror) -> None:
    mirror.take(told(order("100", 5, refunds=REFUNDS[1:], refunded_minor=500)))
    mirror.take(
        told(
            order(
                "100",
                40,
                refunded_minor=600,
                refunds=tuple(
                    RefundRecord(one.external_id, None, one.amount_minor, one.note)
                    for one in REFUNDS
                ),
            )
        )
    )
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        viewer = Viewer("staff 1", "api", mirror.store_id)
        context = read_context(session, {}, Subject(order="#100"), viewer=viewer, now=NOW)
    [shown] = context.orders
    assert [(refund.external_id, refund.created_at) for refund in shown.refunds] == [
        ("c", at(20)),
        ("b", at(30)),
        ("a", None),
    ]
    answer = orjson.loads(orjson.dumps(context, option=orjson.OPT_UTC_Z))
    assert [refund["created_at"] for refund in answer["orders"][0]["refunds"]] == [
        "2026-11-01T08:00:20Z",
        "2026-11-01T08:00:30Z",
        None,
    ]
    assert shown.refunded_minor == 600


def test_two_states_of_one_time_that_differ_only_in_untold_times_agree(mirror: Mirror) -> None:
    whole = order("100", 5, refunds=REFUNDS[1:], refunded_minor=500)
    bare = order(
        "100",
        5,
        refunds=(RefundRecord("c", None, 300, "broken"), RefundRecord("b", None, 200, "late")),
        refunded_minor=500,
    )
    assert mirror.take(told(bare)).wanted == set()
    applied = mirror.take(told(whole), told(bare))
    assert (applied.wanted, applied.written) == (set(), 1)
    assert mirror.order().withheld == {}
    assert mirror.take(told(bare)).written == 0
    # Another amount is another state, and what isn't told can't decide.
    other = order("100", 5, refunds=(RefundRecord("c", None, 301),), refunded_minor=301)
    assert [wanted.external_id for wanted in mirror.take(told(other)).wanted] == ["100"]


def test_an_older_state_tells_the_times_that_the_newest_left_out(mirror: Mirror) -> None:
    bare = tuple(RefundRecord(one.external_id, None, one.amount_minor) for one in REFUNDS[1:])
    mirror.take(told(order("100", 9, refunds=bare, refunded_minor=500)))
    applied = mirror.take(told(order("100", 5, refunds=REFUNDS[1:], refunded_minor=500)))
    assert (applied.refused, applied.written) == (1, 1)
    assert mirror.order().source_updated_at == at(9)
    assert mirror.order().withheld == {"refund_times": at(5).isoformat()}
