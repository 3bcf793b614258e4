"""What came in by a channel, raw and sealed until it is a message; the same thing is kept once."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite

from channels.errors import ChannelError, TooLarge, Unreadable
from channels.records import Fetched, Heard
from integration.conversations.incoming.sameness import mail_digest, message_id_of, split_mail
from integration.crypto import DataKey, associated
from integration.db import WorkspaceSession
from integration.models import Arrival
from integration.models.vocabulary import WorkState

# What the largest mail of a hoster comes to with its files encoded.
BYTES_AT_MOST = 40 * 1024 * 1024
_TOO_LARGE = "the mail has {size:.0f} MB, more than is taken; it is still in its mailbox"
_WITHHELD = "the mail server doesn't hand this mail out; it is still in its mailbox"
_LONGEST_EXTERNAL_ID = 250
_LARGEST_TOLD = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Come:
    """Something that came in. `refused` says why it is kept as it is and won't be worked off."""

    dedupe: bytes
    raw: bytes | None = field(repr=False)
    size_bytes: int
    external_id: str | None = None
    refused: ChannelError | None = None


def come_by_mail(fetched: Fetched) -> Come | None:
    """What a mailbox handed out, as it is kept; None for a place where nothing is any more.

    Of a mail that is too large only the headers are kept, of one that is withheld that it is there.
    """
    size = max(fetched.size_bytes, len(fetched.raw or b""))
    if fetched.raw and size <= BYTES_AT_MOST:
        raw = fetched.raw
        return Come(mail_digest(raw), raw, size, message_id_of(raw))
    if not size:
        return None
    too_large = TooLarge(_TOO_LARGE.format(size=size / 1e6))
    why = Unreadable(_WITHHELD) if fetched.is_withheld else too_large
    headers = split_mail(fetched.raw)[0] if fetched.raw else None
    if headers:
        return Come(mail_digest(headers), headers, size, message_id_of(headers), why)
    place = f"{fetched.part}\n{fetched.generation}\n{fetched.position}".encode()
    return Come(sha256(b"place:" + place).digest(), None, size, None, why)


def come_by_call(heard: Heard) -> Come | None:
    """What a provider's call brought, as it is kept; None where there is nothing to keep."""
    if heard.raw is None:
        return None
    digest = sha256(b"call:" + heard.dedupe.encode(errors="surrogatepass")).digest()
    external_id = heard.external_id[:_LONGEST_EXTERNAL_ID] if heard.external_id else None
    return Come(digest, heard.raw, len(heard.raw), external_id)


def keep(
    session: WorkspaceSession,
    key: DataKey,
    channel_id: int,
    come: Sequence[Come],
    now: datetime,
) -> int:
    """Keep what isn't kept yet, in this order; how many were new. The commit is the caller's."""
    known = _known(session, channel_id, [each.dedupe for each in come])
    fresh = {each.dedupe: each for each in come if each.dedupe not in known}
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    new = 0
    for each in fresh.values():
        row = _row(session, key, channel_id, each, now)
        # Another process may keep the same at this moment.
        statement = insert(Arrival).values(**row).on_conflict_do_nothing()
        new += session.connection().execute(statement).rowcount
    return new


def about_arrival(channel_id: int, dedupe: bytes) -> bytes:
    """What an arrival's sealed body is bound to."""
    return associated("arrivals", channel_id, dedupe.hex())


def open_body(key: DataKey, arrival: Arrival) -> bytes | None:
    """What came, None where it isn't kept (any more). Raises CannotOpen."""
    if arrival.sealed_body is None:
        return None
    return key.open(arrival.sealed_body, about_arrival(arrival.channel_id, arrival.dedupe_key))


def _known(session: WorkspaceSession, channel_id: int, digests: Sequence[bytes]) -> set[bytes]:
    statement = select(Arrival.dedupe_key).where(
        Arrival.channel_id == channel_id, Arrival.dedupe_key.in_(digests)
    )
    return set(session.execute(statement).scalars())


def _row(
    session: WorkspaceSession, key: DataKey, channel_id: int, come: Come, now: datetime
) -> dict[str, object]:
    sealed = None
    if come.raw is not None:
        sealed = key.seal(come.raw, about_arrival(channel_id, come.dedupe))
    return {
        "workspace_id": session.workspace_id,
        "channel_id": channel_id,
        "dedupe_key": come.dedupe,
        "external_id": come.external_id,
        "received_at": now,
        "size_bytes": min(come.size_bytes, _LARGEST_TOLD),
        "sealed_body": sealed,
        "state": WorkState.PARKED if come.refused else WorkState.WAITING,
        "attempts": 0,
        "due_at": None if come.refused else now,
        "error_code": come.refused.code if come.refused else None,
        "error": str(come.refused) if come.refused else None,
    }
