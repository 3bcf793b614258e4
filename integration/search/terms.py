"""The terms by which a person is found: folded words, and codes, with marks that part their kinds.

A mark is a character that no word has, so the kinds never meet by accident:

    =   a code without its separators: an order's name, a SKU, a tracking number
    ~   the form of a Greek word in which Latin spellings meet it (`integration.latin_letters`)
    ^   that of a Latin word, of persons who may be Greek
    <   a phone's digits, backwards: so its last digits find it, with or without the country's
"""

from collections.abc import Iterable

from integration.folding import fold, words
from integration.latin_letters import is_greek, latin
from integration.search.facts import PersonFacts

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


def code_of(text: str) -> str:
    """A code as one folded word, without its separators."""
    return "".join(words(text))


def phone_ending(digits: str) -> str:
    """The term under which these last digits of a phone are found."""
    return BACKWARDS + digits[::-1]


def _terms(facts: PersonFacts) -> Iterable[str]:
    may_be_greek = _may_be_greek(facts)
    names = (*facts.names, *_of_addresses(facts, "name"))
    for name in dict.fromkeys(names):
        yield from _words_of(name, is_latin_kept=may_be_greek)
    for email in facts.emails:
        yield from _of_email(email.value)
    for phone in (*facts.phones, *facts.address_phones):
        digits = phone.removeprefix("+")
        yield digits
        yield phone_ending(digits)
    for name in ("company", "line1", "line2", "city", "postal_code"):
        for text in _of_addresses(facts, name):
            yield from _words_of(text)
    for order in facts.orders:
        yield from _of_order(order.name)
    for code in (*facts.skus, *facts.tracking):
        yield from _marked(CODE, code_of(code))


def _words_of(text: str, *, is_latin_kept: bool = False) -> Iterable[str]:
    """Each word; of those that something joins (Anne-Marie, 110 00) the whole too.

    The first part of a whole is found by the whole's beginning.
    """
    for chunk in text.split():
        parts = words(chunk)
        yield from ("".join(parts), *parts[1:]) if len(parts) > 1 else parts
        for part in parts:
            if is_greek(part):
                yield from _marked(OF_GREEK, latin(part))
            elif is_latin_kept:
                yield from _marked(OF_LATIN, latin(part))
    if not text.isascii() and (spelled := text.translate(_UMLAUTS)) != text:
        yield from words(spelled)


def _of_addresses(facts: PersonFacts, name: str) -> Iterable[str]:
    return filter(None, (getattr(address, name) for address in facts.addresses))


def _of_email(email: str) -> Iterable[str]:
    """The whole, which is found by its beginning, and the words inside it."""
    yield fold(email)
    local, _, domain = email.rpartition("@")
    yield from words(local)[1:]
    labels = domain.split(".")[:-1]
    yield from (word for label in labels if label not in _MAIL_PROVIDERS for word in words(label))


def _of_order(name: str) -> Iterable[str]:
    """The whole name, and the number at its end by itself (#EN-1042)."""
    parts = words(name)
    yield from _marked(CODE, "".join(parts))
    yield from _marked(CODE, parts[-1] if len(parts) > 1 else None)


def _marked(mark: str, word: str | None) -> Iterable[str]:
    return (mark + word,) if word else ()


def _may_be_greek(facts: PersonFacts) -> bool:
    return (
        any(address.country in _GREEK_COUNTRIES for address in facts.addresses)
        or any(phone.startswith(_GREEK_PHONES) for phone in facts.phones)
        or any(email.value.endswith((".gr", ".cy")) for email in facts.emails)
    )
