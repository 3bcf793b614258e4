"""The notebook: a handled conversation kept as a case."""

from typing import cast

from flask import Blueprint, Response, redirect, url_for

from integration.conversations.answers.cases import add_case
from integration.conversations.found import conversation_for
from integration.conversations.thread import view_of
from integration.errors import Invalid
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.inbox.acting import need_to_answer, writing
from ui_embed.inbox.pages import conversation_number
from ui_embed.inbox.sentences import in_words
from ui_embed.request_context import caller, services, single_fields

inbox_cases = Blueprint("inbox_cases", __name__)


@inbox_cases.get("/inbox/<conversation_id>/case")
@staff_page
def write_case(conversation_id: str) -> Response:
    """The form of a case about this conversation."""
    need_to_answer()
    return _form(conversation_number(conversation_id), {})


@inbox_cases.post("/inbox/<conversation_id>/case")
@staff_page
def keep_case(conversation_id: str) -> Response:
    """Keep it: `title`, `problem`, `solution`."""
    number, fields = conversation_number(conversation_id), single_fields()
    try:
        with writing() as session:
            held = conversation_for(session, number)
            add_case(
                session,
                title=fields.get("title", ""),
                problem=fields.get("problem", ""),
                solution=fields.get("solution", ""),
                conversation_id=held.id,
                locale=held.locale,
                reason_id=held.reason_id,
                by=caller().viewer,
                now=services().now(),
            )
    except Invalid as error:
        return _form(number, fields, in_words(error))
    there = url_for("inbox.shown", conversation_id=number)
    return cast(Response, redirect(there, 303))


def _form(number: int, typed: dict[str, str], refusal: str | None = None) -> Response:
    with services().db.workspace(caller().workspace_id) as session:
        view = view_of(session, conversation_for(session, number))
    return screens.page(
        "screens/inbox_case.html",
        422 if refusal else 200,
        view=view,
        typed=typed,
        refusal=refusal,
        section="inbox",
    )
