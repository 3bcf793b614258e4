"""What holds a thread of mails together: Message-IDs, references, and where our token stands.

Our Message-IDs are the application's: 32 hexadecimal digits at the mailbox's domain. The token goes
into Reply-To as a plus address where the mailbox takes those, and always into References, as an id
of its own: whoever answers repeats it.
"""

import hashlib
import re
from collections.abc import Iterable

from channels.email.headers import Headers
from channels.email.ours import Ours
from channels.records import Address

_MOST_REFERENCES = 100
_LONGEST_ID = 250
_ID = re.compile(r"<\s*([^<>\s]{1,998})\s*>")
_TOKEN = re.compile(r"[A-Za-z0-9_.-]{8,60}")
_OUR_KEY = re.compile(r"[0-9a-f]{32}")
_TO_US = ("to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")


def is_our_id(external_id: str, ours: Ours) -> bool:
    """Whether an id looks like those that the application gives: only it knows which it gave."""
    local, _, domain = external_id.rpartition("@")
    return _OUR_KEY.fullmatch(local) is not None and domain.lower() == ours.domain


def read_message_id(headers: Headers, raw: bytes) -> str:
    """A mail's own id, without brackets; one that has none gets it from what it consists of."""
    for found in _ids(headers.plain("message-id") or ""):
        return found
    return f"{hashlib.sha256(raw).hexdigest()[:40]}@without-id.invalid"


def read_references(headers: Headers) -> tuple[str, ...]:
    """The ids of earlier mails, the oldest first, each once; what is answered comes last."""
    earlier = _ids(headers.plain("references") or "")
    answered = _ids(headers.plain("in-reply-to") or "")[:5]
    if len(earlier) > _MOST_REFERENCES:
        # The first and the newest tell the thread (RFC 5537, 3.4.4).
        earlier = [*earlier[:1], *earlier[1 - _MOST_REFERENCES :]]
    ordered = dict.fromkeys(earlier)
    for each in reversed(answered):
        if each not in ordered:
            ordered[each] = None
    return tuple(ordered)


def reply_reference(token: str, ours: Ours) -> str:
    """The id that carries a token through References, without brackets."""
    return f"r.{token}.{ours.mark}@{ours.domain}"


def reply_address(token: str, ours: Ours) -> str:
    """Our address with the token behind a plus."""
    local, _, domain = ours.address.rpartition("@")
    return f"{local}+{token}@{domain}"


def read_token(recipients: Iterable[Address], references: Iterable[str], ours: Ours) -> str | None:
    """The token that came back, unproven: of a recipient, else of the newest reference."""
    local, _, domain = ours.address.rpartition("@")
    for recipient in recipients:
        theirs, _, at = recipient.address.rpartition("@")
        name, plus, token = theirs.partition("+")
        if plus and at == domain and name.lower() == local and _TOKEN.fullmatch(token):
            return token
    ending = f".{ours.mark}@{ours.domain}"
    for reference in reversed(tuple(references)):
        if reference.startswith("r.") and reference.lower().endswith(ending):
            token = reference[2 : -len(ending)]
            if _TOKEN.fullmatch(token):
                return token
    return None


def addressed_headers(headers: Headers) -> list[str]:
    """The values of all headers that may hold our own address."""
    return [value for name in _TO_US for value in headers.all_plain(name)]


def _ids(value: str) -> list[str]:
    found = _ID.findall(value)
    if not found:
        # Some leave the brackets out, or one of them.
        words = (word.strip("<>") for word in value.split()[:_MOST_REFERENCES])
        found = [word for word in words if "@" in word and not set(word) & {"<", ">"}]
    return [each[:_LONGEST_ID] for each in found if each.isprintable()]
