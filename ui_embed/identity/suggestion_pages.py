"""Who may be one person: the list of a workspace's open suggestions, and the answers."""

from typing import Any

from flask import Blueprint, Response, redirect, render_template, url_for

from integration.crm.faces import face_of
from integration.crm.identity_history import Entry, entry_of
from integration.crm.linking import dismiss, link
from integration.errors import Conflict, Invalid, NotFound
from integration.identity.suggestions import SuggestionPage, count_open, open_suggestions
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.identity.decisions import Deed, decide, decider, head_of, profile_number, told_page
from ui_embed.identity.refused import refusal_of
from ui_embed.identity.suggestion_rows import answered_row, is_from_list, refused_row
from ui_embed.request_context import caller, services, single_arguments, single_fields

suggestions = Blueprint("suggestions", __name__)

_ANSWERS = {"same": link, "different": dismiss}


@suggestions.get("/suggestions")
@staff_page
def listed() -> Any:
    """The open suggestions, the likeliest first."""
    return screens.page("screens/suggestions.html", page=_page(None), section="suggestions")


@suggestions.get("/suggestions/more")
@staff_page
def more() -> Any:
    """Further ones after a cursor, as rows."""
    cursor = single_arguments().get("cursor")
    if not cursor:
        raise Invalid("The parameter cursor is missing.")
    return render_template("screens/more_suggestions.html", page=_page(cursor))


@suggestions.post("/suggestions/<left>/<right>")
@staff_page
def answer(left: str, right: str) -> Response:
    """Say of two profiles that they are one person (`answer=same`) or not (`different`).

    Asked from the list, the row as it is then; else the first one's page, with the way back.
    """
    pair = (profile_number(left), profile_number(right))
    deed = _answering(pair)
    heads = (head_of(services(), caller(), pair[0]), head_of(services(), caller(), pair[1]))
    try:
        done = decide(services(), caller(), deed)
    except (Conflict, Invalid, NotFound) as error:
        if is_from_list():
            return refused_row(pair, refusal_of(error))
        return _back(pair)
    if is_from_list():
        entry = _entry(done.profile_id, done.event_id)
        if entry is None:
            return refused_row(pair, refusal_of(Conflict("It stood so already.")))
        return answered_row(pair, heads, entry, done.profile_id)
    if single_fields().get("from") == "list":
        return _back()
    return told_page(done.profile_id, done.event_id)


def open_suggestion_count() -> int:
    """How many suggestions the navigation counts; none for who isn't known."""
    with services().db.workspace(caller().workspace_id) as session:
        return count_open(session)


def _answering(pair: tuple[int, int]) -> Deed:
    use_case = _ANSWERS.get(single_fields().get("answer", ""))
    if use_case is None:
        raise Invalid("Answer same or different.")
    by, now = decider(), services().now()
    return lambda session: use_case(session, *pair, by=by, now=now)


def _page(cursor: str | None) -> SuggestionPage:
    with services().db.workspace(caller().workspace_id) as session:
        return open_suggestions(session, cursor=cursor)


def _entry(profile_id: int, event_id: int | None) -> Entry | None:
    if event_id is None:
        return None
    with services().db.workspace(caller().workspace_id) as session:
        return entry_of(session, face_of(session, profile_id), event_id)


def _back(pair: tuple[int, int] | None = None) -> Response:
    there = (
        url_for("links.side_by_side", profile_id=pair[0], other_id=pair[1])
        if pair
        else url_for("suggestions.listed")
    )
    response = redirect(there, 303)
    assert isinstance(response, Response)
    return response
