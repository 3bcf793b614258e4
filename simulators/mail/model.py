"""What the provider holds: mailboxes, mails, and where a shop's mail is handed on to."""

from __future__ import annotations

import itertools
import threading
from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses

MOST_MAILS = 500


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail in a mailbox. `is_own`: the mailbox's person sent it."""

    number: int
    raw: bytes = field(repr=False)
    at: datetime
    is_own: bool = False

    @property
    def parsed(self) -> EmailMessage:
        """Its headers and parts."""
        return message_from_bytes(self.raw, policy=policy.default)

    @property
    def text(self) -> str:
        """What it says, in plain text."""
        part = self.parsed.get_body(("plain", "html"))
        return part.get_content().replace("\r\n", "\n") if part is not None else ""


@dataclass(frozen=True, slots=True)
class Hook:
    """Where mail for an address is handed on to, and the key that signs it."""

    url: str
    key: str


class State:
    """All mailboxes by address. Threads may share it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._boxes: dict[str, deque[Mail]] = {}
        self._hooks: dict[str, Hook] = {}

    def take(self, address: str, raw: bytes, *, is_own: bool = False) -> Mail:
        """Put a mail into a mailbox, which begins with its first one."""
        with self._lock:
            mail = Mail(next(self._numbers), raw, datetime.now(UTC), is_own)
            self._boxes.setdefault(address.lower(), deque(maxlen=MOST_MAILS)).append(mail)
            return mail

    def open(self, address: str) -> None:
        """Have a mailbox of that address, empty at first."""
        with self._lock:
            self._boxes.setdefault(address.lower(), deque(maxlen=MOST_MAILS))

    def addresses(self) -> list[str]:
        """Whose mailboxes there are, but for the shops'."""
        with self._lock:
            return sorted(each for each in self._boxes if each not in self._hooks)

    def mails(self, address: str) -> list[Mail]:
        """The mails of a mailbox, the newest first."""
        with self._lock:
            return list(self._boxes.get(address.lower(), ()))[::-1]

    def mail(self, address: str, number: int) -> Mail | None:
        """One of them."""
        return next((each for each in self.mails(address) if each.number == number), None)

    def hand_on(self, address: str, hook: Hook) -> None:
        """From now on hand mail for that address on."""
        with self._lock:
            self._hooks[address.lower()] = hook

    def hook_of(self, address: str) -> Hook | None:
        """Where mail for an address goes; plus addresses go where the plain one does."""
        local, _, domain = address.lower().rpartition("@")
        plain = f"{local.partition('+')[0]}@{domain}"
        with self._lock:
            return self._hooks.get(plain)

    def shops(self) -> list[str]:
        """The addresses whose mail is handed on."""
        with self._lock:
            return sorted(self._hooks)


def addresses_in(*headers: str | None) -> list[str]:
    """The addresses that headers name."""
    return [address for _, address in getaddresses([each for each in headers if each]) if address]
