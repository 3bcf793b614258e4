"""Whether somebody answers a chat now, and how long an answer usually takes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from sqlalchemy import func, select

from integration.chat.places import ChatPlace
from integration.conversations.channels.mailboxes import mailbox_for
from integration.conversations.hours.office_hours import is_open, next_opening
from integration.conversations.inbox_settings import office_hours_of
from integration.db import WorkspaceSession
from integration.models import Conversation

_LOOKED_BACK = timedelta(days=14)
_MOST_LOOKED_AT = 200
# Fewer tell nothing of the next one.
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Availability:
    """`opens_at` is when somebody is there again, None where that isn't known or they are now.

    `usual_seconds` is the median first answer of the last two weeks, None where too few are known.
    """

    is_open: bool
    opens_at: datetime | None
    usual_seconds: int | None
    mails_when_away: bool


def availability(session: WorkspaceSession, place: ChatPlace, now: datetime) -> Availability:
    """How it stands with that chat now, by the workspace's office hours where it keeps them."""
    keeps_hours = bool(place.settings.get("keeps_hours", True))
    hours = office_hours_of(session) if keeps_hours else None
    is_there = hours is None or is_open(hours, now)
    opens_at = None if hours is None or is_there else next_opening(hours, now)
    wants_mail = bool(place.settings.get("mails_when_away", True))
    return Availability(
        is_open=is_there,
        opens_at=opens_at,
        usual_seconds=usual_seconds(session, place.channel_id, now),
        mails_when_away=wants_mail and mailbox_for(session, place.store_id) is not None,
    )


def usual_seconds(session: WorkspaceSession, channel_id: int, now: datetime) -> int | None:
    """The median of the newest first answers, by office hours where there are such."""
    took = func.coalesce(Conversation.answered_office_seconds, Conversation.answered_seconds)
    statement = (
        select(took)
        .where(
            Conversation.channel_id == channel_id,
            Conversation.created_at >= now - _LOOKED_BACK,
            Conversation.answered_seconds.is_not(None),
        )
        .order_by(Conversation.created_at.desc())
        .limit(_MOST_LOOKED_AT)
    )
    known = list(session.execute(statement).scalars())
    return int(median(known)) if len(known) >= _FEWEST else None
