"""The audit's pages: who did what, and who looked at whom."""

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from integration.agents.directory import list_agents
from integration.audit.asked import AuditAsked, read_audit_asked, read_before
from integration.audit.export import export_deeds, export_views
from integration.audit.reading import audit_page
from integration.audit.viewing import views_page
from integration.errors import Invalid
from ui_embed import screens
from ui_embed.audit.files import asked_form, audit_file
from ui_embed.audit.words import (
    ACTIONS,
    FAMILIES,
    action_icon,
    action_words,
    actor_words,
    detail_words,
    surface_words,
)
from ui_embed.entrance import staff_page
from ui_embed.request_context import caller, services, single_arguments

audit_pages = Blueprint("audit_pages", __name__)

_DEED_FILTERS = ("agent", "action", "from", "to")
_VIEW_FILTERS = ("agent", "profile", "conversation", "from", "to")


@audit_pages.get("/settings/audit")
@staff_page
def deeds() -> Response:
    """Who did what: `agent=`, `action=` (or a family), `from=`, `to=`, before `before=`."""
    told = single_arguments()
    asked, refused = _asked(told)
    with services().db.workspace(caller().workspace_id) as session:
        before = None if refused else read_before(told.get("before"))
        page = audit_page(session, asked, before=before)
        agents = list_agents(session)
    return _shown(
        "screens/audit.html",
        _DEED_FILTERS,
        told,
        refused,
        page=page,
        agents=agents,
        families=_families(),
        action_words=action_words,
        action_icon=action_icon,
        detail_words=detail_words,
        older=_older("audit_pages.deeds", _DEED_FILTERS, told, page.next),
        target_words=_target_address,
    )


@audit_pages.get("/settings/audit/export")
@staff_page
def deeds_file() -> Response:
    """The same as a file (`form=csv` or `jsonl`); that it was taken is in it from then on."""
    who, form = caller(), asked_form()
    asked = read_audit_asked(single_arguments(), who.store.timezone)
    if request.method == "HEAD":
        return audit_file("audit", form, None)
    pieces = export_deeds(services(), who.workspace_id, asked, form, by=who.actor)
    return audit_file("audit", form, pieces)


@audit_pages.get("/settings/audit/views")
@staff_page
def views() -> Response:
    """Who looked at whom: `agent=`, `profile=`, `conversation=`, `from=`, `to=`."""
    told = single_arguments()
    asked, refused = _asked(told)
    with services().db.workspace(caller().workspace_id) as session:
        before = None if refused else read_before(told.get("before"))
        page = views_page(session, asked, before=before)
        agents = list_agents(session)
    return _shown(
        "screens/audit_views.html",
        _VIEW_FILTERS,
        told,
        refused,
        page=page,
        agents=agents,
        surface_words=surface_words,
        older=_older("audit_pages.views", _VIEW_FILTERS, told, page.next),
    )


@audit_pages.get("/settings/audit/views/export")
@staff_page
def views_file() -> Response:
    """The same as a file; persons stand in it by our ids alone."""
    who, form = caller(), asked_form()
    asked = read_audit_asked(single_arguments(), who.store.timezone)
    if request.method == "HEAD":
        return audit_file("views", form, None)
    pieces = export_views(services(), who.workspace_id, asked, form, by=who.actor)
    return audit_file("views", form, pieces)


def _asked(told: Mapping[str, str]) -> tuple[AuditAsked, str | None]:
    """What is asked; what can't be read asks for nothing, and is said."""
    try:
        read_before(told.get("before"))
        return read_audit_asked(told, caller().store.timezone), None
    except Invalid as error:
        return AuditAsked(), error.message


def _shown(
    template: str,
    filters: tuple[str, ...],
    told: Mapping[str, str],
    refused: str | None,
    **values: Any,
) -> Response:
    kept = {name: told[name] for name in filters if told.get(name)}
    return screens.page(
        template,
        400 if refused else 200,
        told=told,
        kept=kept,
        refused=refused,
        is_filtered=bool(kept),
        may_take_out=caller().by_cookie,
        actor_words=actor_words,
        section="settings",
        **values,
    )


def _older(
    endpoint: str, filters: tuple[str, ...], told: Mapping[str, str], before: str | None
) -> str | None:
    if before is None:
        return None
    kept: dict[str, Any] = {name: told[name] for name in filters if told.get(name)}
    return url_for(endpoint, **kept, before=before)


def _families() -> list[tuple[str, list[tuple[str, str]]]]:
    """The choices of what was done: each family, with its deeds."""
    return [
        (str(words), [(family, str(words)), *_deeds_of(family)])
        for family, words in FAMILIES.items()
    ]


def _deeds_of(family: str) -> list[tuple[str, str]]:
    return [
        (action, str(words))
        for action, words in ACTIONS.items()
        if action.partition(".")[0] == family
    ]


def _target_address(target: str | None) -> str | None:
    """Where what a deed was about is looked at."""
    kind, _, number = (target or "").partition(":")
    if not number.isdigit():
        return None
    if kind == "agent":
        return url_for("agent_pages.agent", agent_id=number)
    if kind == "channel":
        return url_for("channel_settings.shown", channel_id=number)
    return url_for("settings.stores") if kind == "store" else None
