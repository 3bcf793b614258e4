"""The lists beside a conversation: the views with their counts, and the rows of one."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from urllib.parse import urlencode

from flask import url_for
from sqlalchemy import select

from integration.agents.directory import AgentCard
from integration.agents.roles import Deed, may
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.incoming.parked import has_parked
from integration.conversations.lists.asked import STATUSES
from integration.conversations.lists.names import names_at_stores
from integration.conversations.lists.views import (
    ConversationPage,
    ConversationRow,
    Counted,
    ViewCounts,
    counts,
    list_conversations,
)
from integration.conversations.tags import common_tags
from integration.crm.stores import list_stores
from integration.db import WorkspaceSession
from integration.models import Channel
from integration.services import Services
from ui_embed.inbox.asking import Looked
from ui_embed.inbox.screen import Due, Group, ListScreen, Row, ViewLink
from ui_embed.inbox.words import VIEWS, channel_icon, view_icon, view_word
from ui_embed.texts import gettext

_MOST_TAGS = 12
_MOST_CHANNELS = 30
_UNVERIFIED = "claimed"


def list_screen(
    services: Services,
    workspace_id: int,
    looked: Looked,
    me: AgentCard,
    *,
    cursor: str | None = None,
    open_id: str | None = None,
) -> ListScreen:
    """The lists, with the rows of the one that is looked at. Raises Invalid for a wrong cursor."""
    keys = ChannelKeys(services.keyring)
    with services.db.workspace(workspace_id) as session:
        page = list_conversations(
            session, keys, looked.asked, agent_id=me.id, now=services.now(), cursor=cursor
        )
        nameless = [int(each.id) for each in page.rows if not _told_name(each)]
        known = names_at_stores(session, nameless) if nameless else {}
        counted = counts(session, agent_id=me.id) if cursor is None else None
        channels = _channels(session) if counted else []
        tags = common_tags(session, _MOST_TAGS) if counted else ()
        sees_parked = counted is not None and may(me, Deed.SET_UP)
        is_parked = sees_parked and has_parked(session, services.now())
    stores = list_stores(services, workspace_id) if counted else []
    named = [(store.id, store.name, "store") for store in stores] if len(stores) > 1 else []
    by_channel = counted.channels if counted else {}
    by_store = counted.stores if counted else {}
    groups = (
        _group("channel", gettext("Channels"), channels, looked, by_channel),
        _group("store", gettext("Stores"), named, looked, by_store),
        _group("tag", gettext("Tags"), [(tag, tag, "tag") for tag in tags], looked, {}),
    )
    return ListScreen(
        title=_title(looked, groups),
        views=_views(looked, counted) if counted else (),
        groups=groups,
        rows=tuple(row_of(each, looked, me, open_id, known) for each in page.rows),
        more_url=_more(page, looked),
        refresh_url=url_for("inbox.rows", **looked.query),
        list_url=looked.list_url(),
        hidden={k: v for k, v in looked.query.items() if k not in ("q", "sort")},
        search=looked.asked.search,
        sort=looked.asked.sort,
        may_write=may(me, Deed.ANSWER),
        has_parked=is_parked,
    )


def row_of(
    row: ConversationRow,
    looked: Looked,
    me: AgentCard,
    open_id: str | None,
    known: Mapping[int, str],
) -> Row:
    """A conversation as the list shows it; `known` are stores' names of those who told none."""
    due = row.target_due_at
    return Row(
        id=row.id,
        url=looked.url(row.id),
        open_url=url_for("inbox.opened", conversation_id=row.id, **looked.query),
        name=_told_name(row) or known.get(int(row.id)),
        channel_kind=row.channel_kind,
        subject=row.subject,
        preview=row.preview,
        preview_kind=row.preview_kind,
        at=row.last_message_at,
        status=row.status,
        assignee=row.assignee_name,
        is_mine=row.assignee_id == str(me.id),
        tags=row.tags,
        is_unread=row.is_unread,
        is_unverified=row.trust == _UNVERIFIED,
        waiting_since=row.waiting_since,
        due=due_of(due, row.is_overdue),
        snoozed_until=row.snoozed_until,
        is_current=row.id == open_id,
        shows_status=_has_several(looked) and row.status not in ("open", "snoozed"),
    )


def _told_name(row: ConversationRow) -> str | None:
    return row.person_name or row.person_address


def _has_several(looked: Looked) -> bool:
    """Whether a list has conversations of several statuses, which their rows have to tell."""
    return bool(looked.asked.search) or len(STATUSES[looked.asked.view]) > 1


def due_of(at: datetime | None, is_late: bool) -> Due | None:
    """Until when somebody waits, None where nothing says it."""
    return None if at is None else Due(at, is_late)


def _more(page: ConversationPage, looked: Looked) -> str | None:
    return url_for("inbox.rows", cursor=page.next, **looked.query) if page.next else None


def _views(looked: Looked, counted: ViewCounts) -> tuple[ViewLink, ...]:
    is_narrowed = any(name in looked.query for name in ("channel", "store", "tag", "q"))
    return tuple(
        ViewLink(
            name=view,
            label=view_word(view),
            icon=view_icon(view),
            url=url_for("inbox.listed", view=view),
            count=_number(getattr(counted, view, None)),
            is_current=looked.asked.view == view and not is_narrowed,
        )
        for view in VIEWS
    )


def _group(
    name: str,
    label: str,
    named: Iterable[tuple[str, str, str]],
    looked: Looked,
    counted: Mapping[str, Counted],
) -> Group:
    links = tuple(
        ViewLink(
            name=f"{name}-{value}",
            label=word,
            icon=icon,
            url=f"{url_for('inbox.listed')}?{urlencode({name: value})}",
            count=_number(counted.get(value)),
            is_current=looked.query.get(name) == value,
        )
        for value, word, icon in named
    )
    return Group(name, label, links)


def _number(counted: Counted | None) -> Counted | None:
    return counted if counted and counted.number else None


def _title(looked: Looked, groups: Iterable[Group]) -> str:
    if looked.asked.search:
        return gettext("Search")
    chosen = [link.label for group in groups for link in group.links if link.is_current]
    return " · ".join((view_word(looked.asked.view), *chosen))


def _channels(session: WorkspaceSession) -> list[tuple[str, str, str]]:
    rows = session.execute(
        select(Channel.id, Channel.name, Channel.kind)
        .where(Channel.removed_at.is_(None))
        .order_by(Channel.id)
        .limit(_MOST_CHANNELS)
    )
    return [(str(number), name, channel_icon(kind)) for number, name, kind in rows]
