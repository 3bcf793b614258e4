"""The page of contact reasons: named, put in order, taken away and brought back."""

import re
from typing import Any

from flask import Blueprint, Response

from integration.audit.actions import Action
from integration.audit.recording import record
from integration.conversations.reasons import (
    add_reason,
    list_reasons,
    order_reasons,
    remove_reason,
    rename_reason,
)
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid
from ui_embed.entrance import staff_page
from ui_embed.inbox_settings.screen import answered, page, reading, told, typed, writing
from ui_embed.request_context import caller, services, single_fields
from ui_embed.texts import gettext

reason_pages = Blueprint("inbox_reasons", __name__, url_prefix="/settings/inbox/reasons")

_DEED = re.compile(r"(up|down|remove)_(\d{1,15})")


@reason_pages.get("")
@staff_page
def shown() -> Any:
    """The reasons in their order."""
    return _page()


@reason_pages.post("")
@staff_page
def change() -> Response:
    """Keep the names that were typed and one more, and do what was pressed beside one of them."""
    fields = single_fields()
    found = _DEED.fullmatch(fields.get("do", ""))
    at, gone = "", None
    try:
        with writing() as session:
            for each in list_reasons(session):
                at = f"name_{each.id}"
                name = typed(fields, at)
                if at in fields and name != each.name:
                    rename_reason(session, int(each.id), name)
                    _note(session, "renamed")
            at = "new"
            if typed(fields, "new"):
                add_reason(session, typed(fields, "new"))
                _note(session, "added")
            if found:
                at = ""
                gone = _done(session, found[1], int(found[2]))
                _note(session, "removed" if gone else "order")
    except (Invalid, Conflict) as error:
        return _page(typed_in=fields, refusals={at: told(error)}, status=422)
    note = None if found else gettext("The reasons are kept.")
    shown = _page(note=note, gone=gone, focus=found[0] if found else None)
    return shown if gone else answered(shown, "inbox_reasons.shown")


def _note(session: WorkspaceSession, deed: str) -> None:
    by, now = caller().actor, services().now()
    record(session, Action.SETTINGS_CHANGED, by=by, now=now, what="reasons", deed=deed)


def _done(session: WorkspaceSession, deed: str, number: int) -> str | None:
    """The name of what was removed, None where something was moved."""
    if deed == "remove":
        return remove_reason(session, number, now=services().now()).name
    ids = [int(each.id) for each in list_reasons(session)]
    if number in ids:
        at = ids.index(number)
        to = max(0, at - 1) if deed == "up" else min(len(ids) - 1, at + 1)
        ids.insert(to, ids.pop(at))
        order_reasons(session, ids)
    return None


def _page(
    *,
    note: str | None = None,
    gone: str | None = None,
    focus: str | None = None,
    typed_in: dict[str, str] | None = None,
    refusals: dict[str, str] | None = None,
    status: int = 200,
) -> Response:
    with reading() as session:
        reasons = list_reasons(session)
    return page(
        "inbox_reasons",
        status,
        part="reasons",
        reasons=reasons,
        typed_in=typed_in or {},
        refusals=refusals or {},
        gone=gone,
        focus=focus,
        note=note,
    )
