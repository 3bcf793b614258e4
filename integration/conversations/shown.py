"""A conversation as whoever opens it is told: its messages, whom it is with, what to beware of."""

from dataclasses import dataclass

from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.found import conversation_for
from integration.conversations.ordering import WriterWarning, warnings_of
from integration.conversations.records import ConversationView, MessageView
from integration.conversations.thread import MESSAGES_A_PAGE, thread_of
from integration.conversations.who import PersonSeen, person_of
from integration.db import WorkspaceSession


@dataclass(frozen=True, slots=True)
class PersonTold:
    """Whom a conversation is with; ids are texts.

    `profile_id` is believed, `candidate_ids` are only possible; `trust` says how far the sender
    proved it; `name` and `address` are as they told.
    """

    profile_id: str | None
    candidate_ids: tuple[str, ...]
    trust: str
    name: str | None
    address: str | None


@dataclass(frozen=True, slots=True)
class Shown:
    """A conversation with some of its messages, the oldest first.

    `has_earlier`: there are older ones than these. `warnings` are what to know before answering.
    """

    conversation: ConversationView
    messages: tuple[MessageView, ...]
    has_earlier: bool
    person: PersonTold
    warnings: tuple[WriterWarning, ...]


def show_conversation(
    session: WorkspaceSession,
    keys: ChannelKeys,
    conversation_id: int,
    *,
    after_id: int | None = None,
    before_id: int | None = None,
    limit: int = MESSAGES_A_PAGE,
) -> Shown:
    """The conversation, with its newest messages, those before one or after one.

    Raises NotFound. Where its `person` is shown to somebody, that is to be audited.
    """
    thread = thread_of(
        session, keys, conversation_id, after_id=after_id, before_id=before_id, limit=limit
    )
    conversation = conversation_for(session, conversation_id)
    person = person_of(session, conversation)
    return Shown(
        conversation=thread.conversation,
        messages=thread.messages,
        has_earlier=thread.has_earlier,
        person=told_of(person),
        warnings=warnings_of(session, conversation, person),
    )


def told_of(person: PersonSeen) -> PersonTold:
    """A person as the API tells them."""
    return PersonTold(
        profile_id=None if person.profile_id is None else str(person.profile_id),
        candidate_ids=tuple(map(str, person.candidate_ids)),
        trust=person.trust,
        name=person.name,
        address=person.address,
    )
