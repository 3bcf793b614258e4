"""One connection to an IMAP server, over a socket that the application opened."""

import imaplib
import re
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from time import mktime, monotonic
from types import TracebackType
from typing import Any

from imap_tools.errors import ImapToolsError
from imap_tools.utils import encode_folder

from channels.email import imap_client
from channels.email.encryption import tls_sentence
from channels.email.imap_client import MailBox
from channels.email.limits import LONGEST_TALK_SECONDS, timed
from channels.errors import (
    ChannelError,
    ChannelUnreachable,
    CredentialsRefused,
    TemporarilyRefused,
)
from channels.port import Connect
from channels.records import Account

_LATER = re.compile(rb"\[(?:UNAVAILABLE|INUSE|LIMIT|OVERQUOTA|SERVERBUG)\]|too many", re.IGNORECASE)
_ITEM = re.compile(rb"UID (\d{1,10})\b")
_SIZE = re.compile(rb"RFC822\.SIZE (\d{1,15})\b")
_LAST_UID = 2**32 - 1
_MONTHS = ("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder as it was opened. `next_uid` is 0 where the server doesn't say."""

    generation: str
    next_uid: int


@dataclass(frozen=True, slots=True)
class Listed:
    """A mail in a folder."""

    uid: int
    size_bytes: int
    received_at: datetime | None


class ImapConnection:
    """A logged-in connection for a `with`; every failure is a ChannelError with a sentence."""

    def __init__(
        self,
        connect: Connect,
        account: Account,
        *,
        at_most_seconds: float = LONGEST_TALK_SECONDS,
    ) -> None:
        self._connect = connect
        self._account = account
        self._at_most_seconds = at_most_seconds
        self._folder = str(account.settings.get("imap_folder") or "INBOX")
        # imaplib's annotations know no bytes, and modified UTF-7 is ASCII.
        self._encoded = encode_folder(self._folder).decode("ascii")
        self._box: MailBox
        self._ends = ExitStack()

    def __enter__(self) -> "ImapConnection":
        settings = self._account.settings
        host, port = str(settings["imap_host"]), int(settings["imap_port"])
        connect = timed(self._connect, self._ends, self._at_most_seconds)
        try:
            with _told():
                self._box = MailBox(connect, host, port, str(settings["imap_tls"]))
        except BaseException:
            self._ends.close()
            raise
        try:
            self._log_in()
        except BaseException:
            self._close()
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()

    def examine(self) -> Folder:
        """Open the folder without marking anything as read."""
        client = self._box.client
        with _told():
            status, _ = client.select(self._encoded, readonly=True)
        if status != "OK":
            raise ChannelError("The mailbox has no folder of that name.")
        generation, next_uid = _untagged(client, "UIDVALIDITY"), _untagged(client, "UIDNEXT")
        return Folder(generation or "0", int(next_uid) if next_uid else 0)

    def uids(self, first: int, since: date | None) -> list[int]:
        """The UIDs from `first` on of mails that came on that day or later, ascending."""
        criteria = ["UID", f"{first}:*"]
        if since is not None:
            criteria += ["SINCE", f"{since.day}-{_MONTHS[since.month - 1]}-{since.year}"]
        with _told():
            status, told = self._box.client.uid("SEARCH", *criteria)
        _require(status)
        words = told[0].split() if told and isinstance(told[0], bytes) else []
        # `5:*` names the last mail, also when its number is less.
        told_uids = {int(word) for word in words if word.isdigit() and len(word) <= 10}
        return sorted(uid for uid in told_uids if first <= uid <= _LAST_UID)

    def look_at(self, uids: Sequence[int]) -> list[Listed]:
        """Sizes and times of those mails, ascending; what is gone is missing."""
        wanted = set(uids)
        listed = {}
        for head, _ in self._fetch(uids, "(UID RFC822.SIZE INTERNALDATE)"):
            uid, size = _ITEM.search(head), _SIZE.search(head)
            if uid and size and int(uid.group(1)) in wanted:
                number = int(uid.group(1))
                listed[number] = Listed(number, int(size.group(1)), _received(head))
        return [listed[number] for number in sorted(listed)]

    def bodies(self, uids: Sequence[int], *, at_most: int | None = None) -> dict[int, bytes]:
        """Those mails by their UID, raw; they stay unread. `at_most` cuts each after so many bytes.

        Raises TemporarilyRefused where the server refuses any of them.
        """
        cut = "" if at_most is None else f"<0.{at_most}>"
        found = {}
        for head, body in self._fetch(uids, f"(UID BODY.PEEK[]{cut})"):
            uid = _ITEM.search(head)
            if uid is not None and body is not None:
                found[int(uid.group(1))] = body
        return found

    def wait(self, seconds: float) -> bool:
        """IDLE until a mail comes; False after the time. Then the connection is of no use."""
        client = self._box.client
        deadline = monotonic() + seconds
        with _told():
            # Some name IDLE only to those who have logged in.
            told = client.capability()[1]
            if not told or b"IDLE" not in bytes(told[0] or b"").upper().split():
                raise NotImplementedError
            self._box.idle.start()  # type: ignore[no-untyped-call]
            while (left := deadline - monotonic()) > 0:
                client.sock.settimeout(left)
                try:
                    line = client.readline()
                except TimeoutError:
                    return False
                if not line:
                    raise ChannelUnreachable("The mail server ended the connection.")
                if re.match(rb"\* (?:BYE|\d+ (?:EXISTS|RECENT))", line, re.IGNORECASE):
                    client.sock.settimeout(imap_client.TIMEOUT_SECONDS)
                    with suppress(ImapToolsError, imaplib.IMAP4.error, OSError):
                        self._box.idle.stop()  # type: ignore[no-untyped-call]
                    return True
        return False

    def _fetch(self, uids: Sequence[int], what: str) -> Iterator[tuple[bytes, bytes | None]]:
        if not uids:
            return
        self._box.client.begin_answer()
        with _told():
            status, told = self._box.client.uid("FETCH", ",".join(map(str, uids)), what)
        _require(status)
        waiting: tuple[bytes, bytes] | None = None
        for each in told:
            if isinstance(each, tuple):
                if waiting is not None:
                    yield waiting
                waiting = (each[0], each[1])
            elif isinstance(each, bytes):
                # What stands behind the literal belongs to it.
                yield (each, None) if waiting is None else (waiting[0] + b" " + each, waiting[1])
                waiting = None
        if waiting is not None:
            yield waiting

    def _log_in(self) -> None:
        settings, secrets = self._account.settings, self._account.secrets
        user = str(settings.get("imap_user") or settings["address"])
        password = secrets["imap_password"].get_secret_value()
        log_in = self._box.login if (user + password).isascii() else self._box.login_utf8
        try:
            log_in(user, password, initial_folder=None)
        except imaplib.IMAP4.abort:
            raise ChannelUnreachable("The mail server ended the connection.") from None
        except (ImapToolsError, imaplib.IMAP4.error) as error:
            if _LATER.search(str(error).encode()):
                raise TemporarilyRefused("The mail server asks to come again later.") from None
            raise CredentialsRefused(
                "The IMAP server doesn't take this user name and password."
            ) from None
        except OSError as error:
            raise _unreachable(error) from None

    def _close(self) -> None:
        self._ends.close()
        # LOGOUT would wait for an answer that a dead server never gives.
        with suppress(OSError, imaplib.IMAP4.error):
            self._box.client.sock.settimeout(1.0)
            self._box.client.send(b"zzzz LOGOUT\r\n")
        with suppress(OSError, imaplib.IMAP4.error):
            self._box.client.shutdown()


@contextmanager
def _told() -> Iterator[None]:
    """Turns what imaplib and sockets raise into a ChannelError."""
    try:
        yield
    except (ChannelError, NotImplementedError):
        raise
    except imaplib.IMAP4.abort:
        raise ChannelUnreachable("The mail server ended the connection.") from None
    except (imaplib.IMAP4.error, ImapToolsError, UnicodeError):
        raise ChannelError("The mail server answered what we don't understand.") from None
    except OSError as error:
        raise _unreachable(error) from None


def _unreachable(error: OSError) -> ChannelUnreachable:
    if isinstance(error, TimeoutError):
        return ChannelUnreachable("The mail server doesn't answer.")
    return ChannelUnreachable(tls_sentence(error))


def _require(status: str) -> None:
    if status != "OK":
        raise TemporarilyRefused("The mail server refused to list the mails.")


def _untagged(client: imaplib.IMAP4, name: str) -> str:
    _, told = client.response(name)
    value: Any = told[-1] if told else None
    return value.decode("ascii", "replace") if isinstance(value, bytes) and value.isdigit() else ""


def _received(head: bytes) -> datetime | None:
    parsed = imaplib.Internaldate2tuple(head)
    if parsed is None:
        return None
    with suppress(OverflowError, ValueError, OSError):
        return datetime.fromtimestamp(mktime(parsed), UTC)
    return None
