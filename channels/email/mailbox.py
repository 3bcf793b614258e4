"""What is new in a mailbox: by UIDs, which only grow, under a UIDVALIDITY that says since when."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date

from channels.email.imap import Folder, ImapConnection, Listed
from channels.email.limits import LONGEST_TALK_SECONDS
from channels.email.mime import MOST_BYTES
from channels.errors import ChannelError
from channels.port import Connect
from channels.records import Account, Fetched, Position

_LISTED_AT_ONCE = 500
_MAILS_AT_ONCE = 50
_BYTES_AT_ONCE = 8 * 1024 * 1024
# A server without IDLE is asked again after this.
_POLL_SECONDS = 20.0
# RFC 2177: an IDLE that lasts longer than 29 minutes may be ended by the server.
_LONGEST_IDLE_SECONDS = 28 * 60.0


class EmailMailbox:
    """The port's Mailbox: reads, marks nothing as read, removes nothing.

    A mail that is larger than we take is handed out without its bytes. After a change of
    UIDVALIDITY all mails since `read_from` are handed out again: the application knows them by
    what they consist of.
    """

    def __init__(self, connect: Connect) -> None:
        self._connect = connect
        self._lock = threading.Lock()
        self._known: dict[int, tuple[str, int]] = {}

    def fetch(self, account: Account, since: Mapping[str, Position]) -> Iterator[Fetched]:
        """The mails after that position, ascending. Raises ChannelError, also in the midst.

        None where a provider calls instead.
        """
        if not _is_asked(account):
            return
        part = str(account.settings.get("imap_folder") or "INBOX")
        with ImapConnection(self._connect, account) as mailbox:
            folder = mailbox.examine()
            position = since.get(part)
            is_same = position is not None and position.generation == folder.generation
            first = position.position + 1 if position is not None and is_same else 1
            # What comes from here on is news to whoever waits for it.
            self._know(account, folder)
            if 0 < folder.next_uid <= first:
                return
            uids = mailbox.uids(first, _read_from(account))
            for start in range(0, len(uids), _LISTED_AT_ONCE):
                listed = mailbox.look_at(uids[start : start + _LISTED_AT_ONCE])
                for group in _groups(listed):
                    yield from _fetched(mailbox, part, folder.generation, group)

    def await_news(self, account: Account, *, at_most_seconds: float) -> bool:
        """Wait until there may be a new mail. Raises ChannelError.

        True at once where the folder isn't as the last fetch or wait of this object left it; False
        after all the time where a provider calls instead.
        """
        if not _is_asked(account):
            time.sleep(at_most_seconds)
            return False
        seconds = min(at_most_seconds, _LONGEST_IDLE_SECONDS)
        deadline = time.monotonic() + seconds
        longest = seconds + LONGEST_TALK_SECONDS
        with ImapConnection(self._connect, account, at_most_seconds=longest) as mailbox:
            if self._know(account, mailbox.examine()):
                return True
            try:
                is_news = mailbox.wait(max(0.0, deadline - time.monotonic()))
            except NotImplementedError:
                return self._poll(account, mailbox, deadline)
            if is_news:
                # Where this fails, the next wait says once more that there is news.
                with suppress(ChannelError):
                    self._know(account, mailbox.examine())
            return is_news

    def _poll(self, account: Account, mailbox: ImapConnection, deadline: float) -> bool:
        while (left := deadline - time.monotonic()) > 0:
            time.sleep(min(left, _POLL_SECONDS))
            if self._know(account, mailbox.examine()):
                return True
        return False

    def _know(self, account: Account, folder: Folder) -> bool:
        """Whether a folder has changed since it was looked at last, by this object."""
        seen = (folder.generation, folder.next_uid)
        with self._lock:
            is_news = self._known.get(account.channel_id) != seen
            self._known[account.channel_id] = seen
        return is_news


def _is_asked(account: Account) -> bool:
    return bool(account.settings.get("receives", "imap") == "imap")


def _fetched(
    mailbox: ImapConnection, part: str, generation: str, group: Sequence[Listed]
) -> Iterator[Fetched]:
    wanted = [each.uid for each in group if each.size_bytes <= MOST_BYTES]
    bodies = mailbox.bodies(wanted)
    for each in group:
        is_gone = each.uid not in bodies
        if is_gone and each.size_bytes <= MOST_BYTES:
            continue
        raw = bodies.get(each.uid)
        size = len(raw) if raw is not None else each.size_bytes
        yield Fetched(part, generation, each.uid, raw, size, each.received_at)


def _groups(listed: Sequence[Listed]) -> Iterator[list[Listed]]:
    """What is asked for at once: few enough, and not too many bytes."""
    group: list[Listed] = []
    size = 0
    for each in listed:
        counts = min(each.size_bytes, MOST_BYTES)
        if group and (len(group) >= _MAILS_AT_ONCE or size + counts > _BYTES_AT_ONCE):
            yield group
            group, size = [], 0
        group.append(each)
        size += counts
    if group:
        yield group


def _read_from(account: Account) -> date | None:
    told = str(account.settings.get("read_from") or "")
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None
