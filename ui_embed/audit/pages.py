"""The audit's pages: who did what, and who looked at whom."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flask import Blueprint, Response, request, url_for

from integration.agents.directory import list_agents
from integration.audit.asked import AuditAsked, read_audit_asked, read_before
from integration.audit.export import export_deeds, export_views
from integration.audit.reading import AuditPage, audit_page
from integration.audit.viewing import ViewsPage, views_page
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


@audit_pages.get("/settings/audit")
@staff_page
def deeds() -> Response:
    """Who did what: `agent=`, `action=` (or a family), `from=`, `to=`, before `before=`."""
    return _shown(
        "screens/audit.html",
        "audit_pages.deeds",
        ("agent", "action", "from", "to"),
        audit_page,
        families=_families(),
        action_words=action_words,
        action_icon=action_icon,
        detail_words=detail_words,
        target_words=_target_address,
    )


@audit_pages.get("/settings/audit/export")
@staff_page
def deeds_file() -> Response:
    """The same as a file (`form=csv` or `jsonl`); that it was taken is in it from then on."""
    return _file("audit", export_deeds)


@audit_pages.get("/settings/audit/views")
@staff_page
def views() -> Response:
    """Who looked at whom: `agent=`, `profile=`, `conversation=`, `from=`, `to=`."""
    return _shown(
        "screens/audit_views.html",
        "audit_pages.views",
        ("agent", "profile", "conversation", "from", "to"),
        views_page,
        surface_words=surface_words,
    )


@audit_pages.get("/settings/audit/views/export")
@staff_page
def views_file() -> Response:
    """The same as a file; persons stand in it by our ids alone."""
    return _file("views", export_views)


def _shown(
    template: str,
    endpoint: str,
    filters: tuple[str, ...],
    page_of: Callable[..., AuditPage | ViewsPage],
    **values: Any,
) -> Response:
    """A page of what is asked for by these parameters, with the way to the one that follows."""
    told = single_arguments()
    asked, before, refused = _asked(told)
    with services().db.workspace(caller().workspace_id) as session:
        page = page_of(session, asked, before=before)
        agents = list_agents(session)
    kept: dict[str, Any] = {name: told[name] for name in filters if told.get(name)}
    return screens.page(
        template,
        400 if refused else 200,
        page=page,
        agents=agents,
        told=told,
        kept=kept,
        refused=refused,
        is_filtered=bool(kept),
        older=url_for(endpoint, **kept, before=page.next) if page.next else None,
        actor_words=actor_words,
        section="settings",
        **values,
    )


def _file(name: str, export: Callable[..., Iterator[bytes]]) -> Response:
    who, form = caller(), asked_form()
    asked = read_audit_asked(single_arguments(), who.store.timezone)
    if request.method == "HEAD":
        return audit_file(name, form, None)
    pieces = export(services(), who.workspace_id, asked, form, by=who.actor)
    return audit_file(name, form, pieces)


def _asked(told: Mapping[str, str]) -> tuple[AuditAsked, int | None, str | None]:
    """What is asked, and before which id; what can't be read asks for nothing, and is said."""
    try:
        before = read_before(told.get("before"))
        return read_audit_asked(told, caller().store.timezone), before, None
    except Invalid as error:
        return AuditAsked(), None, error.message


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
