"""What a text names: by what, in which store, whose it is, and how much is read at most."""

from typing import Any

import pytest
from sqlalchemy import event

from integration.crm.mentions.records import Resolution
from integration.crm.mentions.resolving import resolve_mentions
from integration.models import IdentityRuling, Order, Profile
from platforms.changes import OrderDeleted
from tests.factories.mirror import Mirror
from tests.factories.records import START, at, customer, order, told
from tests.factories.stores import NOW, make_workspace
from tests.integration.crm.mentions.orders import ANNA, BENO, fill, resolve


def named(found: Resolution) -> list[tuple[str, str, list[str], bool]]:
    return [
        (each.text, each.kind, [order.name for order in each.orders], each.is_certain)
        for each in found.mentions
    ]


def owner(mirror: Mirror, external_id: str) -> int:
    found = mirror.order(external_id).profile_id
    assert found is not None
    return found


def test_a_mention_says_by_what_and_where(mirror: Mirror) -> None:
    fill(mirror)
    text = "\u200fOrder #１０４２, parcel RR-123 456 789-gr; id 5512345678904."
    assert named(resolve(mirror, text)) == [
        ("#１０４２", "name", ["#1042"], True),
        ("RR-123 456 789-gr", "tracking_number", ["#1044"], True),
        ("5512345678904", "external_id", ["#987"], True),
    ]
    first = resolve(mirror, text).mentions[0]
    assert (first.start, first.end) == (7, 12)
    assert text[first.start : first.end] == first.text


def test_marks_inside_a_number_are_part_of_what_was_written(mirror: Mirror) -> None:
    fill(mirror)
    text = "order #1\u200e0\u200b42\u200f!"
    (mention,) = resolve(mirror, text).mentions
    assert (mention.text, text[mention.start : mention.end]) == ("#1\u200e0\u200b42",) * 2


def test_of_two_stores_none_is_chosen_and_the_writers_comes_first(mirror: Mirror) -> None:
    keys = fill(mirror)
    for writer, first in ((ANNA, "1044a"), (BENO, "1044b")):
        found = resolve(mirror, "Where is order #1044?", writer)
        assert found.order is None
        assert [each.is_certain for each in found.mentions] == [False]
        assert found.candidates == found.mentions[0].orders
        assert [each.is_writers for each in found.candidates] == [True, False]
        assert found.candidates[0].id == keys[first]


def test_of_two_orders_none_is_chosen_whoever_writes(mirror: Mirror) -> None:
    fill(mirror)
    found = resolve(mirror, "orders #1042 and #1043", ANNA)
    assert found.order is None
    assert [each.is_certain for each in found.mentions] == [True, True]
    assert [(each.name, each.is_writers) for each in found.candidates] == [
        ("#1042", True),
        ("#1043", False),
    ]


def test_one_order_named_twice_is_one(mirror: Mirror) -> None:
    fill(mirror)
    found = resolve(mirror, "#1042, I mean order 1042, parcel 4711000123")
    assert found.order is not None
    assert found.order.name == "#1042"
    assert len(found.mentions) == 3
    assert len(found.candidates) == 1


@pytest.mark.parametrize("writer", [ANNA, " ANNA@Example.gr ", "id"])
def test_the_writer_is_the_buyer_or_is_not(mirror: Mirror, writer: str) -> None:
    fill(mirror)
    anna = owner(mirror, "5512345678901")
    writer = str(anna) if writer == "id" else writer
    theirs, others = resolve(mirror, "#1042", writer), resolve(mirror, "#1043", writer)
    assert theirs.writer_profile_id == others.writer_profile_id == str(anna)
    assert theirs.order is not None
    assert others.order is not None
    assert (theirs.order.is_writers, others.order.is_writers) == (True, False)
    assert others.order.profile_id == str(owner(mirror, "5512345678902"))


@pytest.mark.parametrize(
    "writer",
    [None, "nobody@example.gr", "no address", "99999999", "+306912345678", "\x00", "x" * 999],
)
def test_of_a_writer_whom_nobody_knows_nothing_is_said(mirror: Mirror, writer: str | None) -> None:
    fill(mirror)
    found = resolve(mirror, "#1042", writer)
    assert found.writer_profile_id is None
    assert found.order is not None
    assert found.order.is_writers is None


def test_an_address_that_only_stands_on_an_order_proves_nothing(mirror: Mirror) -> None:
    account = customer("7", email="buyer@example.gr", phone="+306912345678")
    mirror.take(
        told(
            order(
                "1",
                name="#1042",
                customer_external_id="7",
                customer=account,
                email="present@example.gr",
            )
        )
    )
    for writer, is_writers in (
        ("present@example.gr", None),
        ("buyer@example.gr", True),
        ("+30 691 234 5678", True),
    ):
        found = resolve(mirror, "#1042", writer)
        assert found.order is not None
        assert found.order.is_writers is is_writers


def test_an_address_that_several_share_proves_nothing(mirror: Mirror) -> None:
    fill(mirror)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.add(
            IdentityRuling(
                kind="email", value=ANNA, ruling="shared", made_by="staff 9", made_at=NOW
            )
        )
        session.flush()
    found = resolve(mirror, "#1042", ANNA)
    assert (found.writer_profile_id, found.candidates[0].is_writers) == (None, None)


def test_a_phone_of_two_persons_proves_nothing(mirror: Mirror) -> None:
    phone = "+306912345678"
    mirror.take(
        told(order("1", name="#1042", email="a@example.gr", phone=phone)),
        told(order("2", name="#1043", email="b@example.gr", phone=phone)),
    )
    assert resolve(mirror, "#1042", phone).writer_profile_id is None


def test_a_joined_profile_writes_as_the_person(mirror: Mirror) -> None:
    fill(mirror)
    anna = owner(mirror, "5512345678901")
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        joined = Profile(joined_id=anna, tags=[], created_at=START)
        session.add(joined)
        session.flush()
        writer = str(joined.id)
    assert resolve(mirror, "#1042", writer).writer_profile_id == str(anna)


def test_a_bare_number_is_certain_where_it_is_the_writers(mirror: Mirror) -> None:
    fill(mirror)
    text = "hello, any news of 1042 by now"
    assert named(resolve(mirror, text)) == [("1042", "name", ["#1042"], False)]
    assert resolve(mirror, text).order is None
    assert resolve(mirror, text, BENO).order is None
    meant = resolve(mirror, text, ANNA).order
    assert meant is not None
    assert meant.name == "#1042"


def test_a_deleted_order_is_named_and_an_erased_one_is_not(mirror: Mirror) -> None:
    fill(mirror)
    mirror.take(told(OrderDeleted("5512345678901", at(900))))
    found = resolve(mirror, "#1042")
    assert found.order is not None
    assert found.order.deleted_at == at(900)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.query(Order).filter_by(external_id="5512345678902").update({"profile_id": None})
        session.flush()
    assert resolve(mirror, "#1043").mentions == ()


def test_another_workspaces_orders_are_not_named(mirror: Mirror) -> None:
    fill(mirror)
    stranger = make_workspace(mirror.db)
    with mirror.db.workspace(stranger) as session:
        for text in ("#1042", "4711000123", "5512345678901"):
            found = resolve_mentions(session, text, writer=ANNA)
            assert found == Resolution(None, (), (), None, True)


def statements(mirror: Mirror, text: str, writer: str | None = None) -> int:
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if not statement.startswith("BEGIN"):
            seen.append(statement)

    event.listen(mirror.db.engine, "before_cursor_execute", note)
    try:
        resolve(mirror, text, writer)
    finally:
        event.remove(mirror.db.engine, "before_cursor_execute", note)
    return len(seen)


def test_a_text_takes_one_statement_and_the_writer_one_more(mirror: Mirror) -> None:
    fill(mirror)
    numbers = " ".join(f"#{number}" for number in range(1_000, 11_000))
    assert statements(mirror, numbers) == 1
    assert statements(mirror, numbers, ANNA) == 2
    assert statements(mirror, "no number in it") == 0


def test_ten_thousand_numbers_are_read(mirror: Mirror) -> None:
    fill(mirror)
    found = resolve(mirror, "orders " + ", ".join(f"#{number}" for number in range(1_000, 11_000)))
    assert found.is_whole
    names = ["#1042", "#1043", "#1044", "#2025", "#3071"]
    assert [each.text for each in found.mentions if each.kind == "name"] == names


@pytest.mark.parametrize(
    "text",
    [
        "order #1042 " + "x" * 2**20,
        "order #1042 " + "1 " * 2**19,
        "order #1042 " + "12-" * 300_000,
        "order #1042 " + "\u200f" * 2**20,
        "order #1042 " + "https://a.example/?" * 50_000,
        "order #1042 " + "RR 12 " * 150_000,
        "order #1042 " + "παραγγελία, " * 80_000,
        "order #1042 " + "#1042 " * 150_000,
    ],
    ids=["word", "numbers", "joined", "marks", "addresses", "groups", "words", "mentions"],
)
def test_of_a_huge_text_the_beginning_is_read_and_no_order_is_sure(
    mirror: Mirror, text: str
) -> None:
    fill(mirror)
    found = resolve(mirror, text)
    assert not found.is_whole
    assert found.order is None
    assert (found.mentions[0].text, found.mentions[0].is_certain) == ("#1042", True)
    assert len(found.mentions) <= 200


def test_a_number_that_the_end_of_what_is_read_cuts_names_nothing(mirror: Mirror) -> None:
    fill(mirror)
    text = "x " * 99_996 + "order #10427"
    assert len(text) == 200_004
    assert resolve(mirror, text).mentions == ()


@pytest.mark.parametrize("text", ["", " ", "\x00", "#", "\u200f", "\ud800 #", "🧾1️⃣0️⃣4️⃣2️⃣"])
def test_a_text_of_nothing_names_nothing(mirror: Mirror, text: str) -> None:
    fill(mirror)
    assert resolve(mirror, text) == Resolution(None, (), (), None, True)
