"""`/api/widget/…`: what a storefront's chat asks. By a visitor's token in a header, no cookies."""

from typing import Any

from flask import Blueprint, Response, request

from integration.chat.around import forget_page, note_page, rate
from integration.chat.availability import availability
from integration.chat.messages import MOST_SHOWN, Said, mark_seen, read, write
from integration.chat.proofs import proven_by
from integration.chat.visitors import introduce, known_visitor, resume, visitor_of
from integration.conversations.changes import news_of, tell, tell_seen
from integration.conversations.channels.keys import ChannelKeys
from integration.errors import Invalid, Unauthorized
from integration.presence.telling import note_visitor_typing
from ui_embed.api.bodies import json_answer, json_object, our_id
from ui_embed.request_context import services
from ui_embed.widget.answers import appearance, availability_told, thread_told
from ui_embed.widget.gate import admit_to, chat_place, count, visitor_token
from ui_embed.widget.texts import language_for
from ui_embed.widget.uploads import posted_files, posted_form

chat_routes = Blueprint("chat_routes", __name__, url_prefix="/api/widget")
admit_to(chat_routes, "chat")

_APPEARANCE_HOLDS = "public, max-age=300"
_MOST_BODY_BYTES = 32 * 1024


@chat_routes.get("/settings")
def settings() -> Response:
    """How the chat looks in the page's language."""
    place = chat_place()
    language = language_for(request.args.get("lang"), place.locale)
    response = json_answer(appearance(place, language))
    response.headers["Cache-Control"] = _APPEARANCE_HOLDS
    return response


@chat_routes.post("/start")
def start() -> Response:
    """Begin or go on: the token to keep, whether somebody is there, and what was said."""
    count("begin")
    place, posted = chat_place(), json_object(_MOST_BODY_BYTES)
    proof = posted.get("proof")
    proven = proven_by(services(), place, proof) if isinstance(proof, str) else None
    token, language = visitor_token(), language_for(_text(posted, "lang"), place.locale)
    now = services().now()
    with services().db.workspace(place.workspace_id, write=True) as session:
        gone_on = resume(session, place, token, proven, locale=language, now=now)
        session.flush()
        visitor = visitor_of(session, place, gone_on.token)
        thread = _thread(session, visitor, 0)
        known = availability(session, place, now)
    if thread is not None and gone_on.is_signed and thread.conversation_id is not None:
        tell(services(), place.workspace_id, thread.conversation_id)
    return json_answer(
        {
            "visitor": gone_on.token,
            "is_same": gone_on.is_same,
            "is_signed": gone_on.is_signed,
            "consented": visitor is not None and visitor.consented_at is not None,
            "has_email": visitor is not None and bool(visitor.signed_email or visitor.email),
            "availability": availability_told(known),
            "thread": thread_told(place, thread) if thread else None,
        }
    )


@chat_routes.post("/messages")
def say() -> Response:
    """Write a message, with files or without; the same key twice is one message."""
    count("write")
    place, token = chat_place(), _token()
    is_form = request.mimetype == "multipart/form-data"
    posted: dict[str, Any] = dict(posted_form()) if is_form else json_object(_MOST_BODY_BYTES)
    files = posted_files() if is_form else ()
    if files:
        count("file")
    after = _after(_text(posted, "after"))
    said = Said(
        key=_text(posted, "key") or "",
        text=_text(posted, "text") or "",
        name=_text(posted, "name"),
        email=_text(posted, "email"),
        locale=language_for(_text(posted, "lang"), place.locale),
        files=files,
        goes_on=_text(posted, "goes_on") is not None,
    )
    with services().db.workspace(place.workspace_id, write=True) as session:
        received = write(services(), session, place, token, said)
    if not received.is_repeat:
        news = news_of(received)
        tell(services(), place.workspace_id, received.conversation_id, news=news)
    # Read by itself: nobody else who writes has to wait for that.
    with services().db.workspace(place.workspace_id) as session:
        thread = _thread(session, known_visitor(session, place, token), after)
    told = {"id": str(received.message_id), "is_repeat": received.is_repeat}
    return json_answer({**told, "thread": thread_told(place, thread) if thread else None})


@chat_routes.get("/messages")
def messages() -> Response:
    """What the visitor sees after the message with the id `after`."""
    count("ask")
    place, after = chat_place(), _after(request.args.get("after"))
    with services().db.workspace(place.workspace_id) as session:
        thread = _thread(session, known_visitor(session, place, visitor_token()), after)
    assert thread is not None
    return json_answer(thread_told(place, thread))


@chat_routes.post("/typing")
def typing() -> Response:
    """That the visitor writes: told to whoever has the conversation open, and kept nowhere."""
    count("ask")
    place = chat_place()
    with services().db.workspace(place.workspace_id) as session:
        thread = _thread(session, known_visitor(session, place, visitor_token()), None)
    if thread is not None and thread.conversation_id is not None:
        note_visitor_typing(services(), place.workspace_id, thread.conversation_id)
    return Response(status=204)


@chat_routes.post("/seen")
def seen() -> Response:
    """That the visitor has seen the answers up to the message `up_to`."""
    count("ask")
    place, up_to = chat_place(), _after(_text(json_object(), "up_to"))
    with services().db.workspace(place.workspace_id, write=True) as session:
        visitor = known_visitor(session, place, visitor_token())
        changed = mark_seen(session, visitor, up_to, services().now())
    if changed:
        tell_seen(services(), place.workspace_id, *changed)
    return Response(status=204)


@chat_routes.post("/page")
def page() -> Response:
    """Where the visitor is and what is in the cart, with their consent; without it: forget it."""
    count("ask")
    place, posted, now = chat_place(), json_object(_MOST_BODY_BYTES), services().now()
    with services().db.workspace(place.workspace_id, write=True) as session:
        visitor = known_visitor(session, place, visitor_token())
        if posted.get("consent") is True:
            note_page(place, visitor, _mapping(posted, "page"), _mapping(posted, "cart"), now)
        else:
            forget_page(visitor)
        session.flush()
        thread = _thread(session, visitor, None)
    if thread is not None and thread.conversation_id is not None:
        tell(services(), place.workspace_id, thread.conversation_id)
    return Response(status=204)


@chat_routes.post("/email")
def email() -> Response:
    """Where to write to when the visitor has gone; claimed, and nobody's proof."""
    count("ask")
    place, posted = chat_place(), json_object()
    with services().db.workspace(place.workspace_id, write=True) as session:
        visitor = known_visitor(session, place, visitor_token())
        if not introduce(session, visitor, _text(posted, "name"), _text(posted, "email")):
            raise Invalid("That isn't an e-mail address.", code="invalid_email")
        session.flush()
        thread = _thread(session, visitor, None)
    if thread is not None and thread.conversation_id is not None:
        tell(services(), place.workspace_id, thread.conversation_id)
    return Response(status=204)


@chat_routes.post("/rating")
def rating() -> Response:
    """How the visitor found it, from 1 to 5."""
    count("ask")
    place, posted = chat_place(), json_object()
    given = posted.get("rating")
    if not isinstance(given, int) or isinstance(given, bool):
        raise Invalid("A rating is a number from 1 to 5.")
    with services().db.workspace(place.workspace_id, write=True) as session:
        visitor = known_visitor(session, place, visitor_token())
        comment, now = _text(posted, "comment"), services().now()
        conversation_id = rate(session, visitor, given, comment, now)
    tell(services(), place.workspace_id, conversation_id)
    return Response(status=204)


def _thread(session: Any, visitor: Any, after: int | None) -> Any:
    """What the visitor sees after that message; None after: only which conversation it is."""
    if visitor is None:
        return None
    keys = ChannelKeys(services().keyring)
    if after is None:
        return read(session, keys, visitor, after_id=2**62, limit=1)
    return read(session, keys, visitor, after, MOST_SHOWN)


def _token() -> str:
    token = visitor_token()
    if token is None:
        raise Unauthorized("Begin the chat first.", code="unknown_visitor")
    return token


def _after(text: str | None) -> int:
    if not text:
        return 0
    found = our_id(text)
    if found is None:
        raise Invalid("That isn't a message's id.")
    return found


def _text(posted: dict[str, Any], name: str) -> str | None:
    value = posted.get(name)
    return value if isinstance(value, str) and value.strip() else None


def _mapping(posted: dict[str, Any], name: str) -> dict[str, Any] | None:
    value = posted.get(name)
    return value if isinstance(value, dict) else None
