"""The inbox's pages: a list, a conversation, and the parts of them that read themselves again."""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request

from integration.conversations.reads import mark_read
from integration.errors import Invalid, NotFound
from ui_embed import screens
from ui_embed.api.bodies import our_id
from ui_embed.entrance import staff_page
from ui_embed.inbox.asking import Looked, looked_at
from ui_embed.inbox.lists import list_screen
from ui_embed.inbox.screen import Talk
from ui_embed.inbox.talks import read_talk
from ui_embed.request_context import caller, current_agent, services, single_arguments

inbox = Blueprint("inbox", __name__)


@inbox.get("/inbox")
@staff_page
def listed() -> Any:
    """The lists, with no conversation open."""
    return _screen(looked_at(), None)


@inbox.get("/inbox/<conversation_id>")
@staff_page
def shown(conversation_id: str) -> Any:
    """The lists, with that conversation open; it counts as read."""
    looked = looked_at()
    return _screen(looked, _opened(looked, conversation_id))


@inbox.get("/inbox/rows")
@staff_page
def rows() -> Response:
    """The rows of a list and the counts, or further rows after `cursor=`."""
    looked, cursor = looked_at(), single_arguments().get("cursor")
    who = caller()
    lists = list_screen(services(), who.workspace_id, looked, current_agent(), cursor=cursor)
    if cursor:
        return make_response(render_template("screens/inbox_rows.html", lists=lists))
    answer = make_response(render_template("screens/inbox_list.html", lists=lists))
    if request.headers.get("HX-Source", "").startswith("form"):
        answer.headers["HX-Replace-Url"] = lists.list_url
    return answer


@inbox.get("/inbox/<conversation_id>/open")
@staff_page
def opened(conversation_id: str) -> str:
    """A conversation by itself, for the place beside the list; it counts as read."""
    looked = looked_at()
    talk = _opened(looked, conversation_id)
    return render_template("screens/inbox_talk.html", talk=talk, back_url=looked.list_url())


@inbox.get("/inbox/<conversation_id>/earlier")
@staff_page
def earlier(conversation_id: str) -> str:
    """The messages before one (`before=`), as rows."""
    before = message_number(single_arguments().get("before"))
    looked = looked_at()
    talk = _read(looked, conversation_number(conversation_id), before=before)
    return render_template("screens/inbox_earlier.html", talk=talk)


@inbox.get("/inbox/<conversation_id>/news")
@staff_page
def news(conversation_id: str) -> str:
    """The messages from one on (`since=`) as they are now, and the head."""
    since, looked = message_number(single_arguments().get("since")), looked_at()
    number = conversation_number(conversation_id)
    talk = _read(looked, number, since=since)
    _note_read(talk)
    return render_template(
        "screens/inbox_changed.html",
        talk=talk,
        is_news=True,
        first_id=str(since),
        back_url=looked.list_url(),
    )


def conversation_number(text: str) -> int:
    """Our id of a conversation. Raises NotFound for what can be none."""
    if (number := our_id(text)) is None:
        raise NotFound("There is no such conversation.")
    return number


def message_number(text: str | None) -> int:
    """Our id of a message, 0 for none. Raises Invalid."""
    if text == "0":
        return 0
    if (number := our_id(text or "")) is None:
        raise Invalid("A message is given by its id.")
    return number


def _screen(looked: Looked, talk: Talk | None) -> Response:
    who = caller()
    open_id = talk.view.id if talk else None
    lists = list_screen(services(), who.workspace_id, looked, current_agent(), open_id=open_id)
    return screens.page("screens/inbox.html", lists=lists, talk=talk, section="inbox")


def _opened(looked: Looked, conversation_id: str) -> Talk:
    talk = _read(looked, conversation_number(conversation_id))
    _note_read(talk)
    return talk


def _read(looked: Looked, number: int, **asked: int) -> Talk:
    workspace_id = caller().workspace_id
    return read_talk(services(), workspace_id, number, current_agent(), looked.query, **asked)


def _note_read(talk: Talk) -> None:
    if not talk.messages:
        return
    number, last = int(talk.view.id), int(talk.last_id)
    with services().db.workspace(caller().workspace_id, write=True) as session:
        mark_read(session, number, current_agent().id, now=services().now(), last_message_id=last)
