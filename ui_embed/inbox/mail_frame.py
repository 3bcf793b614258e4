"""A mail as it was sent: the frame that it stands in, and the document in that frame.

As a document of its own it has a policy of its own, under which the mail's styles count and nothing
else of it. A frame proves nobody, not even by a cookie: its address carries a signed link.
"""

from http import HTTPStatus

from flask import Blueprint, Response, render_template, url_for
from markupsafe import escape
from sqlalchemy import select

from integration.agents.coming_in import is_still_in
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.thread import message_of
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import Store
from ui_embed.api.bodies import our_id
from ui_embed.entrance import staff_page
from ui_embed.inbox.mail_links import LinkEnded, MailLink, MailLinks, expiry
from ui_embed.inbox.pages import conversation_number
from ui_embed.policy import MailPolicy, use_policy
from ui_embed.request_context import caller, current_agent, services, single_arguments
from ui_embed.signed_in import CONNECTED
from ui_embed.texts import gettext

inbox_mail = Blueprint("inbox_mail", __name__)

# What stands before the mail's own styles, which count for more.
_LOOKS = (
    "html{color-scheme:light;background:#fff}"
    "body{margin:12px;color:#1a1a1a;font:14px/1.5 system-ui,sans-serif;overflow-wrap:break-word}"
    "img,table{max-inline-size:100%}"
)


@inbox_mail.get("/inbox/<conversation_id>/messages/<message_id>/mail")
@staff_page
def framed(conversation_id: str, message_id: str) -> str:
    """The frame of a mail as it was sent, whose link is good for some minutes."""
    number, who = conversation_number(conversation_id), caller()
    wanted = our_id(message_id)
    with services().db.workspace(who.workspace_id) as session:
        html = _html(session, number, wanted) if wanted else None
    if wanted is None or not html:
        raise NotFound("There is no such mail.")
    link = MailLink(
        workspace_id=who.workspace_id,
        conversation_id=number,
        message_id=wanted,
        agent_id=current_agent().id,
        session_id=who.session_id or 0,
        store_id=who.store_id,
        is_framed=not who.by_cookie,
        expires_at=expiry(services().now()),
    )
    address = url_for("inbox_mail.document", link=_links().issue(link))
    return render_template("inbox/mail_frame.html", address=address)


@inbox_mail.get("/inbox/mail")
def document() -> Response:
    """The mail that a signed link (`link=`) opens, in which nothing runs.

    A link that isn't ours leads nowhere: 404. One that has ended, or whose session has: 401.
    """
    try:
        link = _links().prove(single_arguments().get("link", ""), now=services().now())
    except LinkEnded as ended:
        link, is_good = ended.link, False
    else:
        is_good = True
    if link is None:
        raise NotFound("There is no such mail.")
    with services().db.workspace(link.workspace_id) as session:
        is_good = _enter(session, link) and is_good
        html = _html(session, link.conversation_id, link.message_id) if is_good else None
    if not is_good:
        text = gettext("This link doesn't work any more. Fold the mail and open it again.")
        return _document(str(escape(text)), HTTPStatus.UNAUTHORIZED)
    if not html:
        return _document(str(escape(gettext("This message was erased."))), HTTPStatus.NOT_FOUND)
    return _document(html, HTTPStatus.OK)


def _links() -> MailLinks:
    return MailLinks(services().settings.secret_key.get_secret_value())


def _enter(session: WorkspaceSession, link: MailLink) -> bool:
    """Let the answer stand where the link's page does; whether who asked may still come in."""
    statement = select(Store.platform, Store.domain, Store.status)
    store = session.execute(statement.where(Store.id == link.store_id)).first()
    if store is None:
        raise NotFound("There is no such mail.")
    platform = services().platforms[store.platform]
    hosts = tuple(platform.host.frame_ancestors(store.domain)) if link.is_framed else ()
    use_policy(MailPolicy(hosts))
    return store.status in CONNECTED and is_still_in(
        session, link.agent_id, link.session_id or None, now=services().now()
    )


def _html(session: WorkspaceSession, conversation_id: int, message_id: int) -> str | None:
    """A mail's sanitised HTML, None where there is no such message or it has none."""
    try:
        message = message_of(session, ChannelKeys(services().keyring), conversation_id, message_id)
    except NotFound:
        return None
    return message.html


def _document(html: str, status: HTTPStatus) -> Response:
    """A document of a mail's; what it may do is told by its policy alone."""
    title = escape(gettext("The mail as it was sent"))
    page = (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{title}</title>'
        f'<base target="_blank"><style>{_LOOKS}</style></head><body>{html}</body></html>'
    )
    headers = {"Referrer-Policy": "no-referrer", "Cross-Origin-Resource-Policy": "same-origin"}
    return Response(page, status, headers=headers)
