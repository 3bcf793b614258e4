"""What our scripts ask for: only pages of ours, and refusals in words that can be shown."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from flask import Response

from integration.errors import AppError
from ui_embed.agents.words import refusal_words
from ui_embed.api.bodies import json_answer
from ui_embed.request_context import here, single_arguments


def in_json(view: Callable[..., Response]) -> Callable[..., Response]:
    """A view whose refusals are `{"error": {"code", "message"}}` in the reader's language."""

    @wraps(view)
    def answered(*args: Any, **kwargs: Any) -> Response:
        try:
            return view(*args, **kwargs)
        except AppError as error:
            told = {"code": error.code, "message": refusal_words(error)}
            return json_answer({"error": told}, error.status)

    return answered


def only_ours() -> None:
    """Raises 403 for what no page of ours sent, 400 for a doubled parameter."""
    single_arguments()
    if not here().is_ours:
        raise sent_elsewhere()


def sent_elsewhere() -> AppError:
    """That another site's page sent something."""
    return AppError("Only a page of Tillside can do this.", code="elsewhere", status=403)
