"""Who meets all words of a query, found by whichever way is short.

Where many meet each word, a page of them is mostly found among those who ordered last: their
documents are looked at first. Else the profiles that meet a word are gathered and intersected, the
rarest word first. Where few are left, or where too many meet a word to gather them, the documents
of those in question are looked at. What would keep an agent waiting is cut off.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass

from integration.db import WorkspaceSession
from integration.search.asked import Word
from integration.search.looking_up import Terms
from integration.search.newest import newest_among, placed, walk
from integration.search.positions import Position

# A word that so many rows meet is common.
COMMON = 2_000
# One that so many meet isn't gathered: nearly everybody has it.
MANY = 120_000
# Of so few profiles the documents are looked at rather than a further word gathered.
FEW = 250
# From so many profiles on, people are walked through until a page of them is found.
SEVERAL = 4_000
# People whose documents one search looks at, so many at a time.
FIRST_STEPS, STEPS = (100, 400), (100, 400, 1_000)
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
    counts = dict(zip(words, terms.counts(words, COMMON), strict=True))
    if not min(counts.values()):
        return Page([])

    def everybody(last: Position | None, most: int) -> list[Position]:
        return walk(session, last, most)

    found, start = [], after
    if min(counts.values()) >= COMMON:
        looking = _Looking(session, terms, words, wanted, stale)
        first = looking.through(everybody, after, FIRST_STEPS)
        if len(first.found) >= wanted or first.ended_at is None:
            return first
        found, start = first.found, first.ended_at
    holders, others = _gathered(terms, counts)
    looking = _Looking(session, terms, others, wanted, stale)
    if holders is not None:
        holders.difference_update(stale)
        return looking.among(holders, after)
    rest = looking.through(everybody, start, STEPS)
    return Page([*found, *rest.found], rest.ended_at)


def _gathered(terms: Terms, counts: dict[Word, int]) -> tuple[set[int] | None, list[Word]]:
    """Who meets the words that were gathered, None where none was; and the other words."""
    common = [word for word, count in counts.items() if count >= COMMON]
    if common:
        counts.update(zip(common, terms.counts(common, MANY), strict=True))
    holders: set[int] | None = None
    others: list[Word] = []
    for word, count in sorted(counts.items(), key=lambda each: each[1]):
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

    def among(self, profile_ids: set[int], after: Position | None) -> Page:
        """Those of these profiles."""
        are_several = len(profile_ids) > SEVERAL

        def listed(last: Position | None, most: int) -> list[Position]:
            some = newest_among if are_several else placed
            return some(self.session, profile_ids, last, most)

        if not self.words:
            return Page(listed(after, self.wanted))
        return self.through(listed, after, STEPS_AMONG_SEVERAL if are_several else STEPS)

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
