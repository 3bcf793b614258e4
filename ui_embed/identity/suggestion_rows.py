"""A row of the list of suggestions, once it is answered and once that is undone."""

from flask import Response, render_template, request

from integration.crm.identity_history import Entry
from integration.crm.person_heads import PersonHead
from integration.identity.history import event_by_id
from integration.identity.suggestions import Suggestion, count_open
from ui_embed.identity.decisions import suggestion_of
from ui_embed.identity.refused import LinkRefusal
from ui_embed.request_context import caller, services, single_fields
from ui_embed.texts import gettext


def is_from_list() -> bool:
    """Whether a script asks from the list of suggestions, so that the answer is a row of it."""
    return single_fields().get("from") == "list" and "HX-Request" in request.headers


def answered_row(
    pair: tuple[int, int], heads: tuple[PersonHead, PersonHead], entry: Entry, profile_id: int
) -> Response:
    """That a suggestion was answered, with the way back."""
    return _row(pair, heads=heads, entry=entry, profile_id=profile_id)


def refused_row(pair: tuple[int, int], refusal: LinkRefusal) -> Response:
    """Why it wasn't."""
    return _row(pair, text=f"{refusal.title}. {refusal.text}", status=409)


def undone_row(event_id: int, refusal: LinkRefusal | None = None) -> Response:
    """The suggestion again, after its answer was taken back; or why it wasn't."""
    with services().db.workspace(caller().workspace_id) as session:
        found = event_by_id(session, event_id)
    pair = (0, 0)
    if found is not None:
        pair = (found.event.profile_id or 0, found.event.other_profile_id or 0)
    if refusal is not None:
        return refused_row(pair, refusal)
    one = suggestion_of(services(), caller(), *pair)
    text = gettext("Two people, as before. The suggestion comes back in a moment.")
    return _row(pair, one=one, text=text)


def _row(
    pair: tuple[int, int],
    *,
    heads: tuple[PersonHead, PersonHead] | None = None,
    one: Suggestion | None = None,
    entry: Entry | None = None,
    profile_id: int | None = None,
    text: str = "",
    status: int = 200,
) -> Response:
    with services().db.workspace(caller().workspace_id) as session:
        count = count_open(session)
    left, right = sorted(pair)
    page = render_template(
        "screens/answered.html",
        row=f"pair-{left}-{right}",
        heads=heads,
        one=one,
        entry=entry,
        profile_id=profile_id,
        text=text,
        count=count,
    )
    return Response(page, status)
