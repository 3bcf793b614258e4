"""How long a class of data is kept: chosen by the owner, after seeing what would go."""

from typing import Any

from flask import Blueprint, Response

from integration.agents.roles import Deed, may
from integration.errors import AppError, Invalid, NotFound
from integration.privacy.ageing.preview import WouldGo, would_go
from integration.privacy.ageing.retention import (
    Retention,
    reset_retention,
    retention_of,
    set_retention,
)
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.privacy.class_words import class_name, class_told, days_words, kept_for
from ui_embed.privacy.pages import privacy_done
from ui_embed.privacy.words import refusal_words
from ui_embed.request_context import caller, formats, services, single_fields

privacy_retention = Blueprint("privacy_retention", __name__)

_LONGEST_NUMBER = 6


@privacy_retention.get("/settings/privacy/retention/<name>")
@staff_page
def shown(name: str) -> Response:
    """A class of data with its form."""
    return _page(_held(name))


@privacy_retention.post("/settings/privacy/retention/<name>")
@staff_page
def changed(name: str) -> Response:
    """Show what would go (`do=preview`), keep the time (`keep`), or its own again (`reset`)."""
    held, fields, who = _held(name), single_fields(), caller()
    try:
        if fields.get("do") == "reset":
            reset_retention(services(), who.workspace_id, name, by=who.actor)
            return privacy_done("kept")
        days = _days(fields, held)
        if fields.get("do") == "keep":
            set_retention(services(), who.workspace_id, name, days, by=who.actor)
            return privacy_done("kept")
        _judge(held, days)
        gone = would_go(services(), who.workspace_id, name, days)
    except NotFound:
        raise
    except AppError as error:
        return _page(held, fields, refused=error)
    return _page(held, fields, gone=gone, days=days)


def _judge(held: Retention, days: int | None) -> None:
    """Raises Invalid where the time can't be kept."""
    if days is None or held.least is None or held.most is None:
        return
    if not held.least <= days <= held.most:
        bounds = {"least": held.least, "most": held.most}
        raise Invalid("Out of bounds.", code="out_of_bounds", details=bounds)


def _days(fields: dict[str, str], held: Retention) -> int | None:
    if held.may_be_kept and fields.get("forever") == "1":
        return None
    typed = fields.get("days", "").strip()
    if not (typed.isascii() and typed.isdigit() and len(typed) <= _LONGEST_NUMBER):
        raise Invalid("That isn't a number of days.", code="no_number")
    return int(typed)


def _held(name: str) -> Retention:
    with services().db.workspace(caller().workspace_id) as session:
        found = next((each for each in retention_of(session) if each.name == name), None)
    if found is None or not found.is_changeable:
        raise NotFound("There is no such class of data.")
    return found


def _page(
    held: Retention,
    typed: dict[str, str] | None = None,
    *,
    refused: AppError | None = None,
    gone: WouldGo | None = None,
    days: int | None = None,
) -> Response:
    figures = formats(caller().store)
    values: dict[str, Any] = {
        "held": held,
        "name": class_name(held.name),
        "told": class_told(held.name),
        "now_kept": kept_for(held, figures),
        "default_words": None
        if held.default_days is None
        else days_words(held.default_days, figures),
        "least_words": days_words(held.least or 0, figures),
        "most_words": days_words(held.most or 0, figures),
        "typed_days": (typed or {}).get("days", "" if held.days is None else str(held.days)),
        "forever": (typed or {}).get("forever") == "1" if typed else held.days is None,
        "gone": gone,
        "chosen": None if days is None else days_words(days, figures),
        "refusal": refusal_words(refused) if refused else None,
        "may_own": may(caller(), Deed.OWN),
    }
    status = 422 if refused else 200
    return screens.page("screens/privacy_class.html", status, section="settings", **values)
