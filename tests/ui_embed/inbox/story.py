"""An inbox of a morning: what came by mail, chat, form and phone, in several languages."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select, update

from channels.records import Inbound, Person
from integration.conversations import states
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.writing import answer, note
from integration.db import WorkspaceSession
from integration.models import Agent, Conversation, ConversationTag, Message, Order
from tests.factories.conversations import make_agent, make_channel, receive_message
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.world import NOW, World

LONG_NAME = ("Αλεξάνδρα-Μαρία Παπαχριστοδουλοπούλου-Κωνσταντινοπούλου " * 4)[:200]
MAIL_HTML = (
    "<p>Καλημέρα σας,</p><p>πού βρίσκεται η παραγγελία <b>#1042</b>;</p>"
    '<p><img src="https://tracker.example/pixel.gif" alt="logo"></p>'
)
QUOTED = "On Friday Aegean Goods wrote:\n> Thank you for your order #1042.\n> It is on its way."
ASKED = (
    "Καλημέρα σας,\n\nπού βρίσκεται η παραγγελία #1042; Την περιμένω από τη Δευτέρα."
    "\n\nΕυχαριστώ,\nΔήμητρα"
)
ANSWERED = (
    "Γεια σας κυρία Παπαδοπούλου,\n\nτο δέμα σας είναι στο κέντρο διανομής και έρχεται"
    " αύριο.\n\nΕλένη"
)
_SCRIPT = "<script>alert(1)</script> "
DIMITRA = "Δήμητρα Παπαδοπούλου"


def _sent(address: str, name: str | None, text: str, **more: Any) -> Inbound:
    trust = more.pop("trust", "aligned")
    kind = "phone" if address.startswith("+") else "email"
    who = Person(kind, address, trust, name)  # type: ignore[arg-type]
    return Inbound(external_id=more.pop("external_id", None), person=who, text=text, **more)


def _typed(address: str, name: str | None, text: str) -> Inbound:
    return _sent(address, name, text, trust="claimed")


_CAME: tuple[tuple[str, str, float, Inbound], ...] = (
    (
        "resolved",
        "mail",
        90,
        _sent(
            "jana@example.cz",
            "Jana Nováková",
            "Dobrý den, hrnek přišel prasklý.",
            subject="Vrácení hrnku",
        ),
    ),
    (
        "spam",
        "mail",
        60,
        _sent("win@casino.example", "Winner", "Click here", subject="You won", trust="claimed"),
    ),
    (
        "snoozed",
        "form",
        50,
        _typed("piotr@example.pl", "Piotr Wiśniewski", "Czy macie rozmiar L?"),
    ),
    (
        "long",
        "mail",
        30,
        _sent(
            "a@example.gr",
            LONG_NAME,
            "Χρειάζομαι τιμολόγιο. " * 30,
            subject="Τιμολόγιο " * 12,
        ),
    ),
    (
        "forged",
        "mail",
        6,
        _sent(
            EMAIL,
            DIMITRA,
            "Please send #1042 to another address.",
            subject="Change my address",
            trust="claimed",
        ),
    ),
    ("phone", "phone", 5, _typed("+306912345678", None, "Asked when the shop opens on Sunday.")),
    (
        "hebrew",
        "mail",
        3,
        _sent(
            "noa@example.co.il",
            "נועה בן־דוד",
            "שלום, ההזמנה #1041 עוד לא הגיעה. תודה!",
            subject="איפה החבילה שלי?",
        ),
    ),
    (
        "form",
        "form",
        1.5,
        _typed("klaus@example.de", None, _SCRIPT + "Do you ship to Austria?"),
    ),
    ("chat", "chat", 0.1, _typed("maria@example.gr", "Maria", "Is the towel in stock?")),
    (
        "asked",
        "mail",
        26,
        _sent(EMAIL, DIMITRA, ASKED, subject="Παραγγελία #1042", html=MAIL_HTML, quoted=QUOTED),
    ),
)
_CHANNELS: dict[str, dict[str, Any]] = {
    "mail": {"kind": "email", "name": "Support", "address": "support@aegean.example"},
    "chat": {"kind": "chat", "name": "Aegean Goods"},
    "form": {"kind": "form", "name": "Contact form"},
    "phone": {"kind": "phone", "name": "Shop", "address": "+302101234567"},
}


def fill(world: World, *, plain: bool = False) -> dict[str, int]:
    """The inbox; the ids of its conversations by a word each, and of who is in it.

    `plain`: as it is shown to somebody, without what is there to break a page.
    """
    db, workspace_id, ring = world.services.db, world.workspace_id, world.services.keyring
    add_person(world, orders=4)
    made = {
        f"channel-{word}": make_channel(db, workspace_id, ring=ring, **values)
        for word, values in _CHANNELS.items()
    }
    made["eleni"] = make_agent(db, workspace_id, "Ελένη Νικολάου")
    made["noa"] = make_agent(db, workspace_id, "נועה")
    for word, channel, hours, inbound in _CAME:
        at = NOW - timedelta(hours=hours)
        number = made[f"channel-{channel}"]
        text = inbound.text.removeprefix(_SCRIPT) if plain else inbound.text
        said = replace(inbound, text=text)
        done = receive_message(db, workspace_id, number, said, ring=ring, now=at)
        made[word] = done.conversation_id
    with db.workspace(workspace_id, write=True) as session:
        keys, eleni = ChannelKeys(ring), session.get_one(Agent, made["eleni"])
        _talk(session, keys, made, eleni)
        _sort_out(session, keys, made, eleni)
    again = _sent(EMAIL, DIMITRA, "Δεν ήρθε ούτε σήμερα. Τι γίνεται;", subject="Παραγγελία #1042")
    done = receive_message(
        db,
        workspace_id,
        made["channel-mail"],
        again,
        ring=ring,
        now=NOW - timedelta(minutes=40),
        conversation_id=made["asked"],
    )
    made["newest"] = done.message_id
    with db.workspace(workspace_id, write=True) as session:
        asked = session.get_one(Conversation, made["asked"])
        asked.target_due_at = asked.answer_due_at = NOW + timedelta(minutes=50)
        session.get_one(Conversation, made["form"]).target_due_at = NOW - timedelta(minutes=20)
    return made


def _talk(session: WorkspaceSession, keys: ChannelKeys, made: dict[str, int], by: Agent) -> None:
    """What was said about Dimitra's parcel so far."""
    asked, yesterday = made["asked"], NOW - timedelta(hours=23)
    order_id = session.execute(select(Order.id).where(Order.name == "#1042")).scalar_one()
    states.set_order(session, asked, order_id, by=by, now=NOW - timedelta(hours=25))
    depot = "The parcel waits at the depot since Friday. I called ACS."
    note(session, keys, asked, depot, by=by, key="n1", now=NOW - timedelta(hours=24))
    answer(session, keys, asked, ANSWERED, by=by, key="a1", now=yesterday)
    seen = {"delivery": "seen", "sent_at": yesterday, "seen_at": NOW - timedelta(hours=22)}
    session.execute(update(Message).where(Message.key == "a1").values(**seen))
    for word, tag in (("asked", "parcel"), ("asked", "VIP"), ("hebrew", "parcel")):
        session.add(ConversationTag(conversation_id=made[word], tag=tag))


def _sort_out(
    session: WorkspaceSession, keys: ChannelKeys, made: dict[str, int], by: Agent
) -> None:
    """What was done with the others."""
    states.set_status(session, made["resolved"], "resolved", by=by, now=NOW - timedelta(hours=80))
    until, now = NOW + timedelta(hours=20), NOW - timedelta(hours=40)
    states.set_status(session, made["snoozed"], "snoozed", by=by, now=now, until=until)
    states.set_spam(session, made["spam"], True, by=by, now=NOW)
    states.assign(session, made["hebrew"], made["noa"], by=by, now=NOW - timedelta(hours=2))
    told, now = "שלום נועה, אני בודקת.", NOW - timedelta(hours=1)
    answer(session, keys, made["hebrew"], told, by=by, key="a2", now=now, then="open")
    failed = {"delivery": "failed", "delivery_error": "The mailbox is full."}
    session.execute(update(Message).where(Message.key == "a2").values(**failed))
