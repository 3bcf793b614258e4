"""My profile: name, language, signature, how one signs in, and where one is signed in."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from integration.agents.changing import end_sessions
from integration.agents.naming import LONGEST_NAME, LONGEST_SIGNATURE
from integration.agents.own import (
    OwnProfile,
    end_session,
    set_profile,
    set_sign_in,
    sign_in_ways,
)
from integration.agents.passkeys import begin_registration, register, remove_passkey
from integration.agents.passwords import LONGEST, SHORTEST
from integration.agents.roles import Deed, may
from integration.agents.telling import tell_of_agent
from integration.crypto import token_digest
from integration.errors import AppError, NotFound
from ui_embed import screens
from ui_embed.agents.agent_pages import may_claim
from ui_embed.agents.by_script import in_json, only_ours
from ui_embed.agents.devices import device_words
from ui_embed.agents.marks import browser_mark, keep_mark
from ui_embed.agents.words import refusals_of, role_word
from ui_embed.api.bodies import json_answer, json_object, our_id
from ui_embed.cookies import session_cookie
from ui_embed.entrance import staff_page
from ui_embed.formats import language_name
from ui_embed.request_context import (
    LANGUAGES,
    caller,
    current_agent,
    services,
    single_arguments,
    single_fields,
)
from ui_embed.texts import gettext

own_pages = Blueprint("own_pages", __name__)

_MOST_BYTES = 64 * 1024
_LIMITS = {
    "name": LONGEST_NAME,
    "signature": LONGEST_SIGNATURE,
    "shortest": SHORTEST,
    "longest": LONGEST,
}


@own_pages.get("/settings/me")
@staff_page
def me() -> Response:
    """One's own profile."""
    return _page(note=_notes().get(single_arguments().get("done", "")))


@own_pages.post("/settings/me")
@staff_page
def profile() -> Response:
    """Change one's name, language and signature."""
    fields, who = single_fields(), current_agent()
    locale = fields.get("locale", "")
    told = OwnProfile(
        name=fields.get("name", ""),
        locale=locale if locale in LANGUAGES else None,
        signature=fields.get("signature", ""),
    )
    try:
        with services().db.workspace(caller().workspace_id, write=True) as session:
            set_profile(session, who.id, told)
    except AppError as error:
        return _page("profile", fields, error)
    return _done("profile")


@own_pages.post("/settings/me/password")
@staff_page
def password() -> Response:
    """Set the address and the password to sign in with; sign-ins elsewhere end."""
    fields, who = single_fields(), current_agent()
    try:
        with services().db.workspace(caller().workspace_id, write=True) as session:
            set_sign_in(
                session,
                who.id,
                email=fields.get("email", ""),
                password=fields.get("password", ""),
                former=fields.get("former", ""),
            )
            end_sessions(session, who.id, now=services().now(), but_digest=_this())
    except AppError as error:
        return _page("sign-in", fields, error)
    tell_of_agent(services(), caller().workspace_id, who.id)
    return _done("sign-in")


@own_pages.post("/settings/me/passkeys/options")
@in_json
@staff_page
def passkey_options() -> Response:
    """What the browser's script makes a passkey with."""
    only_ours()
    mark = browser_mark(request.cookies, services().settings)
    options = begin_registration(services(), caller().workspace_id, current_agent(), mark)
    response = json_answer(options)
    keep_mark(response, services().settings, mark)
    return response


@own_pages.post("/settings/me/passkeys")
@in_json
@staff_page
def passkey() -> Response:
    """Keep a passkey that a device made: `{"credential", "name"}`."""
    only_ours()
    posted = json_object(_MOST_BYTES)
    answer, name = posted.get("credential"), posted.get("name")
    mark = browser_mark(request.cookies, services().settings)
    register(
        services(),
        caller().workspace_id,
        current_agent().id,
        mark,
        answer if isinstance(answer, dict) else {},
        name=name if isinstance(name, str) and name.strip() else _device(),
    )
    return json_answer({"location": url_for("own_pages.me", done="passkey")})


@own_pages.post("/settings/me/passkeys/<passkey_id>/delete")
@staff_page
def drop_passkey(passkey_id: str) -> Response:
    """Have a passkey open nothing any more."""
    with services().db.workspace(caller().workspace_id, write=True) as session:
        remove_passkey(session, current_agent().id, _number(passkey_id))
    return _done("passkey")


@own_pages.post("/settings/me/sessions/end")
@staff_page
def end_all() -> Response:
    """Sign out everywhere but here."""
    who = current_agent()
    with services().db.workspace(caller().workspace_id, write=True) as session:
        end_sessions(session, who.id, now=services().now(), but_digest=_this())
    tell_of_agent(services(), caller().workspace_id, who.id)
    return _done("sessions")


@own_pages.post("/settings/me/sessions/<session_id>/end")
@staff_page
def end_one(session_id: str) -> Response:
    """Sign out somewhere."""
    who, now = current_agent(), services().now()
    with services().db.workspace(caller().workspace_id, write=True) as session:
        end_session(session, who.id, _number(session_id), now)
    tell_of_agent(services(), caller().workspace_id, who.id)
    return _done("sessions")


def _page(
    part: str = "",
    typed: dict[str, str] | None = None,
    refused: AppError | None = None,
    note: str | None = None,
) -> Response:
    """The page; `part` is the form that was refused, with what was typed."""
    who = current_agent()
    with services().db.workspace(caller().workspace_id) as session:
        ways = sign_in_ways(session, who.id, token=_token(), now=services().now())
    values: dict[str, Any] = {
        "me": who,
        "ways": ways,
        "part": part,
        "typed": typed or {},
        "note": note,
        "refusals": refusals_of(refused, wrong_password="former"),  # noqa: S106 - a field's name
        "role_word": role_word,
        "device_words": device_words,
        "languages": [(each, language_name(each)) for each in LANGUAGES],
        "is_browser": caller().by_cookie,
        "may_claim": may_claim(),
        "may_set_up": may(caller(), Deed.SET_UP),
        "app_url": services().settings.app_url.rstrip("/"),
        "limits": _LIMITS,
    }
    return screens.page("screens/me.html", 422 if refused else 200, section="settings", **values)


def _notes() -> dict[str, str]:
    """What was done just now, in a sentence."""
    return {
        "profile": gettext("Your profile is kept."),
        "sign-in": gettext("You can sign in with it now."),
        "passkey": gettext("Your passkeys are as you see them."),
        "sessions": gettext("You are signed out there."),
    }


def _done(what: str) -> Response:
    response = redirect(url_for("own_pages.me", done=what), 303)
    assert isinstance(response, Response)
    return response


def _token() -> str:
    return request.cookies.get(session_cookie(services().settings), "")


def _this() -> bytes:
    """The digest of the session that this request came with."""
    bearer = request.headers.get("Authorization", "").partition(" ")[2].strip()
    return token_digest(_token() if caller().by_cookie else bearer)


def _device() -> str:
    return device_words(request.headers.get("User-Agent"))


def _number(text: str) -> int:
    number = our_id(text)
    if number is None:
        raise NotFound("There is no such page.")
    return number
