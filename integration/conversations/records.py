"""What the inbox and the API are told of a conversation: frozen, and the same for both."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class FileView:
    """A file of a message. `key` stands in its address; `refused` is why it isn't kept."""

    key: str
    name: str
    media_type: str
    size_bytes: int
    is_inline: bool
    content_id: str | None
    refused: str | None


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as agents see it; `delivery` of what we send, `trust` of what came.

    `id` is text; `details` are an event's facts (`{"what": "status", "from": …, "to": …}`).
    """

    id: str
    key: str
    kind: str
    channel_id: str
    agent_id: str | None
    trust: str | None
    text: str
    html: str | None
    quoted: str | None
    subject: str | None
    sender_name: str | None
    sender_address: str | None
    to: tuple[tuple[str, str | None], ...]
    cc: tuple[tuple[str, str | None], ...]
    facts: Mapping[str, str]
    details: Mapping[str, Any]
    delivery: str | None
    delivery_error: str | None
    files: tuple[FileView, ...]
    created_at: datetime
    sent_at: datetime | None
    seen_at: datetime | None
    is_erased: bool


@dataclass(frozen=True, slots=True)
class ConversationView:
    """A conversation without its messages. Times are aware UTC; `version` grows with each change.

    `person_address` and `person_name` are as the sender told them; whom they lead to is
    `integration.conversations.who`.
    """

    id: str
    channel_id: str
    channel_kind: str
    channel_name: str
    store_id: str | None
    visitor_id: str | None
    subject: str | None
    status: str
    is_spam: bool
    assignee_id: str | None
    locale: str | None
    trust: str
    person_kind: str | None
    person_name: str | None
    person_address: str | None
    order_id: str | None
    reason_id: str | None
    tags: tuple[str, ...]
    messages: int
    created_at: datetime
    last_message_at: datetime
    last_message_id: str | None
    first_asked_at: datetime | None
    first_answered_at: datetime | None
    answered_seconds: int | None
    answered_office_seconds: int | None
    waiting_since: datetime | None
    answers: int
    resolved_at: datetime | None
    resolved_seconds: int | None
    resolved_office_seconds: int | None
    reopened: int
    first_contact: bool | None
    snoozed_until: datetime | None
    answer_due_at: datetime | None
    resolve_due_at: datetime | None
    escalated_at: datetime | None
    rating: int | None
    rating_comment: str | None
    merged_into_id: str | None
    split_from_id: str | None
    version: int

    def as_dict(self) -> dict[str, Any]:
        """As the API and the commands tell it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Thread:
    """A conversation with some of its messages, the oldest first.

    `has_earlier`: there are older ones than these.
    """

    conversation: ConversationView
    messages: tuple[MessageView, ...] = field(default=())
    has_earlier: bool = False

    def as_dict(self) -> dict[str, Any]:
        """As the API tells it."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Received:
    """What became of a customer's message; `assignee_id` is whose the conversation is now."""

    conversation_id: int
    message_id: int
    is_new_conversation: bool = False
    is_repeat: bool = False
    was_reopened: bool = False
    assignee_id: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What was written; `is_repeat`: that key had been written before, nothing was done.

    `assignee_id` is whose the conversation is now.
    """

    conversation_id: int
    message_id: int
    is_repeat: bool = False
    is_to_be_sent: bool = False
    assignee_id: int | None = None
