"""What stores and agents say that can't be, or hardly: defined, and nothing is lost."""

from typing import Any

import pytest

from integration.crm.deeds import Decider
from integration.crm.linking import dismiss, link, reconsider, undo
from integration.crm.parting import mark_shared, unlink
from integration.crm.shared import judge_addresses
from integration.errors import AppError, Invalid, NotFound
from integration.identity.keys import Key
from integration.models import (
    Customer,
    Identity,
    IdentityEvent,
    IdentityRuling,
    IdentityVerdict,
    Order,
    Profile,
)
from integration.search.working_off import index
from platforms.changes import CustomersMerged
from platforms.records import AddressRecord, OrderRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, told
from tests.factories.stores import NOW
from tests.integration.identity.state import Seen
from tests.integration.identity.whole import assert_whole

AGENT = Decider("shopify-staff:1")
LONG = "a" * 9_990 + "@example.com"
ISOLATE, OVERRIDE, JOINER = "\u2066", "\u202e", "\u200b"


def whole(mirror: Mirror) -> Seen:
    return assert_whole(mirror.db, mirror.workspace_id)


def do(mirror: Mirror, deed: Any, *given: Any, **more: Any) -> Any:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        return deed(session, *given, by=AGENT, now=NOW, **more)


def work_off(mirror: Mirror) -> None:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        index(session, [row.id for row in mirror.all(Profile)])


def judge(mirror: Mirror) -> None:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.lock_workspace()
        judge_addresses(session, [row.id for row in mirror.all(Profile)], NOW)


def linking(mirror: Mirror) -> set[str]:
    return {row.kind for row in mirror.all(Identity) if row.links}


@pytest.mark.parametrize(
    "email",
    [
        LONG,
        f"ada{OVERRIDE}@example.com",
        f"{ISOLATE}ada@example.com",
        f"ad{JOINER}a@example.com",
        "ada@exam ple.com",
        "ada\x00@example.com",
        "ada\n@example.com",
        "@example.com",
        "ada@",
        "",
        " ",
        "no address",
    ],
)
def test_what_is_no_address_links_nobody_and_is_kept_as_it_is(mirror: Mirror, email: str) -> None:
    mirror.take(
        told(customer("7", email=email)),
        told(order("1", email=email)),
        told(order("2", email=email)),
    )
    assert len(whole(mirror).persons) == 3
    assert linking(mirror) == {"customer", "order"}
    assert {row.kind for row in mirror.all(Identity)} == {"customer", "order"}
    assert {row.email for row in mirror.all(Order)} <= {
        email,
        email.replace("\x00", "\ufffd"),
        None,
    }
    work_off(mirror)


def test_an_address_in_another_case_and_form_is_the_same(mirror: Mirror) -> None:
    mirror.take(
        told(order("1", email="  ÁDA@Example.com ")), told(order("2", email="áda@example.com"))
    )
    assert len(whole(mirror).persons) == 1


@pytest.mark.parametrize(
    "other", ["аda@example.com", "ada@exаmple.com", "ada@example.com\u200b", "ada@ｅxample.com"]
)
def test_what_only_looks_like_an_address_is_somebody_elses(mirror: Mirror, other: str) -> None:
    mirror.take(told(order("1", email="ada@example.com")), told(order("2", email=other)))
    assert len(whole(mirror).persons) == 2


@pytest.mark.parametrize("phone", ["", " ", "+", "0", "call me", "9" * 10_000, "\x00", "١٢٣"])
def test_what_is_no_phone_links_nobody(mirror: Mirror, phone: str) -> None:
    mirror.take(told(order("1", phone=phone)), told(order("2", phone=phone)))
    assert len(whole(mirror).persons) == 2
    assert linking(mirror) == {"order"}
    work_off(mirror)


def test_names_of_controls_and_of_any_length_are_kept_and_found_by(mirror: Mirror) -> None:
    name = f"{OVERRIDE}ecilA{JOINER} {'x' * 10_000}"
    home = AddressRecord(name=name, line1=name, city=OVERRIDE, postal_code=JOINER * 50)
    mirror.take(
        told(customer("7", first_name=name, last_name=None, email=None, address=home)),
        told(order("1", billing_address=home, shipping_address=home, email="a@example.com")),
    )
    assert len(whole(mirror).persons) == 2
    assert {row.first_name for row in mirror.all(Customer)} == {name}
    work_off(mirror)


def bought_by(number: int) -> OrderRecord:
    """An order of a buyer of their own, by the firm's mailbox."""
    word = chr(97 + number // 26) + chr(97 + number % 26)
    payer = AddressRecord(name=f"Person{word} Of{word}")
    return order(str(number), email="orders@firm.example", billing_address=payer)


def test_a_firms_mailbox_is_flagged_and_nobodys(mirror: Mirror) -> None:
    mirror.take(*(told(bought_by(number)) for number in range(60)))
    assert len(whole(mirror).persons) == 1, "until it is looked at"
    judge(mirror)
    assert len(whole(mirror).persons) == 60
    [ruling] = mirror.all(IdentityRuling)
    assert (ruling.value, ruling.ruling, ruling.made_by) == (
        "orders@firm.example",
        "shared",
        "rule",
    )
    [event] = mirror.all(IdentityEvent)
    assert (event.action, event.made_by) == ("marked_shared", "rule")
    mirror.take(told(order("99", seconds=5, email="orders@firm.example")))
    assert len(whole(mirror).persons) == 61, "who buys next is somebody of their own"
    judge(mirror)
    assert len(mirror.all(IdentityEvent)) == 1, "judged once"
    assert sum(total[1] for total in mirror.totals()) == 61
    undone = do(mirror, undo, event.id)
    assert undone.changed
    assert len(whole(mirror).persons) == 1


@pytest.mark.parametrize(
    "merges", [[("7", "7")], [("7", "8"), ("8", "7")], [("7", "8"), ("8", "9"), ("9", "7")]]
)
@pytest.mark.parametrize("turned", [False, True])
def test_a_circle_of_merges_is_one_person(
    mirror: Mirror, merges: list[tuple[str, str]], turned: bool
) -> None:
    accounts = [customer(each, email=f"{each}@example.com") for each in ("7", "8", "9")]
    mirror.take(*(told(one) for one in accounts))
    mirror.take(
        *(told(order(str(100 + n), customer_external_id=each)) for n, each in enumerate("789"))
    )
    changes = [
        told(CustomersMerged(kept, gone, at(10 + place)))
        for place, (gone, kept) in enumerate(merges)
    ]
    for change in reversed(changes) if turned else changes:
        mirror.take(change)
        whole(mirror)
    in_circle = {each for pair in merges for each in pair}
    of = {row.external_id: row.profile_id for row in mirror.all(Customer)}
    assert len({of[each] for each in in_circle}) == 1
    assert len(whole(mirror).persons) == 4 - len(in_circle)
    assert sum(total[1] for total in mirror.totals()) == 3
    mirror.take(told(customer("7", 50, email="new@example.com")))
    whole(mirror)


def test_a_circle_of_merges_can_be_joined_and_taken_apart(mirror: Mirror) -> None:
    mirror.take(*(told(customer(each, email=f"{each}@example.com")) for each in ("7", "8")))
    mirror.take(told(order("1", email="guest@example.com")))
    for place, (gone, kept) in enumerate((("7", "8"), ("8", "7"))):
        mirror.take(told(CustomersMerged(kept, gone, at(10 + place))))
    before = whole(mirror)
    one, other = sorted(before.persons)
    joined = do(mirror, link, one, other)
    assert joined.changed
    assert len(whole(mirror).persons) == 1
    do(mirror, undo, joined.event_id)
    assert before.unlike(whole(mirror)) == {}


def test_what_agents_may_not_say_changes_nothing(mirror: Mirror) -> None:
    mirror.take(told(order("1", email="a@example.com")), told(order("2", email="b@example.com")))
    stranger = Mirror(mirror.db, f"stranger-{mirror.store_id}.myshopify.com")
    stranger.take(told(order("1", email="a@example.com")))
    [foreign] = [row.id for row in stranger.all(Profile)]
    before, theirs = whole(mirror), whole(stranger)
    one, other = sorted(before.persons)
    unknown = 10**9
    asked: list[tuple[type[AppError], Any, tuple[Any, ...]]] = [
        (Invalid, link, (one, one)),
        (Invalid, dismiss, (one, one)),
        *(
            (NotFound, deed, pair)
            for deed in (link, dismiss, reconsider)
            for stray in (foreign, unknown)
            for pair in ((one, stray), (stray, one))
        ),
        (NotFound, unlink, (foreign, one)),
        (NotFound, unlink, (unknown, one)),
        (NotFound, undo, (unknown,)),
        (NotFound, mark_shared, (Key("email", "nobody@example.com"),)),
        (Invalid, mark_shared, (Key("customer", f"{mirror.store_id}:7"),)),
        (NotFound, unlink, (one, Key("customer", f"{stranger.store_id}:7"))),
        (NotFound, unlink, (one, Key("order", f"{mirror.store_id}:2"))),
    ]
    told_of: dict[str, set[str]] = {}
    for error, deed, given in asked:
        with pytest.raises(error) as refused:
            do(mirror, deed, *given)
        told_of.setdefault(deed.__name__, set()).add(str(refused.value))
    assert whole(mirror) == before
    assert whole(stranger) == theirs
    assert mirror.all(IdentityVerdict) == mirror.all(IdentityEvent) == []
    # A foreign one is told as an unknown one is.
    assert told_of["reconsider"] == {"There is no such person."}
    assert other in before.persons


def test_a_profile_that_went_before_it_is_joined_is_not_found(mirror: Mirror) -> None:
    mirror.take(told(order("1", email="a@example.com")), told(order("2", email="b@example.com")))
    before = {row.external_id: row.profile_id for row in mirror.all(Order)}
    mirror.take(told(order("2", seconds=5, email="a@example.com")))
    with pytest.raises(NotFound):
        do(mirror, link, before["1"], before["2"])
    assert len(whole(mirror).persons) == 1


def test_another_workspaces_events_are_not_undone(mirror: Mirror) -> None:
    mirror.take(told(order("1", email="a@example.com")), told(order("2", email="b@example.com")))
    stranger = Mirror(mirror.db, f"stranger-{mirror.store_id}.myshopify.com")
    stranger.take(told(order("1", email="a@example.com")), told(order("2", email="b@example.com")))
    one, other = sorted(whole(stranger).persons)
    joined = do(stranger, link, one, other)
    with pytest.raises(NotFound):
        do(mirror, undo, joined.event_id)
    assert len(whole(stranger).persons) == 1
