"""An inbox of a morning: what came by mail, chat, form and phone, in several languages."""

from datetime import timedelta
from typing import Any

from channels.records import Inbound, Person
from integration.conversations import states
from integration.conversations.channel_keys import ChannelKeys
from integration.conversations.states import assign, set_status
from integration.conversations.writing import answer, note
from integration.models import Agent, Conversation, ConversationTag, Message, Order
from tests.factories.conversations import make_agent, make_channel, receive_message
from tests.ui_embed.people_rows import EMAIL, add_person
from tests.ui_embed.world import NOW, World

LONG_NAME = "Αλεξάνδρα-Μαρία Παπαχριστοδουλοπούλου-Κωνσταντινοπούλου " * 3
MAIL_HTML = (
    "<p>Καλημέρα σας,</p><p>πού βρίσκεται η παραγγελία <b>#1042</b>;</p>"
    '<p><img src="https://tracker.example/pixel.gif" alt="logo"></p>'
)
QUOTED = "On Friday Aegean Goods wrote:\n> Thank you for your order #1042.\n> It is on its way."


def fill(world: World) -> dict[str, int]:
    """The inbox; the ids of its conversations by a word each, and of who is in it."""
    place, ring = (world.services.db, world.workspace_id), world.services.keyring
    add_person(world, orders=4)
    mail = make_channel(*place, ring=ring, name="Support", address="support@aegean.example")
    chat = make_channel(*place, "chat", ring=ring, name="Aegean Goods")
    form = make_channel(*place, "form", ring=ring, name="Contact form")
    phone = make_channel(*place, "phone", ring=ring, name="Shop", address="+302101234567")
    eleni, noa = make_agent(*place, "Ελένη Νικολάου"), make_agent(*place, "נועה")
    made = {"channel-mail": mail, "channel-form": form, "eleni": eleni, "noa": noa}

    def came(word: str, channel: int, hours: float, inbound: Inbound, **more: Any) -> int:
        at = NOW - timedelta(hours=hours)
        done = receive_message(*place, channel, inbound, ring=ring, now=at, **more)
        made[word] = done.conversation_id
        return done.conversation_id

    came(
        "resolved",
        mail,
        90,
        _mail(
            "jana@example.cz", "Jana Nováková", "Vrácení hrnku", "Dobrý den, hrnek přišel prasklý."
        ),
    )
    came(
        "spam",
        mail,
        60,
        _mail("win@casino.example", "Winner", "You won", "Click here", trust="claimed"),
    )
    came("snoozed", form, 50, _form("piotr@example.pl", "Piotr Wiśniewski", "Czy macie rozmiar L?"))
    came(
        "long",
        mail,
        30,
        _mail("a@example.gr", LONG_NAME[:200], "Τιμολόγιο " * 12, "Χρειάζομαι τιμολόγιο. " * 30),
    )
    came(
        "forged",
        mail,
        6,
        _mail(
            EMAIL,
            "Δήμητρα Παπαδοπούλου",
            "Change my address",
            "Please send #1042 to another address.",
            trust="claimed",
        ),
    )
    came("phone", phone, 5, _call("+306912345678"))
    came(
        "hebrew",
        mail,
        3,
        _mail(
            "noa@example.co.il",
            "נועה בן־דוד",
            "איפה החבילה שלי?",
            "שלום, ההזמנה #1041 עוד לא הגיעה. תודה!",
        ),
    )
    came(
        "form",
        form,
        1.5,
        _form("klaus@example.de", None, "<script>alert(1)</script> Do you ship to Austria?"),
    )
    came("chat", chat, 0.1, _chat("Is the towel in stock?", "Maria"))
    asked = came(
        "asked",
        mail,
        26,
        _mail(
            EMAIL,
            "Δήμητρα Παπαδοπούλου",
            "Παραγγελία #1042",
            "Καλημέρα σας,\n\nπού βρίσκεται η παραγγελία #1042; Την περιμένω από τη Δευτέρα."
            "\n\nΕυχαριστώ,\nΔήμητρα",
            html=MAIL_HTML,
            quoted=QUOTED,
        ),
    )
    _talk(world, made, asked)
    return made


def _talk(world: World, made: dict[str, int], asked: int) -> None:
    keys, now = ChannelKeys(world.services.keyring), NOW
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        eleni = session.get_one(Agent, made["eleni"])
        order = session.query(Order).filter(Order.name == "#1042").one()
        states.set_order(session, asked, order.id, by=eleni, now=now - timedelta(hours=25))
        note(
            session,
            keys,
            asked,
            "The parcel waits at the depot since Friday. I called ACS.",
            by=eleni,
            key="n1",
            now=now - timedelta(hours=24),
        )
        answer(
            session,
            keys,
            asked,
            "Γεια σας κυρία Παπαδοπούλου,\n\nτο δέμα σας είναι στο κέντρο διανομής και έρχεται"
            " αύριο.\n\nΕλένη",
            by=eleni,
            key="a1",
            now=now - timedelta(hours=23),
            then="pending",
        )
        session.query(Message).filter(Message.key == "a1").update(
            {
                "delivery": "seen",
                "sent_at": now - timedelta(hours=23),
                "seen_at": now - timedelta(hours=22),
            }
        )
        for tag in ("parcel", "VIP"):
            session.add(ConversationTag(conversation_id=asked, tag=tag))
        session.add(ConversationTag(conversation_id=made["hebrew"], tag="parcel"))
        set_status(session, made["resolved"], "resolved", by=eleni, now=now - timedelta(hours=80))
        set_status(
            session,
            made["snoozed"],
            "snoozed",
            by=eleni,
            now=now - timedelta(hours=40),
            until=now + timedelta(hours=20),
        )
        states.set_spam(session, made["spam"], True, by=eleni, now=now)
        assign(session, made["hebrew"], made["noa"], by=eleni, now=now - timedelta(hours=2))
        answer(
            session,
            keys,
            made["hebrew"],
            "שלום נועה, אני בודקת.",
            by=eleni,
            key="a2",
            now=now - timedelta(hours=1),
            then="open",
        )
        session.query(Message).filter(Message.key == "a2").update(
            {"delivery": "failed", "delivery_error": "The mailbox is full."}
        )
    receive = _mail(
        EMAIL, "Δήμητρα Παπαδοπούλου", "Παραγγελία #1042", "Δεν ήρθε ούτε σήμερα. Τι γίνεται;"
    )
    done = receive_message(
        world.services.db,
        world.workspace_id,
        made["channel-mail"],
        receive,
        ring=world.services.keyring,
        now=now - timedelta(minutes=40),
        conversation_id=asked,
    )
    made["newest"] = done.message_id
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.get_one(Conversation, asked).target_due_at = now + timedelta(minutes=50)
        session.get_one(Conversation, asked).answer_due_at = now + timedelta(minutes=50)
        session.get_one(Conversation, made["form"]).target_due_at = now - timedelta(minutes=20)


def _mail(
    address: str, name: str | None, subject: str, text: str, *, trust: Any = "aligned", **more: Any
) -> Inbound:
    return Inbound(
        external_id=f"{abs(hash((address, text)))}@example",
        person=Person("email", address, trust, name),
        text=text,
        subject=subject,
        **more,
    )


def _form(address: str, name: str | None, text: str) -> Inbound:
    return Inbound(
        external_id=None,
        person=Person("email", address, "claimed", name),
        text=text,
        facts={"page": "/contact"},
    )


def _call(number: str) -> Inbound:
    return Inbound(
        external_id=None,
        person=Person("phone", number, "claimed", None),
        text="Asked when the shop opens on Sunday.",
    )


def _chat(text: str, name: str) -> Inbound:
    return Inbound(
        external_id=None, person=Person("email", "maria@example.gr", "claimed", name), text=text
    )
