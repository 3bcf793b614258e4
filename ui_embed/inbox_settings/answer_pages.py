"""The pages of canned answers: the list, and one with its texts in each language."""

from dataclasses import dataclass, field, replace
from typing import Any

from flask import Blueprint, Response

from integration.conversations.answers.canned import (
    Canned,
    change_canned,
    create_canned,
    delete_canned,
    list_canned,
    read_canned,
)
from integration.errors import AppError, Conflict, Invalid
from ui_embed.entrance import staff_page
from ui_embed.formats import language_name
from ui_embed.inbox_settings.screen import (
    LANGUAGES,
    answered,
    chosen_id,
    number_of,
    page,
    reading,
    store_choices,
    told,
    typed,
    writing,
)
from ui_embed.inbox_settings.variable_words import VARIABLES, previewed
from ui_embed.request_context import caller, services, single_arguments, single_fields
from ui_embed.texts import gettext

answer_pages = Blueprint("inbox_answers", __name__, url_prefix="/settings/inbox/answers")

_FIELDS = {
    "invalid_shortcut": "shortcut",
    "shortcut_taken": "shortcut",
    "invalid_name": "name",
    "invalid_store": "store_id",
    "invalid_texts": "texts",
    "unknown_variable": "texts",
}


@dataclass(frozen=True, slots=True)
class AnswerForm:
    """The form. `texts` maps a language to a text, `previews` to what it says of a sample."""

    answer_id: str | None = None
    version: str = "0"
    shortcut: str = ""
    name: str = ""
    store_id: str = ""
    texts: dict[str, str] = field(default_factory=dict)
    previews: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)


@answer_pages.get("")
@staff_page
def listed() -> Any:
    """Those that match `search=`, or all."""
    return _list_page(single_arguments().get("search", "")[:200])


@answer_pages.get("/new")
@staff_page
def new() -> Any:
    """An empty form."""
    return _page(AnswerForm())


@answer_pages.post("/new")
@staff_page
def create() -> Response:
    """Keep an answer, or show what it would say; also one that was removed just now."""
    form = _typed(None)
    if single_fields().get("do") == "preview":
        return _page(_with_previews(form))
    try:
        with writing() as session:
            create_canned(session, by=caller().actor, now=services().now(), **_kept(form))
    except (Invalid, Conflict) as error:
        return _page(_refused(form, error), status=422)
    return answered(_list_page(note=gettext("The answer is kept.")), "inbox_answers.listed")


@answer_pages.get("/<answer_id>")
@staff_page
def shown(answer_id: str) -> Any:
    """An answer as a form."""
    return _page(_form(_held(answer_id)))


@answer_pages.post("/<answer_id>")
@staff_page
def change(answer_id: str) -> Response:
    """Keep what was typed, or show what it would say."""
    held = _held(answer_id)
    form = _typed(held.id)
    if single_fields().get("do") == "preview":
        return _page(_with_previews(form))
    try:
        with writing() as session:
            version = int(form.version) if form.version.isdecimal() else 0
            change_canned(
                session, int(held.id), version=version, by=caller().actor,
                now=services().now(), **_kept(form),
            )  # fmt: skip
    except (Invalid, Conflict) as error:
        return _page(_refused(form, error), status=422)
    return answered(_list_page(note=gettext("The answer is kept.")), "inbox_answers.listed")


@answer_pages.post("/<answer_id>/remove")
@staff_page
def remove(answer_id: str) -> Response:
    """Remove an answer; the list then offers to put it back."""
    with writing() as session:
        number, by, now = number_of(answer_id), caller().actor, services().now()
        gone = delete_canned(session, number, by=by, now=now)
    return _list_page(gone=gone)


def _held(answer_id: str) -> Canned:
    with reading() as session:
        return read_canned(session, number_of(answer_id))


def _form(held: Canned) -> AnswerForm:
    return AnswerForm(
        held.id, str(held.version), held.shortcut, held.name, held.store_id or "", dict(held.texts)
    )


def _typed(answer_id: str | None) -> AnswerForm:
    fields = single_fields()
    prefix = "text_"
    texts = {
        name.removeprefix(prefix): typed(fields, name)
        for name in fields
        if name.startswith(prefix) and len(name) < 16
    }
    return AnswerForm(
        answer_id,
        typed(fields, "version"),
        typed(fields, "shortcut"),
        typed(fields, "name"),
        typed(fields, "store_id"),
        texts,
    )


def _kept(form: AnswerForm) -> dict[str, Any]:
    # An id that can be none is still told, so that it is refused at its field.
    store_id = chosen_id(form.store_id) or (0 if form.store_id else None)
    return {
        "shortcut": form.shortcut,
        "name": form.name,
        "texts": form.texts,
        "store_id": store_id,
    }


def _refused(form: AnswerForm, error: AppError) -> AnswerForm:
    sentence = told(error)
    if error.code == "unknown_variable":
        names = ", ".join(error.details.get("names", ()))
        sentence = gettext("There is nothing of this name to fill in: %(names)s.", names=names)
    at = _FIELDS.get(error.code, "")
    # A list of one store isn't shown.
    at = "" if at == "store_id" and len(store_choices()) < 2 else at
    return replace(form, refusals={at: sentence})


def _with_previews(form: AnswerForm) -> AnswerForm:
    shop = caller().store.name
    said = {each: previewed(text, shop) for each, text in form.texts.items() if text}
    return replace(form, previews=said)


def _list_page(search: str = "", note: str | None = None, gone: Canned | None = None) -> Response:
    with reading() as session:
        found = list_canned(session, search)
        has_any = bool(found) or bool(list_canned(session))
    stores = dict(store_choices())
    return page(
        "inbox_answers",
        part="answers",
        answers=found,
        stores=stores,
        search_text=search,
        has_any=has_any,
        language_name=language_name,
        gone=gone,
        note=note,
    )


def _page(form: AnswerForm, status: int = 200) -> Response:
    told_first = [*LANGUAGES, *(each for each in form.texts if each not in LANGUAGES)]
    return page(
        "inbox_answer",
        status,
        part="answers",
        form=form,
        languages=[(each, language_name(each) or each) for each in told_first],
        stores=store_choices(),
        variables=VARIABLES,
    )
