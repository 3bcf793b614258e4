"""Who is in the workspace: invite, change roles and work, shut out, and the way to an owner."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, redirect, url_for

from integration.agents.changing import (
    Actor,
    Work,
    claim,
    disable,
    enable,
    owners,
    set_role,
    set_work,
)
from integration.agents.directory import AgentCard, card_of, get_agent, list_agents
from integration.agents.invitations import Link, invite, renew_link
from integration.agents.roles import Deed, may, outranks
from integration.agents.telling import tell_of_agent
from integration.crm.stores import list_stores
from integration.db import WorkspaceSession
from integration.errors import AppError, Invalid, NotFound
from integration.install.api_keys import keys_of_workspace
from ui_embed import screens
from ui_embed.agents.words import (
    ROLES,
    WHAT_ROLES_MAY,
    agent_status,
    refusals_of,
    role_word,
)
from ui_embed.api.bodies import our_id
from ui_embed.entrance import staff_page
from ui_embed.formats import language_name
from ui_embed.request_context import LANGUAGES, caller, current_agent, services, single_fields
from ui_embed.texts import gettext

agent_pages = Blueprint("agent_pages", __name__)

_MOST_DIGITS = 4


@agent_pages.get("/settings/agents")
@staff_page
def agents() -> Response:
    """Everybody of the workspace, and the form of an invitation."""
    return team_page()


@agent_pages.post("/settings/agents")
@staff_page
def invited() -> Response:
    """Invite somebody: the list with the link, which is shown this once."""
    fields = single_fields()
    try:
        with _writing() as session:
            link = invite(
                session,
                email=fields.get("email", ""),
                name=fields.get("name", ""),
                role=fields.get("role", ""),
                by=actor_here(),
                now=services().now(),
            )
    except AppError as error:
        return team_page(refused=error, typed=fields)
    return team_page(link=link)


@agent_pages.get("/settings/agents/<agent_id>")
@staff_page
def agent(agent_id: str) -> Response:
    """One of them."""
    return agent_page(agent_number(agent_id))


@agent_pages.post("/settings/agents/<agent_id>")
@staff_page
def changed(agent_id: str) -> Response:
    """Change somebody's role and what they are given."""
    fields, number, by = single_fields(), agent_number(agent_id), actor_here()
    return _done(
        number, gettext("It is kept."), lambda session: _change(session, number, fields, by)
    )


@agent_pages.post("/settings/agents/<agent_id>/link")
@staff_page
def linked(agent_id: str) -> Response:
    """A new link for somebody, shown this once; the former ones end."""
    number = agent_number(agent_id)
    try:
        with _writing() as session:
            link = renew_link(session, number, by=actor_here(), now=services().now())
    except NotFound:
        raise
    except AppError as error:
        return agent_page(number, refused=error)
    return team_page(link=link)


@agent_pages.post("/settings/agents/<agent_id>/disable")
@staff_page
def shut_out(agent_id: str) -> Response:
    """Let somebody in no more."""
    number, by, now = agent_number(agent_id), actor_here(), services().now()
    done = gettext("They are signed out everywhere.")
    return _done(number, done, lambda session: disable(session, number, by=by, now=now))


@agent_pages.post("/settings/agents/<agent_id>/enable")
@staff_page
def let_in(agent_id: str) -> Response:
    """Let somebody in again."""
    number, by, now = agent_number(agent_id), actor_here(), services().now()
    done = gettext("They can come in again.")
    return _done(number, done, lambda session: enable(session, number, by=by, now=now))


@agent_pages.post("/settings/agents/claim")
@staff_page
def claimed() -> Response:
    """Become the owner of a workspace that has none and whose stores can't tell who that is."""
    if not may_claim():
        raise AppError("This workspace has an owner.", code="forbidden", status=403)
    who = current_agent()
    with _writing() as session:
        claim(session, who.id, by=caller().actor, now=services().now())
    response = redirect(url_for("own_pages.me"), 303)
    assert isinstance(response, Response)
    return response


def may_claim() -> bool:
    """Whether the caller may become the owner: staff of a store's admin, where nobody is.

    A store that hands keys over has an owner from its beginning, and its admin tells who manages
    it; others have none until somebody says so.
    """
    who = caller()
    is_staff = "-staff:" in who.viewer and not who.is_owner
    if not is_staff or who.kind != "session" or not may(who, Deed.ANSWER):
        return False
    for store in list_stores(services(), who.workspace_id):
        platform = services().platforms.get(store.platform)
        if platform is None or platform.handover is not None:
            return False
    with services().db.workspace(who.workspace_id) as session:
        return owners(session) == 0


def _change(
    session: WorkspaceSession, agent_id: int, fields: dict[str, str], by: Actor
) -> AgentCard:
    now = services().now()
    set_role(session, agent_id, fields.get("role", ""), by=by, now=now)
    return set_work(session, agent_id, _work(fields), by=by, now=now)


def _done(agent_id: int, note: str, deed: Callable[[WorkspaceSession], AgentCard]) -> Response:
    """The agent's page after a deed, or with why it wasn't done. Raises NotFound."""
    try:
        with _writing() as session:
            deed(session)
    except NotFound:
        raise
    except AppError as error:
        return agent_page(agent_id, refused=error)
    tell_of_agent(services(), caller().workspace_id, agent_id)
    return agent_page(agent_id, note=note)


def team_page(
    *,
    link: Link | None = None,
    refused: AppError | None = None,
    typed: dict[str, str] | None = None,
    note: str | None = None,
) -> Response:
    """Everybody of the workspace; with a link that was made, or why none was."""
    me = current_agent()
    with services().db.workspace(caller().workspace_id) as session:
        listed, programs = list_agents(session), keys_of_workspace(session)
    link_for = next((each for each in listed if link and each.id == link.agent_id), None)
    values: dict[str, Any] = {
        "agents": listed,
        "programs": programs,
        "note": note,
        "me": me,
        "link": link,
        "link_url": _address(link) if link else None,
        "link_for": link_for,
        "mail_url": _mail(link, link_for) if link and link_for else None,
        "typed": typed or {},
        "refusals": refusals_of(refused),
        "roles": _roles(),
        "role_word": role_word,
        "what_roles_may": WHAT_ROLES_MAY,
        "agent_status": agent_status,
    }
    status = refused.status if refused else 200
    return screens.page("screens/agents.html", _as_form(status), section="settings", **values)


def agent_page(
    agent_id: int, *, refused: AppError | None = None, note: str | None = None
) -> Response:
    """One agent's page, with what was done or why it wasn't. Raises NotFound."""
    me = current_agent()
    with services().db.workspace(caller().workspace_id) as session:
        shown = card_of(get_agent(session, agent_id))
    if shown.is_machine:
        raise NotFound("There is no such agent.")
    values: dict[str, Any] = {
        "agent": shown,
        "me": me,
        "note": note,
        "refusals": refusals_of(refused),
        "roles": _roles(),
        "role_word": role_word,
        "agent_status": agent_status,
        "may_change": outranks(caller(), shown.role),
        "languages": [(each, language_name(each)) for each in LANGUAGES],
    }
    status = refused.status if refused else 200
    return screens.page("screens/agent.html", _as_form(status), section="settings", **values)


def _as_form(status: int) -> int:
    """A form that was refused for what stands in it is 422."""
    return status if status in (200, 403) else 422


def _roles() -> list[tuple[str, str]]:
    """The roles that are theirs to give."""
    return [(each, role_word(each)) for each in ROLES if outranks(caller(), each)]


def _work(fields: dict[str, str]) -> Work:
    told = fields.get("capacity", "").strip()
    if told and not (told.isascii() and told.isdigit() and len(told) <= _MOST_DIGITS):
        raise Invalid("That isn't a number of conversations.", code="capacity_odd")
    return Work(
        takes_conversations=fields.get("takes") == "1",
        capacity=int(told) if told else None,
        locales=tuple(each for each in LANGUAGES if fields.get(f"speaks_{each}") == "1"),
    )


def actor_here() -> Actor:
    """Whoever calls, as somebody who changes agents."""
    return Actor(caller().role, current_agent().id, caller().actor)


def _address(link: Link) -> str:
    path = url_for("invitations.shown", token=link.token)
    return services().settings.app_url.rstrip("/") + path


def _mail(link: Link, to: AgentCard) -> str:
    """A mail with the link, in the inviter's own program: from here it would stand in the inbox."""
    told = {
        "subject": gettext("Your invitation to %(workspace)s", workspace=caller().store.name),
        "body": "\r\n\r\n".join(
            (gettext("Set up your sign-in here; the link is good once:"), _address(link))
        ),
    }
    return f"mailto:{quote(to.email or '')}?{urlencode(told, quote_via=quote)}"


def _writing() -> AbstractContextManager[WorkspaceSession]:
    # Who acts is known before it begins: that may write too.
    current_agent()
    return services().db.workspace(caller().workspace_id, write=True)


def agent_number(text: str) -> int:
    """An agent's id in an address. Raises NotFound for what can be none."""
    number = our_id(text)
    if number is None:
        raise NotFound("There is no such agent.")
    return number
