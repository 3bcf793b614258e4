"""What an agent is called and reached by, in the form that is kept."""

import unicodedata

from integration.errors import Invalid
from integration.identity.normalize import normalize_email

LONGEST_NAME = 80
LONGEST_SIGNATURE = 2000
# Controls and direction marks may not stand in a name; a joiner may: Persian and emoji need it.
_FORBIDDEN = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def agent_name(text: str) -> str:
    """A name as it is kept. Raises Invalid for an empty or too long one, or with controls."""
    name = " ".join(unicodedata.normalize("NFC", text).split())
    if not name:
        raise Invalid("A name is missing.", code="name_missing")
    if len(name) > LONGEST_NAME:
        raise Invalid("The name is too long.", code="name_long", details={"most": LONGEST_NAME})
    if any(unicodedata.category(each) in _FORBIDDEN or each in _DIRECTIONS for each in name):
        raise Invalid("The name holds what can't be shown.", code="name_odd")
    return name


def agent_email(text: str) -> str:
    """An address as it is kept and compared. Raises Invalid.

    Only ASCII: a letter that merely looks like another one can't pass for a colleague's.
    """
    address = normalize_email(text)
    if address is None or not address.isascii() or "." not in address.rpartition("@")[2]:
        raise Invalid("That isn't an e-mail address.", code="not_an_email")
    return address


def agent_signature(text: str) -> str | None:
    """A signature as it is kept, None for an empty one. Raises Invalid for one that is too long."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").strip()
    if len(lines) > LONGEST_SIGNATURE:
        raise Invalid(
            "The signature is too long.", code="signature_long", details={"most": LONGEST_SIGNATURE}
        )
    if any(unicodedata.category(each) in _FORBIDDEN and each not in "\n\t" for each in lines):
        raise Invalid("The signature holds what can't be shown.", code="signature_odd")
    return lines or None
