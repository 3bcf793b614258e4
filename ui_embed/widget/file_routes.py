"""A visitor's and an agent's files in a chat, for the visitor who sees the message they are of."""

from flask import Blueprint, Response

from integration.chat.own import visible_file
from integration.chat.visitors import known_visitor
from integration.conversations.attachments import find_file, pieces_of
from integration.conversations.file_types import BYTES, HARMLESS
from integration.errors import NotFound
from ui_embed.request_context import services
from ui_embed.widget.gate import admit_to, chat_place, count, visitor_token

file_routes = Blueprint("widget_file_routes", __name__, url_prefix="/api/widget")
admit_to(file_routes, "chat")

_LONGEST_KEY = 64


@file_routes.get("/files/<key>")
def send_file(key: str) -> Response:
    """A file, to be kept and never shown in place. Raises NotFound for another's."""
    count("ask")
    place = chat_place()
    with services().db.workspace(place.workspace_id) as session:
        visitor = known_visitor(session, place, visitor_token())
        row = find_file(session, key[:_LONGEST_KEY])
        if row.message_id is None or not visible_file(session, visitor, row.message_id):
            raise NotFound("There is no such file.")
    # The page names it: a name in a header would have to be taken apart again.
    headers = {
        "Content-Disposition": "attachment",
        "Cache-Control": "no-store, private",
        "Content-Length": str(row.size_bytes),
    }
    media_type = row.media_type if row.media_type in HARMLESS else BYTES
    pieces = pieces_of(services(), place.workspace_id, row)
    return Response(pieces, mimetype=media_type, headers=headers)
