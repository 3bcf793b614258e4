"""One connection to an SMTP server, over a socket that the application opened."""

import re
import smtplib
import socket
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from types import TracebackType

from channels.email.addresses import domain_of
from channels.email.encryption import encrypted, tls_context, tls_sentence
from channels.email.limits import FewLines, timed
from channels.errors import (
    ChannelError,
    ChannelUnreachable,
    CredentialsRefused,
    MessageRefused,
    TemporarilyRefused,
)
from channels.port import Connect
from channels.records import Account

TIMEOUT_SECONDS = 60.0
_WRONG_CREDENTIALS = frozenset({530, 534, 535, 538})
_LONGEST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Envelope:
    """From whom to whom, as it is said to the server. `needs_utf8`: an address isn't ASCII."""

    sender: str
    recipients: tuple[str, ...]
    needs_utf8: bool


class _Client(smtplib.SMTP):
    def __init__(
        self, connect: Connect, host: str, port: int, *, is_encrypted: bool, name: str
    ) -> None:
        self._handed = connect
        self._is_encrypted = is_encrypted
        super().__init__(host, port, local_hostname=name, timeout=TIMEOUT_SECONDS)

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected = self._handed(host, port, timeout_seconds=TIMEOUT_SECONDS)
        connected.settimeout(TIMEOUT_SECONDS)
        return encrypted(connected, host) if self._is_encrypted else connected

    def getreply(self) -> tuple[int, bytes]:
        """An answer; not one that never ends."""
        if self.file is None and self.sock is not None:
            self.file = FewLines(self.sock.makefile("rb"))
        return super().getreply()


class SmtpConnection:
    """A logged-in connection for a `with`; every failure is a ChannelError with a sentence."""

    def __init__(self, connect: Connect, account: Account) -> None:
        self._connect = connect
        self._account = account
        self._client: _Client
        self._ends = ExitStack()

    def __enter__(self) -> "SmtpConnection":
        settings = self._account.settings
        try:
            self._client = _Client(
                timed(self._connect, self._ends),
                str(settings["smtp_host"]),
                int(settings["smtp_port"]),
                is_encrypted=settings["smtp_tls"] == "tls",
                name=domain_of(str(settings["address"])) or "localhost",
            )
        except BaseException as error:
            self._ends.close()
            if isinstance(error, OSError | smtplib.SMTPException):
                raise _not_let_in(error) from None
            raise
        try:
            self._begin(str(settings["smtp_tls"]))
        except BaseException:
            self._ends.close()
            self._client.close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # The mail is taken over already; how the talk ends says nothing about it.
        with suppress(OSError, smtplib.SMTPException):
            if self._client.sock is not None:
                self._client.sock.settimeout(5.0)
                if kind is None:
                    self._client.quit()
        self._ends.close()
        self._client.close()

    def hand_over(self, envelope: Envelope, raw: bytes) -> tuple[str, dict[str, str]]:
        """What the server answered, and the recipients that it refused with its words.

        Raises ChannelError when it takes the mail for none of them.
        """
        try:
            self._client.ehlo_or_helo_if_needed()
            if envelope.needs_utf8 and not self._client.has_extn("smtputf8"):
                raise MessageRefused("The mail server can't send to addresses that aren't ASCII.")
            self._mail(envelope, raw)
            refused = self._recipients(envelope)
            code, told = self._client.data(raw)
        except (OSError, smtplib.SMTPException) as error:
            raise _meant(error) from None
        if code != 250:
            raise _refused(code, told)
        return _line(told), refused

    def _mail(self, envelope: Envelope, raw: bytes) -> None:
        options: list[str] = []
        if self._client.has_extn("size"):
            options.append(f"size={len(raw)}")
        if self._client.has_extn("8bitmime"):
            options.append("body=8bitmime")
        if envelope.needs_utf8:
            options.append("SMTPUTF8")
            self._client.command_encoding = "utf-8"
        code, told = self._client.mail(envelope.sender, options)
        if code != 250:
            raise _refused(code, told)

    def _recipients(self, envelope: Envelope) -> dict[str, str]:
        refused: dict[str, tuple[int, bytes]] = {}
        for recipient in envelope.recipients:
            code, told = self._client.rcpt(recipient)
            if code not in (250, 251):
                refused[recipient] = (code, told)
            if code == 421:
                break
        if len(refused) == len(envelope.recipients) or any(c == 421 for c, _ in refused.values()):
            codes: Sequence[tuple[int, bytes]] = sorted(refused.values())
            raise _refused(*codes[0])
        return {who: f"{code} {_line(told)}" for who, (code, told) in refused.items()}

    def _begin(self, tls: str) -> None:
        settings, secrets = self._account.settings, self._account.secrets
        user = str(settings.get("smtp_user") or settings.get("imap_user") or settings["address"])
        password = secrets.get("smtp_password") or secrets["imap_password"]
        try:
            self._client.ehlo_or_helo_if_needed()
            if tls == "starttls":
                self._client.starttls(context=tls_context())
            self._client.login(user, password.get_secret_value())
        except (OSError, smtplib.SMTPException, UnicodeError) as error:
            raise _not_let_in(error) from None


def _not_let_in(error: Exception) -> ChannelError:
    """What a failure means before there was a word of any message: no refusal is the message's."""
    meant = _meant(error)
    if isinstance(meant, MessageRefused):
        return ChannelUnreachable(str(meant))
    return meant


def _meant(error: Exception) -> ChannelError:
    """What an exception of the library's or a socket's means."""
    if isinstance(error, smtplib.SMTPAuthenticationError):
        if 400 <= error.smtp_code < 500:
            return TemporarilyRefused("The mail server asks to come again later.")
        return CredentialsRefused("The SMTP server doesn't take this user name and password.")
    if isinstance(error, smtplib.SMTPResponseException):
        return _refused(error.smtp_code, error.smtp_error)
    if isinstance(error, UnicodeError):
        return CredentialsRefused("The SMTP server takes only ASCII in a user name and password.")
    return ChannelUnreachable(_why_unreachable(error))


def _why_unreachable(error: Exception) -> str:
    if isinstance(error, smtplib.SMTPNotSupportedError):
        return "The mail server offers no encryption or no login on this port."
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return "The mail server ended the connection."
    return (
        "The mail server doesn't answer."
        if isinstance(error, TimeoutError)
        else tls_sentence(error)
    )


def _refused(code: int, told: bytes | str) -> ChannelError:
    """What a refusal means: 4xx asks to come again, 5xx is for good (RFC 5321, 4.2.1)."""
    words = f"The mail server answered {code} {_line(told)}"
    if code in _WRONG_CREDENTIALS:
        return CredentialsRefused("The SMTP server wants other credentials.")
    if 400 <= code < 500:
        return TemporarilyRefused(words)
    if 500 <= code < 600:
        return MessageRefused(words)
    return ChannelUnreachable("The mail server answered what we don't understand.")


def _line(told: bytes | str) -> str:
    """The server's words on one line, without addresses: they stand in logs and on pages."""
    text = told.decode("utf-8", "replace") if isinstance(told, bytes) else told
    return re.sub(r"<?[^\s<>@]+@[^\s<>@]+>?", "<…>", " ".join(text.split()))[:_LONGEST_TOLD]
