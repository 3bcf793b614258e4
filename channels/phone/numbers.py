"""Phone numbers in the one form by which they are compared, E.164."""

import phonenumbers

_LONGEST = 40
_SHORTEST_NORMAL = 8
# What Twilio sends in place of a number that the caller hides: words on a keypad.
_HIDDEN = frozenset(
    "+266696687 +7378742833 +2562533 +8656696 +86282452253 +464 "
    "anonymous restricted blocked unknown unavailable private withheld".split()
)


def normal_number(text: str | None, country: str | None) -> str | None:
    """The number, read as one of that country where it names none; None for none and a hidden one.

    Source of the hidden ones: Twilio's help, "What do caller ID values like +266696687 mean".
    """
    told = (text or "").strip()
    if not told or len(told) > _LONGEST or told.lower() in _HIDDEN:
        return None
    try:
        number = phonenumbers.parse(told, country or None)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    normal = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return normal if len(normal) > _SHORTEST_NORMAL else None


def is_country(code: str) -> bool:
    """Whether numbers of that country (two letters) are known."""
    return code in phonenumbers.SUPPORTED_REGIONS
