"""`imaplib` and imap-tools over a socket that the application opened, and not without limits."""

import imaplib
import socket
from contextlib import suppress

from imap_tools import BaseMailBox

from channels.email.encryption import encrypted, tls_context, tls_sentence
from channels.email.mime import MOST_BYTES
from channels.errors import ChannelUnreachable
from channels.port import Connect

TIMEOUT_SECONDS = 30.0
_MOST_BYTES_AT_ONCE = 96 * 1024 * 1024


class ImapClient(imaplib.IMAP4):
    """imaplib's client, which reads no more than an answer can have."""

    def __init__(self, connect: Connect, host: str, port: int, *, is_encrypted: bool) -> None:
        self._left = _MOST_BYTES_AT_ONCE
        self._handed = connect
        self._is_encrypted = is_encrypted
        super().__init__(host, port, TIMEOUT_SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        connected = self._handed(self.host, self.port, timeout_seconds=TIMEOUT_SECONDS)
        connected.settimeout(TIMEOUT_SECONDS)
        return encrypted(connected, self.host) if self._is_encrypted else connected

    def read(self, size: int) -> bytes:
        """A literal; none that is larger than a mail can be."""
        if size > MOST_BYTES + 1024:
            raise self.abort("the server sends more than was asked for")
        self._spend(size)
        return super().read(size)

    def readline(self) -> bytes:
        """A line; not more of them than an answer can have."""
        line = super().readline()
        # What a line takes in memory is more than its length.
        self._spend(len(line) + 200)
        return line

    def begin_answer(self) -> None:
        """From here on it may send as much again."""
        self._left = _MOST_BYTES_AT_ONCE

    def _spend(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise self.abort("the server doesn't stop to talk")


class MailBox(BaseMailBox):
    """imap-tools' mailbox, encrypted as the account says."""

    def __init__(self, connect: Connect, host: str, port: int, tls: str) -> None:
        self._where = (connect, host, port)
        self._tls = tls
        self.client: ImapClient
        super().__init__()

    def _get_mailbox_client(self) -> ImapClient:
        connect, host, port = self._where
        client = ImapClient(connect, host, port, is_encrypted=self._tls == "tls")
        if self._tls == "starttls":
            try:
                client.starttls(tls_context())
            except (OSError, imaplib.IMAP4.error) as error:
                with suppress(OSError):
                    client.shutdown()
                told = tls_sentence(error) if isinstance(error, OSError) else _NO_STARTTLS
                raise ChannelUnreachable(told) from None
        return client


_NO_STARTTLS = "The mail server doesn't offer encryption on this port."
