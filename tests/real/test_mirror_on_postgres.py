"""The schema, the mirror and the context on a real PostgreSQL."""

from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import event, select

from integration.crm.context import Viewer, read_context
from integration.crm.subject import Subject
from integration.db import Database
from integration.errors import NotFound
from integration.models import Customer, Order, Store
from integration.privacy.erasing.persons import erase_person, find_person
from integration.privacy.subject import PrivacySubject
from integration.search.find import search_profiles
from integration.sync.apply import apply
from integration.sync.due import claim_named, claim_untold, count_untold, let_rest
from integration.sync.sourced import Sourced, Wanted
from integration.upgrade import TARGETS, upgrade_database
from platforms.changes import OrderChanged
from platforms.records import AddressRecord, NoteRecord, RefundRecord
from tests.factories.records import at, customer, line, order, parcel, told
from tests.factories.schema import differences
from tests.factories.stores import NOW, make_store, make_workspace
from tests.integration.sync import any_order
from tests.integration.sync.sparse_stories import SparseStory
from tests.integration.sync.stories import Story

pytestmark = pytest.mark.real


def test_migrations_make_what_the_models_say(db: Database) -> None:
    for target in TARGETS:
        upgrade_database(db, target)
        assert differences(db, target) == []


@pytest.mark.parametrize("seed", range(6))
def test_any_order_of_deliveries_ends_in_the_stores_own_state(db: Database, seed: int) -> None:
    random = Random(seed)
    story = Story(random)
    story.live(60)
    deliveries = [*story.told, *random.sample(story.told, len(story.told) // 3)]
    random.shuffle(deliveries)
    any_order.assert_is_the_store(any_order.mirrored(db, story, deliveries, random), story)


@pytest.mark.parametrize("seed", range(4))
def test_a_store_that_leaves_parts_out_ends_as_it_is_too(db: Database, seed: int) -> None:
    random = Random(seed)
    story = SparseStory(random, our_clock=random.choice((100, 0, -1000)))
    story.live(60)
    deliveries = [*story.told, *random.sample(story.told, len(story.told) // 3)]
    random.shuffle(deliveries)
    any_order.assert_is_the_store(any_order.mirrored(db, story, deliveries, random), story)


def test_an_erased_person_stays_out_until_they_buy_again(db: Database) -> None:
    workspace_id = make_workspace(db)
    store_id = make_store(db, workspace_id, "erased.example")
    theirs = customer("7", email="canary@example.com")
    old = order("100", email="canary@example.com", customer_external_id="7")
    bought_later = {"placed_at": NOW + timedelta(days=1), "updated_at": NOW + timedelta(days=1)}
    subject = PrivacySubject("7", None, None, ())
    with db.workspace(workspace_id, write=True) as session:
        store = session.get_one(Store, store_id)
        apply(session, store, [told(theirs), told(old)], now=NOW)
        erase_person(session, store, subject, find_person(session, store, subject), NOW)
        later = NOW + timedelta(hours=1)
        news = [replace(theirs, updated_at=later), replace(old, updated_at=later)]
        news.append(replace(old, external_id="99", updated_at=later))
        applied = apply(session, store, [told(one) for one in news], now=later)
        assert (applied.written, applied.refused, len(applied.wanted)) == (0, 3, 0)
        apply(session, store, [told(replace(old, external_id="101", **bought_later))], now=later)
        assert apply(session, store, [told(theirs, fresh=True)], now=later).written == 1
        rows = session.execute(select(Order.external_id, Order.email, Order.profile_id)).all()
        [account] = session.execute(select(Customer)).scalars()
    held = {row.external_id: (row.email, row.profile_id) for row in rows}
    assert held == {"100": (None, None), "101": ("canary@example.com", account.profile_id)}
    assert account.profile_id is not None


def test_what_is_untold_is_found_by_its_index(db: Database) -> None:
    workspace_id = make_workspace(db)
    store_id = make_store(db, workspace_id, "a.example")
    listed = [order(str(number), withheld=frozenset({"notes"})) for number in range(100, 103)]
    whole = [order(str(number)) for number in range(200, 260)]
    with db.workspace(workspace_id, write=True) as session:
        store = session.get_one(Store, store_id)
        applied = apply(
            session, store, [told(one) for one in (*listed, *whole)], now=NOW, parts_apart=True
        )
    assert applied.leaves_parts
    with db.workspace(workspace_id) as session:
        assert count_untold(session, store_id, NOW) == 3
    plans: list[str] = []

    def explain(
        connection: Any, _cursor: Any, statement: str, parameters: Any, *_rest: object
    ) -> None:
        if statement.startswith("SELECT orders.external_id"):
            with connection.connection.cursor() as cursor:
                cursor.execute("SET LOCAL enable_seqscan = off")
                cursor.execute(f"EXPLAIN {statement}", parameters)
                plans.append("\n".join(row[0] for row in cursor.fetchall()))

    event.listen(db.engine, "before_cursor_execute", explain)
    with db.workspace(workspace_id, write=True) as session:
        claimed = claim_untold(session, store_id, NOW, at_most=10)
        assert claim_untold(session, store_id, NOW, at_most=10) == []
    event.remove(db.engine, "before_cursor_execute", explain)
    assert {wanted.external_id for wanted in claimed} == {"100", "101", "102"}
    assert "ix_orders_withheld" in plans[0], plans


def test_a_reading_that_finds_what_is_held_writes_nothing(db: Database) -> None:
    workspace_id = make_workspace(db)
    store_id = make_store(db, workspace_id, "a.example")
    whole = order(
        "100",
        tags=("gift", "b2b"),
        note="ring twice",
        notes=(NoteRecord("4", "called", "shop", at(1)),),
        billing_address=AddressRecord(name="Ada", city="Athens"),
        lines=(line("1"), line("2", position=1)),
        refunds=(RefundRecord("r2", at(2), 20, "late"), RefundRecord("r1", at(1), 10)),
        refunded_minor=30,
        fulfillments=(parcel(),),
    )
    fresh = Sourced(OrderChanged(whole), "sync", fresh=True, read_at=NOW)
    written = []
    for sourced in (told(whole), fresh, fresh):
        with db.workspace(workspace_id, write=True) as session:
            store = session.get_one(Store, store_id)
            applied = apply(session, store, [sourced], now=NOW, parts_apart=True)
        written.append((applied.written, len(applied.profile_ids)))
    assert written == [(1, 1), (0, 0), (0, 0)]


def test_an_account_that_an_order_names_is_claimed_once(db: Database) -> None:
    workspace_id = make_workspace(db)
    store_id = make_store(db, workspace_id, "a.example")
    bought = [order(str(number), customer_external_id=str(number)) for number in (7, 8)]
    with db.workspace(workspace_id, write=True) as session:
        store = session.get_one(Store, store_id)
        apply(session, store, [told(one) for one in bought], now=NOW, parts_apart=True)
        apply(session, store, [told(customer("8"))], now=NOW, parts_apart=True)
        assert claim_named(session, store_id, NOW, at_most=10) == [Wanted("customer", "7")]
        assert claim_named(session, store_id, NOW, at_most=10) == []
        let_rest(session, store_id, [Wanted("customer", "7")], NOW)
        assert claim_named(session, store_id, NOW + timedelta(days=1), at_most=10) == []


def test_a_context_is_read_in_four_statements(db: Database) -> None:
    workspace_id = make_workspace(db)
    store_id = make_store(db, workspace_id, "a.myshopify.com")
    with db.workspace(workspace_id, write=True) as session:
        store = session.get_one(Store, store_id)
        account = customer("7", phone="030 1234567", tags=("vip",))
        whole = order("100", customer_external_id="7", customer=account, fulfillments=(parcel(),))
        apply(session, store, [told(whole)], now=NOW)
    statements: list[str] = []
    event.listen(
        db.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_rest: statements.append(statement),
    )
    viewer = Viewer("staff 1", "api", store_id)
    with db.workspace(workspace_id, write=True) as session:
        found = read_context(session, {}, Subject(order="#100"), viewer=viewer, now=NOW)
    # Whom it is about, orders, conversations, and that it was looked at.
    assert len(statements) == 4
    assert found.profile.display_name == "Ada Lovelace"
    assert found.profile.tags == ("vip",)
    assert {(known.kind, known.value) for known in found.profile.identities} == {
        ("email", "c7@example.com"),
        ("phone", "+49301234567"),
        ("customer", "7"),
    }
    assert [total.spent_minor for total in found.profile.totals] == [1250]
    (shown,) = found.orders
    assert [line.title for line in shown.lines] == ["Mug"]
    assert [sent.external_id for sent in shown.fulfillments] == ["f1"]
    for subject in (
        Subject(customer="7"),
        Subject(phone="030 1234567"),
        Subject(email="C7@example.com"),
    ):
        with db.workspace(workspace_id, write=True) as session:
            same = read_context(session, {}, subject, viewer=viewer, now=NOW)
            assert same.profile.id == found.profile.id
    with db.workspace(make_workspace(db, "Other"), write=True) as session, pytest.raises(NotFound):
        read_context(session, {}, Subject(order="#100"), viewer=viewer, now=NOW)
    with db.workspace(workspace_id) as session:
        assert [person.id for person in search_profiles(session, "love")] == [found.profile.id]


def test_a_nul_that_a_buyer_smuggled_in_stops_nothing(db: Database) -> None:
    workspace_id = make_workspace(db)
    store_id = make_store(db, workspace_id, "a.myshopify.com")
    odd = order("100", note="a\x00b", tags=("x\x00",), email="a@example.com", name="#\x001")
    with db.workspace(workspace_id, write=True) as session:
        apply(session, session.get_one(Store, store_id), [told(odd)], now=NOW)
    viewer = Viewer("staff 1", "api", store_id)
    with db.workspace(workspace_id, write=True) as session:
        found = read_context(session, {}, Subject(email="a@example.com"), viewer=viewer, now=NOW)
        assert found.orders[0].notes[0].text == "a\ufffdb"
        assert search_profiles(session, "\x00nobody") == []
        with pytest.raises(NotFound):
            read_context(session, {}, Subject(order="\x00"), viewer=viewer, now=NOW)
