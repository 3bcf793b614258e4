"""A workspace whose inbox is set up: channels that work and one that doesn't."""

from datetime import timedelta

from channels.errors import CredentialsRefused
from integration.conversations.channel_standing import went_wrong
from integration.models import Channel
from tests.factories.conversations import make_channel
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
    with db.workspace(ours, write=True) as session:
        failure = CredentialsRefused("The mail server doesn't take the user name and password.")
        went_wrong(session.get_one(Channel, dead), failure, NOW - timedelta(hours=5))
