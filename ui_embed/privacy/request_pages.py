"""What is done to a request: taken back, begun at once, its file fetched or made again."""

from collections.abc import Callable

from flask import Blueprint, Response
from sqlalchemy import select

from integration.agents.roles import Deed, may
from integration.errors import AppError, NotFound
from integration.models import PrivacyRequest
from integration.privacy.exports.data_requests import fetch_export, make_again
from integration.privacy.requests.asking import run_now, stop
from ui_embed.api.bodies import our_id
from ui_embed.entrance import staff_page
from ui_embed.privacy.pages import privacy_done, privacy_page
from ui_embed.privacy.words import refusal_words
from ui_embed.request_context import caller, here, services

privacy_requests = Blueprint("privacy_requests", __name__)


@privacy_requests.post("/settings/privacy/requests/<request_id>/stop")
@staff_page
def stopped(request_id: str) -> Response:
    """Take back what was asked here; an erasure is the owner's."""
    number, who = _number(request_id), caller()
    if _is_erasure(number) and not may(who, Deed.OWN):
        raise AppError("Only the owner can do this.", code="forbidden", status=403)
    return _done("stopped", lambda: stop(services(), who.workspace_id, number, by=who.actor))


@privacy_requests.post("/settings/privacy/requests/<request_id>/now")
@staff_page
def hurried(request_id: str) -> Response:
    """Have an erasure begin that could still be taken back."""
    number, who = _number(request_id), caller()
    return _done("hurried", lambda: run_now(services(), who.workspace_id, number, by=who.actor))


@privacy_requests.post("/settings/privacy/requests/<request_id>/again")
@staff_page
def again(request_id: str) -> Response:
    """Have a person's data made ready anew."""
    number, who = _number(request_id), caller()
    return _done("again", lambda: make_again(services(), who.workspace_id, number, by=who.actor))


@privacy_requests.post("/settings/privacy/exports/<export_id>")
@staff_page
def fetched(export_id: str) -> Response:
    """The file of a person's data; that it was fetched is written down."""
    number, who = _number(export_id), caller()
    if who.by_cookie and not here().is_ours:
        raise AppError("Ask for the file on our page.", code="forbidden", status=403)
    now = services().now()
    try:
        file = fetch_export(services(), who.workspace_id, number, by=who.actor, now=now)
    except NotFound:
        raise
    except AppError as error:
        return privacy_page(error.status, refusal=refusal_words(error))
    name = f"tillside-person-{number}-{now.date().isoformat()}.zip"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(file, headers=headers, content_type="application/zip")


def _done(what: str, deed: Callable[[], object]) -> Response:
    """The page of privacy after a deed, or with why it wasn't done. Raises NotFound."""
    try:
        deed()
    except NotFound:
        raise
    except AppError as error:
        return privacy_page(error.status, refusal=refusal_words(error))
    return privacy_done(what)


def _is_erasure(number: int) -> bool:
    """Asked of the row itself: the page shows not all requests where there are many."""
    who = caller()
    asked = select(PrivacyRequest.kind).where(
        PrivacyRequest.id == number, PrivacyRequest.workspace_id == who.workspace_id
    )
    with services().db.workspace(who.workspace_id) as session:
        return session.execute(asked).scalar_one_or_none() not in (None, "data_request")


def _number(text: str) -> int:
    number = our_id(text)
    if number is None:
        raise NotFound("There is no such request.")
    return number
