"""Finding people by what an agent has at hand: a page of them, who ordered last first."""

from collections.abc import Sequence
from dataclasses import dataclass

from integration.db import WorkspaceSession
from integration.search.asked import Word, asked_words
from integration.search.at_once import AtOnce, found_at_once, fresh_terms
from integration.search.by_terms import Page, by_terms
from integration.search.found import FoundProfile, show
from integration.search.looking_up import Terms
from integration.search.newest import everybody, placed
from integration.search.positions import BEFORE_ALL, Position, read_cursor

# Whom a text names exactly comes first: so many at most.
_MOST_FIRST = 10


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

    Before them comes whom the text names exactly by an order, an e-mail address or a phone.
    Everybody without a text, nobody for one without a letter or digit. A word matches by its
    beginning: of names, e-mail addresses, postal addresses, orders' names, SKUs, tracking numbers,
    in any script; phones by their last digits. See docs/search.md. Any text is taken, of whatever
    length; raises Invalid for a cursor that is none.
    """
    after = read_cursor(cursor) if cursor else None
    if not text.strip():
        return _people(session, Page(everybody(session, after, limit + 1)), limit, (), AtOnce())
    terms = Terms(session.connection(), session.workspace_id)
    fresh = fresh_terms(session)

    def is_known(beginnings: Sequence[str]) -> bool:
        word = Word(tuple(beginnings))
        return any(map(word.is_met, fresh.values())) or terms.is_known(word)

    words = asked_words(text, is_known)
    at_once = found_at_once(session, text, words, fresh)
    page = Page([])
    if words:
        page = by_terms(session, terms, words, after, limit + 1, at_once.stale)
    named = placed(session, at_once.named, None, min(limit, _MOST_FIRST))
    page = _together(session, page, at_once, after, named)
    return _people(session, page, limit, words, at_once, [] if after else named)


def _together(
    session: WorkspaceSession,
    page: Page,
    at_once: AtOnce,
    after: Position | None,
    named: Sequence[Position],
) -> Page:
    """Those found at once in their places among the others, without those who come first."""
    known = placed(session, at_once.matching, after, len(at_once.matching))
    if page.ended_at is not None:
        known = [each for each in known if not each.follows(page.ended_at)]
    found = {*page.found, *known}.difference(named)
    return Page(sorted(found, key=lambda each: each.rank, reverse=True), page.ended_at)


def _people(
    session: WorkspaceSession,
    page: Page,
    limit: int,
    words: Sequence[Word],
    at_once: AtOnce,
    first: Sequence[Position] = (),
) -> People:
    shown = page.found[: limit - len(first)]
    ids = [each.profile_id for each in (*first, *shown)]
    found = show(session, ids, words, at_once.matching)
    if len(page.found) > len(shown):
        return People(found, (shown[-1] if shown else BEFORE_ALL).cursor(), False)
    if page.ended_at is not None:
        return People(found, page.ended_at.cursor(), True)
    return People(found, None, False)
