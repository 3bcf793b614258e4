"""The people's door: what it registers, and how it prepares the Flask application."""

from http import HTTPStatus
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g
from flask_babel import Babel, lazy_gettext
from werkzeug.local import LocalProxy

from integration.doors import House
from ui_embed import refusals, words
from ui_embed.agents.door import AGENTS, prepare_sign_in
from ui_embed.api.attachments import BODY_BYTES_AT_MOST
from ui_embed.api.attachments import PATH as ATTACHMENTS
from ui_embed.api.audit import api_audit
from ui_embed.api.conversation_door import CONVERSATION_API, CONVERSATION_PAGES
from ui_embed.api.links import api_links
from ui_embed.api.notes import api_notes
from ui_embed.api.person import api_read
from ui_embed.api.routes import api
from ui_embed.api.segments import api_segments
from ui_embed.api.suggestions import api_suggestions
from ui_embed.assets import asset_url, assets, compress
from ui_embed.audit.pages import audit_pages
from ui_embed.auth import Caller
from ui_embed.connecting.pages import TURNSTILE, connect, new_turnstile
from ui_embed.entrance import host_document
from ui_embed.formats import Formats, initials, language_name, phone_text
from ui_embed.health.pages import store_health_pages
from ui_embed.host_protocol import RETRY_HEADER
from ui_embed.hosts import hosts
from ui_embed.icons import icon, mark
from ui_embed.identity.decision_pages import decisions
from ui_embed.identity.link_pages import links
from ui_embed.identity.suggestion_pages import open_suggestion_count, suggestions
from ui_embed.identity.words import trust_words, who_words
from ui_embed.inbox import door as inbox_door
from ui_embed.inbox import words as inbox_words
from ui_embed.inbox_settings.door import INBOX_SETTINGS
from ui_embed.inbox_settings.screen import may_set_up
from ui_embed.live import PATH, create_live
from ui_embed.paces import PACES, Paces
from ui_embed.people import people
from ui_embed.policy import protect
from ui_embed.privacy.door import PRIVACY
from ui_embed.profile_pages import profile_pages
from ui_embed.request_context import choose_language, formats, services
from ui_embed.segments.form_pages import segment_form_pages
from ui_embed.segments.pages import segment_pages
from ui_embed.session_pages import sessions
from ui_embed.settings_pages import settings
from ui_embed.store_requests import store_requests

_API = (
    api,
    api_audit,
    *CONVERSATION_API,
    api_links,
    api_notes,
    api_read,
    api_segments,
    api_suggestions,
)
_PAGES = (
    *CONVERSATION_PAGES,
    hosts,
    *inbox_door.PAGES,
    people,
    profile_pages,
    links,
    decisions,
    suggestions,
    segment_form_pages,
    segment_pages,
    settings,
    audit_pages,
    *PRIVACY,
    *AGENTS,
    *INBOX_SETTINGS,
    store_health_pages,
    connect,
    sessions,
)
for _blueprint in _PAGES:
    refusals.register(_blueprint)

_SOURCES = {
    "webhook": lazy_gettext("told by the store"),
    "sync": lazy_gettext("read from the store"),
    "reconcile": lazy_gettext("compared with the store"),
}


def register(house: House) -> None:
    """The routes of people and of the API, and the live streams in front of Flask."""
    house.blueprints.extend((assets, *_API, store_requests, *_PAGES))
    house.mounted[PATH] = create_live
    house.large[ATTACHMENTS] = BODY_BYTES_AT_MOST


def prepare(app: Flask) -> None:
    """Languages, what templates may use, and the headers of every answer."""
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = f"{__file__.rpartition('/')[0]}/translations"
    Babel(app, locale_selector=choose_language)
    app.extensions[TURNSTILE] = new_turnstile()
    app.extensions[PACES] = Paces()
    prepare_sign_in(app)
    app.jinja_env.autoescape = True
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(
        initials=initials,
        language_name=language_name,
        contact=phone_text,
        is_web_address=is_web_address,
    )
    app.jinja_env.globals.update(
        fmt=LocalProxy(_formats),
        language=LocalProxy(choose_language),
        host=LocalProxy(host_document),
        is_signed_in=_is_signed_in,
        sees_privacy=may_set_up,
        words=words,
        inbox_words=inbox_words,
        who_words=who_words,
        trust_words=trust_words,
        open_suggestion_count=open_suggestion_count,
        has_page=has_page,
        source_words=_SOURCES,
        icon=icon,
        mark=mark,
        asset_url=asset_url,
        **inbox_door.GLOBALS,
    )
    app.after_request(_finish)
    _compile_templates(app)


def _compile_templates(app: Flask) -> None:
    """Have the templates ready before the first request: whoever comes first doesn't wait."""
    for name in app.jinja_env.list_templates():
        app.jinja_env.get_template(name)


def is_web_address(text: str) -> bool:
    """Whether a link may lead there: nothing but http(s), whatever a store sent."""
    try:
        return urlsplit(text.strip()).scheme in ("http", "https")
    except ValueError:
        return False


def has_page(endpoint: str) -> bool:
    """Whether the application has that page."""
    return endpoint in current_app.view_functions


def _is_signed_in() -> bool:
    """Whether a browser is signed in that can sign out again."""
    caller: Caller | None = g.get("caller")
    return caller is not None and caller.by_cookie


def _formats() -> Formats:
    caller = g.get("caller")
    return formats(caller.store if caller else None)


def _finish(response: Response) -> Response:
    if response.status_code == HTTPStatus.UNAUTHORIZED:
        response.headers[RETRY_HEADER[0]] = RETRY_HEADER[1]
    if response.status_code == HTTPStatus.TOO_MANY_REQUESTS and "retry_after" in g:
        response.headers["Retry-After"] = str(g.retry_after)
    settings = services().settings
    protected = protect(
        response,
        is_https=settings.app_url.startswith("https:"),
        with_pictures_from_here=settings.allow_private_addresses,
    )
    return compress(protected)
