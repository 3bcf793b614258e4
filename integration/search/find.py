"""Finding people by what an agent has at hand, fast however many there are.

Words that few people have are gathered and sorted; for words that many have, people are walked
through, who ordered last first, until a page is full. What would take longer than an agent waits is
cut off, and said so.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from integration.db import WorkspaceSession
from integration.search.asked import Word, asked_words
from integration.search.at_once import AtOnce, found_at_once, fresh_terms
from integration.search.found import FoundProfile, show
from integration.search.looking_up import Terms
from integration.search.newest import placed, walk
from integration.search.positions import Position, read_cursor

# What so many rows or fewer meet is gathered at once.
FEW = 4_000
# Of a word that more meet than these, nobody is gathered.
MANY = 60_000
# People that are walked through before words are gathered, and altogether.
_FIRST_STRETCH, _WHOLE_STRETCH = 2_000, 8_000
_STEPS = (250, 750, 1_000, 2_000, 2_000, 2_000)


@dataclass(frozen=True, slots=True)
class People:
    """A page of people, who ordered last first. `next` is a cursor for those that follow, or None.

    `is_cut_off`: those who ordered longer ago weren't looked at; `next` goes on there.
    """

    found: tuple[FoundProfile, ...]
    next: str | None
    is_cut_off: bool


def search_profiles(
    session: WorkspaceSession, text: str = "", limit: int = 25, cursor: str | None = None
) -> list[FoundProfile]:
    """The people of `search_people`, without what follows them."""
    return list(search_people(session, text, limit=limit, cursor=cursor).found)


def search_people(
    session: WorkspaceSession, text: str = "", *, limit: int = 25, cursor: str | None = None
) -> People:
    """The people of the workspace who match all words, who ordered last first.

    Everybody without a text, nobody for one without a letter or digit. A word matches by its
    beginning: of names, e-mail addresses, postal addresses, orders' names, SKUs, tracking numbers,
    in any script; phones by their last digits. See docs/search.md. Any text is taken, of whatever
    length; raises Invalid for a cursor that is none.
    """
    after = read_cursor(cursor) if cursor else None
    if not text.strip():
        page = _Page(walk(session, after, limit + 1), None)
        return _people(session, page, limit, (), AtOnce())
    terms = Terms(session.connection(), session.workspace_id)
    fresh = fresh_terms(session)

    def is_known(beginnings: Sequence[str]) -> bool:
        word = Word(tuple(beginnings))
        return any(map(word.is_met, fresh.values())) or terms.is_known(word)

    words = asked_words(text, is_known)
    at_once = found_at_once(session, text, words, fresh)
    search = _Search(session, terms, words, after, limit + 1, at_once)
    return _people(session, search.page(), limit, words, at_once)


@dataclass(frozen=True, slots=True)
class _Page:
    """Who was found, and where the search was cut off, if it was."""

    found: list[Position]
    ended_at: Position | None


@dataclass(frozen=True, slots=True)
class _Search:
    session: WorkspaceSession
    terms: Terms
    words: Sequence[Word]
    after: Position | None
    wanted: int
    at_once: AtOnce

    def page(self) -> _Page:
        """By terms, and those found at once in their places among them."""
        by_terms = self._by_terms() if self.words else _Page([], None)
        known = placed(self.session, self.at_once.matching, self.after, len(self.at_once.matching))
        if by_terms.ended_at is not None:
            known = [each for each in known if not each.follows(by_terms.ended_at)]
        found = {each.profile_id: each for each in (*by_terms.found, *known)}
        ordered = sorted(found.values(), key=lambda each: each.rank, reverse=True)
        return _Page(ordered, by_terms.ended_at)

    def _by_terms(self) -> _Page:
        counts = self.terms.counts(self.words, FEW)
        fewest = min(counts)
        if fewest == 0:
            return _Page([], None)
        if fewest < FEW:
            rarest = self.words[counts.index(fewest)]
            others = [word for word in self.words if word is not rarest]
            return self._among(self.terms.holders(rarest, FEW), others)
        first = self._walked(self.after, _FIRST_STRETCH)
        if first.ended_at is None or len(first.found) >= self.wanted:
            return first
        return self._gathered(first)

    def _gathered(self, first: _Page) -> _Page:
        """What the walk didn't reach: from the words that not too many meet, if there are any."""
        counts = self.terms.counts(self.words, MANY)
        some = [word for word, count in zip(self.words, counts, strict=True) if count < MANY]
        if not some:
            more = self._walked(first.ended_at, _WHOLE_STRETCH)
            return _Page([*first.found, *more.found], more.ended_at)
        holders = set.intersection(*(self.terms.holders(word, MANY) for word in some))
        return self._among(holders, [word for word in self.words if word not in some])

    def _among(self, profile_ids: set[int], words: Sequence[Word]) -> _Page:
        """Those of these profiles that meet the words as well."""
        profile_ids = profile_ids - self.at_once.stale
        at_most = max(_WHOLE_STRETCH, self.wanted) if words else self.wanted
        candidates = placed(self.session, profile_ids, self.after, at_most)
        if not words:
            return _Page(candidates, None)
        is_cut_off = len(candidates) == at_most
        found: list[Position] = []
        for some in _stepwise(candidates):
            found += self._having(some, words)
            if len(found) >= self.wanted:
                return _Page(found, None)
        return _Page(found, candidates[-1] if is_cut_off else None)

    def _walked(self, after: Position | None, at_most: int) -> _Page:
        found: list[Position] = []
        walked = 0
        for step in _STEPS:
            people = walk(self.session, after, step)
            found += self._having(people, self.words)
            walked += len(people)
            if len(people) < step:
                return _Page(found, None)
            after = people[-1]
            if len(found) >= self.wanted or walked >= at_most:
                break
        return _Page(found, after)

    def _having(self, people: Sequence[Position], words: Sequence[Word]) -> list[Position]:
        ids = [each.profile_id for each in people]
        having = self.terms.having(ids, words) - self.at_once.stale
        return [each for each in people if each.profile_id in having]


def _stepwise(candidates: Sequence[Position]) -> Iterator[Sequence[Position]]:
    start = 0
    for step in (*_STEPS, len(candidates)):
        if start < len(candidates):
            yield candidates[start : start + step]
        start += step


def _people(
    session: WorkspaceSession, page: _Page, limit: int, words: Sequence[Word], at_once: AtOnce
) -> People:
    shown = page.found[:limit]
    found = show(session, [each.profile_id for each in shown], words, at_once.matching)
    if len(page.found) > limit:
        return People(found, shown[-1].cursor(), False)
    if page.ended_at is not None:
        return People(found, page.ended_at.cursor(), True)
    return People(found, None, False)
