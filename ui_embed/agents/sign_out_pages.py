"""Signing others out: one of the team, or everybody at once."""

from flask import Blueprint, Response

from integration.agents.signing_out import sign_everybody_out, sign_somebody_out
from integration.agents.telling import tell_of_agent
from integration.errors import AppError, NotFound
from ui_embed.agents.agent_pages import actor_here, agent_number, agent_page, team_page
from ui_embed.agents.own_pages import this_session
from ui_embed.entrance import staff_page
from ui_embed.request_context import caller, services
from ui_embed.texts import gettext

sign_out_pages = Blueprint("sign_out_pages", __name__)


@sign_out_pages.post("/settings/agents/<agent_id>/sign-out")
@staff_page
def somebody(agent_id: str) -> Response:
    """End all sessions of one of them, who may sign in again."""
    number, by = agent_number(agent_id), actor_here()
    try:
        with services().db.workspace(caller().workspace_id, write=True) as session:
            sign_somebody_out(session, number, by=by, now=services().now())
    except NotFound:
        raise
    except AppError as error:
        return agent_page(number, refused=error)
    tell_of_agent(services(), caller().workspace_id, number)
    return agent_page(number, note=gettext("They are signed out everywhere."))


@sign_out_pages.post("/settings/agents/sign-out")
@staff_page
def everybody() -> Response:
    """End every session of the workspace but this one."""
    by, this, workspace_id = actor_here(), this_session(), caller().workspace_id
    with services().db.workspace(workspace_id, write=True) as session:
        whose = sign_everybody_out(session, by=by, now=services().now(), but_digest=this)
    for agent_id in whose:
        tell_of_agent(services(), workspace_id, agent_id)
    return team_page(note=gettext("Everybody is signed out, but for you here."))
