"""A workspace whose inbox is set up: channels that work and one that doesn't."""

from datetime import timedelta
from typing import Any

from channels.errors import CredentialsRefused
from integration.conversations.answers.canned import create_canned
from integration.conversations.answers.cases import add_case
from integration.conversations.channels.standing import went_wrong
from integration.conversations.inbox_settings import change_inbox_settings
from integration.conversations.reasons import begin_reasons
from integration.conversations.routing.saved_rules import create_rule
from integration.db import WorkspaceSession
from integration.models import Channel
from tests.factories.conversations import make_agent, make_channel
from tests.ui_embed.world import NOW, World

MAIL = {
    "address": "support@aegean.example",
    "display_name": "Aegean Goods",
    "receives": "imap",
    "imap_host": "imap.aegean.example",
    "imap_port": 993,
    "imap_tls": "tls",
    "imap_user": "",
    "imap_folder": "INBOX",
    "read_from": "2026-11-21",
    "smtp_host": "smtp.aegean.example",
    "smtp_port": 587,
    "smtp_tls": "starttls",
    "smtp_user": "",
    "authserv_id": "mx.aegean.example",
    "plus_addressing": True,
}
SALES = MAIL | {"address": "sales@aegean.example"}
PHONE = {
    "number": "+302101234567",
    "country": "GR",
    "told_by": "twilio",
    "forward_to": "+302107654321",
    "link_recordings": False,
}
CHAT = {
    "greeting": "Γεια σας! Πώς μπορούμε να βοηθήσουμε;",
    "accent": "#0b6a5c",
    "asks_email": "required",
    "invites": True,
    "invites_on": "/cart",
    "invites_after_seconds": 40,
}


def fill(world: World) -> None:
    """Put everything there."""
    db, ring, ours = world.services.db, world.services.keyring, world.workspace_id
    password = {"imap_password": "the password of this mailbox"}
    make_channel(
        db, ours, "email", ring=ring, name="Support", settings=MAIL, secrets=password,
        address=MAIL["address"], store_id=world.store_id, checked_at=NOW - timedelta(minutes=3),
    )  # fmt: skip
    make_channel(db, ours, "chat", ring=ring, name="Storefront", settings=CHAT)
    make_channel(db, ours, "form", ring=ring, name="Φόρμα επικοινωνίας", settings={})
    make_channel(
        db, ours, "phone", ring=ring, name="Shop line", settings=PHONE, address=PHONE["number"],
        secrets={"auth_token": "0" * 32},
    )  # fmt: skip
    dead = make_channel(
        db, ours, "email", ring=ring, name="מכירות", settings=SALES,
        secrets=password, address="sales@aegean.example",
    )  # fmt: skip
    ada = make_agent(db, ours, "Αθηνά Γεωργίου")
    with db.workspace(ours, write=True) as session:
        failure = CredentialsRefused("The IMAP server doesn't take this user name and password.")
        went_wrong(session.get_one(Channel, dead), failure, NOW - timedelta(hours=5))
        begin_reasons(session, "en")
        _write_answers(session)
        _write_rules(session, ada)
        _write_times(session, ada)
        add_case(
            session, title="Sandals came in two left ones", by="owner:1", now=NOW,
            problem="The pair had two left sandals; the customer leaves for holidays on Friday.",
            solution="Sent a new pair by courier at once, asked for a photo, no return needed.",
        )  # fmt: skip


def _write_answers(session: WorkspaceSession) -> None:
    texts = {
        "en": "Hello {{customer.first_name|there}},\n\nyour parcel is on its way. You can follow "
        "it here: {{order.tracking_link}}\n\n{{agent.first_name}}, {{store.name}}",
        "el": "Γεια σας {{customer.first_name}},\n\nτο δέμα σας είναι καθ’ οδόν: "
        "{{order.tracking_link}}",
        "he": "שלום {{customer.first_name}},\n\nהחבילה בדרך: {{order.tracking_link}}",
    }
    for shortcut, name in (("tracking", "Where the parcel is"), ("size", "Change of size")):
        create_canned(session, shortcut=shortcut, name=name, texts=texts, by="owner:1", now=NOW)


def _write_rules(session: WorkspaceSession, agent_id: int) -> None:
    refunds = {"words": ["refund", "επιστροφή"], "languages": ["en", "el"]}
    big = {"order_at_least": {"minor": 30_000, "currency": "EUR"}, "kinds": ["email", "chat"]}
    for name, asked, done in (
        ("Refunds", refunds, {"round_robin": "all", "tags": ["refund"], "reason_id": 3}),
        ("Μεγάλες παραγγελίες", big, {"assign_agent": agent_id, "tags": ["vip"]}),
        ("Weekend chat", {"kinds": ["chat"]}, {"round_robin": [agent_id]}),
    ):
        is_on = name != "Weekend chat"
        create_rule(session, name, asked, done, by="owner:1", now=NOW, is_on=is_on)


def _write_times(session: WorkspaceSession, agent_id: int) -> None:
    day = [["09:00", "14:00"], ["17:30", "21:00"]]
    week: dict[str, Any] = dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), day)
    urgent = {"name": "Urgent", "answer_minutes": 30, "resolve_minutes": 480, "tags": ["urgent"]}
    change_inbox_settings(
        session,
        by="owner:1",
        now=NOW,
        office_hours={
            "zone": "Europe/Athens",
            "week": {**week, "sat": [["10:00", "15:00"]]},
            "holidays": ["2026-12-25", "2027-01-01"],
        },
        targets={
            "answer_minutes": 480,
            "resolve_minutes": 2880,
            "classes": [urgent],
            "escalation": {"agent_id": agent_id, "assign": True, "tag": "overdue"},
        },
        automatic={"acknowledge": True, "answer_within_hours": 24},
    )
