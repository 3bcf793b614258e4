"""The audit's files as answers: only a page of ours asks for one in a browser."""

from collections.abc import Iterator

import structlog
from flask import Response, request

from integration.audit.export import Form
from integration.errors import AppError, Invalid
from integration.serving.wsgi_over_rsgi import STREAMED
from ui_embed.request_context import caller, here, services, single_arguments

log = structlog.get_logger(__name__)

_TYPES: dict[Form, str] = {
    "csv": "text/csv; charset=utf-8; header=present",
    "jsonl": "application/jsonl; charset=utf-8",
}
_CUT_OFF = b'"This file is not complete. Please download it again."\r\n'


def asked_form() -> Form:
    """The form that `form=` names. Raises Invalid, 403 for what no page of ours asked for."""
    if caller().by_cookie and not here().is_ours:
        raise AppError("Ask for the file on our page.", code="forbidden", status=403)
    form = single_arguments().get("form", "csv")
    if form == "csv":
        return "csv"
    if form == "jsonl":
        return "jsonl"
    raise Invalid("There is no such form of the file.")


def audit_file(name: str, form: Form, pieces: Iterator[bytes] | None) -> Response:
    """The file; without pieces its head alone."""
    day = services().now().date().isoformat()
    told = f'attachment; filename="tillside-{name}-{day}.{form}"'
    headers = {"Content-Disposition": told}
    if pieces is None:
        return Response(headers=headers, content_type=_TYPES[form])
    response = Response(_whole(pieces), headers=headers, content_type=_TYPES[form])
    request.environ[STREAMED] = True
    return response


def _whole(pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except Exception as error:
        log.error("audit.cut_off", error=type(error).__name__, exc_info=error)
        yield _CUT_OFF
