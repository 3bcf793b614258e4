"""What the pages of the inbox's settings share: how they answer, and who may change what."""

import re
from contextlib import AbstractContextManager
from typing import Any, NoReturn

from flask import Response, redirect, request, url_for

from integration.agents.roles import Deed, may
from integration.crm.stores import list_stores
from integration.db import WorkspaceSession
from integration.errors import AppError, Invalid, NotFound
from ui_embed import screens
from ui_embed.api.bodies import our_id
from ui_embed.request_context import caller, services
from ui_embed.texts import gettext

LANGUAGES = ("en", "el", "he", "cs", "pl")
_LONGEST_TYPED = 20_000
# Fields of boxes that are ticked, of which any number may be.
_SEVERAL = re.compile(r"(?:kinds|channels|languages|stores|turns)(?:_\d{1,3})?\Z")


def page(template: str, status: int = 200, *, part: str, **values: Any) -> Response:
    """A screen of these settings; `part` is which of them."""
    return screens.page(
        f"screens/{template}.html",
        status,
        part=part,
        may_set_up=may_set_up(),
        section="settings",
        **values,
    )


def may_set_up() -> bool:
    """Whether whoever looks may change these settings; others only read them."""
    return may(caller(), Deed.SET_UP)


def answered(shown: Response, endpoint: str, **values: Any) -> Response:
    """What a form that was taken answers with: a page for a script, its address for a browser."""
    if request.headers.get("HX-Request-Type") is None:
        response = redirect(url_for(endpoint, **values), 303)
        assert isinstance(response, Response)
        return response
    shown.headers["HX-Push-Url"] = url_for(endpoint, **values)
    return shown


def reading() -> AbstractContextManager[WorkspaceSession]:
    """A session on the caller's workspace."""
    return services().db.workspace(caller().workspace_id)


def writing() -> AbstractContextManager[WorkspaceSession]:
    """A session that commits."""
    return services().db.workspace(caller().workspace_id, write=True)


def number_of(told: str) -> int:
    """An id of ours in an address. Raises NotFound for what can be none."""
    number = our_id(told)
    if number is None:
        raise NotFound("There is nothing of this id.")
    return number


def chosen_id(told: str | None) -> int | None:
    """An id that was chosen from a list, None for none and for what can be none."""
    return our_id(told) if told else None


def typed(fields: dict[str, str], name: str) -> str:
    """A field of a form, trimmed, of a length that can be looked at."""
    return fields.get(name, "").replace("\r\n", "\n").strip()[:_LONGEST_TYPED]


def several_fields() -> tuple[dict[str, str], dict[str, list[str]]]:
    """The posted form: fields that stand once, and all values of those that may stand more often.

    Raises Invalid (400) for a doubled field that may not: whose name has no plural.
    """
    several = {name: values for name, values in request.form.lists() if _SEVERAL.match(name)}
    once: dict[str, str] = {}
    for name, values in request.form.lists():
        if name not in several:
            if len(values) > 1:
                raise Invalid(f"The field {name} stands twice.", code="duplicate_parameter")
            once[name] = values[0]
    return once, several


def store_choices() -> list[tuple[str, str]]:
    """The workspace's stores for a list."""
    return [(each.id, each.name) for each in list_stores(services(), caller().workspace_id)]


def told(error: AppError) -> str:
    """An error's sentence in the reader's language, where we have it."""
    return in_words(error.message)


def in_words(sentence: str) -> str:
    """A sentence of the application's or of a channel's in the reader's language."""
    return gettext(sentence) if sentence else ""


def unreachable() -> NoReturn:
    """Where a form names an act that there is not. Raises 422."""
    raise AppError("There is no such act.", code="invalid", status=422)
