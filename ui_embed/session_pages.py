"""Signing out in a browser."""

from typing import Any

from flask import Blueprint, Response, render_template, request

from integration.errors import Unauthorized
from integration.install.sessions import close_session
from ui_embed.cookies import drop_session, session_cookie
from ui_embed.policy import STANDALONE, use_policy
from ui_embed.request_context import here, services, single_arguments

sessions = Blueprint("sessions", __name__)


@sessions.post("/sign-out")
def sign_out() -> Any:
    """End this browser's session. Only a page of ours can ask for it."""
    single_arguments()
    if not here().is_ours:
        raise Unauthorized("Only a page of Tillside can sign you out.")
    settings = services().settings
    close_session(services(), request.cookies.get(session_cookie(settings), ""))
    use_policy(STANDALONE)
    response = Response(render_template("screens/signed_out.html", section=None))
    drop_session(response, settings)
    return response
