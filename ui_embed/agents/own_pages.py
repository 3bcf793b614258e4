"""My profile: name, language, signature, how one signs in, and where one is signed in."""

from typing import Any

from flask import Blueprint, Response, redirect, request, url_for

from integration.agents.changing import end_sessions
from integration.agents.naming import LONGEST_NAME, LONGEST_SIGNATURE
from integration.agents.own import (
    OwnProfile,
    SignInWays,
    end_session,
    set_profile,
    set_sign_in,
    sign_in_ways,
)
from integration.agents.passkeys import begin_registration, register
from integration.agents.passwords import LONGEST, SHORTEST
from integration.agents.roles import Deed, may
from integration.agents.signing_out import sign_out_everywhere
from integration.agents.telling import tell_of_agent
from integration.errors import AppError, NotFound
from integration.session_digests import session_digest
from ui_embed import screens
from ui_embed.agents.agent_pages import may_claim
from ui_embed.agents.by_script import in_json, only_ours
from ui_embed.agents.devices import device_words
from ui_embed.agents.entering import counted_try
from ui_embed.agents.marks import browser_mark, keep_mark
from ui_embed.agents.provider import provider_name
from ui_embed.agents.words import refusal_of_code, refusals_of, role_word
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
# At which field a wrong password is told, by the form.
_FORMER = {"no-password": "given-up"}
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
    arguments = single_arguments()
    refused = refusal_of_code(arguments.get("refused", ""))
    return own_page(note=_notes().get(arguments.get("done", "")), returned=refused)


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
            set_profile(session, who.id, told, now=services().now())
    except AppError as error:
        return own_page("profile", fields, error)
    return done("profile")


@own_pages.post("/settings/me/password")
@staff_page
def password() -> Response:
    """Set the address and the password to sign in with; sign-ins elsewhere end."""
    fields, who = single_fields(), current_agent()
    try:
        write = services().db.workspace(caller().workspace_id, write=True)
        with counted_try(who), write as session:
            set_sign_in(
                session,
                who.id,
                email=fields.get("email", ""),
                password=fields.get("password", ""),
                former=fields.get("former", ""),
                now=services().now(),
            )
            end_sessions(session, who.id, now=services().now(), but_digest=this_session())
    except AppError as error:
        return own_page("sign-in", fields, error)
    tell_of_agent(services(), caller().workspace_id, who.id)
    return done("sign-in")


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


@own_pages.post("/settings/me/sessions/end")
@staff_page
def end_all() -> Response:
    """Sign out everywhere but here."""
    who, by, now = current_agent(), caller().actor, services().now()
    with services().db.workspace(caller().workspace_id, write=True) as session:
        sign_out_everywhere(session, who.id, by=by, now=now, but_digest=this_session())
    tell_of_agent(services(), caller().workspace_id, who.id)
    return done("sessions")


@own_pages.post("/settings/me/sessions/<session_id>/end")
@staff_page
def end_one(session_id: str) -> Response:
    """Sign out somewhere."""
    who, now = current_agent(), services().now()
    with services().db.workspace(caller().workspace_id, write=True) as session:
        end_session(session, who.id, _number(session_id), now)
    tell_of_agent(services(), caller().workspace_id, who.id)
    return done("sessions")


def own_page(
    part: str = "",
    typed: dict[str, str] | None = None,
    refused: AppError | None = None,
    note: str | None = None,
    returned: str | None = None,
) -> Response:
    """My profile; `part` is the form that was refused, with what was typed.

    `returned` is why the provider's answer changed nothing.
    """
    who = current_agent()
    with services().db.workspace(caller().workspace_id) as session:
        ways = sign_in_ways(session, who.id, this=this_session(), now=services().now())
    values: dict[str, Any] = {
        "me": who,
        "ways": ways,
        "part": part,
        "typed": typed or {},
        "note": note,
        "returned": returned,
        "refusals": refusals_of(refused, wrong_password=_FORMER.get(part, "former")),
        "role_word": role_word,
        "device_words": device_words,
        "languages": [(each, language_name(each)) for each in LANGUAGES],
        "is_browser": caller().by_cookie,
        "may_claim": may_claim(),
        "may_set_up": may(caller(), Deed.SET_UP),
        "provider": provider_name(),
        "ways_count": _ways_count(ways),
        "app_url": services().settings.app_url.rstrip("/"),
        "limits": _LIMITS,
    }
    return screens.page("screens/me.html", 422 if refused else 200, section="settings", **values)


def _ways_count(ways: SignInWays) -> int:
    """How many ways in they have: the last one isn't offered to be given up."""
    by_provider = ways.has_oidc and provider_name() is not None
    return sum((ways.has_password, len(ways.passkeys), by_provider, ways.has_door))


def _notes() -> dict[str, str]:
    """What was done just now, in a sentence."""
    return {
        "profile": gettext("Your profile is kept."),
        "sign-in": gettext("You can sign in with it now."),
        "passkey": gettext("Your passkeys are as you see them."),
        "no-password": gettext("Your password opens nothing any more."),
        "oidc": gettext("You can sign in with that account now."),
        "no-oidc": gettext("That account opens nothing here any more."),
        "sessions": gettext("You are signed out there."),
    }


def done(what: str) -> Response:
    """Back to my profile, which says what was done."""
    response = redirect(url_for("own_pages.me", done=what), 303)
    assert isinstance(response, Response)
    return response


def this_session() -> bytes:
    """The digest of the session that the present request came with."""
    bearer = request.headers.get("Authorization", "").partition(" ")[2].strip()
    token = request.cookies.get(session_cookie(services().settings), "")
    return session_digest(services().settings, token if caller().by_cookie else bearer)


def _device() -> str:
    return device_words(request.headers.get("User-Agent"))


def _number(text: str) -> int:
    number = our_id(text)
    if number is None:
        raise NotFound("There is no such page.")
    return number
