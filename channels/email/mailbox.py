"""What is new in a mailbox: by UIDs, which only grow, under a UIDVALIDITY that says since when."""

import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import date

from channels.email.imap import Folder, ImapConnection, Listed
from channels.email.limits import LONGEST_TALK_SECONDS
from channels.email.mime import MOST_BYTES
from channels.errors import ChannelError, TemporarilyRefused
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
                    bodies = _bodies(mailbox, group, listed)
                    yield from _fetched(bodies, part, folder.generation, group)

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


def _bodies(
    mailbox: ImapConnection, group: Sequence[Listed], listed: Sequence[Listed]
) -> dict[int, bytes | None]:
    """The group's mails by their UID; None for what isn't handed out while another is.

    Raises TemporarilyRefused where nothing is: then it isn't the mail's fault.
    """
    wanted = [each for each in group if each.size_bytes <= MOST_BYTES]
    try:
        return dict(_asked(mailbox, wanted))
    except TemporarilyRefused:
        if len(listed) == 1:
            raise
    found: dict[int, bytes | None] = {}
    for each in wanted:
        try:
            found |= _asked(mailbox, [each])
        except TemporarilyRefused:
            found[each.uid] = None
    if not any(found.values()):
        others = [each for each in listed if each.uid not in found]
        if not others or not _asked(mailbox, [min(others, key=lambda one: one.size_bytes)]):
            raise TemporarilyRefused("The mail server refused to hand out the mails.")
    return found


def _asked(mailbox: ImapConnection, wanted: Sequence[Listed]) -> dict[int, bytes]:
    """Those mails. Some servers only estimate a size: what is large isn't taken past the limit."""
    is_large = sum(each.size_bytes for each in wanted) > _BYTES_AT_ONCE
    at_most = MOST_BYTES + 1 if is_large else None
    return mailbox.bodies([each.uid for each in wanted], at_most=at_most)


def _fetched(
    bodies: Mapping[int, bytes | None], part: str, generation: str, group: Sequence[Listed]
) -> Iterator[Fetched]:
    for each in group:
        is_too_large = each.size_bytes > MOST_BYTES
        if each.uid not in bodies and not is_too_large:
            # It went meanwhile.
            continue
        raw = bodies.get(each.uid)
        size = len(raw) if raw is not None else each.size_bytes
        is_withheld = raw is None and not is_too_large
        if size > MOST_BYTES:
            raw = None
        yield Fetched(part, generation, each.uid, raw, size, each.received_at, is_withheld)


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
