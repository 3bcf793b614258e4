"""What every act in the inbox shares: who may, the conversation as it is then, what is told."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import cast

from flask import Response, make_response, redirect, render_template, request, url_for

from integration.agents.roles import Deed, may
from integration.conversations.changes import tell
from integration.db import WorkspaceSession
from integration.errors import AppError
from integration.models import Agent
from ui_embed.inbox.asking import looked_at
from ui_embed.inbox.screen import Told
from ui_embed.inbox.talks import read_talk
from ui_embed.request_context import caller, current_agent, services


def need_to_answer() -> None:
    """Raises 403 for whoever may only read."""
    if not may(current_agent(), Deed.ANSWER):
        raise AppError("Your role can only read here.", code="forbidden", status=403)


def writing() -> AbstractContextManager[WorkspaceSession]:
    """A session that commits; who acts is known before it begins, for that may write too."""
    current_agent()
    return services().db.workspace(caller().workspace_id, write=True)


def myself(session: WorkspaceSession) -> Agent:
    """The row of the agent who acts."""
    return session.get_one(Agent, current_agent().id)


def tell_of(
    *conversation_ids: int, is_to_be_sent: bool = False, news: Mapping[str, str] | None = None
) -> None:
    """Let open pages know after the commit, and have what follows be done."""
    workspace_id = caller().workspace_id
    tell(services(), workspace_id, *conversation_ids, is_to_be_sent=is_to_be_sent, news=news)


def acted(conversation_id: int, told: Told) -> Response:
    """The conversation's head with what was done, for a script; else its page again."""
    status = 422 if told.is_refusal else 200
    if not is_by_script():
        return to_conversation(conversation_id)
    looked = looked_at()
    talk = read_talk(
        services(), caller().workspace_id, conversation_id, current_agent(), looked.query
    )
    page = render_template(
        "screens/inbox_changed.html", talk=talk, told=told, back_url=looked.list_url()
    )
    return make_response(page, status)


def to_conversation(conversation_id: int) -> Response:
    """The way to its page, for a browser without scripts."""
    there = url_for("inbox.shown", conversation_id=conversation_id, **looked_at().query)
    return cast(Response, redirect(there, 303))


def is_by_script() -> bool:
    """Whether a script swaps the answer in."""
    return request.headers.get("HX-Request-Type") is not None
