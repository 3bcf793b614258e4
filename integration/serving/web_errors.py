"""How errors look on the web: one form for the API, one page for people."""

import structlog
from flask import Flask, Response, jsonify
from werkzeug.exceptions import HTTPException

from integration.errors import AppError
from platforms.errors import InstallRefused, PlatformError, SessionRefused

log = structlog.get_logger(__name__)

_STATUS: dict[type[PlatformError], int] = {InstallRefused: 400, SessionRefused: 401}


def register(app: Flask) -> None:
    """Have every error answered as `{"error": {code, message, details}}`.

    A door may render pages for people by a handler of its own on its blueprint.
    """
    app.register_error_handler(AppError, _ours)
    app.register_error_handler(PlatformError, _theirs)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def error_answer(
    code: str, message: str, status: int, details: dict[str, object] | None = None
) -> Response:
    """The one form of an error."""
    answer = jsonify({"error": {"code": code, "message": message, "details": details or {}}})
    answer.status_code = status
    return answer


def _ours(error: AppError) -> Response:
    return error_answer(error.code, error.message, error.status, error.details)


def _theirs(error: PlatformError) -> Response:
    status = _STATUS.get(type(error), 502)
    return error_answer(error.code, str(error), status)


def _http(error: HTTPException) -> Response:
    code = (error.name or "error").lower().replace(" ", "_")
    answer = error_answer(code, error.description or code, error.code or 500)
    for name, value in error.get_headers():
        if name.lower() not in {"content-type", "content-length"}:
            answer.headers[name] = value
    return answer


def _unexpected(error: Exception) -> Response:
    # The line carries the route's pattern; the path itself may hold a token.
    log.error("web.failed", error=type(error).__name__, exc_info=error)
    message = "Something went wrong on our side. It was written down; please try again."
    return error_answer("internal_error", message, 500)
