"""Erasing what came in by channels and stands aside, where it is a person's.

What was worked off keeps no body; what is parked keeps all of it, and would bring the person back
when it is played again.
"""

import re
from collections.abc import Collection

from sqlalchemy import or_, select

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.incoming.arrival_leases import finish
from integration.conversations.incoming.arrivals import open_body
from integration.conversations.incoming.sameness import split_mail
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import Arrival, Channel, Store
from integration.models.vocabulary import WorkState
from integration.privacy.erasing.spelling import spelled_whole
from integration.services import Services

_ERASED = "What it said was erased."


def erase_arrivals_of(services: Services, store: Store, names: Collection[Key]) -> int:
    """Erase each parked arrival whose headers name the person; how many.

    A body is left aside: another customer's may quote them. On a channel of another store it stays.
    """
    words = spelled_whole(_words(names))
    erased = 0
    for arrival_id in _parked(services, store):
        # Opened outside any lock: there may be thousands, of which hardly one is theirs.
        with services.db.workspace(store.workspace_id) as session:
            arrival = session.get(Arrival, arrival_id)
            if arrival is None or not _is_theirs(services, session, arrival, words):
                continue
        with services.db.workspace(store.workspace_id, write=True) as session:
            arrival = session.get(Arrival, arrival_id, with_for_update=True)
            if arrival is None or arrival.state != WorkState.PARKED:
                continue
            finish(arrival, WorkState.REFUSED, code="erased", why=_ERASED)
            arrival.external_id = None
            erased += 1
    return erased


def _is_theirs(
    services: Services, session: WorkspaceSession, arrival: Arrival, words: re.Pattern[str]
) -> bool:
    channel = session.get_one(Channel, arrival.channel_id)
    try:
        body = open_body(ChannelKeys(services.keyring).of(channel), arrival)
    except CannotOpen:
        return False
    head = split_mail(body or b"")[0].decode(errors="replace")
    return words.search(head) is not None


def _parked(services: Services, store: Store) -> list[int]:
    ours = or_(Channel.store_id.is_(None), Channel.store_id == store.id)
    statement = (
        select(Arrival.id)
        .join(Channel, Channel.id == Arrival.channel_id)
        .where(Arrival.state == WorkState.PARKED, Arrival.sealed_body.is_not(None), ours)
        .order_by(Arrival.id)
    )
    with services.db.workspace(store.workspace_id) as session:
        return list(session.execute(statement).scalars())


def _words(names: Collection[Key]) -> set[str]:
    """Addresses and numbers as they stand in headers and forms."""
    found: set[str] = set()
    for kind, value in names:
        if kind == "email":
            found.add(value)
        elif kind in ("phone", "guest_phone"):
            found.add(value.rpartition(":")[2].lstrip("+"))
    return {each for each in found if len(each) >= 6}
