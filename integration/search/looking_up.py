"""The tables of terms, asked by beginnings: how many, who, and whether these have them."""

from collections.abc import Collection, Iterable
from typing import Any

import orjson
from sqlalchemy import Connection

from integration.search.asked import Word
from integration.search.beginnings import Beginnings
from integration.statements.by_driver import fetch
from integration.statements.prepared import several


class Terms(Beginnings):
    """The terms of a workspace."""

    def __init__(self, connection: Connection, workspace_id: int) -> None:
        super().__init__(connection, workspace_id, "search_terms")

    def is_known(self, word: Word) -> bool:
        """Whether any term meets the word."""
        [count] = self.counts([word], 1)
        return count > 0

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


def _quoted(beginning: str) -> str:
    """How a term that begins so begins inside the list of a document."""
    return orjson.dumps(beginning).decode()[:-1]
