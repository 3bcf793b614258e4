"""Tables of terms asked by how terms begin: the statement's parts, and how many rows there are."""

from collections.abc import Sequence
from typing import Any, Literal

from sqlalchemy import Connection

from integration.search.asked import Word
from integration.statements.by_driver import fetch

# No text that people write has it: all that goes on from a beginning lies before.
LAST = "\U0010ffff"


class Beginnings:
    """A workspace's rows in a table that has `workspace_id` and `term`."""

    def __init__(
        self,
        connection: Connection,
        workspace_id: int,
        table: Literal["search_terms", "conversation_terms"],
    ) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._table = table
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._mark = "?" if self._is_sqlite else "%s"

    def counts(self, words: Sequence[Word], at_most: int) -> list[int]:
        """How many rows meet each word, each beginning counted up to `at_most`."""
        counted = [
            " + ".join(
                f"(SELECT count(*) FROM (SELECT 1 FROM {self._table} WHERE {self._range}"  # noqa: S608
                f" LIMIT {at_most:d}) AS few)"
                for _ in word.beginnings
            )
            for word in words
        ]
        values = [value for word in words for value in self._ranges(word)]
        [row] = fetch(self._connection, f"SELECT {', '.join(counted)}", values)
        return list(row)

    @property
    def _range(self) -> str:
        """The condition of one beginning, for which `_ranges` has the values."""
        return f"workspace_id = {self._mark} AND term >= {self._mark} AND term < {self._mark}"

    def _ranges(self, word: Word) -> list[Any]:
        return [
            value
            for beginning in word.beginnings
            for value in (self._workspace_id, beginning, beginning + LAST)
        ]
