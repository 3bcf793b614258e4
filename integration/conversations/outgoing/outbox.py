"""What we write goes out: leased, sent outside any transaction, and marked by one commit.

Whoever is killed between sending and marking leaves one message that goes out again, with the same
Message-ID: mailboxes and people can tell that it is the same.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import select

from channels.errors import ChannelError, ChannelUnreachable
from channels.port import Sender
from channels.records import Account, Outbound, Sent
from integration.conversations.changes import SENDING, tell
from integration.conversations.channels.keys import ChannelKeys, account_of
from integration.conversations.channels.kinds import traits_of
from integration.conversations.channels.mailboxes import mailbox_for
from integration.conversations.channels.standing import went_well, went_wrong
from integration.conversations.found import conversation_to_change
from integration.conversations.lines import add_event
from integration.conversations.outgoing.message import external_id_of, outbound_of
from integration.conversations.outgoing.sending_leases import (
    SendingLease,
    held_sending,
    kept,
    lease_sending,
)
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.errors import Conflict, NotFound
from integration.events import Event
from integration.logs.told_errors import told
from integration.models import Agent, Channel, Message, Sending
from integration.models.vocabulary import ChannelStatus, DeliveryState
from integration.services import Services

log = structlog.get_logger(__name__)

# Other work of the queue waits meanwhile.
_TURN_SECONDS = 20.0
# Then it has failed: after some four hours.
PAUSES = tuple(timedelta(seconds=each) for each in (30, 60, 120, 300, 600, 1200, 1800, 3600, 7200))
_LONGEST_ERROR = 300
_REMOVED = "The channel was removed before this went out."
_ERASED = "What it said was erased before it went out."
_DROPPED = "Whoever sends it dies or takes too long. It may have gone out."


@dataclass(frozen=True, slots=True)
class _Ready:
    """A message, opened; `refused` says why it can't go."""

    account: Account | None
    sender: Sender | None
    outbound: Outbound | None
    refused: tuple[str, str] | None = None


def send_due(services: Services) -> int:
    """Send what is due, one after another, for a turn; another turn is enqueued where more waits.

    A channel that doesn't answer is left alone until the next turn. Returns how many went out.
    """
    until, sent = time.monotonic() + _TURN_SECONDS, 0
    away: set[int] = set()
    while True:
        lease = lease_sending(services, services.now(), besides=away)
        if lease is None:
            return sent
        context = {"workspace_id": lease.workspace_id, "channel_id": lease.channel_id}
        with structlog.contextvars.bound_contextvars(**context, message_id=lease.message_id):
            failure = send_one(services, lease)
        sent += failure is None
        if isinstance(failure, ChannelUnreachable) or (failure and failure.reauthorize):
            away.add(lease.channel_id)
        if time.monotonic() > until:
            services.jobs.enqueue(SENDING, key=SENDING)
            return sent


def send_one(services: Services, lease: SendingLease) -> ChannelError | None:
    """Send a leased message and write down how that went; why it didn't go, None where it did."""
    try:
        ready = _prepare(services, lease)
    except Exception as error:  # noqa: BLE001 - what can't be prepared must not stop the others
        return _fault(services, lease, error)
    if ready.refused is not None or ready.outbound is None:
        code, why = ready.refused or ("erased", _ERASED)
        _give_up(services, lease, code, why)
        refused = ChannelError(why)
        refused.code = code
        return refused
    assert ready.sender is not None
    assert ready.account is not None
    try:
        with kept(services, lease):
            sent = ready.sender.send(ready.account, ready.outbound)
    except ChannelError as error:
        _failed(services, lease, error)
        return error
    except Exception as error:  # noqa: BLE001 - a fault of ours stops nothing else
        return _fault(services, lease, error)
    _went(services, lease, sent)
    return None


def _fault(services: Services, lease: SendingLease, error: Exception) -> ChannelError:
    """Write down that something of ours went wrong: tried again, and no channel's fault."""
    log.error("sendings.fault", error=told(error), exc_info=error)
    fault = ChannelError("something went wrong here while it was sent")
    fault.code, fault.retryable = "fault", True
    _failed(services, lease, fault, is_ours=True)
    return fault


def retry_sending(
    session: WorkspaceSession, message_id: int, *, by: Agent, now: datetime
) -> Message:
    """Have a message that failed or came back go out again. Tell of it after the commit.

    Raises NotFound, Conflict for one that went, or still waits.
    """
    statement = select(Message).where(Message.id == message_id).with_for_update()
    message = session.execute(statement).scalars().one_or_none()
    if message is None or message.delivery is None:
        raise NotFound("There is no such message.")
    if message.delivery not in (DeliveryState.FAILED, DeliveryState.BOUNCED):
        raise Conflict("Only what failed can be sent again.")
    channel = _way_out(session, session.get_one(Channel, message.channel_id))
    row = session.get(Sending, message_id)
    if row is None:
        row = Sending(message_id=message_id, channel_id=channel.id, created_at=now)
        session.add(row)
    row.channel_id = channel.id
    row.attempts, row.due_at = 0, now
    row.lease = row.leased_until = row.error_code = row.error = None
    message.delivery, message.delivery_error = DeliveryState.WAITING, None
    conversation = conversation_to_change(session, message.conversation_id)
    details = {"what": "sending", "message": str(message_id), "to": "again"}
    add_event(session, conversation, details, agent_id=by.id, now=now)
    session.flush()
    return message


def _way_out(session: WorkspaceSession, channel: Channel) -> Channel:
    """By which channel an answer on that one goes out again. Raises Conflict where by none.

    What failed of a live one is what was handed over to a mailbox.
    """
    if traits_of(channel.kind).is_live:
        mailbox = mailbox_for(session, channel.store_id)
        if mailbox is None:
            raise Conflict("There is no mailbox to send it by. Answer anew.")
        return mailbox
    if channel.status == ChannelStatus.REMOVED:
        raise Conflict("This channel was removed. Answer by another one.")
    if not traits_of(channel.kind).can_answer:
        raise Conflict("This can't be sent again. Answer anew.")
    return channel


def _prepare(services: Services, lease: SendingLease) -> _Ready:
    """What is to be sent, its Message-ID written down before it goes."""
    keys = ChannelKeys(services.keyring)
    if lease.was_dropped and lease.attempts > len(PAUSES) + 1:
        return _Ready(None, None, None, ("lease_expired", _DROPPED))
    with services.db.workspace(lease.workspace_id, write=True) as session:
        channel = session.get_one(Channel, lease.channel_id)
        if channel.status == ChannelStatus.REMOVED:
            return _Ready(None, None, None, ("channel_removed", _REMOVED))
        message = session.get_one(Message, lease.message_id)
        sender = services.channels[channel.kind].sender
        if sender is None:
            return _Ready(None, None, None, ("cannot_send", "Nothing can be sent by this channel."))
        try:
            account = account_of(keys, channel)
            outbound = outbound_of(services, session, keys, message, channel)
        except CannotOpen:
            return _Ready(None, None, None, ("erased", _ERASED))
        message.external_id = external_id_of(services, lease.workspace_id, message, channel)
        return _Ready(account, sender, outbound)


def _went(services: Services, lease: SendingLease, sent: Sent) -> None:
    now = services.now()
    with services.db.workspace(lease.workspace_id, write=True) as session:
        row = held_sending(session, lease)
        if row is None:
            log.warning("sendings.lease_lost")
            return
        message = session.get_one(Message, lease.message_id)
        note = sent.note if sent.refused else None
        message.delivery = DeliveryState.SENT
        message.delivery_error = note[:_LONGEST_ERROR] if note else None
        message.sent_at = now
        session.delete(row)
        channel = session.get_one(Channel, lease.channel_id)
        if channel.error_code is not None and channel.status == ChannelStatus.ACTIVE:
            went_well(channel, now)
    log.info("sendings.sent", attempts=lease.attempts)
    tell(services, lease.workspace_id, message.conversation_id)


def _failed(
    services: Services, lease: SendingLease, error: ChannelError, *, is_ours: bool = False
) -> None:
    """Let it wait for another try, or for the merchant; or give it up, in words."""
    log.warning("sendings.failed", code=error.code, attempts=lease.attempts)
    if not error.retryable and not error.reauthorize:
        _give_up(services, lease, error.code, str(error))
        return
    if lease.attempts > len(PAUSES) and not error.reauthorize:
        _give_up(services, lease, error.code, f"It was tried {lease.attempts} times: {error}")
        return
    now = services.now()
    with services.db.workspace(lease.workspace_id, write=True) as session:
        row = held_sending(session, lease)
        if row is None:
            return
        row.lease = row.leased_until = None
        row.error_code, row.error = error.code, str(error)[:_LONGEST_ERROR]
        if error.reauthorize:
            # It waits for new credentials, and was never tried with any that count.
            row.attempts -= 1
            row.due_at = now
        else:
            row.due_at = now + PAUSES[min(lease.attempts, len(PAUSES)) - 1]
        channel = session.get_one(Channel, lease.channel_id)
        before = (channel.status, channel.error_code)
        if not is_ours and (error.reauthorize or isinstance(error, ChannelUnreachable)):
            went_wrong(channel, error, now)
        stands_otherwise = (channel.status, channel.error_code) != before
    if stands_otherwise:
        services.events.publish(Event(lease.workspace_id, "channel", lease.channel_id))


def _give_up(services: Services, lease: SendingLease, code: str, why: str) -> None:
    now = services.now()
    with services.db.workspace(lease.workspace_id, write=True) as session:
        row = held_sending(session, lease)
        if row is None:
            return
        row.due_at = row.lease = row.leased_until = None
        row.error_code, row.error = code, why[:_LONGEST_ERROR]
        message = session.get_one(Message, lease.message_id)
        message.delivery, message.delivery_error = DeliveryState.FAILED, why[:_LONGEST_ERROR]
        conversation = conversation_to_change(session, message.conversation_id)
        details = {"what": "sending", "message": str(message.id), "to": "failed", "code": code}
        add_event(session, conversation, details, agent_id=None, now=now)
        conversation_id = conversation.id
    tell(services, lease.workspace_id, conversation_id)
