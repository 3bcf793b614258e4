"""Taking addresses that many people use for what they are, as profiles change."""

from collections.abc import Collection
from datetime import datetime

from integration.crm.deeds import conclude
from integration.db import WorkspaceSession
from integration.identity.deciding import SHARED_BY_RULE, Deed
from integration.identity.holders import holders_of
from integration.identity.rulings import BY_RULE, ruling_on
from integration.identity.shared_addresses import crowded, is_shared, known_by, shared_by_rule
from integration.models.vocabulary import Trust

# Names can go from under an address with whoever moves away from it: while few are flagged, all of
# them are looked at.
_ALL_LOOKED_AT = 40


def judge_addresses(session: WorkspaceSession, profile_ids: Collection[int], now: datetime) -> None:
    """Let addresses and phones on these profiles link nobody where too many names stand under
    them, and link again where that is over. What an agent decided stays.

    In a write session that holds the workspace's lock. The outcome depends on what the stores say
    now only, once every changed profile was judged.
    """
    connection, workspace_id = session.connection(), session.workspace_id
    flagged = set(shared_by_rule(connection, workspace_id))
    known = known_by(connection, workspace_id, profile_ids)
    again = flagged if len(flagged) <= _ALL_LOOKED_AT else flagged & known
    for key in sorted(again | set(crowded(connection, workspace_id, known))):
        held = ruling_on(connection, workspace_id, key)
        if held is not None and key not in flagged:
            continue
        shared = is_shared(connection, workspace_id, key)
        if shared == (key in flagged):
            continue
        holders = holders_of(connection, workspace_id, [key])
        told_of = min(holders, default=None)
        deed = Deed(
            connection, workspace_id, BY_RULE, now, profile_id=told_of, trust=Trust.ASSERTED
        )
        deed.decide_one(key, SHARED_BY_RULE if shared else None)
        conclude(session, deed, holders)
