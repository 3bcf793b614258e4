"""What a merchant sets up for a mailbox, and whether it works."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

from channels.email.addresses import clean_name, is_address
from channels.email.imap import ImapConnection
from channels.email.smtp import SmtpConnection
from channels.errors import FieldRefused
from channels.port import Connect
from channels.records import Account, Field

RECEIVES = ("imap", "signed_calls", "mailgun")
TLS = ("tls", "starttls", "none")
_HERE = frozenset({"localhost", "127.0.0.1", "::1", "[::1]"})
_SERVER = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,250}[A-Za-z0-9])?")


class EmailAccounts:
    """The port's Accounts for a mailbox.

    `receives`: by IMAP, or by calls of a provider at our address. `authserv_id` is the name in the
    Authentication-Results that the mailbox's own server writes; empty: no sender is believed.
    `plus_addressing`: the mailbox takes mail for `name+anything@domain` too. `read_from`: mails
    that came before that day (UTC, YYYY-MM-DD) are left alone; empty: from yesterday on.
    Without `imap_user` the address logs in, without `smtp_user` and its password IMAP's.
    """

    fields: tuple[Field, ...] = (
        Field("address", "address"),
        Field("display_name", "text", is_required=False),
        Field("receives", "choice", choices=RECEIVES, default="imap"),
        Field("imap_host", "host", is_required=False),
        Field("imap_port", "port", is_required=False, default=993),
        Field("imap_tls", "choice", choices=TLS, default="tls"),
        Field("imap_user", "text", is_required=False),
        Field("imap_password", "secret", is_required=False),
        Field("imap_folder", "text", is_required=False, default="INBOX"),
        Field("read_from", "text", is_required=False),
        Field("call_secret", "secret", is_required=False),
        Field("smtp_host", "host"),
        Field("smtp_port", "port", default=587),
        Field("smtp_tls", "choice", choices=TLS, default="starttls"),
        Field("smtp_user", "text", is_required=False),
        Field("smtp_password", "secret", is_required=False),
        Field("authserv_id", "text", is_required=False),
        Field("plus_addressing", "switch", is_required=False, default=False),
    )

    def __init__(self, connect: Connect, *, today: Callable[[], date] | None = None) -> None:
        self._connect = connect
        self._today = today or (lambda: datetime.now(UTC).date())

    def settle(self, given: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
        """The settings and secrets of a filled form. Raises FieldRefused with a sentence."""
        settings: dict[str, Any] = {}
        secrets: dict[str, str] = {}
        for field in self.fields:
            value = given.get(field.name, field.default)
            if field.kind == "secret":
                if value:
                    secrets[field.name] = str(value)
            else:
                settings[field.name] = _settled(field, value)
        _judge_address(settings)
        self._judge_receiving(settings, secrets)
        _judge_tls(settings)
        if not ({"imap_password", "smtp_password"} & secrets.keys()):
            raise FieldRefused("smtp_password", "Sending needs a password.")
        return settings, secrets

    def address(self, settings: Mapping[str, Any]) -> str | None:
        """The mailbox's address, in lower case."""
        return str(settings.get("address") or "").lower() or None

    def check(self, account: Account) -> None:
        """Log in to both servers, and open the folder. Raises ChannelError with a sentence."""
        if account.settings.get("receives", "imap") == "imap":
            with ImapConnection(self._connect, account) as mailbox:
                mailbox.examine()
        with SmtpConnection(self._connect, account):
            pass

    def _judge_receiving(self, settings: dict[str, Any], secrets: Mapping[str, str]) -> None:
        if settings["receives"] == "imap":
            if not settings["imap_host"]:
                raise FieldRefused("imap_host", "Type the name of the IMAP server.")
            if "imap_password" not in secrets:
                raise FieldRefused("imap_password", "Reading the mailbox needs its password.")
            settings["read_from"] = self._read_from(settings["read_from"])
        elif len(secrets.get("call_secret", "")) < 16:
            raise FieldRefused(
                "call_secret", "Type the key that the provider signs with, 16 characters or more."
            )

    def _read_from(self, given: str) -> str:
        if not given:
            return (self._today() - timedelta(days=1)).isoformat()
        try:
            return date.fromisoformat(given).isoformat()
        except ValueError:
            raise FieldRefused("read_from", "A day is written as 2026-11-22.") from None


def _settled(field: Field, value: Any) -> Any:
    if field.kind == "switch":
        return bool(value)
    if field.kind == "port":
        try:
            port = int(value if value not in (None, "") else field.default)
        except (TypeError, ValueError):
            raise FieldRefused(field.name, "A port is a number from 1 to 65535.") from None
        if not 1 <= port <= 65535:
            raise FieldRefused(field.name, "A port is a number from 1 to 65535.")
        return port
    text = str(value if value is not None else field.default or "").strip()
    if any(ord(character) < 32 or ord(character) == 127 for character in text):
        raise FieldRefused(field.name, "This must be on one line.")
    if field.kind == "choice" and text not in field.choices:
        raise FieldRefused(field.name, "Choose one of the list.")
    if field.kind == "host":
        return text.rstrip(".").lower()
    return text


def _judge_address(settings: dict[str, Any]) -> None:
    settings["address"] = settings["address"].lower()
    if not is_address(settings["address"]):
        raise FieldRefused("address", "That isn't an e-mail address.")
    settings["display_name"] = clean_name(settings["display_name"])
    server = settings["authserv_id"]
    if server and not _SERVER.fullmatch(server):
        raise FieldRefused(
            "authserv_id", "That is a server's name, as it begins an Authentication-Results header."
        )
    settings["imap_folder"] = settings["imap_folder"] or "INBOX"


def _judge_tls(settings: Mapping[str, Any]) -> None:
    parts = ("smtp", "imap") if settings["receives"] == "imap" else ("smtp",)
    for part in parts:
        if settings[f"{part}_tls"] == "none" and settings[f"{part}_host"] not in _HERE:
            raise FieldRefused(f"{part}_tls", "Passwords aren't sent without encryption.")
