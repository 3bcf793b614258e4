"""The API of what is done to a conversation beside writing: its state, tags, joining, parting."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response

from integration.conversations import states
from integration.conversations.changes import tell
from integration.conversations.found import conversation_for, conversation_to_change
from integration.conversations.thread import view_of
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid
from integration.models import Agent
from ui_embed.api.bodies import json_answer, json_object, text_field
from ui_embed.api.conversations import ONE, myself, number_of, writing
from ui_embed.api.fields import maybe_id, maybe_number, maybe_switch, maybe_time
from ui_embed.request_context import caller, services, single_arguments

api_changes = Blueprint("api_conversation_changes", __name__)

_CHANGED = "Somebody changed this conversation meanwhile. Look at it again."
_Change = Callable[[WorkspaceSession, int, dict[str, Any], Agent], object]


@api_changes.patch(ONE)
def change(conversation_id: str) -> Response:
    """Change what is named, all of it or nothing; `version` is the one that was seen.

    `status` (with `until` for snoozed), `assignee_id`, `reason_id`, `order_id` (null for none),
    `profile_id` (whom an agent says it is with), `is_spam`.
    """
    single_arguments()
    caller()
    number, posted = number_of(conversation_id), json_object()
    unknown = set(posted) - set(_CHANGES) - {"version", "until"}
    if unknown or not set(posted) & set(_CHANGES):
        raise Invalid(f"Name at least one of {', '.join(_CHANGES)}, and nothing else.")
    version = maybe_number(posted, "version")
    with writing() as session:
        held = conversation_to_change(session, number)
        if version is not None and held.version != version:
            raise Conflict(_CHANGED, details={"version": held.version})
        me = myself(session)
        for name, apply in _CHANGES.items():
            if name in posted:
                apply(session, number, posted, me)
    return told_change(number)


def told_change(number: int, *others: int, status: int = 200) -> Response:
    """How a conversation stands after a change, which is told to open pages, of `others` too."""
    workspace_id = caller().workspace_id
    with services().db.workspace(workspace_id) as session:
        held = view_of(session, conversation_for(session, number))
    tell(services(), workspace_id, *{number, int(held.id), *others})
    return json_answer(held, status)


def _status(session: WorkspaceSession, number: int, posted: dict[str, Any], me: Agent) -> None:
    status, until = text_field(posted, "status"), maybe_time(posted, "until")
    states.set_status(session, number, status, by=me, now=services().now(), until=until)


def _assignee(session: WorkspaceSession, number: int, posted: dict[str, Any], me: Agent) -> None:
    agent_id = maybe_id(posted, "assignee_id")
    states.assign(session, number, agent_id, by=me, now=services().now())


def _reason(session: WorkspaceSession, number: int, posted: dict[str, Any], me: Agent) -> None:
    reason_id = maybe_id(posted, "reason_id")
    states.set_reason(session, number, reason_id, by=me, now=services().now())


def _order(session: WorkspaceSession, number: int, posted: dict[str, Any], me: Agent) -> None:
    order_id = maybe_id(posted, "order_id")
    states.set_order(session, number, order_id, by=me, now=services().now())


def _person(session: WorkspaceSession, number: int, posted: dict[str, Any], me: Agent) -> None:
    profile_id = maybe_id(posted, "profile_id")
    if profile_id is None:
        raise Invalid("The field profile_id is no id.")
    states.set_person(session, number, profile_id, by=me, now=services().now())


def _spam(session: WorkspaceSession, number: int, posted: dict[str, Any], me: Agent) -> None:
    is_spam = maybe_switch(posted, "is_spam")
    if is_spam is None:
        raise Invalid("The field is_spam is neither true nor false.")
    states.set_spam(session, number, is_spam, by=me, now=services().now())


_CHANGES: dict[str, _Change] = {
    "profile_id": _person,
    "order_id": _order,
    "reason_id": _reason,
    "assignee_id": _assignee,
    "is_spam": _spam,
    "status": _status,
}
