"""Giving up one's own ways of signing in, and binding the provider's person to oneself."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

from flask import Blueprint, Response, redirect, request, url_for

from integration.agents.changing import end_sessions
from integration.agents.oidc import Binding, begin_oidc
from integration.agents.own_ways import drop_oidc, drop_passkey, drop_password
from integration.agents.telling import tell_of_agent
from integration.db import WorkspaceSession
from integration.errors import AppError, NotFound
from ui_embed.agents.by_script import only_ours
from ui_embed.agents.entering import counted_try
from ui_embed.agents.marks import browser_mark, keep_mark
from ui_embed.agents.own_pages import done, own_page, this_session
from ui_embed.agents.provider import callback_address, provider_name, the_provider
from ui_embed.api.bodies import our_id
from ui_embed.entrance import staff_page
from ui_embed.request_context import caller, current_agent, services, single_fields

own_ways = Blueprint("own_ways", __name__)


@own_ways.post("/settings/me/passkeys/<passkey_id>/delete")
@staff_page
def no_passkey(passkey_id: str) -> Response:
    """Have a passkey open nothing any more."""
    number, who, by_oidc = our_id(passkey_id), current_agent(), provider_name() is not None
    now = services().now()
    if number is None:
        raise NotFound("There is no such page.")
    return _given_up(
        "passkey",
        lambda session: drop_passkey(session, who.id, number, by_oidc=by_oidc, now=now),
    )


@own_ways.post("/settings/me/password/delete")
@staff_page
def no_password() -> Response:
    """Have one's password open nothing any more; sign-ins elsewhere end."""
    fields, who, by_oidc = single_fields(), current_agent(), provider_name() is not None
    told, now, this = fields.get("given-up", ""), services().now(), this_session()

    def drop(session: WorkspaceSession) -> None:
        drop_password(session, who.id, told, by_oidc=by_oidc, now=now)
        end_sessions(session, who.id, now=now, but_digest=this)

    return _given_up("no-password", drop, counted_try(who))


@own_ways.get("/settings/me/oidc")
@staff_page
def to_bind() -> Response:
    """To the provider, to come in by it from now on. Only from a page of ours."""
    only_ours()
    provider, settings = the_provider(), services().settings
    mark = browser_mark(request.cookies, settings)
    try:
        address = begin_oidc(
            services(),
            provider,
            browser=mark,
            redirect_uri=callback_address(),
            way_on=url_for("own_pages.me"),
            binds=Binding(caller().workspace_id, current_agent().id),
        )
    except AppError as error:
        return own_page("oidc", refused=error)
    response = redirect(address, 303)
    assert isinstance(response, Response)
    keep_mark(response, settings, mark)
    return response


@own_ways.post("/settings/me/oidc/delete")
@staff_page
def no_oidc() -> Response:
    """Have the provider's person come in no more."""
    who, now = current_agent(), services().now()
    return _given_up("no-oidc", lambda session: drop_oidc(session, who.id, now=now))


def _given_up(
    what: str,
    deed: Callable[[WorkspaceSession], None],
    around: AbstractContextManager[None] | None = None,
) -> Response:
    """My profile after a deed, or with why it wasn't done."""
    workspace_id = caller().workspace_id
    try:
        write = services().db.workspace(workspace_id, write=True)
        with around or nullcontext(), write as session:
            deed(session)
    except NotFound:
        raise
    except AppError as error:
        return own_page(what, refused=error)
    tell_of_agent(services(), workspace_id, current_agent().id)
    return done(what)
