"""What the profile page shows beside orders: figures, accounts, tags, notes and the timeline."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import select

from integration.crm.accounts import StoreAccount, accounts_of
from integration.crm.context_orders import named_order
from integration.crm.notes import Notes, notes_of
from integration.crm.own_tags import own_tags_of
from integration.crm.records import ContextOrder
from integration.crm.summary import summary_of
from integration.crm.summary_records import Summary
from integration.crm.timeline import timeline_of
from integration.crm.timeline_records import Timeline
from integration.crm.views import View, write_view
from integration.db import WorkspaceSession
from integration.models import Profile
from integration.services import Services
from platforms.port import StorePlatform
from ui_embed.auth import Caller

Platforms = Mapping[str, StorePlatform]
Part = Literal["orders", "timeline", "notes"]
PARTS: tuple[Part, ...] = get_args(Part)
# Where somebody looks, as the audit keeps it.
SURFACE = "panel"


@dataclass(frozen=True, slots=True)
class Beside:
    """The rest of a person. `timeline` is read where it is looked at only; `order` is the one in
    question where it isn't among the newest.
    """

    summary: Summary
    accounts: tuple[StoreAccount, ...]
    own_tags: tuple[str, ...]
    notes: Notes
    timeline: Timeline | None
    order: ContextOrder | None = None


def part_of(asked: str | None) -> Part:
    """Which part of the page is asked for; orders where none is, or one that there isn't."""
    return next((part for part in PARTS if part == asked), "orders")


def read_beside(
    services: Services, caller: Caller, profile_id: int, part: Part, asked: str | None = None
) -> Beside:
    """The rest of that person; `asked` names an order of theirs that the newest ones don't hold.

    Raises NotFound for who isn't in the caller's workspace.
    """
    platforms = services.platforms
    with services.db.workspace(caller.workspace_id) as session:
        return Beside(
            summary=summary_of(session, profile_id),
            accounts=accounts_of(session, platforms, profile_id),
            own_tags=own_tags_of(session, profile_id),
            notes=notes_of(session, profile_id),
            timeline=timeline_of(session, platforms, profile_id) if part == "timeline" else None,
            order=_asked(session, platforms, profile_id, asked),
        )


def _asked(
    session: WorkspaceSession, platforms: Platforms, profile_id: int, asked: str | None
) -> ContextOrder | None:
    # No database of ours is asked for a NUL: PostgreSQL refuses to.
    if not asked or "\x00" in asked:
        return None
    return named_order(session, platforms, profile_id, asked)


def read_timeline(services: Services, caller: Caller, profile_id: int, cursor: str) -> Timeline:
    """What came before a cursor; the view is audited. Raises NotFound, Invalid for a cursor that
    is none.
    """
    with services.db.workspace(caller.workspace_id) as session:
        found = timeline_of(session, services.platforms, profile_id, cursor=cursor)
    note_seen(services, caller, int(found.profile_id))
    return found


def read_notes(services: Services, caller: Caller, profile_id: int) -> Notes:
    """The newest notes about that person. Raises NotFound."""
    with services.db.workspace(caller.workspace_id) as session:
        return notes_of(session, profile_id)


def read_older_notes(services: Services, caller: Caller, profile_id: int, cursor: str) -> Notes:
    """Those after a cursor; the view is audited. Raises NotFound, Invalid."""
    with services.db.workspace(caller.workspace_id) as session:
        found = notes_of(session, profile_id, cursor=cursor)
    note_seen(services, caller, profile_id)
    return found


def read_tags(
    services: Services, caller: Caller, profile_id: int
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The stores' tags of that person and the agents'. Raises NotFound."""
    with services.db.workspace(caller.workspace_id) as session:
        own = own_tags_of(session, profile_id)
        told = session.execute(select(Profile.tags).where(Profile.id == profile_id)).scalar_one()
        return tuple(told), own


def note_seen(services: Services, caller: Caller, profile_id: int) -> None:
    """Write down that the caller looks at that person, before they do."""
    view = View(
        workspace_id=caller.workspace_id,
        profile_id=profile_id,
        store_id=caller.store_id,
        viewer=caller.viewer,
        surface=SURFACE,
        viewed_at=services.now(),
    )
    write_view(services.db, view)
