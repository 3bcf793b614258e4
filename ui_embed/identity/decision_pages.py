"""Taking persons apart, marks on addresses, and the history with its undoing."""

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template

from integration.crm.linking import undo
from integration.crm.parting import mark_shared, mark_single, unlink
from integration.crm.person_heads import PersonHead
from integration.errors import AppError, Conflict, Invalid, NotFound
from integration.identity.keys import Key
from integration.identity.typed import identity_typed
from ui_embed import screens
from ui_embed.entrance import staff_page
from ui_embed.identity.decisions import (
    Deed,
    decide,
    decider,
    foresee,
    head_of,
    look_at,
    profile_number,
    reason_given,
    told_page,
)
from ui_embed.identity.part import is_number, read_history
from ui_embed.identity.refused import LinkRefusal, refusal_of
from ui_embed.identity.suggestion_rows import is_from_list, undone_row
from ui_embed.request_context import caller, services, single_arguments, single_fields

decisions = Blueprint("decisions", __name__)

_LONGEST_VALUE = 400
_PARTED_KINDS = ("customer", "order")
_MARKED_KINDS = ("email", "phone")


@dataclass(frozen=True, slots=True)
class Parting:
    """A person and the two that they would come apart into. `what` is the form's fields."""

    person: PersonHead
    stays: PersonHead | None
    goes: PersonHead | None
    what: dict[str, str]

    @property
    def is_link(self) -> bool:
        """Whether it takes a decision back, not a rule's word."""
        return "other" in self.what


@decisions.get("/profiles/<profile_id>/part")
@staff_page
def ask_part(profile_id: str) -> Any:
    """What would come apart: a joined profile (`other`), an account or order (`kind`, `value`)."""
    number, what = profile_number(profile_id), _what(single_arguments())
    [person] = look_at(services(), caller(), number)
    identity = what if isinstance(what, Key) else None
    try:
        seen = foresee(services(), caller(), _parting(number, what, None), identity)
    except (Conflict, Invalid, NotFound) as error:
        return _not_parted(person, error)
    fields = identity._asdict() if identity else {"other": str(what)}
    return _parting_page(Parting(person, seen.person, seen.other, fields))


@decisions.post("/profiles/<profile_id>/part")
@staff_page
def part(profile_id: str) -> Response:
    """Take something of a person out; the person's page, with the way back."""
    number, fields = profile_number(profile_id), single_fields()
    try:
        done = decide(services(), caller(), _parting(number, _what(fields), reason_given()))
    except (Conflict, Invalid, NotFound) as error:
        return _not_parted(look_at(services(), caller(), number)[0], error)
    return told_page(done.profile_id, done.event_id)


@decisions.post("/profiles/<profile_id>/marks")
@staff_page
def mark(profile_id: str) -> Response:
    """Say whether an address or phone is several people's (`ruling=shared`) or one's (`single`)."""
    number, fields = profile_number(profile_id), single_fields()
    ruling = {"shared": mark_shared, "single": mark_single}.get(fields.get("ruling", ""))
    key = _key(fields, _MARKED_KINDS)
    if ruling is None:
        raise Invalid("Say whether it is shared or single.")
    head_of(services(), caller(), number)
    by, now = decider(), services().now()
    done = decide(services(), caller(), lambda session: ruling(session, key, by=by, now=now))
    return told_page(number, done.event_id)


@decisions.post("/profiles/<profile_id>/history/<event_id>/undo")
@staff_page
def undo_event(profile_id: str, event_id: str) -> Response:
    """Take back what an entry of the history decided; the page that it was asked from."""
    number, entry = profile_number(profile_id), profile_number(event_id)
    head_of(services(), caller(), number)
    by, now = decider(), services().now()
    try:
        done = decide(services(), caller(), lambda session: undo(session, entry, by=by, now=now))
    except (Conflict, NotFound) as error:
        if is_from_list():
            return undone_row(entry, refusal_of(error))
        return _not_parted(look_at(services(), caller(), number)[0], error)
    return undone_row(entry) if is_from_list() else told_page(done.profile_id, done.event_id)


@decisions.get("/profiles/<profile_id>/history")
@staff_page
def history(profile_id: str) -> Any:
    """Older entries of the history, as rows, before `before`."""
    number = profile_number(profile_id)
    before = profile_number(single_arguments().get("before", ""))
    entries, following = read_history(services(), caller(), number, before)
    return render_template(
        "screens/history.html", profile_id=number, entries=entries, before=following
    )


def _not_parted(person: PersonHead, error: AppError) -> Response:
    return _parting_page(Parting(person, None, None, {}), refusal_of(error))


def _parting_page(view: Parting, refusal: LinkRefusal | None = None) -> Response:
    status = 409 if refusal else 200
    return screens.page("screens/part.html", status, view=view, refusal=refusal, section="people")


def _parting(profile_id: int, what: int | Key, reason: str | None) -> Deed:
    by, now = decider(), services().now()
    return lambda session: unlink(session, profile_id, what, by=by, now=now, reason=reason)


def _what(fields: dict[str, str]) -> int | Key:
    """What is to be taken out. Raises Invalid for what can't be."""
    if is_number(fields.get("other", "")):
        return int(fields["other"])
    return _key(fields, _PARTED_KINDS)


def _key(fields: dict[str, str], kinds: tuple[str, ...]) -> Key:
    key = Key(fields.get("kind", ""), fields.get("value", ""))
    if key.kind not in kinds or not 0 < len(key.value) <= _LONGEST_VALUE:
        raise Invalid(f"Name one of {', '.join(kinds)}.")
    return identity_typed(key.kind, key.value)
