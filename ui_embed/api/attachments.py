"""The API of files: uploaded for an answer, and fetched from a message.

A file is never shown in place, and never as a page: whatever it is, it comes as one to be kept,
and what a browser could run comes as bytes.
"""

import unicodedata
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import asdict
from urllib.parse import quote, unquote

import structlog
from flask import Blueprint, Response, request
from sqlalchemy import select
from werkzeug.exceptions import RequestEntityTooLarge

from integration.conversations.attachments import (
    UPLOAD_BYTES_AT_MOST,
    drop_upload,
    find_file,
    keep_upload,
    pieces_of,
)
from integration.conversations.channels.keys import ChannelKeys
from integration.conversations.file_types import BYTES, HARMLESS
from integration.conversations.found import conversation_for
from integration.crypto import CannotOpen
from integration.db import WorkspaceSession
from integration.errors import AppError, Invalid, NotFound
from integration.models import Channel
from integration.models.vocabulary import ChannelStatus
from integration.serving.wsgi_over_rsgi import STREAMED
from ui_embed.api.bodies import json_answer, our_id
from ui_embed.request_context import caller, current_agent, services, single_arguments

log = structlog.get_logger(__name__)

api_attachments = Blueprint("api_attachments", __name__)

PATH = "/api/v1/attachments"
# What surrounds a file in a form.
_AROUND_BYTES = 64 * 1024
BODY_BYTES_AT_MOST = UPLOAD_BYTES_AT_MOST + _AROUND_BYTES
_LONGEST_KEY = 64
_LONGEST_NAME = 120
_NAME_HEADER = "X-File-Name"
_POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"
_TOO_LARGE = f"A file can have {UPLOAD_BYTES_AT_MOST // 1_000_000} MB at most."


@api_attachments.post(PATH)
def upload() -> Response:
    """Keep a file for an answer: a form's `file`, or the body with its name in `X-File-Name`.

    `conversation` or `channel` says what it is for. 413 for one that is too large.
    """
    request.max_content_length = BODY_BYTES_AT_MOST
    single_arguments()
    who = caller()
    by = current_agent()
    try:
        name, data, fields = _posted()
    except RequestEntityTooLarge:
        raise AppError(_TOO_LARGE, code="too_large", status=413) from None
    if len(data) > UPLOAD_BYTES_AT_MOST:
        raise AppError(_TOO_LARGE, code="too_large", status=413)
    keys = ChannelKeys(services().keyring)
    with services().db.workspace(who.workspace_id, write=True) as session:
        channel_id = _channel_of(session, fields)
        view = keep_upload(
            session, keys, channel_id, name, data, by=f"agent:{by.id}", now=services().now()
        )
    return json_answer({"attachment": asdict(view)}, 201)


@api_attachments.delete(f"{PATH}/<key>")
def drop(key: str) -> Response:
    """Throw away a file that was uploaded and is in no message."""
    single_arguments()
    caller()
    with _writing() as session:
        drop_upload(session, key[:_LONGEST_KEY])
    return json_answer({"key": key})


@api_attachments.get(f"{PATH}/<key>")
def fetch(key: str) -> Response:
    """A file, piece by piece, to be kept."""
    single_arguments()
    who = caller()
    with services().db.workspace(who.workspace_id) as session:
        row = find_file(session, key[:_LONGEST_KEY])
    headers = {
        "Content-Disposition": disposition(row.name),
        "Content-Length": str(row.size_bytes),
        "Content-Security-Policy": _POLICY,
        "X-Content-Type-Options": "nosniff",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Cache-Control": "private, no-store",
    }
    media_type = row.media_type if row.media_type in HARMLESS else BYTES
    if media_type == "text/plain":
        media_type = "text/plain; charset=utf-8"
    if request.method == "HEAD":
        return Response(headers=headers, content_type=media_type)
    pieces = _told(pieces_of(services(), who.workspace_id, row))
    request.environ[STREAMED] = True
    return Response(pieces, headers=headers, content_type=media_type)


def disposition(name: str) -> str:
    """The header by which a browser keeps a file under its name (RFC 6266), whatever that is."""
    kept = "".join(each for each in unicodedata.normalize("NFC", name) if _may_stand(each))
    whole = kept.strip(". ")[-_LONGEST_NAME:] or "file"
    plain = "".join(each if each.isascii() else "_" for each in whole)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(whole, safe='')}"


def _may_stand(character: str) -> bool:
    return unicodedata.category(character)[0] in "LNMS" or character in " ._-()[]+,@&'!#"


def _posted() -> tuple[str, bytes, dict[str, str]]:
    """The file's name, its bytes, and what stood beside it."""
    if request.mimetype == "multipart/form-data":
        files = request.files.getlist("file")
        try:
            if len(files) != 1 or not files[0].filename:
                raise Invalid("Send one file, as the field file.")
            return files[0].filename, files[0].read(), request.form.to_dict()
        finally:
            # A large one was put aside on the disk.
            request.close()
    name = unquote(request.headers.get(_NAME_HEADER, ""))
    if not name:
        raise Invalid(f"Send a form with the field file, or the file with {_NAME_HEADER}.")
    return name, request.get_data(cache=False), request.args.to_dict()


def _channel_of(session: WorkspaceSession, fields: dict[str, str]) -> int:
    """The channel whose key seals the file. Raises NotFound, Invalid."""
    if fields.get("channel"):
        number = our_id(fields["channel"])
        statement = select(Channel.id).where(
            Channel.id == number, Channel.status != ChannelStatus.REMOVED
        )
        found = session.execute(statement).scalar_one_or_none() if number else None
        if found is None:
            raise NotFound("There is no such channel.")
        return found
    if fields.get("conversation"):
        number = our_id(fields["conversation"])
        if number is None:
            raise NotFound("There is no such conversation.")
        return conversation_for(session, number).channel_id
    raise Invalid("Say by conversation or channel what the file is for.")


def _told(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The pieces, as far as they open: a key may be destroyed meanwhile."""
    try:
        yield from pieces
    except CannotOpen:
        log.warning("attachments.not_opened")


def _writing() -> AbstractContextManager[WorkspaceSession]:
    current_agent()
    return services().db.workspace(caller().workspace_id, write=True)
