"""What agents do on a person's page: notes and tags, and what happened before."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, redirect, render_template, request

from integration.crm.notes import Note, add_note, delete_note, restore_note
from integration.crm.own_tags import add_tag, own_tags_of, remove_tag
from integration.db import WorkspaceSession
from integration.errors import Invalid, NotFound
from integration.events import Event
from ui_embed.beside import Part, read_notes, read_older_notes, read_tags, read_timeline
from ui_embed.entrance import staff_page
from ui_embed.person_screen import page_url
from ui_embed.reading import profile_subject
from ui_embed.request_context import caller, services, single_arguments, single_fields
from ui_embed.texts import gettext

profile_pages = Blueprint("profile_pages", __name__)

_LONGEST_MONTH = 40


@dataclass(frozen=True, slots=True)
class TagChange:
    """What was done with the tags just now, or why it wasn't."""

    added: str | None = None
    removed: str | None = None
    refusal: str | None = None


@profile_pages.get("/profiles/<profile_id>/timeline")
@staff_page
def timeline(profile_id: str) -> Any:
    """What happened with a person before a cursor, as rows."""
    number, arguments = _number(profile_id), single_arguments()
    found = read_timeline(services(), caller(), number, _cursor(arguments))
    return render_template(
        "screens/timeline.html",
        timeline=found,
        month=arguments.get("month", "")[:_LONGEST_MONTH],
        several_stores=arguments.get("stores") == "several",
    )


@profile_pages.get("/profiles/<profile_id>/notes")
@staff_page
def older_notes(profile_id: str) -> Any:
    """Older notes about a person, as rows, after a cursor."""
    number = _number(profile_id)
    notes = read_older_notes(services(), caller(), number, _cursor(single_arguments()))
    return render_template("screens/notes.html", profile_id=profile_id, notes=notes, older=True)


@profile_pages.post("/profiles/<profile_id>/notes")
@staff_page
def write_note(profile_id: str) -> Response:
    """Write a note: the list with it, or why it can't be one."""
    number, text = _number(profile_id), single_fields().get("text", "")
    try:
        with _writing() as session:
            note = add_note(session, number, text, by=caller().viewer, now=services().now())
    except Invalid as error:
        refusal = _refusal(error)
        return Response(render_template("screens/notes.html", refusal=refusal), 422)
    return _notes(note.profile_id, gettext("The note was added."), new_id=note.id)


@profile_pages.post("/profiles/<profile_id>/notes/<note_id>/delete")
@staff_page
def take_note_back(profile_id: str, note_id: str) -> Response:
    """Take a note back; its row then offers to put it back."""
    with _writing() as session:
        note = delete_note(session, _number(profile_id), _number(note_id), now=services().now())
    return _notes(note.profile_id, gettext("The note was removed."), changed=note)


@profile_pages.post("/profiles/<profile_id>/notes/<note_id>/restore")
@staff_page
def put_note_back(profile_id: str, note_id: str) -> Response:
    """Put a note back that was taken back."""
    with _writing() as session:
        note = restore_note(session, _number(profile_id), _number(note_id))
    return _notes(note.profile_id, gettext("The note is back."), changed=note)


@profile_pages.post("/profiles/<profile_id>/tags")
@staff_page
def tags(profile_id: str) -> Response:
    """Put a tag on (`add`) or take one off (`remove`); what is there then, with the way back."""
    number, fields = _number(profile_id), single_fields()
    gone, text = fields.get("remove"), fields.get("add", "")
    try:
        with _writing() as session:
            if gone is not None:
                remove_tag(session, number, gone)
                change, news = TagChange(removed=gone), gettext("The tag was removed.")
            else:
                before = own_tags_of(session, number)
                after = add_tag(session, number, text)
                fresh = [tag for tag in after if tag not in before]
                change = TagChange(added=fresh[0] if fresh else None)
                news = gettext("The tag was added.")
    except Invalid as error:
        change, news = TagChange(refusal=_refusal(error)), ""
    _tell(number)
    if not _is_by_script():
        return _back(profile_id, "orders")
    store_tags, own_tags = read_tags(services(), caller(), number)
    page = render_template(
        "screens/tags.html",
        profile_id=profile_id,
        store_tags=store_tags,
        own_tags=own_tags,
        change=change,
        news=news,
    )
    return Response(page, 422 if change.refusal else 200)


def _notes(
    profile_id: str, news: str, *, changed: Note | None = None, new_id: str | None = None
) -> Response:
    """What changed, for a script to swap in; else the page again."""
    number = int(profile_id)
    _tell(number)
    if not _is_by_script():
        return _back(profile_id, "notes")
    page = render_template(
        "screens/notes.html",
        profile_id=profile_id,
        notes=read_notes(services(), caller(), number),
        changed=changed,
        new_id=new_id,
        news=news,
    )
    return Response(page)


def _writing() -> AbstractContextManager[WorkspaceSession]:
    return services().db.workspace(caller().workspace_id, write=True)


def _tell(profile_id: int) -> None:
    """Have every open page of that person read itself again."""
    services().events.publish(Event(caller().workspace_id, "profile", profile_id))


def _is_by_script() -> bool:
    return request.headers.get("HX-Request-Type") is not None


def _back(profile_id: str, part: Part) -> Response:
    response = redirect(page_url(profile_id, None, part), 303)
    assert isinstance(response, Response)
    return response


def _number(text: str) -> int:
    """An id of ours. Raises NotFound for what can be none."""
    subject = profile_subject(text)
    if subject is None or subject.profile_id is None:
        raise NotFound("There is no such page.")
    return subject.profile_id


def _cursor(arguments: dict[str, str]) -> str:
    cursor = arguments.get("cursor")
    if not cursor:
        raise Invalid("The parameter cursor is missing.")
    return cursor


def _refusal(error: Invalid) -> str:
    """Why a note or a tag can't be one, with what to do."""
    most = error.details.get("most", 0)
    return {
        "empty_note": gettext("There is nothing in it yet."),
        "empty_tag": gettext("There is nothing in it yet."),
        "note_too_long": gettext("It is too long: %(most)s characters at most.", most=most),
        "tag_too_long": gettext("It is too long: %(most)s characters at most.", most=most),
        "too_many_notes": gettext("This person has too many notes. Remove some first."),
        "too_many_tags": gettext("This person has too many tags. Remove some first."),
    }.get(error.code, gettext("It can't be kept like this."))
