"""Taking mail over SMTP: each recipient's mail goes into their mailbox, or on to a shop."""

from __future__ import annotations

import logging

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from simulators.mail.provider import Provider

# It warns of each sign-in by password, which is all that anybody does here.
logging.getLogger("mail.log").setLevel(logging.ERROR)

MOST_BYTES = 40 * 1024 * 1024


class _Taking:
    def __init__(self, provider: Provider) -> None:
        self._provider = provider

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Deliver a mail; 250 says that we have it."""
        raw = envelope.original_content or b""
        for recipient in envelope.rcpt_tos:
            hook = self._provider.state.hook_of(recipient)
            if hook is None:
                self._provider.state.take(recipient, raw)
        return "250 2.0.0 Taken"


def _anybody(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: object
) -> AuthResult:
    return AuthResult(success=isinstance(given, LoginPassword))


class MailServer:
    """An SMTP server in a thread of its own, on a port of this machine; any password opens it."""

    def __init__(self, provider: Provider, host: str, port: int) -> None:
        self._controller = Controller(
            _Taking(provider),
            hostname=host,
            port=port,
            authenticator=_anybody,
            auth_require_tls=False,
            data_size_limit=MOST_BYTES,
            enable_SMTPUTF8=True,
        )

    def start(self) -> None:
        """Listen. Returns when it does."""
        self._controller.start()

    def stop(self) -> None:
        """Take nothing more."""
        self._controller.stop()
