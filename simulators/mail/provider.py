"""Handing mail on: to a mailbox here, or to a shop's address for incoming mail, signed.

The form and the signature are Mailgun's for a route that forwards to an address which ends in
`mime`: https://documentation.mailgun.com/docs/mailgun/user-manual/receive-forward-store
"""

from __future__ import annotations

import hmac
import secrets
import time
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from hashlib import sha256

import requests

from simulators.mail.model import Hook, Mail, State
from simulators.sending import Sender

RECEIVER = "mx.mail.example"
PATIENCE = (1.0, 10.0)
"""Seconds to connect and to answer."""


class Provider:
    """Delivers what people write. Threads may share it."""

    def __init__(self, state: State) -> None:
        self.state = state
        self._sender = Sender()

    def write(
        self,
        sender: str,
        to: str,
        subject: str,
        text: str,
        *,
        name: str | None = None,
        replies_to: Mail | None = None,
    ) -> tuple[Mail, int | None]:
        """Write a mail as a person. The mail, and what the shop answered to it, if it is one's."""
        message = EmailMessage()
        message["From"] = f'"{name}" <{sender}>' if name else sender
        message["To"] = to
        message["Subject"] = subject
        message["Date"] = formatdate()
        message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2])
        if replies_to is not None:
            _refer(message, replies_to.parsed)
            text = f"{text}\n\n{_quoted(replies_to)}"
        message.set_content(text)
        raw = message.as_bytes()
        kept = self.state.take(sender, raw, is_own=True)
        return kept, self.deliver(sender, to, raw)

    def deliver(self, sender: str, to: str, raw: bytes) -> int | None:
        """Hand a mail on as this provider received it; the shop's answer where it is one's."""
        hook = self.state.hook_of(to)
        if hook is None:
            self.state.take(to, raw)
            return None
        checked = _checked(sender, raw)
        body, kind = _form(hook, sender, to, checked)
        return self._sender.post(hook.url, body, {"Content-Type": kind}, PATIENCE)[0]


def _checked(sender: str, raw: bytes) -> bytes:
    """The mail with what this receiver found out about its sender."""
    domain = sender.rpartition("@")[2]
    found = f"{RECEIVER}; spf=pass smtp.mailfrom={sender}; dmarc=pass header.from={domain}"
    return f"Authentication-Results: {found}\r\n".encode() + raw.replace(b"\r\n", b"\n").replace(
        b"\n", b"\r\n"
    )


def _form(hook: Hook, sender: str, to: str, raw: bytes) -> tuple[bytes, str]:
    timestamp, token = str(int(time.time())), secrets.token_hex(25)
    signed = hmac.new(hook.key.encode(), (timestamp + token).encode(), sha256).hexdigest()
    fields = {
        "recipient": to,
        "sender": sender,
        "timestamp": timestamp,
        "token": token,
        "signature": signed,
    }
    files = {"body-mime": ("message.eml", raw, "message/rfc822")}
    made = requests.Request("POST", hook.url, data=fields, files=files).prepare()
    assert isinstance(made.body, bytes)
    return made.body, made.headers["Content-Type"]


def _refer(message: EmailMessage, earlier: EmailMessage) -> None:
    before = str(earlier["Message-ID"] or "")
    message["In-Reply-To"] = before
    message["References"] = f"{earlier['References'] or ''} {before}".strip()


def _quoted(mail: Mail) -> str:
    lines = "\n".join(f"> {line}" for line in mail.text.rstrip().splitlines())
    said = mail.at.strftime("%d.%m.%Y, %H:%M")
    return f"On {said}, {mail.parsed['From']} wrote:\n{lines}"
