"""What a message that came in does: a customer's is received, one that came back is marked."""

from dataclasses import dataclass, replace

from channels.records import Inbound
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.incoming.bounces import take_bounce
from integration.conversations.incoming.erased_senders import is_from_before
from integration.conversations.outgoing.automatic import acknowledge
from integration.conversations.outgoing.reply_tokens import ReplyTokens, conversation_of
from integration.conversations.receiving import receive
from integration.conversations.senders import is_our_own, marked
from integration.db import WorkspaceSession
from integration.models import Arrival, Channel
from integration.services import Services

# Why something is refused that must leave no trace.
ERASED = "erased"


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of it; `refused` and `why` where it is no message of anybody's."""

    conversation_ids: tuple[int, ...] = ()
    message_id: int | None = None
    is_to_be_sent: bool = False
    refused: str | None = None
    why: str = ""


def apply_inbound(
    services: Services,
    session: WorkspaceSession,
    keys: ChannelKeys,
    tokens: ReplyTokens,
    channel: Channel,
    arrival: Arrival,
    inbound: Inbound,
) -> Applied:
    """Write what came in where it belongs, in the caller's transaction."""
    if inbound.bounce is not None:
        conversation_id = take_bounce(session, inbound.bounce, services.now())
        if conversation_id is not None:
            return Applied((conversation_id,))
        # What we never sent may be anything: agents see it, and nothing answers it.
        inbound = replace(inbound, is_automatic=True)
    if is_our_own(session, inbound):
        return Applied(refused="ours", why="a copy of what we sent")
    if is_from_before(session, channel, arrival, inbound):
        return Applied(refused=ERASED, why="its sender was erased after it was sent")
    proven = tokens.prove(session.workspace_id, inbound.reply_token)
    # Whatever a mailbox says is its own comes from anybody: no machine answers it.
    told = replace(inbound, is_automatic=inbound.is_automatic or inbound.is_ours)
    told = marked(session, told)
    received = receive(
        session,
        keys,
        channel,
        told,
        key=message_key(arrival),
        now=services.now(),
        conversation_id=conversation_of(session, proven),
    )
    written = acknowledge(services, session, keys, channel, told, received)
    return Applied(
        (received.conversation_id,),
        received.message_id,
        is_to_be_sent=written is not None and written.is_to_be_sent,
    )


def message_key(arrival: Arrival) -> str:
    """The message's key: the same whenever the same comes, and nobody's to guess before."""
    return f"in-{arrival.channel_id}-{arrival.dedupe_key.hex()[:40]}"
