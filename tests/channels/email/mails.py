"""Mails for tests, raw, and the mailbox that they come to."""

from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from pydantic import SecretStr

from channels.email.ours import Ours, ours_of
from channels.email.reading import read_mail
from channels.records import Account, Inbound

SERVER = "mx.shop.example"
TOKEN = "t0k3n" * 8


def account(**changed: Any) -> Account:
    """A mailbox, `shop@shop.example`, whose server is trusted. `secrets` are plain texts."""
    secrets = changed.pop("secrets", {"imap_password": "p", "smtp_password": "p"})
    settings = {
        "address": "shop@shop.example",
        "display_name": "The Shop",
        "receives": "imap",
        "imap_host": "localhost",
        "imap_port": 143,
        "imap_tls": "none",
        "imap_user": "",
        "imap_folder": "INBOX",
        "read_from": "",
        "smtp_host": "localhost",
        "smtp_port": 25,
        "smtp_tls": "none",
        "smtp_user": "",
        "authserv_id": SERVER,
        "plus_addressing": True,
    } | changed
    return Account(
        channel_id=7,
        token=TOKEN,
        name="Mail",
        address=str(settings["address"]),
        locale="en",
        settings=settings,
        secrets={name: SecretStr(value) for name, value in secrets.items()},
    )


OURS: Ours = ours_of(account())


def raw(*headers: str, body: bytes | str = b"Hello\r\n", sender: bool = True) -> bytes:
    """A mail of these headers; a sender is added unless told otherwise."""
    lines = ["From: Ann <ann@example.com>"] if sender else []
    as_bytes = body.encode() if isinstance(body, str) else body
    head = "\r\n".join([*lines, *headers]).encode("utf-8", "surrogateescape")
    return head + b"\r\n\r\n" + as_bytes


def read(*headers: str, body: bytes | str = b"Hello\r\n", sender: bool = True) -> Inbound:
    """The same, read in this process."""
    return read_mail(raw(*headers, body=body, sender=sender), OURS)


def message(text: str = "Hello", **headers: str) -> EmailMessage:
    """A mail that Python's own library writes."""
    made = EmailMessage(policy=SMTP)
    made["From"] = headers.pop("sender", "Ann <ann@example.com>")
    made["To"] = "shop@shop.example"
    for name, value in headers.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made
