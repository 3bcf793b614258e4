"""What somebody typed, as the words that each person found has to have.

Each word is met by any of some beginnings of terms. What has separators inside (TSH-BLK-M, 050-123
4567) is one code or phone where anybody has such a one, else several words: `is_known` tells.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from integration.search.terms import (
    CODE,
    LONGEST_TERM,
    OF_GREEK,
    OF_LATIN,
    phone_ending,
)
from integration.texts.folding import fold, words
from integration.texts.latin_letters import is_greek, latin_beginnings

MOST_WORDS = 8
LONGEST_QUERY = 320
_FEWEST_PHONE_DIGITS = 6
_FEWEST_SPACED_DIGITS = 7
_IN_PHONES = frozenset("0123456789 +()-./")

IsKnown = Callable[[Sequence[str]], bool]


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was asked for: a term that begins with one of these meets it."""

    beginnings: tuple[str, ...]

    def is_met(self, terms: Iterable[str]) -> bool:
        """Whether one of the terms does."""
        return any(term.startswith(self.beginnings) for term in terms)


def asked_words(text: str, is_known: IsKnown) -> tuple[Word, ...]:
    """The words of a query, at most 8 of its first 320 characters; none where it has no letter.

    `is_known` says whether any term begins with one of those.
    """
    text = text[:LONGEST_QUERY].strip()
    chunks = text.split()
    if len(chunks) > 1 and (whole := _spaced_phone(text)) and is_known(whole):
        return (Word(whole),)
    found: dict[Word, None] = {}
    for chunk in chunks:
        found.update(dict.fromkeys(_of_chunk(chunk, is_known)))
        if len(found) >= MOST_WORDS:
            break
    return tuple(found)[:MOST_WORDS]


def _of_chunk(chunk: str, is_known: IsKnown) -> Iterable[Word]:
    local, at, domain = chunk.partition("@")
    if at and local and words(local):
        yield Word((fold(chunk)[:LONGEST_TERM],))
        return
    if at:
        # The last label tells nothing and isn't kept.
        chunk = domain.rpartition(".")[0] or domain
    parts = words(chunk)
    if len(parts) > 1 and is_known(whole := _as_code("".join(parts))):
        yield Word(whole)
        return
    for part in parts:
        yield Word(_beginnings(part))


def _beginnings(word: str) -> tuple[str, ...]:
    word = word[:LONGEST_TERM]
    mark = OF_LATIN if is_greek(word) else OF_GREEK
    sounded = (mark + form for form in latin_beginnings(word))
    return (word, *_as_code(word), *(form[:LONGEST_TERM] for form in sounded))


def _as_code(word: str) -> tuple[str, ...]:
    code = (CODE + word)[:LONGEST_TERM]
    if not (word.isascii() and word.isdigit()):
        return (code,)
    # Nobody's country has a number that begins with zero: one typed as at home has one more.
    digits = word.lstrip("0")
    return (code, phone_ending(digits)) if len(digits) >= _FEWEST_PHONE_DIGITS else (code,)


def _spaced_phone(text: str) -> tuple[str, ...]:
    digits = "".join(words(text))
    if not _IN_PHONES.issuperset(text) or len(digits) < _FEWEST_SPACED_DIGITS:
        return ()
    return _as_code(digits)
