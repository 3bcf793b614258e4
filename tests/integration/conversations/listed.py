"""Lists of an inbox, and writing the words of what is due."""

from datetime import datetime
from types import SimpleNamespace
from typing import Any, cast

from integration.conversations.lists.asked import Asked
from integration.conversations.lists.indexing import index_due
from integration.conversations.lists.views import ConversationPage, list_conversations
from integration.db import Database
from integration.events import RecordedEvents
from integration.recorded_jobs import RecordedJobs
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.conversations import KEYRING, keys
from tests.factories.stores import NOW


def services_on(inbox: Any, *, now: datetime = NOW) -> Services:
    """What a job of the inbox needs of a process' parts."""
    return services_of(inbox.mirror.db, now=now)


def services_of(db: Database, *, now: datetime = NOW) -> Services:
    """The same for whoever has a database only."""
    parts = SimpleNamespace(
        db=db,
        jobs=RecordedJobs(),
        events=RecordedEvents(),
        keyring=KEYRING,
        now=StandingClock(now),
    )
    return cast(Services, parts)


def index(inbox: Any) -> int:
    """Write the words of whatever is due; of how many conversations."""
    services, done = services_on(inbox), 0
    # A job ends after two seconds, whatever is left: another one goes on.
    while some := index_due(services):
        done += some
    return done


def page(inbox: Any, *, by: int | None = None, limit: int = 50, **asked: Any) -> ConversationPage:
    """A page of a list, as the inbox's agent sees it."""
    cursor = asked.pop("cursor", None)
    now = asked.pop("now", NOW)
    with inbox.reading() as session:
        return list_conversations(
            session,
            keys(),
            Asked(**asked),
            agent_id=by or inbox.agent_id,
            now=now,
            cursor=cursor,
            limit=limit,
        )


def ids(inbox: Any, **asked: Any) -> list[int]:
    """The conversations of all pages of a list, in their order."""
    found: list[int] = []
    cursor = None
    while True:
        one = page(inbox, cursor=cursor, **asked)
        found += [int(row.id) for row in one.rows]
        if one.next is None:
            return found
        cursor = one.next
