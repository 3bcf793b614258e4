"""What every view of ours asks of the present request: services, caller, language, formats."""

from typing import cast

from babel import Locale, UnknownLocaleError
from flask import current_app, g, request

from integration.agents.coming_in import agent_behind
from integration.agents.directory import AgentCard
from integration.agents.roles import may
from integration.directory import StoreCard
from integration.errors import AppError, Invalid
from integration.services import Services
from ui_embed.agents.requirements import needed
from ui_embed.auth import Caller, caller_of, caller_of_visit, request_token
from ui_embed.formats import Formats, zone_of
from ui_embed.host_protocol import LOCALE_PARAMETER
from ui_embed.paces import PACES, Paces, TooOften, cost_of
from ui_embed.visit import Visit, visit_of

LANGUAGES = ("en", "el", "he", "cs", "pl")
# Browsers and hosts still say iw for Hebrew.
_OLD_NAMES = {"iw": "he"}


def services() -> Services:
    """The parts of this process."""
    return cast(Services, current_app.extensions["services"])


def caller() -> Caller:
    """Who calls. Raises Unauthorized or NotInstalled, 403 where their role isn't enough."""
    if "caller" not in g:
        credential = request_token(request)
        known = caller_of_visit(services(), here()) if credential is None else None
        admit(known or caller_of(services(), credential))
    return cast(Caller, g.caller)


def admit(who: Caller) -> None:
    """Let this request be of that caller. Raises 403 where the route asks for another role."""
    g.caller = who
    rule = request.url_rule.rule if request.url_rule is not None else ""
    if not may(who, needed(request.method, rule)):
        raise AppError("Your role doesn't allow this.", code="forbidden", status=403)
    _count(who, rule)


def _count(who: Caller, rule: str) -> None:
    """Count what this request costs. Raises TooOften (429), which tells when to come again."""
    paces = cast(Paces, current_app.extensions[PACES])
    what = cost_of(request.method, rule, request.args)
    try:
        for each in filter(None, (what, "key" if who.kind == "api_key" else None)):
            paces.take(each, workspace_id=who.workspace_id, caller=who.actor)
    except TooOften as error:
        g.retry_after = error.details["seconds"]
        raise


def current_agent() -> AgentCard:
    """The agent behind whoever calls, made when they first come. Raises what `caller` raises."""
    if "agent" not in g:
        who = caller()
        g.agent = agent_behind(
            services(), who.workspace_id, who.door, role=who.role, locale=who.locale
        )
    return cast(AgentCard, g.agent)


def here() -> Visit:
    """Where the present request comes from."""
    if "visit" not in g:
        app_url = services().settings.app_url
        g.visit = visit_of(app_url, request.method, request.headers.get, request.cookies)
    return cast(Visit, g.visit)


def single_arguments() -> dict[str, str]:
    """The query, each parameter once. Raises Invalid (400) for a doubled one."""
    for name, values in request.args.lists():
        if len(values) > 1:
            raise Invalid(f"The parameter {name} stands twice.", code="duplicate_parameter")
    return request.args.to_dict()


def single_fields() -> dict[str, str]:
    """The posted form, each field once. Raises Invalid (400) for a doubled one."""
    for name, values in request.form.lists():
        if len(values) > 1:
            raise Invalid(f"The field {name} stands twice.", code="duplicate_parameter")
    return request.form.to_dict()


def choose_language() -> str:
    """The reader's language: the host's word for it, else the browser's, else English."""
    for tag in _told_locales():
        known = _known(tag)
        if known:
            return known
    for tag, _ in request.accept_languages:
        known = _known(tag)
        if known:
            return known
    return LANGUAGES[0]


def _told_locales() -> tuple[str, str]:
    who: Caller | None = g.get("caller")
    return request.args.get(LOCALE_PARAMETER, ""), (who.locale if who else None) or ""


def _known(tag: str) -> str | None:
    language = tag.replace("_", "-").partition("-")[0].lower()
    language = _OLD_NAMES.get(language, language)
    return language if language in LANGUAGES else None


def show_in_zone(name: str | None) -> None:
    """Let this request's times be shown in that zone instead of the caller's store's."""
    g.shown_zone = zone_of(name)


def formats(store: StoreCard | None = None) -> Formats:
    """How this reader sees figures; numbers and dates in their own region's way."""
    zone = g.get("shown_zone") or zone_of(store.timezone if store else None)
    told = _told_locales()
    # A page asks at each figure. What it is told can change while it is made: who calls, the zone.
    if g.get("formats_of") != (told, zone):
        g.formats_of = (told, zone)
        g.formats = Formats(_region(), zone, services().now())
    return cast(Formats, g.formats)


def _region() -> Locale:
    language = choose_language()
    for tag in (*_told_locales(), *(t for t, _ in request.accept_languages)):
        if _known(tag) == language:
            try:
                return Locale.parse(tag.replace("_", "-").replace("iw", "he", 1), sep="-")
            except (ValueError, UnknownLocaleError):
                continue
    return Locale.parse(language)
