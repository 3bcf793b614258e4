"""Who meets all words of a query, found by whichever way is short.

The profiles that meet a word are gathered and intersected, the rarest word first. Where few are
left, or where a word is met by too many to gather, the documents of those in question are looked at
instead, who ordered last first, until a page is full. What would keep an agent waiting is cut off.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from integration.db import WorkspaceSession
from integration.search.asked import Word
from integration.search.looking_up import Terms
from integration.search.newest import newest_among, placed, walk
from integration.search.positions import Position

# A word that so many rows meet isn't gathered: nearly everybody has it.
MANY = 120_000
# Of so few profiles the documents are looked at rather than a further word gathered.
FEW = 250
# From so many profiles on, people are walked through until a page of them is found.
SEVERAL = 4_000
# People whose documents one search looks at, so many at a time.
STEPS = (100, 400, 1_000)
STEPS_AMONG_SEVERAL = (300, 1_200)


_Following = Callable[[Position | None, int], list[Position]]


@dataclass(frozen=True, slots=True)
class Page:
    """Who was found in their order, and where the search was cut off, if it was."""

    found: list[Position]
    ended_at: Position | None = None


def by_terms(
    session: WorkspaceSession,
    terms: Terms,
    words: Sequence[Word],
    after: Position | None,
    wanted: int,
    stale: Collection[int],
) -> Page:
    """So many people who follow a position and meet all words; the stale ones are left out."""
    holders, others = _gathered(terms, words)
    if holders is None:
        looking = _Looking(session, terms, others, wanted, stale)
        return looking.through(lambda last, most: walk(session, last, most), after, STEPS)
    holders.difference_update(stale)
    are_several = len(holders) > SEVERAL
    among = newest_among if are_several else placed
    if not others:
        return Page(among(session, holders, after, wanted))
    looking = _Looking(session, terms, others, wanted, stale)
    steps = STEPS_AMONG_SEVERAL if are_several else STEPS
    return looking.through(lambda last, most: among(session, holders, last, most), after, steps)


def _gathered(terms: Terms, words: Sequence[Word]) -> tuple[set[int] | None, list[Word]]:
    """Who meets the words that were gathered, None where none was; and the other words."""
    counts = terms.counts(words, MANY)
    if not min(counts):
        return set(), []
    holders: set[int] | None = None
    others: list[Word] = []
    for count, word in sorted(zip(counts, words, strict=True), key=lambda each: each[0]):
        if count >= MANY or (holders is not None and len(holders) <= FEW):
            others.append(word)
        else:
            found = terms.holders(word)
            holders = found if holders is None else holders & found
    return holders, others if holders is None or holders else []


@dataclass(frozen=True, slots=True)
class _Looking:
    """Looks at documents for those words."""

    session: WorkspaceSession
    terms: Terms
    words: Sequence[Word]
    wanted: int
    stale: Collection[int]

    def through(self, following: _Following, after: Position | None, steps: Sequence[int]) -> Page:
        """Those of the people who follow a position, as far as the steps lead."""
        found: list[Position] = []
        for step in steps:
            people = following(after, step)
            found += self._meeting(people)
            if len(people) < step:
                return Page(found)
            after = people[-1]
            if len(found) >= self.wanted:
                break
        return Page(found, after)

    def _meeting(self, people: Sequence[Position]) -> list[Position]:
        meeting = self.terms.having([each.profile_id for each in people], self.words)
        meeting.difference_update(self.stale)
        return [each for each in people if each.profile_id in meeting]
