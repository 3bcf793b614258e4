"""The pages of the notebook: handled cases, listed, searched, written and taken out."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response

from integration.agents.roles import Deed, may
from integration.conversations.answers.cases import (
    CASES_A_PAGE,
    KeptCase,
    add_case,
    change_case,
    delete_case,
    list_cases,
    read_case,
)
from integration.conversations.reasons import list_reasons
from integration.errors import AppError, Conflict, Invalid
from ui_embed.entrance import staff_page
from ui_embed.inbox_settings import screen
from ui_embed.inbox_settings.screen import (
    answered,
    chosen_id,
    number_of,
    reading,
    told,
    typed,
    writing,
)
from ui_embed.request_context import caller, services, single_arguments, single_fields
from ui_embed.texts import gettext

notebook_pages = Blueprint("inbox_notebook", __name__, url_prefix="/settings/inbox/notebook")

_FIELDS = {"invalid_title": "title"}


@dataclass(frozen=True, slots=True)
class CaseForm:
    """The form of a case."""

    case_id: str | None = None
    version: str = ""
    title: str = ""
    problem: str = ""
    solution: str = ""
    reason_id: str = ""
    conversation_id: str = ""
    refusals: dict[str, str] = field(default_factory=dict)


@notebook_pages.get("")
@staff_page
def listed() -> Any:
    """Those with the words of `search=`, the last changed first, after `before=`."""
    told_in = single_arguments()
    return _list_page(told_in.get("search", "")[:200], _before(told_in.get("before")))


@notebook_pages.get("/new")
@staff_page
def new() -> Any:
    """An empty form."""
    return _page(CaseForm())


@notebook_pages.post("/new")
@staff_page
def create() -> Response:
    """Keep a case; also one that was taken out just now."""
    form = _typed(None)
    try:
        with writing() as session:
            conversation_id = chosen_id(form.conversation_id)
            now, by = services().now(), caller().viewer
            add_case(session, by=by, now=now, conversation_id=conversation_id, **_kept(form))
    except Invalid as error:
        return _page(_refused(form, error), status=422)
    return answered(_list_page(note=gettext("The case is kept.")), "inbox_notebook.listed")


@notebook_pages.get("/<case_id>")
@staff_page
def shown(case_id: str) -> Any:
    """A case as a form."""
    return _page(_form(_held(case_id)))


@notebook_pages.post("/<case_id>")
@staff_page
def change(case_id: str) -> Response:
    """Keep what was typed."""
    held = _held(case_id)
    form = replace(_typed(held.id), conversation_id=held.conversation_id or "")
    try:
        with writing() as session:
            now, by = services().now(), caller().viewer
            number = int(held.id)
            change_case(session, number, version=form.version, by=by, now=now, **_kept(form))
    except (Invalid, Conflict) as error:
        return _page(_refused(form, error), status=422)
    return answered(_list_page(note=gettext("The case is kept.")), "inbox_notebook.listed")


@notebook_pages.post("/<case_id>/remove")
@staff_page
def remove(case_id: str) -> Response:
    """Take a case out; the list then offers to put it back."""
    with writing() as session:
        gone = delete_case(session, number_of(case_id))
    return _list_page(gone=gone)


def _held(case_id: str) -> KeptCase:
    with reading() as session:
        return read_case(session, number_of(case_id))


def _form(held: KeptCase) -> CaseForm:
    reason, talk = held.reason_id or "", held.conversation_id or ""
    return CaseForm(held.id, held.version, held.title, held.problem, held.solution, reason, talk)


def _typed(case_id: str | None) -> CaseForm:
    fields = single_fields()
    names = ("version", "title", "problem", "solution", "reason_id", "conversation_id")
    told_in: dict[str, Any] = {name: typed(fields, name) for name in names}
    return CaseForm(case_id=case_id, **told_in)


def _kept(form: CaseForm) -> dict[str, Any]:
    return {
        "title": form.title,
        "problem": form.problem,
        "solution": form.solution,
        "reason_id": chosen_id(form.reason_id),
    }


def _refused(form: CaseForm, error: AppError) -> CaseForm:
    at = _FIELDS.get(error.code, "")
    if not at and not isinstance(error, Conflict):
        at = next((each for each in ("problem", "solution") if not getattr(form, each)), "")
    return replace(form, refusals={at: told(error)})


def _before(text: str | None) -> tuple[datetime, int] | None:
    """Where a page of the list begins: `time_id`. Raises Invalid."""
    if not text:
        return None
    at, _, number = text.rpartition("_")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not number.isdecimal() or len(number) > 18:
            raise ValueError(text)
        return moment.astimezone(UTC), int(number)
    except (ValueError, OverflowError):
        raise Invalid("The place in the list can't be read.") from None


def _list_page(
    search: str = "",
    before: tuple[datetime, int] | None = None,
    note: str | None = None,
    gone: KeptCase | None = None,
) -> Response:
    with reading() as session:
        found = list_cases(session, search, before=before, limit=CASES_A_PAGE + 1)
        has_any = bool(found) or bool(list_cases(session, limit=1))
        reasons = {each.id: each.name for each in list_reasons(session, with_removed=True)}
    shown, last = found[:CASES_A_PAGE], None
    if len(found) > CASES_A_PAGE:
        last = f"{shown[-1].updated_at.isoformat()}_{shown[-1].id}"
    return _screen(
        "inbox_notebook",
        cases=shown,
        older=last,
        search_text=search,
        has_any=has_any,
        reasons=reasons,
        gone=gone,
        note=note,
    )


def _page(form: CaseForm, status: int = 200) -> Response:
    with reading() as session:
        reasons = [(each.id, each.name) for each in list_reasons(session)]
    return _screen("inbox_notebook_case", status, form=form, reasons=reasons)


def _screen(template: str, status: int = 200, **values: Any) -> Response:
    return screen.page(
        template, status, part="notebook", may_write=may(caller(), Deed.ANSWER), **values
    )
