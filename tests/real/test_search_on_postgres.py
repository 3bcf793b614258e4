"""Searching on a real PostgreSQL: the same people are found as on SQLite, by its indexes."""

from typing import Any

import pytest
from sqlalchemy import event, text

from integration.db import Database
from integration.models import Clue, DueProfile, Profile, SearchDocument, SearchTerm
from integration.search import by_terms
from integration.search.due import forget_documents, mark_due
from integration.search.find import search_profiles
from platforms.records import AddressRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, line, order, told
from tests.factories.stores import make_workspace
from tests.integration.search import crowd
from tests.integration.search.searching import numbers, search, work_off

pytestmark = pytest.mark.real


@pytest.fixture
def people(db: Database) -> Mirror:
    """The crowd on a PostgreSQL of the test's own, not worked off yet."""
    told_of = Mirror(db, "crowd.myshopify.com")
    crowd.tell(told_of)
    return told_of


def test_finds_whom_the_words_mean(people: Mirror) -> None:
    fresh = {asked: numbers(people, asked) for asked in crowd.FOUND}
    assert fresh == crowd.FOUND
    assert work_off(people) == len(crowd.PEOPLE)
    assert people.all(DueProfile) == []
    assert {asked: numbers(people, asked) for asked in crowd.FOUND} == crowd.FOUND
    elsewhere = make_workspace(people.db, "Other")
    with people.db.workspace(elsewhere) as session:
        for asked in crowd.FOUND:
            assert search_profiles(session, asked) == []


@pytest.mark.parametrize("several", [1, 4000])
def test_each_way_finds_the_same(
    people: Mirror, monkeypatch: pytest.MonkeyPatch, several: int
) -> None:
    work_off(people)
    monkeypatch.setattr(by_terms, "SEVERAL", several)
    for many in (1, 3, 60_000):
        monkeypatch.setattr(by_terms, "MANY", many)
        for few in (1, 250):
            monkeypatch.setattr(by_terms, "FEW", few)
            assert {asked: numbers(people, asked) for asked in crowd.FOUND} == crowd.FOUND


@pytest.mark.parametrize(
    "asked", ["\x00", "\ud800ada", "%", "'", '"\\', "\U0010ffff", "x" * 10_000, "{a,b}", "\u202e"]
)
def test_takes_any_text(people: Mirror, asked: str) -> None:
    work_off(people)
    found = search(people, asked).found
    assert [one.display_name for one in found] == (["Ada Lovelace"] if "ada" in asked else [])


def test_who_never_ordered_comes_last_and_pages_go_on(people: Mirror) -> None:
    people.take(told(customer("20", first_name="Ada")), told(customer("21", first_name="Ada")))
    for _ in range(2):
        seen: list[str] = []
        cursor: str | None = None
        for _ in range(3):
            page = search(people, "ada", limit=1, cursor=cursor)
            seen += [str(one.contact) for one in page.found]
            cursor = page.next
        assert seen == ["ada.lovelace@example.com", "c21@example.com", "c20@example.com"]
        assert cursor is None
        work_off(people)


def test_what_changes_is_written_and_what_is_forgotten_is_gone(people: Mirror) -> None:
    odd = AddressRecord(line1='a\x00b \\ \' "quoted"', city="Łódź")
    bought = order(
        "990", placed_at=at(90), email="odd@example.com", shipping_address=odd, lines=(line(),)
    )
    people.take(told(bought))
    work_off(people)
    assert [one.contact for one in search(people, "lodz quoted").found] == ["odd@example.com"]
    people.take(told(customer("8", seconds=5, first_name="Augusta", last_name="King")))
    work_off(people)
    assert (numbers(people, "augusta king"), numbers(people, "lovelace")) == ((8,), ())
    ids = [row.id for row in people.all(Profile)]
    with people.db.workspace(people.workspace_id, write=True) as session:
        connection = session.connection()
        mark_due(connection, people.workspace_id, ids)
        mark_due(connection, people.workspace_id, ids)
        forget_documents(connection, people.workspace_id, ids)
    for model in (SearchTerm, Clue, SearchDocument):
        assert people.all(model) == []
    assert len(people.all(DueProfile)) == len(ids)


def test_terms_are_looked_up_by_their_beginnings(people: Mirror) -> None:
    work_off(people)
    plans: list[str] = []

    def explain(_conn: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if "search_terms" in statement and not statement.startswith("EXPLAIN"):
            with cursor.connection.cursor() as beside:
                beside.execute(f"EXPLAIN {statement}", parameters)
                plans.append("\n".join(row[0] for row in beside.fetchall()))

    with people.db.workspace(people.workspace_id) as session:
        session.execute(text("SET enable_seqscan = off"))
        event.listen(people.db.engine, "before_cursor_execute", explain)
        try:
            search_profiles(session, "papadopoulou maria")
        finally:
            event.remove(people.db.engine, "before_cursor_execute", explain)
    assert plans
    for plan in plans:
        assert "term >= " in plan
        # But for the wall between workspaces.
        filters = [line for line in plan.splitlines() if "Filter:" in line]
        assert all("= 'all'::text" in line and "term" not in line for line in filters)
