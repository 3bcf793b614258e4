"""Asking mailboxes for what is new: each in turns of its own, and only one at a time.

What was read is kept and the cursor moved by one commit, so nothing is lost and nothing doubled,
whenever a process dies. A mailbox that gives its mails new numbers is read again from its
beginning: what is known already is kept once.
"""

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from channels.errors import ChannelError
from channels.port import Mailbox
from channels.records import Account, Fetched, Position
from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.conversations.channels.standing import went_well, went_wrong
from integration.conversations.incoming.arrivals import come_by_mail, keep
from integration.conversations.incoming.beating import beating
from integration.conversations.incoming.working_off import JOB as WORK_OFF
from integration.db import WorkspaceSession
from integration.events import Event
from integration.models import Channel, ChannelCursor, Sending
from integration.models.vocabulary import ChannelStatus
from integration.services import Services

log = structlog.get_logger(__name__)

JOB = "mail.fetch"
# Other mailboxes and stores wait for the same worker.
_TURN_SECONDS = 20.0
_HELD_SECONDS = 10.0
_AT_ONCE, _BYTES_AT_ONCE = 50, 16 * 1024 * 1024
# A mailbox that doesn't answer is asked after half the time that it has been away.
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(seconds=50), timedelta(minutes=15)
# Refused credentials may be a server's bad day: tried again, too seldom for anybody to lock us out.
_REFUSED_PAUSE = timedelta(minutes=10)
_NOTED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class FetchTurn:
    """What a turn brought: how many were new, how many came, and whether more is there."""

    new: int = 0
    seen: int = 0
    has_more: bool = False
    error: ChannelError | None = None


class CursorMoved(Exception):
    """Somebody else has read further meanwhile: what we read is his."""


def hold_key(channel_id: int) -> str:
    """The key of a channel's job: at most one waits, and none while one is at work."""
    return f"{JOB}:{channel_id}"


def ask(services: Services, workspace_id: int, channel_id: int) -> None:
    """Have a mailbox be asked soon. Asking too often does no harm."""
    ids = {"workspace_id": workspace_id, "channel_id": channel_id}
    services.jobs.enqueue(JOB, key=hold_key(channel_id), **ids)


def fetch_all(services: Services) -> None:
    """Have every mailbox be asked whose time it is (each minute)."""
    for workspace_id, channel_id in mailboxes_due(services, services.now()):
        ask(services, workspace_id, channel_id)


def fetch(services: Services, *, workspace_id: int, channel_id: int) -> None:
    """Read what is new in a mailbox, for a turn; another turn is enqueued where more is there."""
    key = hold_key(channel_id)
    services.jobs.hold(key, for_seconds=_HELD_SECONDS)
    try:
        with beating(lambda: services.jobs.hold(key, for_seconds=_HELD_SECONDS), "fetching"):
            turn = fetch_turn(services, workspace_id, channel_id)
    finally:
        services.jobs.release(key)
    if turn.has_more:
        ask(services, workspace_id, channel_id)


def fetch_turn(
    services: Services,
    workspace_id: int,
    channel_id: int,
    *,
    at_most_seconds: float = _TURN_SECONDS,
) -> FetchTurn:
    """Read what is new in a mailbox for a while. Nothing is locked while the mailbox answers."""
    account, mailbox, since = _opened(services, workspace_id, channel_id)
    if account is None or mailbox is None:
        return FetchTurn()
    until = time.monotonic() + at_most_seconds
    new = seen = 0
    failure: ChannelError | None = None
    try:
        for batch, is_last in _batches(mailbox.fetch(account, since)):
            new += _keep(services, workspace_id, channel_id, batch, since)
            seen += len(batch)
            if new:
                services.jobs.enqueue(WORK_OFF, key=WORK_OFF)
            if not is_last and time.monotonic() > until:
                return FetchTurn(new, seen, has_more=True)
    except CursorMoved:
        log.info("mail.fetched_elsewhere", channel_id=channel_id)
        return FetchTurn(new, seen)
    except ChannelError as error:
        failure = error
    _note(services, workspace_id, channel_id, failure)
    if seen or failure:
        log.info("mail.fetched", channel_id=channel_id, new=new, seen=seen, error=_code(failure))
    return FetchTurn(new, seen, error=failure)


def mailboxes_due(services: Services, now: datetime) -> list[tuple[int, int]]:
    """The workspaces and ids of the mailboxes that are to be asked now."""
    asked = [slug for slug, each in services.channels.items() if each.mailbox is not None]
    statement = select(Channel).where(
        Channel.kind.in_(asked),
        Channel.status.in_((ChannelStatus.ACTIVE, ChannelStatus.REAUTHORIZE)),
    )
    with services.db.across_workspaces() as session:
        found = session.execute(statement.order_by(Channel.id)).scalars().all()
    return [(each.workspace_id, each.id) for each in found if _is_due(each, now)]


def _is_due(channel: Channel, now: datetime) -> bool:
    if channel.failing_since is None or channel.checked_at is None:
        return True
    if channel.status == ChannelStatus.REAUTHORIZE:
        return now - channel.checked_at >= _REFUSED_PAUSE
    away = (channel.checked_at - channel.failing_since) / 2
    return now - channel.checked_at >= min(max(away, _FIRST_PAUSE), _LONGEST_PAUSE)


def _opened(
    services: Services, workspace_id: int, channel_id: int
) -> tuple[Account | None, Mailbox | None, dict[str, Position]]:
    with services.db.workspace(workspace_id) as session:
        channel = session.get(Channel, channel_id)
        if channel is None or channel.status in (ChannelStatus.PAUSED, ChannelStatus.REMOVED):
            return None, None, {}
        account = account_of(ChannelKeys(services.keyring), channel)
        rows = session.execute(select(ChannelCursor).where(ChannelCursor.channel_id == channel_id))
        since = {row.part: Position(row.generation, row.position) for row in rows.scalars()}
        return account, services.channels[channel.kind].mailbox, since


def _batches(fetched: Iterable[Fetched]) -> Iterator[tuple[list[Fetched], bool]]:
    """What comes, in batches for one commit each; what came before a failure is a batch, too."""
    batch: list[Fetched] = []
    size = 0
    try:
        for each in fetched:
            if batch and (len(batch) >= _AT_ONCE or size + len(each.raw or b"") > _BYTES_AT_ONCE):
                yield batch, False
                batch, size = [], 0
            batch.append(each)
            size += len(each.raw or b"")
    except ChannelError:
        if batch:
            yield batch, False
        raise
    if batch:
        yield batch, True


def _keep(
    services: Services,
    workspace_id: int,
    channel_id: int,
    batch: list[Fetched],
    since: dict[str, Position],
) -> int:
    """Keep a batch and move the cursor, by one commit. Raises CursorMoved."""
    come = [kept for each in batch if (kept := come_by_mail(each)) is not None]
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        locked = select(Channel).where(Channel.id == channel_id).with_for_update(key_share=True)
        channel = session.execute(locked).scalar_one()
        if channel.status in (ChannelStatus.PAUSED, ChannelStatus.REMOVED):
            raise CursorMoved
        key = ChannelKeys(services.keyring).of(channel)
        new = keep(session, key, channel_id, come, now)
        reached = _reached(batch, since)
        for part, position in reached.items():
            _move(session, channel_id, part, since.get(part), position, now)
    since.update(reached)
    return new


def _reached(batch: list[Fetched], since: dict[str, Position]) -> dict[str, Position]:
    """How far a batch brings us in each part."""
    reached: dict[str, Position] = {}
    for each in batch:
        before = reached.get(each.part) or since.get(each.part)
        if before is None or before.generation != each.generation:
            reached[each.part] = Position(each.generation, each.position)
        else:
            furthest = max(before.position, each.position)
            reached[each.part] = Position(each.generation, furthest)
    return reached


def _move(
    session: WorkspaceSession,
    channel_id: int,
    part: str,
    before: Position | None,
    after: Position,
    now: datetime,
) -> None:
    found = session.execute(
        select(ChannelCursor).where(
            ChannelCursor.channel_id == channel_id, ChannelCursor.part == part
        )
    )
    row = found.scalar_one_or_none()
    stands = None if row is None else Position(row.generation, row.position)
    if stands != before:
        raise CursorMoved
    if row is None:
        row = ChannelCursor(channel_id=channel_id, part=part)
        session.add(row)
    row.generation, row.position, row.read_at = after.generation, after.position, now
    session.flush()


def _note(
    services: Services, workspace_id: int, channel_id: int, failure: ChannelError | None
) -> None:
    """Write down how the channel stands, and tell of it where that changed."""
    if failure is None and _is_known_to_be_well(services, workspace_id, channel_id):
        return
    with services.db.workspace(workspace_id, write=True) as session:
        channel = session.get_one(Channel, channel_id, with_for_update=True)
        before = (channel.status, channel.error_code)
        if failure is None:
            if not _sending_fails(session, channel):
                went_well(channel, services.now())
        else:
            went_wrong(channel, failure, services.now())
        after = (channel.status, channel.error_code)
    if after != before:
        log.warning("channel.stands", channel_id=channel_id, status=after[0], error=after[1])
        services.events.publish(Event(workspace_id, "channel", channel_id))


def _sending_fails(session: WorkspaceSession, channel: Channel) -> bool:
    """Whether what is wrong with it is that nothing goes out: reading well proves no more."""
    if channel.error_code is None:
        return False
    statement = select(Sending.message_id).where(
        Sending.channel_id == channel.id,
        Sending.due_at.is_not(None),
        Sending.error_code == channel.error_code,
    )
    return session.execute(statement.limit(1)).first() is not None


def _is_known_to_be_well(services: Services, workspace_id: int, channel_id: int) -> bool:
    """Whether nothing is wrong with it as it is written down: not every look is a write."""
    with services.db.workspace(workspace_id) as session:
        channel = session.get_one(Channel, channel_id)
    is_well = channel.status == ChannelStatus.ACTIVE and channel.error_code is None
    fresh_since = services.now() - _NOTED_EVERY
    return is_well and channel.checked_at is not None and channel.checked_at > fresh_since


def _code(failure: ChannelError | None) -> str | None:
    return None if failure is None else failure.code
