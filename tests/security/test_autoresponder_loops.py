"""Autoresponder loops; our receipt as a mail bomb at a victim: the loop ends, caps hold."""

import pytest

from integration.conversations.outgoing.automatic import MOST_TO_BELIEVED, MOST_TO_CLAIMED
from integration.models import InboxSettings, Message
from tests.security.mailed import Mailed, mailed, raw
from tests.security.untouched import packets
from tests.ui_embed.world import NOW, World


@pytest.fixture
def mailbox(world: World) -> Mailed:
    """A mailbox that sends a receipt for what comes in."""
    made = mailed(world)
    automatic = {"acknowledge": True, "answer_within_hours": 24}
    row = InboxSettings(automatic=automatic, round_robin=True, updated_by="ada", updated_at=NOW)
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.add(row)
    return made


def _receipts(mailbox: Mailed) -> int:
    return sum(row.kind == "automatic" for row in mailbox.rows(Message))


def test_autoresponder_loops(mailbox: Mailed) -> None:
    """The other machine says of itself what it is, or keeps silent about it."""
    honest = [
        "Auto-Submitted: auto-replied",
        "Precedence: bulk",
        "X-Autoreply: yes",
        "Return-Path: <>",
        "List-Id: <news.example>",
        "Subject: Automatic reply: Order",
    ]
    mailbox.take(*(raw("away", each, number=at) for at, each in enumerate(honest)))
    assert _receipts(mailbox) == 0
    silent = [raw(f"away {at}", f"Subject: away {at}", number=100 + at) for at in range(12)]
    with packets() as sent:
        for each in silent:
            mailbox.take(each)
    assert sent == []
    assert _receipts(mailbox) == MOST_TO_BELIEVED


@pytest.mark.parametrize(
    "sender",
    ["mailer-daemon@mail.example", "no-reply@mail.example", "help@aegean.example",
     "Help+x@Aegean.example"],
)  # fmt: skip
def test_none_goes_to_daemons_or_ourselves(mailbox: Mailed, sender: str) -> None:
    mailbox.take(raw(sender=sender))
    assert _receipts(mailbox) == 0


def test_a_victim_is_not_bombed_with_receipts(mailbox: Mailed) -> None:
    """Anybody can write a victim's address as their own, in many spellings and threads."""
    spellings = ("victim@", "v.ictim@", "Victim+a@", "vi.ct.im+b@")
    senders = [f"{each}{host}" for each in spellings for host in ("gmail.com", "googlemail.com")]
    mails = [
        raw(f"hello {at}", sender=each, aligned=False, number=at) for at, each in enumerate(senders)
    ]
    mailbox.take(*mails)
    assert _receipts(mailbox) == MOST_TO_CLAIMED
