"""What the inbox shows: views, rows, one open conversation with its messages and its composer."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from integration.conversations.lists.views import Counted
from integration.conversations.ordering import WriterWarning
from integration.conversations.records import ConversationView, MessageView


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose from: an agent, a reason, a channel, a store."""

    id: str
    name: str
    icon: str = "dot"
    is_chosen: bool = False
    note: str | None = None


@dataclass(frozen=True, slots=True)
class ViewLink:
    """A list that can be looked at; `count` None where it isn't counted."""

    name: str
    label: str
    icon: str
    url: str
    count: Counted | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lists of one sort: by channel, by store, by tag."""

    name: str
    label: str
    links: tuple[ViewLink, ...]


@dataclass(frozen=True, slots=True)
class Due:
    """Until when somebody waits; `is_late` where that has passed."""

    at: datetime
    is_late: bool


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation in a list. `name` is as its sender told it, else as their store knows them.

    `shows_status`: the list has conversations of several statuses.
    """

    id: str
    url: str
    open_url: str
    name: str | None
    channel_kind: str
    subject: str | None
    preview: str
    preview_kind: str | None
    at: datetime
    status: str
    assignee: str | None
    is_mine: bool
    tags: tuple[str, ...]
    is_unread: bool
    is_unverified: bool
    waiting_since: datetime | None
    due: Due | None
    snoozed_until: datetime | None
    is_current: bool = False
    shows_status: bool = False


@dataclass(frozen=True, slots=True)
class ListScreen:
    """The lists and the one that is looked at; `more_url` reads on, `list_url` is its address.

    `has_parked`: something came in that couldn't be read, and who looks may see to it.
    """

    title: str
    views: tuple[ViewLink, ...]
    groups: tuple[Group, ...]
    rows: tuple[Row, ...]
    more_url: str | None
    refresh_url: str
    list_url: str
    hidden: Mapping[str, str]
    search: str
    sort: str
    may_write: bool = False
    has_parked: bool = False


@dataclass(frozen=True, slots=True)
class OtherConversation:
    """Another conversation of the same person, or one to merge with."""

    id: str
    url: str
    channel_kind: str
    subject: str | None
    preview: str
    status: str
    at: datetime
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Composer:
    """What is written with: `key` makes sending twice one message.

    `channels` are those by which this person can be answered; none: only notes. `closed` says why.
    """

    key: str
    note_key: str
    channels: tuple[Choice, ...]
    is_live: bool
    takes_files: bool
    agents: tuple[Choice, ...]
    needs_address: bool = False
    closed: str | None = None


@dataclass(frozen=True, slots=True)
class Talk:
    """One open conversation. `me` is the id of who looks; `agents` are all by their id.

    `name` is who it is with: as they told, else as the stores know them.
    """

    view: ConversationView
    messages: tuple[MessageView, ...]
    has_earlier: bool
    me: str | None
    may_write: bool
    agents: Mapping[str, str]
    assignees: tuple[Choice, ...]
    reasons: tuple[Choice, ...]
    channels: Mapping[str, Choice]
    composer: Composer | None
    due: Due | None
    end_due: Due | None = None
    query: Mapping[str, str] = field(default_factory=dict)
    store_name: str | None = None
    profile_id: str | None = None
    name: str | None = None
    warnings: tuple[WriterWarning, ...] = ()

    @property
    def first_id(self) -> str:
        """The oldest message that is shown; 0 where there is none."""
        return self.messages[0].id if self.messages else "0"

    @property
    def last_id(self) -> str:
        """The newest one."""
        return self.messages[-1].id if self.messages else "0"

    def agent_name(self, agent_id: str | None) -> str | None:
        """An agent's name, None for nobody or one that is gone."""
        return self.agents.get(agent_id) if agent_id else None


@dataclass(frozen=True, slots=True)
class Told:
    """What was done just now, with the way back: an action and its fields."""

    text: str
    undo: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    is_refusal: bool = False
