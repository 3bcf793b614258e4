"""The API of what agents say of a person: notes and tags of their own.

Opened by the same bearers as the rest; a browser's cookie changes things only from a page of ours.
No other origin's page may call these.
"""

from contextlib import AbstractContextManager
from dataclasses import asdict

from flask import Blueprint, Response

from integration.crm.notes import (
    Note,
    add_note,
    delete_note,
    edit_note,
    notes_of,
    restore_note,
)
from integration.crm.own_tags import add_tag, own_tags_of, remove_tag
from integration.crm.views import View, write_view
from integration.db import WorkspaceSession
from integration.errors import Invalid, NotFound
from integration.events import Event
from ui_embed.api.bodies import json_answer, json_object, our_id, text_field
from ui_embed.auth import Caller
from ui_embed.request_context import caller, services, single_arguments

api_notes = Blueprint("api_notes", __name__)

_PREFIX = "/api/v1/profiles/<profile_id>"
_SURFACE = "api"
# Ten thousand characters, each escaped.
_MOST_BYTES = 160 * 1024


@api_notes.get(f"{_PREFIX}/notes")
def notes(profile_id: str) -> Response:
    """The notes about a person, the newest first; that they were read is written down."""
    cursor = single_arguments().get("cursor")
    who, asked = caller(), _profile(profile_id)
    with services().db.workspace(who.workspace_id) as session:
        found = notes_of(session, asked, cursor=cursor)
    _seen(who, asked)
    return json_answer(asdict(found))


@api_notes.post(f"{_PREFIX}/notes")
def add(profile_id: str) -> Response:
    """Write a note: `{"text"}`."""
    single_arguments()
    who, asked = caller(), _profile(profile_id)
    text = text_field(json_object(_MOST_BYTES), "text")
    with _writing(who) as session:
        note = add_note(session, asked, text, by=who.viewer, now=services().now())
    return _told(who, note, 201)


@api_notes.patch(f"{_PREFIX}/notes/<note_id>")
def edit(profile_id: str, note_id: str) -> Response:
    """Change a note: `{"text", "version"}`, the version being that of the text that was read."""
    single_arguments()
    who, asked, number = caller(), _profile(profile_id), _note(note_id)
    posted = json_object(_MOST_BYTES)
    text, version = text_field(posted, "text"), text_field(posted, "version")
    with _writing(who) as session:
        note = edit_note(
            session, asked, number, text, version=version, by=who.viewer, now=services().now()
        )
    return _told(who, note)


@api_notes.delete(f"{_PREFIX}/notes/<note_id>")
def take_back(profile_id: str, note_id: str) -> Response:
    """Take a note back; it can be put back."""
    single_arguments()
    who, asked, number = caller(), _profile(profile_id), _note(note_id)
    with _writing(who) as session:
        note = delete_note(session, asked, number, now=services().now())
    return _told(who, note)


@api_notes.post(f"{_PREFIX}/notes/<note_id>/restore")
def put_back(profile_id: str, note_id: str) -> Response:
    """Put back a note that was taken back."""
    single_arguments()
    who, asked, number = caller(), _profile(profile_id), _note(note_id)
    with _writing(who) as session:
        note = restore_note(session, asked, number)
    return _told(who, note)


@api_notes.get(f"{_PREFIX}/tags")
def tags(profile_id: str) -> Response:
    """The agents' own tags of a person; that they were read is written down."""
    single_arguments()
    who, asked = caller(), _profile(profile_id)
    with services().db.workspace(who.workspace_id) as session:
        found = own_tags_of(session, asked)
    _seen(who, asked)
    return json_answer({"own_tags": found})


@api_notes.post(f"{_PREFIX}/tags")
def put_tag(profile_id: str) -> Response:
    """Put a tag on: `{"tag"}`. One that is there already stays as it is."""
    single_arguments()
    who, asked = caller(), _profile(profile_id)
    tag = text_field(json_object(), "tag")
    with _writing(who) as session:
        found = add_tag(session, asked, tag)
    return _tagged(who, asked, found)


@api_notes.delete(f"{_PREFIX}/tags")
def drop_tag(profile_id: str) -> Response:
    """Take the tag `tag=` off."""
    tag = single_arguments().get("tag")
    who, asked = caller(), _profile(profile_id)
    if tag is None:
        raise Invalid("The parameter tag is missing.")
    with _writing(who) as session:
        found = remove_tag(session, asked, tag)
    return _tagged(who, asked, found)


def _writing(who: Caller) -> AbstractContextManager[WorkspaceSession]:
    return services().db.workspace(who.workspace_id, write=True)


def _profile(profile_id: str) -> int:
    if (number := our_id(profile_id)) is None:
        raise NotFound("There is no such person.")
    return number


def _note(note_id: str) -> int:
    if (number := our_id(note_id)) is None:
        raise NotFound("There is no such note.")
    return number


def _seen(who: Caller, profile_id: int) -> None:
    store_id = who.store_id if who.kind == "session" else None
    now = services().now()
    view = View(who.workspace_id, profile_id, store_id, who.viewer, _SURFACE, now)
    write_view(services().db, view)


def _told(who: Caller, note: Note, status: int = 200) -> Response:
    services().events.publish(Event(who.workspace_id, "profile", int(note.profile_id)))
    return json_answer(asdict(note), status)


def _tagged(who: Caller, profile_id: int, found: tuple[str, ...]) -> Response:
    services().events.publish(Event(who.workspace_id, "profile", profile_id))
    return json_answer({"own_tags": found})
