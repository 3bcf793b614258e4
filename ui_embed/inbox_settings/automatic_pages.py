"""The page of what we write by ourselves: receipts, what they promise, how they end."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response

from integration.conversations.inbox_settings import change_inbox_settings
from integration.conversations.outgoing.automatic_settings import LONGEST_SIGNATURE, automatic_mails
from integration.conversations.outgoing.mail_words import Words
from integration.errors import Invalid
from ui_embed.entrance import staff_page
from ui_embed.formats import language_name
from ui_embed.inbox_settings.screen import (
    LANGUAGES,
    answered,
    page,
    reading,
    told,
    typed,
    writing,
)
from ui_embed.request_context import caller, choose_language, services, single_fields
from ui_embed.texts import gettext

automatic_pages = Blueprint("inbox_automatic", __name__, url_prefix="/settings/inbox/automatic")


@dataclass(frozen=True, slots=True)
class AutomaticForm:
    """The form. `signatures` maps a language to a text."""

    acknowledge: bool
    within_hours: str
    signatures: dict[str, str]
    refusal: str | None = None


@automatic_pages.get("")
@staff_page
def shown() -> Any:
    """What is kept."""
    return _page(_held())


@automatic_pages.post("")
@staff_page
def change() -> Response:
    """Keep what was typed."""
    fields = single_fields()
    form = AutomaticForm(
        fields.get("acknowledge") == "1",
        typed(fields, "within_hours"),
        {each: typed(fields, f"signature_{each}") for each in LANGUAGES},
    )
    wanted = {
        "acknowledge": form.acknowledge,
        "answer_within_hours": _hours(form.within_hours),
        "signature": {name: text for name, text in form.signatures.items() if text},
    }
    try:
        with writing() as session:
            change_inbox_settings(
                session, by=caller().actor, now=services().now(), automatic=wanted
            )
    except Invalid as error:
        return _page(
            AutomaticForm(form.acknowledge, form.within_hours, form.signatures, told(error)),
            status=422,
        )
    note = gettext("The automatic mails are kept.")
    return answered(_page(_held(), note=note), "inbox_automatic.shown")


def _held() -> AutomaticForm:
    with reading() as session:
        held = automatic_mails(session)
    hours = "" if held.answer_within_hours is None else str(held.answer_within_hours)
    signatures = {each: held.signature.get(each, "") for each in LANGUAGES}
    return AutomaticForm(held.acknowledge, hours, signatures)


def _hours(text: str) -> int | str | None:
    if not text:
        return None
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 7 else text


def _page(form: AutomaticForm, *, note: str | None = None, status: int = 200) -> Response:
    language = choose_language()
    hours = _hours(form.within_hours)
    promised = hours if isinstance(hours, int) and not form.refusal else None
    shop = caller().store.name
    subject, text = Words(language).receipt(shop, promised)
    ends = form.signatures.get(language) or form.signatures.get("en") or ""
    return page(
        "inbox_automatic",
        status,
        part="automatic",
        form=form,
        languages=[(each, language_name(each) or each) for each in LANGUAGES],
        preview_subject=subject,
        preview="\n\n".join(filter(None, (text, ends))),
        longest=LONGEST_SIGNATURE,
        note=note,
    )
