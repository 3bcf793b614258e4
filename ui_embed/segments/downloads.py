"""People as a file out of the house: who may, and how the answer is written.

All people of a workspace at once are the most that anybody can carry off, so only its owner may,
or a program that the operator gave a key. Staff in a store's admin can't: their tokens don't tell
what the merchant allows them, and a frame can't fetch a file by a bearer.
"""

import unicodedata
from collections.abc import Iterator
from urllib.parse import quote

import structlog
from flask import Response, request

from integration.errors import AppError
from integration.segments.export import Exporter, PeopleFile, Selection, begin_export
from integration.segments.spreadsheet import lines
from integration.serving.wsgi_over_rsgi import STREAMED
from ui_embed.auth import Caller
from ui_embed.request_context import here, services

log = structlog.get_logger(__name__)

_LONGEST_NAME = 60
# The head has gone out by then: only the file itself can tell.
_CUT_OFF = lines([("This file is not complete. Please download it again.",)])


def may_export(caller: Caller) -> bool:
    """Whether they may take people out as a file."""
    return caller.is_owner or caller.kind == "api_key"


def people_file(caller: Caller, selection: Selection, surface: str, name: str) -> Response:
    """The file as an answer. Raises 403 for whoever may not, and what `begin_export` raises.

    In a browser only a page of ours can ask for it: no other site starts a download.
    """
    if not may_export(caller):
        raise AppError("Only the owner can do this.", code="forbidden", status=403)
    if caller.by_cookie and not here().is_ours:
        raise AppError("Ask for the file on our page.", code="forbidden", status=403)
    headers = {"Content-Disposition": disposition(name)}
    mimetype = "text/csv; charset=utf-8; header=present"
    if request.method == "HEAD":
        return Response(headers=headers, content_type=mimetype)
    file = _begun(caller, selection, surface)
    response = Response(_pieces(file), headers=headers, content_type=mimetype)
    response.call_on_close(file.close)
    request.environ[STREAMED] = True
    return response


def disposition(name: str) -> str:
    """The header by which a browser saves the file under a name, whatever was typed as one.

    RFC 6266: a plain name for old readers, the whole one as UTF-8 beside it.
    """
    day = services().now().date().isoformat()
    kept = "".join(each if _may_stand(each) else "-" for each in unicodedata.normalize("NFC", name))
    whole = "-".join(filter(None, kept.split("-")))[:_LONGEST_NAME].strip("-") or "people"
    plain = "".join(each for each in whole if each.isascii()).strip("-") or "people"
    full = quote(f"tillside-{whole}-{day}.csv", safe="")
    return f"attachment; filename=\"tillside-{plain}-{day}.csv\"; filename*=UTF-8''{full}"


def _pieces(file: PeopleFile) -> Iterator[bytes]:
    try:
        yield from file
    except Exception as error:
        log.error("export.cut_off", error=type(error).__name__, exc_info=error)
        yield _CUT_OFF


def _begun(caller: Caller, selection: Selection, surface: str) -> PeopleFile:
    store_id = caller.store_id if caller.kind == "session" else None
    exporter = Exporter(caller.workspace_id, caller.viewer, surface, store_id)
    return begin_export(services(), exporter, selection)


def _may_stand(character: str) -> bool:
    return unicodedata.category(character)[0] in "LN" or character == "_"
