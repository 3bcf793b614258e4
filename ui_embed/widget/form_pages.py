"""`/form/<token>`: the contact form as a page, for a frame in a shop or a link. Needs no script."""

import secrets

from flask import Blueprint, Response, render_template, request

from integration.chat.forms import FormRefused
from integration.chat.places import ChatPlace
from ui_embed.policy import PagePolicy, use_policy
from ui_embed.widget.form_routes import form_told, send_form
from ui_embed.widget.gate import count_for, places
from ui_embed.widget.texts import language_for

form_pages = Blueprint("form_pages", __name__, template_folder="../templates")

_LONGEST_TOKEN = 100


@form_pages.get("/form/<token>")
def form_page(token: str) -> Response:
    """The empty form."""
    place = _place(token)
    return _page(place, token, _language(place))


@form_pages.post("/form/<token>")
def send_page(token: str) -> Response:
    """The thanks, or the form again with what is missing."""
    place = _place(token)
    count_for(place, "form")
    language = _language(place)
    try:
        send_form(place, language)
    except FormRefused as refusal:
        field = str(refusal.details.get("field", ""))
        return _page(place, token, language, refused=field, status=422)
    return _page(place, token, language, is_sent=True)


def _page(
    place: ChatPlace,
    token: str,
    language: str,
    *,
    refused: str = "",
    is_sent: bool = False,
    status: int = 200,
) -> Response:
    use_policy(PagePolicy(frame_ancestors=tuple(sorted(place.origins))))
    given = request.form if refused else {}
    html = render_template(
        "widget/form.html",
        form=form_told(place, language),
        key=given.get("key") or secrets.token_urlsafe(16),
        given=given,
        token=token,
        refused=refused,
        is_sent=is_sent,
    )
    return Response(html, status, mimetype="text/html")


def _place(token: str) -> ChatPlace:
    return places().find("form", token[:_LONGEST_TOKEN])


def _language(place: ChatPlace) -> str:
    accepted = (tag for tag, _ in request.accept_languages)
    return language_for(request.args.get("lang"), place.locale, *accepted)
