"""The link by which a mail's own document opens, for a frame that carries no other proof.

It is handed to whoever has the conversation open, and signed with a key of its own. It is bound to
the workspace, the message and who asked, by which session, and is good for some minutes.
"""

import hmac
from dataclasses import astuple, dataclass
from datetime import datetime, timedelta
from hashlib import sha256

from integration.crypto import associated, derive

LASTS = timedelta(minutes=5)
_LABEL = "mail document link"
_LONGEST = 256


@dataclass(frozen=True, slots=True)
class MailLink:
    """What a link proves: this agent may see this message until then.

    `session_id` is the session that it ends with, 0 for staff whose admin proves them each time.
    `store_id` is the store that they came by, and `is_framed` tells that our page stands in its
    admin. `expires_at` is in seconds since 1970.
    """

    workspace_id: int
    conversation_id: int
    message_id: int
    agent_id: int
    session_id: int
    store_id: int
    is_framed: bool
    expires_at: int


class LinkEnded(Exception):
    """A link of ours that is too old; `link` is what it proved."""

    def __init__(self, link: MailLink) -> None:
        super().__init__("the link has ended")
        self.link = link


def expiry(now: datetime) -> int:
    """When a link ends that is made now."""
    return int((now + LASTS).timestamp())


class MailLinks:
    """Makes and proves the links of a house."""

    __slots__ = ("_key",)

    def __init__(self, secret_key: str) -> None:
        self._key = derive(secret_key, _LABEL)

    def issue(self, link: MailLink) -> str:
        """The link's text: what it proves, then its signature."""
        told = "-".join(str(int(each)) for each in astuple(link))
        return f"{told}.{self._signature(told)}"

    def prove(self, text: str, *, now: datetime) -> MailLink | None:
        """What a link proves, None for one that isn't ours. Raises LinkEnded."""
        if len(text) > _LONGEST:
            return None
        told, _, signature = text.rpartition(".")
        wanted = self._signature(told).encode()
        if not hmac.compare_digest(wanted, signature.encode(errors="replace")):
            return None
        workspace, conversation, message, agent, session, store, is_framed, end = map(
            int, told.split("-")
        )
        link = MailLink(
            workspace, conversation, message, agent, session, store, bool(is_framed), end
        )
        if link.expires_at <= now.timestamp():
            raise LinkEnded(link)
        return link

    def _signature(self, told: str) -> str:
        return hmac.new(self._key, associated("mail document", told), sha256).hexdigest()

    def __repr__(self) -> str:
        return "MailLinks(***)"
