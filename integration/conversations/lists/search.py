"""Conversations that meet all words of a query, found by whichever way is short.

Where a word is rare, those that have it are gathered and put in the list's order. Where all are
common, the list is walked and each conversation asked for the words; what would keep an agent
waiting is cut off, and the next page goes on there.
"""

from collections.abc import Collection, Sequence
from typing import Any

from integration.conversations.lists.asked import Place
from integration.conversations.lists.listing import Listing
from integration.db import WorkspaceSession
from integration.search.asked import Word, asked_words
from integration.search.beginnings import LAST, Beginnings
from integration.statements.by_driver import fetch
from integration.statements.prepared import several

# A word that so many rows have is common; one that more have isn't gathered.
COMMON, MANY = 2_000, 20_000
# Conversations that are asked for the words, so many at a time.
FIRST_STEPS, STEPS = (100, 400, 1_500), (2_000,)


def found_places(
    session: WorkspaceSession, listing: Listing, text: str, after: Place | None, most: int
) -> tuple[list[Place], Place | None]:
    """So many places that follow one, and where the search was cut off, if it was."""
    terms = _Terms(session)
    words = asked_words(text, lambda some: any(terms.counts([Word(tuple(some))], 1)))
    words = terms.written(words)
    if not words:
        return [], None
    counts = dict(zip(words, terms.counts(words, COMMON), strict=True))
    if not min(counts.values()):
        return [], None
    if min(counts.values()) < COMMON:
        return listing.placed(_gathered(terms, counts, COMMON), after, most), None
    found, ended_at = _walked(terms, listing, words, after, most, FIRST_STEPS)
    if len(found) >= most or ended_at is None:
        return found, ended_at if len(found) < most else None
    counts = dict(zip(words, terms.counts(words, MANY), strict=True))
    if min(counts.values()) < MANY:
        return listing.placed(_gathered(terms, counts, MANY), after, most), None
    more, ended_at = _walked(terms, listing, words, ended_at, most - len(found), STEPS)
    return [*found, *more], ended_at if len(found) + len(more) < most else None


def _gathered(terms: "_Terms", counts: dict[Word, int], many: int) -> set[int]:
    """The conversations that meet all words, the rarest gathered first."""
    held: set[int] | None = None
    others: list[Word] = []
    for word, count in sorted(counts.items(), key=lambda each: each[1]):
        if count >= many or (held is not None and len(held) <= COMMON):
            others.append(word)
        else:
            found = terms.holders(word)
            held = found if held is None else held & found
    if not held or not others:
        return held or set()
    return terms.having(held, others)


def _walked(
    terms: "_Terms",
    listing: Listing,
    words: Sequence[Word],
    after: Place | None,
    most: int,
    steps: Sequence[int],
) -> tuple[list[Place], Place | None]:
    """Those of the list that meet the words, and how far it was walked; None: to its end."""
    found: list[Place] = []
    for step in steps:
        places = listing.walk(after, step)
        having = terms.having([each.conversation_id for each in places], words)
        found += [each for each in places if each.conversation_id in having]
        if len(places) < step:
            return found[:most], None
        after = places[-1]
        if len(found) >= most:
            break
    return found[:most], after


class _Terms(Beginnings):
    """The words of a workspace's conversations."""

    def __init__(self, session: WorkspaceSession) -> None:
        super().__init__(session.connection(), session.workspace_id, "conversation_terms")

    def written(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """The words, without the beginnings that no term has; none where one word has none."""
        if not words:
            return ()
        each = [Word((beginning,)) for word in words for beginning in word.beginnings]
        held = {
            one.beginnings[0]
            for one, count in zip(each, self.counts(each, 1), strict=True)
            if count
        }
        kept = [Word(tuple(one for one in word.beginnings if one in held)) for word in words]
        return tuple(kept) if all(word.beginnings for word in kept) else ()

    def holders(self, word: Word) -> set[int]:
        """The conversations that meet a word."""
        each = " UNION ALL ".join(
            f"SELECT conversation_id FROM conversation_terms WHERE {self._range}"  # noqa: S608
            for _ in word.beginnings
        )
        return {found for (found,) in fetch(self._connection, each, self._ranges(word))}

    def having(self, ids: Collection[int], words: Sequence[Word]) -> set[int]:
        """Which of these conversations meet all of the words."""
        held = set(ids)
        for word in words:
            if held:
                held &= self._having(held, word)
        return held

    def _having(self, ids: Collection[int], word: Word) -> set[int]:
        some = "IN (SELECT value FROM json_each(?))" if self._is_sqlite else "= ANY(%s)"
        # By the conversations: else SQLite reads all that a workspace has of a beginning.
        own = f"{'+' if self._is_sqlite else ''}workspace_id = {self._mark}"
        text = " UNION ".join(
            f"SELECT conversation_id FROM conversation_terms WHERE conversation_id {some}"  # noqa: S608
            f" AND {own} AND term >= {self._mark} AND term < {self._mark}"
            for _ in word.beginnings
        )
        listed = several(self._connection, ids)
        values: list[Any] = []
        for beginning in word.beginnings:
            values += [listed, self._workspace_id, beginning, beginning + LAST]
        return {found for (found,) in fetch(self._connection, text, values)}
