"""A person whom only the copy's rows lead to, and erasures that are killed at a step."""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pytest

from channels.errors import Unreadable
from channels.records import Address
from integration.canary_scan.scan import scan
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.incoming.arrivals import Come, keep
from integration.models import Channel, Store
from integration.privacy.erasing import everywhere, words_elsewhere
from integration.privacy.requests import working_off
from integration.privacy.requests.asking import ask_for_data
from integration.services import Services
from tests.factories.conversations import mail_of, make_channel, receive_message

ADDRESS = "kanarienvogel@example.com"
# What is said of them in others' conversations.
SAID = (
    f"Ask {ADDRESS}",
    f"He is <{ADDRESS.upper()}>.",
    f"I gave it to {ADDRESS}, who bought it",
)


class Killed(Exception):
    """Whoever was at work is dead."""


@dataclass(frozen=True)
class Point:
    """Before which call of which step somebody dies."""

    module: Any
    name: str
    call: int = 1

    def __str__(self) -> str:
        return f"{self.name} {self.call}"

    def kill(self, patch: pytest.MonkeyPatch, before: Callable[[], None] = lambda: None) -> None:
        """Have the process die there; `before` happens first."""
        genuine, calls = getattr(self.module, self.name), iter(range(1, 1_000))

        def step(*given: Any, **more: Any) -> Any:
            if next(calls) == self.call:
                before()
                raise Killed(str(self))
            return genuine(*given, **more)

        patch.setattr(self.module, self.name, step)


# In their order, in one store.
BEFORE_THE_COMMIT = [
    Point(everywhere, "erase_bodies_of"),
    Point(everywhere, "find_person", 2),
    Point(everywhere, "erase_person"),
    Point(everywhere, "append"),
]
AFTER_IT = [
    Point(everywhere, "erase_bodies_of", 2),
    Point(everywhere, "erase_arrivals_of"),
    Point(everywhere, "erase_words_elsewhere"),
    Point(words_elsewhere, "_erase", 1),
    Point(words_elsewhere, "_erase", 2),
    Point(words_elsewhere, "_erase", 3),
    Point(everywhere, "erase_other_requests"),
    Point(working_off, "_finish"),
    Point(working_off, "add_receipt"),
]


def speak(services: Services, store: Store, address: str = ADDRESS) -> int:
    """What others and they themselves say in others' conversations, a mail of theirs that nobody
    could read, and a request for their data; the mailbox' id.
    """
    ring, workspace_id = services.keyring, store.workspace_id
    mailbox = make_channel(services.db, workspace_id, ring=ring)
    for number, text in enumerate(SAID):
        others = mail_of(
            f"max{number}@mail.example",
            text.replace(ADDRESS, address),
            cc=(Address(address),),
            name="Max",
        )
        given = (services.db, workspace_id, mailbox)
        conversation_id = receive_message(*given, others, ring=ring).conversation_id
    theirs = mail_of(address, "I am the one", name="Kanarienvogel")
    receive_message(*given, theirs, ring=ring, conversation_id=conversation_id)
    raw = f"From: K <{address}>\r\nSubject: x\r\n\r\nbroken".encode()
    come = Come(sha256(raw).digest(), raw, len(raw), "k@mail.example", Unreadable("no"))
    with services.db.workspace(workspace_id, write=True) as session:
        key = ChannelKeys(ring).of(session.get_one(Channel, mailbox))
        keep(session, key, mailbox, [come], services.now())
    ask_for_data(services, workspace_id, email=address, by="owner:1", now=services.now())
    return mailbox


def places(services: Services, *words: str) -> set[str]:
    """Where the person is, by a program that shares nothing with the erasure."""
    return set(scan(services, words or ("kanarienvogel",)).found)
