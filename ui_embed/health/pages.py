"""A store's health: the page that shows whether everything is here, and what proves it."""

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request, url_for

from integration.audit.actions import Action
from integration.audit.recording import record
from integration.errors import AppError, Invalid
from integration.reconciliation.health import store_comparisons, store_health
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.health.screen import health_screen, may_compare
from ui_embed.reading import store_number
from ui_embed.request_context import (
    caller,
    services,
    show_in_zone,
    single_arguments,
)
from ui_embed.settings_pages import store_status

store_health_pages = Blueprint("store_health", __name__)

_LONGEST_ID = 18
# So long the page waits for a comparison that somebody asked for.
_ASKED_FOR = timedelta(minutes=10)


@store_health_pages.get("/settings/stores/<int:store_id>")
@staff_page
def health(store_id: int) -> Any:
    """Whether everything of a store is here, what is wrong now, its hours and its ledger."""
    return _page(store_number(str(store_id)), _asked_at(single_arguments().get("asked")))


@store_health_pages.post("/settings/stores/<store_id>/compare")
@staff_page
def compare(store_id: str) -> Response:
    """Have the copy compared with the store now; the page tells when that is done."""
    number, who = store_number(store_id), caller()
    found = store_health(services(), who.workspace_id, number)
    if may_compare(found):
        services().jobs.enqueue(
            "sync.refresh",
            key=f"refresh:{number}",
            workspace_id=who.workspace_id,
            store_id=number,
            source="reconcile",
            asked_by="person",
        )
    return _asked(store_id)


@store_health_pages.post("/settings/stores/<store_id>/accept-deletions")
@staff_page
def accept_deletions(store_id: str) -> Response:
    """Have what the store doesn't list any more deleted here too, however much; for the owner."""
    number, who = store_number(store_id), caller()
    found = store_health(services(), who.workspace_id, number)
    if not who.is_owner:
        raise AppError("Only the owner can do this.", code="forbidden", status=403)
    if may_compare(found):
        with services().db.workspace(who.workspace_id, write=True) as session:
            told: dict[str, Any] = {"what": "deletions", "target": f"store:{number}"}
            record(session, Action.SETTINGS_CHANGED, by=who.actor, now=services().now(), **told)
        services().jobs.enqueue(
            "reconciliation.whole",
            key=f"whole:{number}:accepted",
            workspace_id=who.workspace_id,
            store_id=number,
            asked_by="person",
            accept_deletions=True,
        )
    return _asked(store_id)


def _asked(store_id: str) -> Response:
    """The page that waits for a comparison: swapped in by a script, or loaded anew."""
    asked_at = services().now()
    if request.headers.get("HX-Request-Type") is not None:
        return _page(store_number(store_id), asked_at)
    there = url_for("store_health.health", store_id=store_id, asked=_written(asked_at))
    response = redirect(there, 303)
    assert isinstance(response, Response)
    return response


@store_health_pages.get("/settings/stores/<store_id>/comparisons")
@staff_page
def comparisons(store_id: str) -> Response:
    """Older comparisons, as rows only, after a cursor."""
    cursor, number = single_arguments().get("cursor"), store_number(store_id)
    if not cursor:
        raise Invalid("The parameter cursor is missing.")
    who = caller()
    show_in_zone(store_health(services(), who.workspace_id, number).timezone)
    rows, following = store_comparisons(services(), who.workspace_id, number, cursor)
    page = render_template(
        "screens/comparisons.html", store_id=store_id, comparisons=rows, next=following
    )
    return Response(page)


def _page(store_id: int, asked_at: datetime | None) -> Response:
    found = store_health(services(), caller().workspace_id, store_id)
    show_in_zone(found.timezone)
    return screens.page(
        "screens/health.html",
        screen=health_screen(found, asked_at),
        store_status=store_status,
        written=_written,
        section="stores",
    )


def _asked_at(text: str | None) -> datetime | None:
    """When a comparison was asked for, None for what is no recent moment."""
    if not text or not (text.isascii() and text.isdigit() and len(text) <= _LONGEST_ID):
        return None
    now = services().now()
    if abs(now.timestamp() - int(text)) > _ASKED_FOR.total_seconds():
        return None
    return datetime.fromtimestamp(int(text), tz=now.tzinfo)


def _written(moment: datetime) -> str:
    return str(int(moment.timestamp()))
