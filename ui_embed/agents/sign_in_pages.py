"""Signing in: the form, a passkey, the provider's way and back, the choice of a workspace."""

from flask import Blueprint, Response, redirect, request, url_for

from integration.agents.oidc import NOT_BOUND, Binding, Returned, begin_oidc, by_oidc
from integration.agents.oidc_provider import ProviderFailed
from integration.agents.passkeys import begin_sign_in, by_passkey
from integration.agents.password_sign_in import TypedSignIn, by_password
from integration.agents.proof import choose
from integration.agents.throttle import Throttled
from integration.errors import AppError, Unauthorized
from integration.identity.normalize import normalize_email
from ui_embed import screens
from ui_embed.agents.by_script import in_json, only_ours, sent_elsewhere
from ui_embed.agents.entering import go_in, network_here, session_of
from ui_embed.agents.marks import browser_mark, keep_mark, known_browser
from ui_embed.agents.provider import callback_address, provider_name, the_provider
from ui_embed.agents.way_on import way_on
from ui_embed.agents.words import refusal_words
from ui_embed.api.bodies import json_answer, json_object
from ui_embed.policy import STANDALONE, use_policy
from ui_embed.request_context import here, services, single_arguments, single_fields
from ui_embed.signed_in import signed_in

sign_in = Blueprint("sign_in", __name__)

_MOST_BYTES = 64 * 1024
_LONGEST_TYPED = 320


@sign_in.get("/sign-in")
def form() -> Response:
    """The form; whoever is signed in goes on."""
    asked = single_arguments().get("next", "")
    if signed_in(services(), here()) is not None:
        return _see_other(way_on(asked))
    return _form(asked)


@sign_in.post("/sign-in")
def by_typing() -> Response:
    """Sign in by address and password; the form with one sentence where they don't fit."""
    single_arguments()
    fields = single_fields()
    asked, email = fields.get("next", ""), fields.get("email", "").strip()[:_LONGEST_TYPED]
    if not here().is_ours:
        return _form(asked, email, sent_elsewhere())
    account = normalize_email(email) or email
    known = known_browser(request.cookies, services().settings, account)
    typed = TypedSignIn(email, fields.get("password", ""), network_here(), known)
    try:
        found = by_password(services(), typed)
    except AppError as error:
        return _form(asked, email, error)
    return go_in(found.agents, asked, email=account if found.is_whole else None)


@sign_in.post("/sign-in/passkey/options")
@in_json
def passkey_options() -> Response:
    """What the browser's script asks its devices with."""
    only_ours()
    mark = browser_mark(request.cookies, services().settings)
    response = json_answer(begin_sign_in(services(), mark))
    keep_mark(response, services().settings, mark)
    return response


@sign_in.post("/sign-in/passkey")
@in_json
def passkey() -> Response:
    """Sign in by what a device signed, `{"credential", "next"}`; the answer says where to go."""
    only_ours()
    posted = json_object(_MOST_BYTES)
    answer, asked = posted.get("credential"), posted.get("next")
    mark = browser_mark(request.cookies, services().settings)
    who = by_passkey(services(), mark, answer if isinstance(answer, dict) else {})
    entered = session_of(who, asked if isinstance(asked, str) else "")
    response = json_answer({"location": entered.headers.get("Location", "/sign-in")})
    for cookie in entered.headers.getlist("Set-Cookie"):
        response.headers.add("Set-Cookie", cookie)
    return response


@sign_in.get("/sign-in/oidc")
def to_provider() -> Response:
    """To the provider, with what binds its answer to this browser."""
    asked = single_arguments().get("next", "")
    provider, settings = the_provider(), services().settings
    mark = browser_mark(request.cookies, settings)
    try:
        address = begin_oidc(
            services(),
            provider,
            browser=mark,
            redirect_uri=callback_address(),
            way_on=way_on(asked),
        )
    except ProviderFailed as error:
        return _form(asked, refused=error)
    response = _see_other(address)
    keep_mark(response, settings, mark)
    return response


@sign_in.get("/sign-in/oidc/callback")
def from_provider() -> Response:
    """Back from the provider, who says who it is; the form where that proves nobody."""
    arguments, provider = single_arguments(), the_provider()
    returned = Returned(
        state=arguments.get("state", ""),
        code=arguments.get("code", ""),
        issuer=arguments.get("iss"),
    )
    mark, who = browser_mark(request.cookies, services().settings), signed_in(services(), here())
    present = Binding(who.workspace_id, who.agent_id) if who and who.agent_id else None
    try:
        entry = by_oidc(
            services(),
            provider,
            returned,
            browser=mark,
            redirect_uri=callback_address(),
            present=present,
        )
    except AppError as error:
        if error.code in NOT_BOUND:
            return _see_other(url_for("own_pages.me", refused=error.code))
        return _form("", refused=error)
    if entry.bound is not None:
        return _see_other(url_for("own_pages.me", done="oidc"))
    return go_in(entry.found, entry.way_on)


@sign_in.post("/sign-in/workspace")
def workspace() -> Response:
    """Go into one of the workspaces that were offered."""
    single_arguments()
    fields = single_fields()
    asked, chosen = fields.get("next", ""), fields.get("agent", "")
    if not here().is_ours:
        return _form(asked, refused=sent_elsewhere())
    mark = browser_mark(request.cookies, services().settings)
    number = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else 0
    try:
        who = choose(services(), fields.get("challenge", ""), mark, number)
        return session_of(who, asked)
    except Unauthorized as error:
        return _form(asked, refused=error)


def _form(asked: str, email: str = "", refused: AppError | None = None) -> Response:
    use_policy(STANDALONE)
    response = screens.page(
        "screens/sign_in.html",
        refused.status if refused is not None else 200,
        email=email,
        way_on=way_on(asked),
        provider=provider_name(),
        refusal=refusal_words(refused) if refused is not None else None,
        section=None,
    )
    if isinstance(refused, Throttled):
        response.headers["Retry-After"] = str(refused.details["seconds"])
    return response


def _see_other(address: str) -> Response:
    response = redirect(address, 303)
    assert isinstance(response, Response)
    return response
