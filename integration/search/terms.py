"""The terms by which a person is found: folded words, and codes, with marks that part their kinds.

A mark is a character that no word has, so the kinds never meet by accident:

    =   a code without its separators: an order's name, a SKU, a tracking number
    ~   the form of a Greek word in which Latin spellings meet it (`texts.latin_letters`)
    ^   that of a Latin word, of persons who may be Greek
    <   a phone's digits, backwards: so its last digits find it, with or without the country's
"""

from collections.abc import Callable, Iterable
from functools import lru_cache

from integration.search.facts import PersonFacts
from integration.texts.folding import fold, words
from integration.texts.latin_letters import is_greek, latin

CODE, OF_GREEK, OF_LATIN, BACKWARDS = "=", "~", "^", "<"

MOST_TERMS = 600
LONGEST_TERM = 64

# Their names tell nothing of who has a mailbox there.
_MAIL_PROVIDERS = frozenset(
    "gmail googlemail outlook hotmail live msn yahoo ymail icloud me mac aol gmx web proton"
    " protonmail pm fastmail zoho mail seznam email centrum post volny atlas wp onet interia o2"
    " walla otenet forthnet freemail t-online orange free laposte libero yandex".split()
)
_GREEK_COUNTRIES, _GREEK_PHONES = frozenset({"GR", "CY"}), ("+30", "+357")
# How a German who lacks the key types them; without the dots they are found anyway.
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "ae", "Ö": "oe", "Ü": "ue"})


def terms_of(facts: PersonFacts) -> frozenset[str]:
    """The terms of a person, at most 600 of 64 characters.

    Past that, what orders tell goes first, the oldest before the others.
    """
    found: dict[str, None] = {}
    for each in _terms(facts):
        if len(found) == MOST_TERMS:
            break
        found[each[:LONGEST_TERM]] = None
    return frozenset(found)


def phone_ending(digits: str) -> str:
    """The term under which these last digits of a phone are found."""
    return BACKWARDS + digits[::-1]


@lru_cache(maxsize=16384)
def of_name(name: str, *, is_latin_kept: bool = False) -> tuple[str, ...]:
    """The terms of a person's name, or of a line of an address.

    Each word; of those that something joins (Anne-Marie, 110 00) the whole too: by its beginning
    the first part is found.
    """
    found: list[str] = []
    for chunk in name.split():
        parts = words(chunk)
        found += ("".join(parts), *parts[1:]) if len(parts) > 1 else parts
        for part in parts:
            if is_greek(part):
                found += _marked(OF_GREEK, latin(part))
            elif is_latin_kept:
                found += _marked(OF_LATIN, latin(part))
    if not name.isascii() and (spelled := name.translate(_UMLAUTS)) != name:
        found += words(spelled)
    return tuple(found)


def of_email(email: str) -> Iterable[str]:
    """The whole address, which is found by its beginning, and the words inside it."""
    yield fold(email)
    local, _, domain = email.rpartition("@")
    yield from words(local)[1:]
    labels = domain.split(".")[:-1]
    yield from (word for label in labels if label not in _MAIL_PROVIDERS for word in words(label))


def of_phone(phone: str) -> Iterable[str]:
    """The digits of a number in E.164, forwards and backwards."""
    digits = phone.removeprefix("+")
    yield digits
    yield phone_ending(digits)


def of_order(name: str) -> Iterable[str]:
    """The whole name of an order, and the number at its end by itself (#EN-1042)."""
    parts = words(name)
    yield from _marked(CODE, "".join(parts))
    yield from _marked(CODE, parts[-1] if len(parts) > 1 else None)


def of_code(code: str) -> Iterable[str]:
    """A SKU or a tracking number."""
    yield from _marked(CODE, "".join(words(code)))


def _terms(facts: PersonFacts) -> Iterable[str]:
    is_latin_kept = _may_be_greek(facts)
    for name in dict.fromkeys((*facts.names, *of_addresses(facts, "name"))):
        yield from of_name(name, is_latin_kept=is_latin_kept)
    for email in facts.emails:
        yield from of_email(email.value)
    for phone in (*facts.phones, *facts.address_phones):
        yield from of_phone(phone)
    for part, terms_in in ADDRESS_PARTS:
        for text in of_addresses(facts, part):
            yield from terms_in(text)
    for order in facts.orders:
        yield from of_order(order.name)
    for code in (*facts.skus, *facts.tracking):
        yield from of_code(code)


def of_addresses(facts: PersonFacts, part: str) -> Iterable[str]:
    """That part of each postal address that has it."""
    return filter(None, (getattr(address, part) for address in facts.addresses))


def of_postal_code(code: str) -> Iterable[str]:
    """The whole, which is found by its beginning, and its further parts (546 24)."""
    parts = words(code)
    return ("".join(parts), *parts[1:]) if parts else ()


ADDRESS_PARTS: tuple[tuple[str, Callable[[str], Iterable[str]]], ...] = (
    ("company", of_name),
    ("line1", of_name),
    ("line2", of_name),
    ("city", of_name),
    ("postal_code", of_postal_code),
)
"""The parts of a postal address that are searched, with what makes terms of each."""


def _marked(mark: str, word: str | None) -> Iterable[str]:
    return (mark + word,) if word else ()


def _may_be_greek(facts: PersonFacts) -> bool:
    return (
        any(address.country in _GREEK_COUNTRIES for address in facts.addresses)
        or any(phone.startswith(_GREEK_PHONES) for phone in facts.phones)
        or any(email.value.endswith((".gr", ".cy")) for email in facts.emails)
    )
