"""Addresses and phone numbers in the one form by which they are compared.

A form either is certain or is None: two texts match only when they name the same mailbox or line,
never because they look alike.
"""

import unicodedata
from functools import lru_cache

import phonenumbers

MAX_EMAIL_CHARACTERS = 320
MAX_PHONE_CHARACTERS = 40
# With the country code. Shorter ones are possible somewhere, but nobody's own line.
MIN_PHONE_DIGITS = 8

# Controls, format characters (direction marks, zero-width ones), separators: none may stand inside.
_FORBIDDEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp"})


@lru_cache(maxsize=4096)
def normalize_email(text: str | None) -> str | None:
    """The comparable form of an e-mail address, None for what can't be one.

    Trimmed, lower case, canonically composed (NFC). Compatibility forms (NFKC) are kept apart: they
    would make a full-width look-alike match. So are letters that fold into ASCII (Kelvin sign).
    """
    if not text or len(text) > MAX_EMAIL_CHARACTERS:
        return None
    text = text.strip()
    normal = text.lower() if text.isascii() else _fold(text)
    if normal is None or not _is_plain(normal):
        return None
    local, at, domain = normal.rpartition("@")
    return normal if at and local and domain else None


def _is_plain(text: str) -> bool:
    if text.isascii():
        return text.isprintable() and " " not in text
    return not any(unicodedata.category(character) in _FORBIDDEN for character in text)


def _fold(text: str) -> str | None:
    if any(not c.isascii() and unicodedata.normalize("NFC", c).isascii() for c in text):
        return None
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", text).lower())


# Reading one costs as much as all else of an order's person: those of accounts come again with
# their orders.
@lru_cache(maxsize=16384)
def normalize_phone(text: str | None, country_code: str | None) -> str | None:
    """The number in E.164, read as one of that country where it names none itself; else None."""
    if not text or len(text) > MAX_PHONE_CHARACTERS:
        return None
    try:
        number = phonenumbers.parse(text, country_code)
    except phonenumbers.NumberParseException:
        return None
    if number.extension or not phonenumbers.is_possible_number(number):
        return None
    normal = str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
    return normal if len(normal) > MIN_PHONE_DIGITS else None
