"""The tables of terms, asked by beginnings: how many, who, and whether these have them."""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import orjson
from sqlalchemy import Connection

from integration.by_driver import fetch
from integration.prepared import several
from integration.search.asked import Word

# No text that people write has it: all that goes on from a beginning lies before.
_LAST = "\U0010ffff"


class Terms:
    """The terms of a workspace."""

    def __init__(self, connection: Connection, workspace_id: int) -> None:
        self._connection = connection
        self._workspace_id = workspace_id
        self._is_sqlite = connection.dialect.name == "sqlite"
        self._mark = "?" if self._is_sqlite else "%s"

    def is_known(self, word: Word) -> bool:
        """Whether any term meets the word."""
        [count] = self.counts([word], 1)
        return count > 0

    def counts(self, words: Sequence[Word], at_most: int) -> list[int]:
        """How many rows meet each word, each beginning counted up to `at_most`."""
        counted = [
            " + ".join(
                f"(SELECT count(*) FROM (SELECT 1 FROM search_terms WHERE {self._range} LIMIT "  # noqa: S608
                f"{at_most:d}) AS few)"
                for _ in word.beginnings
            )
            for word in words
        ]
        values = [value for word in words for value in self._ranges(word)]
        [row] = fetch(self._connection, f"SELECT {', '.join(counted)}", values)
        return list(row)

    def holders(self, word: Word) -> set[int]:
        """The profiles that meet a word."""
        each = " UNION ALL ".join(
            f"SELECT profile_id FROM search_terms WHERE {self._range}"  # noqa: S608
            for _ in word.beginnings
        )
        # As one text: so many rows cost more on their way than to be found.
        listed = "json_group_array(profile_id)"
        if not self._is_sqlite:
            listed = "concat('[', string_agg(profile_id::text, ','), ']')"
        text = f"SELECT {listed} FROM ({each}) AS found"  # noqa: S608
        [[found]] = fetch(self._connection, text, self._ranges(word))
        return set(orjson.loads(found))

    def having(self, profile_ids: Collection[int], words: Iterable[Word]) -> set[int]:
        """Which of these profiles meet all of the words."""
        terms = "instr(terms, ?) > 0" if self._is_sqlite else "strpos(terms::text, %s) > 0"
        beginnings = [word.beginnings for word in words]
        conditions = [f"({' OR '.join([terms] * len(each))})" for each in beginnings]
        some = "IN (SELECT value FROM json_each(?))" if self._is_sqlite else "= ANY(%s)"
        text = (
            f"SELECT profile_id FROM search_documents WHERE profile_id {some}"  # noqa: S608
            f" AND {' AND '.join(conditions)}"
        )
        given: list[Any] = [several(self._connection, profile_ids)]
        given += [_quoted(one) for each in beginnings for one in each]
        return {profile_id for (profile_id,) in fetch(self._connection, text, given)}

    @property
    def _range(self) -> str:
        return f"workspace_id = {self._mark} AND term >= {self._mark} AND term < {self._mark}"

    def _ranges(self, word: Word) -> list[Any]:
        return [
            value
            for beginning in word.beginnings
            for value in (self._workspace_id, beginning, beginning + _LAST)
        ]


def _quoted(beginning: str) -> str:
    """How a term that begins so begins inside the list of a document."""
    return orjson.dumps(beginning).decode()[:-1]
