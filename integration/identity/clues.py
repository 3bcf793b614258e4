"""What is worked out from a person's facts for finding others who may be the same person.

A clue links nothing: it makes suggestions (`integration.identity.suggestions`). Addresses are
compared in the forms of `integration.identity.mailboxes`, which look-alike letters never reach;
names alone are no clue.
"""

from collections.abc import Iterable

from integration.identity.mailboxes import is_nobodys, mailbox_of
from integration.identity.places import name_keys, place_keys
from integration.identity.weights import ClueKind
from integration.search.facts import PersonFacts

# Who has more of them isn't one person at home: a shop, a marketplace, an office that orders.
_MOST_PHONES = 12
_MOST_TYPED = 24
_MOST_NAMES = 12
_MOST_ADDRESSES = 24
_MOST_PLACES = 120
_COUNTED_UP = "01234567890123456789"
_COUNTED_DOWN = _COUNTED_UP[::-1]
_TELLING_DIGITS = 7

Clues = set[tuple[str, str]]


def clues_of(facts: PersonFacts) -> Clues:
    """Kind and comparable value of each clue. Pure, and the same whatever order the facts have."""
    own = {each.value for each in facts.emails if each.asserted}
    phones = (*facts.phones, *facts.address_phones)
    typed = {each.value for each in facts.emails if not each.asserted} - own
    return {
        *_of(ClueKind.PHONE, filter(is_somebodys_line, phones), _MOST_PHONES),
        *_of(ClueKind.MAILBOX, filter(None, map(mailbox_of, own)), _MOST_TYPED),
        *_of(ClueKind.TYPED, (each for each in typed if not is_nobodys(each)), _MOST_TYPED),
        *_of(ClueKind.PLACE, _places(facts), _MOST_PLACES),
    }


def is_somebodys_line(phone: str) -> bool:
    """Whether a number in E.164 isn't one that is typed where a form insists on one."""
    last = phone[-_TELLING_DIGITS:]
    return len(set(last)) > 1 and last not in _COUNTED_UP and last not in _COUNTED_DOWN


def place_value(name_key: str, place_key: str) -> str:
    """A name at a place, as clues keep it."""
    return f"{name_key}|{place_key}"


def _places(facts: PersonFacts) -> Iterable[str]:
    """The person's own names at each of their places.

    Where an account tells the name, a parcel's may be a friend's who is sent a present.
    """
    names = set().union(*map(name_keys, facts.account_names or facts.names))
    if len(names) > _MOST_NAMES or len(facts.addresses) > _MOST_ADDRESSES:
        return
    for address in facts.addresses:
        for place in place_keys(address.line1, address.line2, address.city, address.postal_code):
            yield from (place_value(name, place) for name in names)


def _of(kind: ClueKind, values: Iterable[str], most: int) -> Clues:
    found = {(str(kind), value) for value in values}
    return found if len(found) <= most else set()
