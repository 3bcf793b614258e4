"""Keeping erased persons out: what they sent before their erasure and comes only now."""

from datetime import datetime, timedelta

from channels.records import Inbound
from integration.conversations.threading import key_of
from integration.db import WorkspaceSession
from integration.identity.erased_names import erased_among, name_hash
from integration.models import Arrival, Channel

# No mail is longer under way. One that says it is older has a clock that is wrong: when it came
# counts for it.
_LONGEST_WAY = timedelta(days=30)


def is_from_before(
    session: WorkspaceSession, channel: Channel, arrival: Arrival, inbound: Inbound
) -> bool:
    """Whether a message was sent before its sender was erased from the channel's store.

    Of a channel without a store: from any. Whoever writes anew is a new person.
    """
    key = key_of(inbound)
    if key is None:
        return False
    digest = name_hash(session).of_sender(key)
    rows = erased_among(session.connection(), session.workspace_id, [digest])
    times = [at for (store_id, _), at in rows.items() if channel.store_id in (None, store_id)]
    return bool(times) and sent_at(arrival, inbound) <= max(times)


def sent_at(arrival: Arrival, inbound: Inbound) -> datetime:
    """When a message was sent, as far as that can be believed; else when it came."""
    came, said = arrival.received_at, inbound.sent_at
    return said if said is not None and came - _LONGEST_WAY <= said <= came else came
