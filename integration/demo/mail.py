"""The demo's mailbox: a customer writes beside their order, and is answered in their mailbox."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.utils import parseaddr
from typing import Any
from urllib.parse import quote

from integration.conversations.channels.setup import channel_token, create_channel
from integration.crm.stores import list_stores, workspace_of
from integration.demo.stand_ins import StandIn
from integration.demo.walk import TELLS_WITHIN_SECONDS, Walk, until
from integration.demo.world import HEROINE, HEROINE_NAME, HEROINE_ORDER
from integration.errors import AppError

SUPPORT = "support@aegean-eyewear.example"
# The stand-in provider's name in what it says of a mail's sender.
_RECEIVER = "mx.mail.example"
Told = dict[str, Any]
# What is in the inbox when somebody looks: sender, name, subject, text.
_MAILS = (
    (
        "noa.levi@mail.example",
        "נועה לוי",
        "מתי תגיע החבילה?",
        "שלום, הזמנתי משקפי שמש לפני שבוע ועדיין לא קיבלתי מספר מעקב. תודה, נועה",
    ),
    (
        "jan.novak@posta.example",
        "Jan Novák",
        "Výměna velikosti",
        "Dobrý den, brýle jsou mi velké. Mohu je vyměnit za menší? Děkuji, Jan Novák",
    ),
    (
        "malgorzata.wisniewska@poczta.example",
        "Małgorzata Wiśniewska",
        "Faktura",
        "Dzień dobry, czy mogę prosić o fakturę na firmę? Pozdrawiam, Małgorzata Wiśniewska",
    ),
    (
        "tom.baker@mail.example",
        "Tom Baker",
        "Do you ship to Ireland?",
        "Hi, I'd like to order two pairs as a present. Do you ship to Dublin, and how long?\nTom",
    ),
)


@dataclass(frozen=True, slots=True)
class Came:
    """The conversation that a mail came to: with whom and about which order, by our ids."""

    conversation_id: str
    trust: str
    profile_id: str | None
    order_id: str | None


class Mailboxes(StandIn):
    """The stand-in mail provider."""

    def write(self, **mail: str | int) -> Told:
        """Write a mail; its number in the writer's mailbox and what the shop answered."""
        told: Told = self.ask("write", mail)
        if told["answered"] != 200:
            raise AppError(f"the shop's door answers {told['answered']}", code="demo_failed")
        return told

    def received(self, address: str) -> Sequence[Told]:
        """What others wrote to an address, the newest first."""
        mails = self.ask(f"mails?address={quote(address)}")["mails"]
        return [each for each in mails if not each["is_own"]]


def mailboxes(walk: Walk) -> Mailboxes:
    """The stand-in provider of a walk's world."""
    return Mailboxes(walk.services.http, walk.world.mail_origin)


def open_mailbox(walk: Walk) -> None:
    """Set the shop's mailbox up, as its form would, and have the provider hand its mail on."""
    services = walk.services
    first = next(iter(list_stores(services)))
    workspace_id = workspace_of(services, int(first.id))
    key = secrets.token_urlsafe(24)
    card = create_channel(
        services,
        workspace_id,
        "email",
        "Support",
        {
            "address": SUPPORT,
            "display_name": "Aegean Eyewear",
            "receives": "mailgun",
            "call_secret": key,
            "smtp_host": "127.0.0.1",
            "smtp_port": walk.world.smtp_port,
            "smtp_tls": "none",
            "smtp_user": "support",
            "smtp_password": key,
            "authserv_id": _RECEIVER,
            "plus_addressing": True,
        },
        by="operator",
    )
    if card.error:
        raise AppError(f"the mailbox doesn't work: {card.error}", code="demo_failed")
    token = channel_token(services, workspace_id, int(card.id))
    url = f"{walk.world.app_origin}/webhooks/email/{token}"
    mailboxes(walk).ask("hand-on", {"address": SUPPORT, "url": url, "key": key})


def write(walk: Walk, mail: Mapping[str, str] | None = None) -> Came:
    """Write to the shop, the heroine about her order where no other mail is given."""
    told = mail or {
        "sender": HEROINE,
        "name": HEROINE_NAME,
        "subject": "Η παραγγελία μου",
        "text": f"Καλησπέρα, πού βρίσκεται η παραγγελία {HEROINE_ORDER};\nΔήμητρα",
    }
    mailboxes(walk).write(to=SUPPORT, **told)

    def there() -> Came | None:
        page = walk.ask("conversations?view=all") or {}
        for row in page.get("conversations", ()):
            if row["person_address"] == told["sender"] and row["subject"] == told["subject"]:
                return _came(walk, row["id"])
        return None

    failure = f"no conversation of {told['sender']} is there"
    found: Came = until(TELLS_WITHIN_SECONDS, failure, there)
    return found


def fill(walk: Walk) -> None:
    """Have people of several languages write, the heroine last."""
    for sender, name, subject, text in _MAILS:
        write(walk, {"sender": sender, "name": name, "subject": subject, "text": text})
    write(walk)


def answer(walk: Walk, conversation_id: str, text: str) -> Told:
    """Answer, and wait until it is in the heroine's mailbox; the mail there."""
    posted = {"kind": "answer", "text": text, "key": secrets.token_urlsafe(16)}
    walk.ask(f"conversations/{conversation_id}/messages", posted)

    def there() -> Told | None:
        mails = mailboxes(walk).received(HEROINE)
        return next((each for each in mails if text in each["text"]), None)

    mail: Told = until(TELLS_WITHIN_SECONDS, "the answer isn't in the mailbox", there)
    return mail


def reply(walk: Walk, conversation_id: str, mail: Told) -> int:
    """Reply to an answer; how many messages the conversation has once the reply is in it."""
    before = _messages(walk, conversation_id)
    to = parseaddr(mail["headers"].get("Reply-To") or mail["headers"]["From"])[1]
    mailboxes(walk).write(
        sender=HEROINE,
        name=HEROINE_NAME,
        to=to,
        subject=f"Re: {mail['headers']['Subject']}",
        text="Ευχαριστώ πολύ!",
        replies_to=mail["number"],
    )

    def there() -> int | None:
        now = _messages(walk, conversation_id)
        return now if now > before else None

    number: int = until(TELLS_WITHIN_SECONDS, "the reply found no conversation", there)
    return number


def _came(walk: Walk, conversation_id: str) -> Came:
    told = walk.ask(f"conversations/{conversation_id}") or {}
    conversation, profile_id = told["conversation"], told["person"]["profile_id"]
    return Came(conversation_id, conversation["trust"], profile_id, conversation["order_id"])


def _messages(walk: Walk, conversation_id: str) -> int:
    told = walk.ask(f"conversations/{conversation_id}") or {}
    return sum(each["kind"] == "customer" for each in told["messages"])
