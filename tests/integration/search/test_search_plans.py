"""How SQLite looks up what a search needs: ranges of terms and keys, never a whole workspace."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from sqlalchemy import event

from integration.db import Database
from integration.search import by_terms
from tests.factories.mirror import Mirror
from tests.factories.records import customer, told
from tests.integration.search import crowd
from tests.integration.search.searching import search, work_off

_GROWING = (
    "orders",
    "customers",
    "profiles",
    "identities",
    "order_lines",
    "fulfillments",
    "search_terms",
    "search_documents",
    "clues",
)


@contextmanager
def _plans(db: Database) -> Iterator[list[str]]:
    """The plan of each statement that reads or removes."""
    found: list[str] = []

    def explain(_conn: Any, cursor: Any, statement: str, parameters: Any, *rest: Any) -> None:
        if statement.startswith(("SELECT", "DELETE", "UPDATE")):
            one = parameters[0] if rest[-1] else parameters
            plan = cursor.connection.execute(f"EXPLAIN QUERY PLAN {statement}", one)
            found.extend(row[3] for row in plan.fetchall())

    event.listen(db.engine, "before_cursor_execute", explain)
    try:
        yield found
    finally:
        event.remove(db.engine, "before_cursor_execute", explain)


def _scanned(plans: list[str]) -> list[str]:
    whole = [f"SCAN {table}" for table in _GROWING]
    return [plan for plan in plans if plan.startswith(tuple(whole))]


@pytest.mark.parametrize(("many", "several"), [(60_000, 4_000), (60_000, 1), (1, 4_000)])
def test_a_search_reads_ranges(
    mirror: Mirror, monkeypatch: pytest.MonkeyPatch, many: int, several: int
) -> None:
    crowd.tell(mirror)
    work_off(mirror)
    monkeypatch.setattr(by_terms, "MANY", many)
    monkeypatch.setattr(by_terms, "SEVERAL", several)
    with _plans(mirror.db) as plans:
        for text in ("", "mug", "papadopoulou maria", "#5001", "050-123 4567", "gift@example.org"):
            page = search(mirror, text, limit=2)
            if page.next:
                search(mirror, text, limit=2, cursor=page.next)
    assert _scanned(plans) == []
    terms = {plan for plan in plans if " search_terms " in plan}
    assert terms == {"SEARCH search_terms USING PRIMARY KEY (workspace_id=? AND term>? AND term<?)"}
    people = [plan for plan in plans if plan.startswith("SEARCH profiles USING")]
    assert people
    # Through a workspace people are only walked in the order of their last orders.
    assert {plan for plan in people if "workspace_id" in plan} <= {
        f"SEARCH profiles USING {covering}INDEX ix_profiles_workspace_id_last_order_at ({range_})"
        for covering in ("", "COVERING ")
        for range_ in (
            "workspace_id=? AND last_order_at=?",
            "workspace_id=? AND last_order_at=? AND rowid<?",
            "workspace_id=? AND last_order_at>?",
            "workspace_id=? AND last_order_at<?",
            "workspace_id=? AND last_order_at>? AND last_order_at<?",
            "workspace_id=? AND (last_order_at,id)<(?,?)",
        )
    }


def test_working_off_reads_by_keys(mirror: Mirror) -> None:
    crowd.tell(mirror)
    work_off(mirror)
    mirror.take(told(customer("8", seconds=9, first_name="Augusta")))
    with _plans(mirror.db) as plans:
        assert work_off(mirror) == 1
    assert _scanned(plans) == []
    through = [f"SEARCH {table} " for table in _GROWING]
    whole = [plan for plan in plans if plan.endswith("(workspace_id=?)")]
    assert [plan for plan in whole if plan.startswith(tuple(through))] == []
