"""The one way by which anything goes out that nobody wrote: receipts, hand-overs, transcripts.

It goes to nobody who sends by machine, never to ourselves, at most once a conversation and sender
in a day, and to one address only so often over all workspaces. What it says is ours: not a word of
what came in, neither the subject nor the name of whoever says to have sent it.
"""

import hmac
from datetime import timedelta
from hashlib import sha256

import structlog
from sqlalchemy import delete, func, select

from channels.records import Address, Inbound
from integration.conversations import writing
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.outgoing.automatic_settings import automatic_mails
from integration.conversations.outgoing.mail_words import Words
from integration.conversations.outgoing.one_mailbox import mailbox_of
from integration.conversations.outgoing.our_addresses import is_ours
from integration.conversations.records import Received, Written
from integration.crypto import associated, derive
from integration.db import WorkspaceSession
from integration.errors import AppError
from integration.identity.normalize import normalize_email
from integration.models import AutomaticMail, Channel, Conversation
from integration.models.vocabulary import ChannelStatus, Trust
from integration.services import Services

log = structlog.get_logger(__name__)

ONE_IN = timedelta(hours=24)
# Over all workspaces: an address that its domain vouches for, and one that anybody may have named.
MOST_TO_BELIEVED, MOST_TO_CLAIMED = 10, 3
# What agents wrote and we mail on our own account: a chat's answers to whoever has left it.
MOST_HANDED_OVER = 20
_KEPT = timedelta(days=3)
_LABEL = "automatic mail"
_MACHINES = frozenset(
    "abuse autoreply auto-reply bounce bounces daemon donotreply do-not-reply do_not_reply"
    " hostmaster info-noreply listserv mailer mailer-daemon majordomo news newsletter no-reply"
    " no_reply nobody noreply notification notifications postmaster root webmaster".split()
)
_MACHINES_BEGIN = tuple(
    "bounce- bounce+ bounces- bounces+ donotreply mailer-daemon no-reply noreply+ noreply- owner-"
    " prvs= srs0= srs1=".split()
)
_MACHINES_END = ("-request", "-bounces", "-owner", "-noreply", "-no-reply", "-daemon")


def is_machine(address: str) -> bool:
    """Whether an address is nobody's who reads: a daemon's, a list's, one that takes no mail."""
    local = address.rpartition("@")[0].lower()
    return local in _MACHINES or local.startswith(_MACHINES_BEGIN) or local.endswith(_MACHINES_END)


def may_go(
    services: Services,
    session: WorkspaceSession,
    address: str | None,
    *,
    conversation_id: int,
    is_believed: bool,
) -> bool:
    """Whether something automatic may go to that address now, in that conversation."""
    normal = normalize_email(address)
    if normal is None or is_machine(normal) or is_ours(services, normal):
        return False
    recipient, thread = _digests(services, session, normal, conversation_id)
    since = services.now() - ONE_IN
    statement = select(
        func.count(), func.count().filter(AutomaticMail.thread_digest == thread)
    ).where(AutomaticMail.recipient_digest == recipient, AutomaticMail.sent_at > since)
    to_recipient, in_thread = session.execute(statement).one()
    most = MOST_TO_BELIEVED if is_believed else MOST_TO_CLAIMED
    return not in_thread and to_recipient < most


def send_automatic(
    services: Services,
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation: Conversation,
    *,
    address: str | None,
    subject: str,
    text: str,
    key: str,
    is_believed: bool,
    channel_id: int | None = None,
) -> Written | None:
    """Put an automatic mail into the outbox, in the caller's transaction; None where none may go.

    Neither `subject` nor `text` may hold a word of anybody's who isn't proven.
    """
    may = may_go(
        services, session, address, conversation_id=conversation.id, is_believed=is_believed
    )
    if not may or address is None:
        return None
    now = services.now()
    try:
        written = writing.automatic(
            session,
            keys,
            conversation.id,
            text,
            key=key,
            now=now,
            to=Address(address),
            channel_id=channel_id,
            subject=subject,
        )
    except AppError as error:
        # A channel that can't send now: a receipt that comes late would say what isn't so.
        log.info("automatic.not_written", conversation_id=conversation.id, code=error.code)
        return None
    count_mail(services, session, address, conversation_id=conversation.id)
    return written


def may_be_handed_over(services: Services, session: WorkspaceSession, address: str) -> bool:
    """Whether what an agent wrote in a chat may go to that address by mail now."""
    normal = normalize_email(address)
    if normal is None or is_machine(normal) or is_ours(services, normal):
        return False
    recipient, _ = _digests(services, session, normal, 0)
    statement = select(func.count()).where(
        AutomaticMail.recipient_digest == recipient,
        AutomaticMail.sent_at > services.now() - ONE_IN,
    )
    return session.execute(statement).scalar_one() < MOST_HANDED_OVER


def count_mail(
    services: Services, session: WorkspaceSession, address: str, *, conversation_id: int
) -> None:
    """Have a mail count against what may go to that address by itself, whoever had it written."""
    normal = normalize_email(address) or address
    recipient, thread = _digests(services, session, normal, conversation_id)
    row = AutomaticMail(recipient_digest=recipient, thread_digest=thread, sent_at=services.now())
    session.add(row)
    session.flush()


def acknowledge(
    services: Services,
    session: WorkspaceSession,
    keys: ChannelKeys,
    channel: Channel,
    inbound: Inbound,
    received: Received,
) -> Written | None:
    """A receipt for the first mail of a conversation, where the merchant wants that."""
    if not received.is_new_conversation or inbound.is_automatic or inbound.is_ours:
        return None
    if channel.status != ChannelStatus.ACTIVE or inbound.person.kind != "email":
        return None
    wanted = automatic_mails(session)
    if not wanted.acknowledge:
        return None
    conversation = session.get_one(Conversation, received.conversation_id)
    if conversation.is_spam:
        return None
    words = Words(conversation.locale or channel.locale)
    subject, text = words.receipt(channel.name, wanted.answer_within_hours)
    signature = wanted.signature.get(words.locale) or wanted.signature.get("en")
    return send_automatic(
        services,
        session,
        keys,
        conversation,
        address=inbound.person.value,
        subject=subject,
        text=f"{text}\n\n{signature}" if signature else text,
        key=f"receipt-{received.message_id}",
        is_believed=Trust(inbound.person.trust) != Trust.CLAIMED,
    )


def tidy_automatic(services: Services) -> int:
    """Forget what no limit looks at any more; how many."""
    before = services.now() - _KEPT
    with services.db.across_workspaces(write=True) as session:
        done = session.execute(delete(AutomaticMail).where(AutomaticMail.sent_at < before))
    return int(done.rowcount)  # type: ignore[attr-defined]


def _digests(
    services: Services, session: WorkspaceSession, normal: str, conversation_id: int
) -> tuple[bytes, bytes]:
    key = derive(services.settings.secret_key.get_secret_value(), _LABEL)
    mailbox = mailbox_of(normal)
    recipient = hmac.digest(key, associated("recipient", mailbox), sha256)
    told = associated("thread", session.workspace_id, conversation_id, mailbox)
    return recipient, hmac.digest(key, told, sha256)
