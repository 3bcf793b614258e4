"""Errors of ours. One handler turns each into `{"error": {code, message, details}}`."""

from collections.abc import Mapping
from typing import Any


class AppError(Exception):
    """An expected refusal. `message` is a sentence for people, `details` is for machines."""

    code = "error"
    status = 400

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        status: int | None = None,
        details: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code or self.code
        self.status = status or self.status
        self.details = dict(details or {})


class NotFound(AppError):
    """Unknown or another workspace's: the two look the same."""

    code = "not_found"
    status = 404


class Gone(AppError):
    """It was there and isn't any more."""

    code = "gone"
    status = 410


class Ambiguous(AppError):
    """Several things match; `details["candidates"]` names them."""

    code = "ambiguous"
    status = 409


class Conflict(AppError):
    """What it was decided on has changed meanwhile, or is taken; `details` says how it stands."""

    code = "conflict"
    status = 409


class Unauthorized(AppError):
    """Nobody, or nobody that we know."""

    code = "unauthorized"
    status = 401


class NotInstalled(AppError):
    """A genuine session of a store that has removed us."""

    code = "not_installed"
    status = 401


class Invalid(AppError):
    """A request that can't be understood."""

    code = "invalid"
    status = 400


class MissingSetting(Exception):
    """A setting that the process can't run without; the text names it."""
