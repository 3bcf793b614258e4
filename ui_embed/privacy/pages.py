"""The page of privacy: what waits, what can be fetched, what was done and what proves it."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from integration.agents.roles import Deed, may
from integration.audit.names import Actor, actors_by_name
from integration.privacy.requests.overview import (
    ExportSeen,
    Overview,
    RequestSeen,
    privacy_overview,
)
from ui_embed import screens
from ui_embed.audit.words import actor_words
from ui_embed.entrance import staff_page
from ui_embed.inbox.words import size
from ui_embed.privacy import class_words, words
from ui_embed.privacy.receipt_words import counted
from ui_embed.request_context import caller, formats, services, single_arguments
from ui_embed.words import Status

privacy_pages = Blueprint("privacy", __name__)

_SHOWN_RECEIPTS = 5


@dataclass(frozen=True, slots=True)
class RequestRow:
    """An open request as its row shows it; `export` is the file that can be fetched."""

    one: RequestSeen
    status: Status
    due: str
    asked_by: str | None
    export: ExportSeen | None
    may_stop: bool
    may_hurry: bool
    may_make_again: bool


@privacy_pages.get("/settings/privacy")
@staff_page
def shown() -> Response:
    """How the workspace stands with what was asked of it."""
    return privacy_page(note=words.notes().get(single_arguments().get("done", "")))


def privacy_page(
    status: int = 200, *, note: str | None = None, refusal: str | None = None, email: str = ""
) -> Response:
    """The page, with what was done just now or why it wasn't. `email` is what was searched for."""
    who = caller()
    overview = privacy_overview(services(), who.workspace_id)
    actors = _actors(overview)
    rows = [_row(one, overview, actors) for one in overview.requests]
    values: dict[str, Any] = {
        "overview": overview,
        "rows": rows,
        "late": sum(row.one.is_overdue for row in rows),
        "is_moving": any(_is_moving(one) for one in overview.requests),
        "changeable": [each for each in overview.retention if each.is_changeable],
        "fixed": [each for each in overview.retention if not each.is_changeable],
        "receipts": overview.receipts[:_SHOWN_RECEIPTS],
        "receipt_of": {each.request_id: each for each in overview.receipts if each.request_id},
        "may_own": may(who, Deed.OWN),
        "asked_by": lambda viewer: _named(actors, viewer),
        "ended": words.ended,
        "kind_words": words.kind_words,
        "kind_icon": words.kind_icon,
        "source_words": words.source_words,
        "receipt_words": words.receipt_words,
        "counted": counted,
        "class_name": class_words.class_name,
        "class_told": class_words.class_told,
        "kept_for": lambda each: class_words.kept_for(each, formats(who.store)),
        "size": size,
        "note": note,
        "refusal": refusal,
        "email": email,
    }
    return screens.page("screens/privacy.html", status, section="settings", **values)


def privacy_done(what: str) -> Response:
    """What a deed that was done answers with: the page for a script, its address for a browser."""
    if request.headers.get("HX-Request-Type") is None:
        response = redirect(url_for("privacy.shown", done=what), 303)
        assert isinstance(response, Response)
        return response
    page = privacy_page(note=words.notes()[what])
    page.headers["HX-Push-Url"] = url_for("privacy.shown")
    return page


def _row(one: RequestSeen, overview: Overview, actors: dict[str, Actor]) -> RequestRow:
    figures, is_owner = formats(caller().store), may(caller(), Deed.OWN)
    export = next(
        (each for each in overview.exports if each.request_id == one.id and each.is_open), None
    )
    is_erasure = one.kind != "data_request"
    return RequestRow(
        one=one,
        status=words.stands(one, figures, is_ready=export is not None),
        due=words.due_words(one, figures),
        asked_by=_named(actors, one.asked_by),
        export=export,
        may_stop=one.may_stop and (is_owner or not is_erasure),
        may_hurry=one.may_run_now and is_owner,
        may_make_again=one.state == "ready",
    )


def _is_moving(one: RequestSeen) -> bool:
    """Whether a page that waits a few seconds shows something else."""
    return one.kind == "data_request" and one.state == "waiting"


def _actors(overview: Overview) -> dict[str, Actor]:
    named = [one.asked_by for one in (*overview.requests, *overview.done)]
    named += [each.changed_by for each in overview.retention]
    with services().db.workspace(caller().workspace_id) as session:
        return actors_by_name(session, [each for each in named if each])


def _named(actors: dict[str, Actor], viewer: str | None) -> str | None:
    actor = actors.get(viewer or "")
    return actor_words(actor.kind, actor.name) if actor is not None else None
