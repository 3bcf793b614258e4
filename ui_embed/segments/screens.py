"""What the pages of segments share: sessions, ids, and the screens that several answer with."""

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import Any

from babel import Locale, UnknownLocaleError
from flask import Response, redirect, request, url_for

from integration.crm.stores import list_stores
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.segments.export import newest_exports
from integration.segments.read import page_of_people
from integration.segments.saved import SavedSegment, list_segments, read_segment
from ui_embed import screens
from ui_embed.api.bodies import our_id
from ui_embed.request_context import caller, choose_language, services
from ui_embed.segments.downloads import may_export
from ui_embed.segments.words import KIND_GROUPS, KIND_WORDS


def list_screen(
    gone: SavedSegment | None = None, gone_conditions: str = "", is_back: bool = False
) -> Response:
    """The segments; `gone` was removed just now and can be put back."""
    owns = may_export(caller())
    with reading() as session:
        found = list_segments(session)
        exports = newest_exports(session) if owns else []
    return segments_page(
        "screens/segments.html",
        segments=found,
        exports=exports,
        may_export=owns,
        names={segment.id: segment.name for segment in found},
        gone=gone,
        gone_conditions=gone_conditions,
        is_back=is_back,
    )


def segment_screen(segment_id: int) -> Response:
    """A segment with its first people."""
    with reading() as session:
        held = read_segment(session, segment_id)
        found = page_of_people(session, held.conditions, services().now())
    return segments_page(
        "screens/segment.html", segment=held, found=found, may_export=may_export(caller())
    )


def segments_page(template: str, status: int = 200, **values: Any) -> Response:
    """A screen of this section, with the words that its conditions need."""
    stores = list_stores(services(), caller().workspace_id)
    return screens.page(
        template,
        status,
        store_names={store.id: store.name for store in stores},
        kind_groups=KIND_GROUPS,
        kind_words=KIND_WORDS,
        country_name=country_name,
        section="segments",
        **values,
    )


def country_name(code: str) -> str:
    """A country in the reader's language."""
    try:
        words: Any = Locale.parse(choose_language()).territories
    except UnknownLocaleError:
        return code
    return str(words.get(code, code))


def swapped(page: Response, endpoint: str, **values: Any) -> Response:
    """A page for a script that asked from within another one: all of the screen, its address."""
    page.headers["HX-Retarget"] = "#screen"
    page.headers["HX-Reswap"] = "innerHTML"
    page.headers["HX-Push-Url"] = url_for(endpoint, **values)
    return page


def away(endpoint: str, **values: Any) -> Response:
    """The same for a browser without scripts."""
    response = redirect(url_for(endpoint, **values), 303)
    assert isinstance(response, Response)
    return response


def is_by_script() -> bool:
    """Whether a script swaps the answer in."""
    return request.headers.get("HX-Request-Type") is not None


def segment_number(segment_id: str) -> int:
    """Our id of a segment. Raises NotFound for what can be none."""
    if (number := our_id(segment_id)) is None:
        raise NotFound("There is no such segment.")
    return number


def reading() -> AbstractContextManager[WorkspaceSession]:
    """A session on the caller's workspace."""
    return services().db.workspace(caller().workspace_id)


def writing() -> AbstractContextManager[WorkspaceSession]:
    """A session that commits."""
    return services().db.workspace(caller().workspace_id, write=True)


def stored(conditions: Sequence[Any]) -> list[dict[str, Any]]:
    """Conditions as they are told."""
    return [each.as_dict() for each in conditions]
