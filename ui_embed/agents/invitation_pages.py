"""The page behind an invitation's link, or behind a link for a new password."""

from flask import Blueprint, Response, url_for

from integration.agents.invitations import OpenInvitation, Purpose, accept, open_invitation
from integration.agents.passwords import LONGEST, SHORTEST
from integration.errors import AppError, NotFound
from ui_embed import screens
from ui_embed.agents.by_script import sent_elsewhere
from ui_embed.agents.entering import session_of
from ui_embed.agents.words import refusal_words
from ui_embed.policy import STANDALONE, use_policy
from ui_embed.refusals import Trouble
from ui_embed.request_context import here, services, single_arguments, single_fields
from ui_embed.texts import gettext

invitations = Blueprint("invitations", __name__)


@invitations.get("/invitations/<token>")
def shown(token: str) -> Response:
    """The form: one's name, and a password to sign in with."""
    single_arguments()
    try:
        opened = open_invitation(services(), token)
    except NotFound:
        return _over()
    return _form(token, opened, opened.name)


@invitations.post("/invitations/<token>")
def accepted(token: str) -> Response:
    """Set up the sign-in and go in; the form with one sentence where that can't be."""
    single_arguments()
    fields = single_fields()
    name = fields.get("name", "")
    try:
        opened = open_invitation(services(), token)
        if not here().is_ours:
            return _form(token, opened, name, sent_elsewhere())
        who = accept(services(), token, name=name, password=fields.get("password", ""))
    except NotFound:
        return _over()
    except AppError as error:
        return _form(token, opened, name, error)
    first = url_for("inbox.listed") if opened.purpose == Purpose.INVITE else ""
    return session_of(who, first, email=opened.email)


def _form(
    token: str, opened: OpenInvitation, name: str, refused: AppError | None = None
) -> Response:
    use_policy(STANDALONE)
    return screens.page(
        "screens/invitation.html",
        422 if refused is not None else 200,
        token=token,
        opened=opened,
        is_new=opened.purpose == Purpose.INVITE,
        name=name,
        refusal=refusal_words(refused) if refused is not None else None,
        shortest=SHORTEST,
        longest=LONGEST,
        section=None,
    )


def _over() -> Response:
    use_policy(STANDALONE)
    trouble = Trouble(
        "clock",
        gettext("This link doesn't work any more"),
        gettext("It was used, replaced by a newer one, or is too old."),
        gettext("Ask whoever manages your team for a new one."),
        action=gettext("Sign in"),
        action_url="/sign-in",
    )
    return screens.page("screens/trouble.html", 404, trouble=trouble, has_bar=False, section=None)
