"""What stands for profiles in the tables of search and suggestions: only changes are written.

Everything happens in the caller's write transaction, under the workspace's lock.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from integration.models import SearchDocument
from integration.statements.bulk import read_rows, table_of, write_rows
from integration.statements.by_driver import change, change_each

Clue = tuple[str, str]

_DOCUMENTS = table_of(SearchDocument)
_COLUMNS = ("workspace_id", "profile_id", "terms", "clues")
_INTO = {
    "search_terms": ("term",),
    "clues": ("kind", "value"),
}


@dataclass(frozen=True, slots=True)
class Findable:
    """By what a profile is found, and by what it is suggested to be somebody else."""

    terms: frozenset[str]
    clues: frozenset[Clue]


NOTHING = Findable(frozenset(), frozenset())


def read_documents(
    connection: Connection, workspace_id: int, profile_ids: Collection[int]
) -> dict[int, Findable]:
    """What stands for these profiles now."""
    rows = read_rows(
        connection,
        _DOCUMENTS,
        ("profile_id", "terms", "clues"),
        {"workspace_id": workspace_id},
        "profile_id",
        list(profile_ids),  # type: ignore[arg-type]
    )
    return {
        profile_id: Findable(frozenset(terms), frozenset((kind, value) for kind, value in clues))
        for profile_id, terms, clues in rows
    }


def write_documents(
    connection: Connection, workspace_id: int, wanted: Mapping[int, Findable]
) -> dict[int, Findable]:
    """Let these stand for the profiles; `NOTHING` removes all. Returns what stood for them."""
    held = read_documents(connection, workspace_id, wanted)
    changed = {
        profile_id: findable
        for profile_id, findable in wanted.items()
        if findable != held.get(profile_id, NOTHING)
    }
    gone: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _INTO}
    new: dict[str, list[tuple[Any, ...]]] = {table: [] for table in _INTO}
    for profile_id, findable in changed.items():
        before = held.get(profile_id, NOTHING)
        gone["search_terms"] += [(term, profile_id) for term in before.terms - findable.terms]
        new["search_terms"] += [(term, profile_id) for term in findable.terms - before.terms]
        gone["clues"] += [(*clue, profile_id) for clue in before.clues - findable.clues]
        new["clues"] += [(*clue, profile_id) for clue in findable.clues - before.clues]
    for table in _INTO:
        _remove(connection, table, workspace_id, sorted(gone[table]))
        _add(connection, table, workspace_id, sorted(new[table]))
    _keep(connection, workspace_id, changed)
    return held


def _keep(connection: Connection, workspace_id: int, changed: Mapping[int, Findable]) -> None:
    rows = [
        (workspace_id, profile_id, sorted(each.terms), sorted(each.clues))
        for profile_id, each in changed.items()
        if each != NOTHING
    ]
    write_rows(connection, _DOCUMENTS, _COLUMNS, rows, key=("profile_id",))
    gone = [(workspace_id, each) for each, findable in changed.items() if findable == NOTHING]
    if gone:
        mark = "?" if connection.dialect.name == "sqlite" else "%s"
        change_each(
            connection,
            f"DELETE FROM search_documents WHERE workspace_id = {mark} AND profile_id = {mark}",  # noqa: S608
            gone,
        )


def _add(
    connection: Connection, table: str, workspace_id: int, rows: list[tuple[Any, ...]]
) -> None:
    if not rows:
        return
    columns = (*_INTO[table], "profile_id")
    names = ", ".join(("workspace_id", *columns))
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" * (len(columns) + 1))
        text = f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})"  # noqa: S608
        change_each(connection, text, [(workspace_id, *row) for row in rows])
        return
    text = (
        f"INSERT INTO {table} ({names}) SELECT %s, * FROM unnest({_arrays(columns)})"  # noqa: S608
        " ON CONFLICT DO NOTHING"
    )
    change(connection, text, (workspace_id, *_by_column(rows)))


def _remove(
    connection: Connection, table: str, workspace_id: int, rows: list[tuple[Any, ...]]
) -> None:
    if not rows:
        return
    columns = (*_INTO[table], "profile_id")
    if connection.dialect.name == "sqlite":
        which = " AND ".join(f"{column} = ?" for column in ("workspace_id", *columns))
        text = f"DELETE FROM {table} WHERE {which}"  # noqa: S608
        change_each(connection, text, [(workspace_id, *row) for row in rows])
        return
    same = " AND ".join(f"{table}.{column} = gone.{column}" for column in columns)
    text = (
        f"DELETE FROM {table} USING unnest({_arrays(columns)}) AS gone ({', '.join(columns)})"  # noqa: S608
        f" WHERE {table}.workspace_id = %s AND {same}"
    )
    change(connection, text, (*_by_column(rows), workspace_id))


def _arrays(columns: tuple[str, ...]) -> str:
    return ", ".join("%s::bigint[]" if each == "profile_id" else "%s::text[]" for each in columns)


def _by_column(rows: list[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]
