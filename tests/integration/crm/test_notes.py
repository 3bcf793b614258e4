"""Notes of agents: written, changed by one at a time, taken back, each with its own profile."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import delete

from integration.crm.agents_text import LONGEST_NOTE, note_text
from integration.crm.notes import (
    MOST_NOTES,
    Note,
    add_note,
    delete_note,
    edit_note,
    notes_of,
    restore_note,
)
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.models import Profile, ProfileNote
from tests.factories.mirror import Mirror
from tests.factories.stores import NOW, make_workspace
from tests.integration.crm.people import add_profile, join, later


def write(mirror: Mirror, do: Callable[..., Any], *given: Any, **more: Any) -> Any:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        return do(session, *given, **more)


def noted(mirror: Mirror, profile_id: int, text: str = "Prefers the phone.") -> Note:
    note: Note = write(mirror, add_note, profile_id, text, by="owner:1", now=NOW)
    return note


def texts(mirror: Mirror, profile_id: int) -> list[str]:
    with mirror.db.workspace(mirror.workspace_id) as session:
        return [note.text for note in notes_of(session, profile_id).notes]


def test_a_note_tells_who_wrote_it_and_when(mirror: Mirror) -> None:
    ada = add_profile(mirror)
    note = noted(mirror, ada, "  Prefers the phone.\r\nNot before ten. ")
    assert note.text == "Prefers the phone.\nNot before ten."
    assert (note.profile_id, note.author, note.created_at) == (str(ada), "owner:1", NOW)
    assert (note.edited_by, note.edited_at, note.deleted_at) == (None, None, None)
    with mirror.db.workspace(mirror.workspace_id) as session:
        assert notes_of(session, ada).notes == (note,)


def test_a_changed_note_tells_who_changed_it_and_keeps_its_author(mirror: Mirror) -> None:
    ada = add_profile(mirror)
    note = noted(mirror, ada)
    changed = write(
        mirror,
        edit_note,
        ada,
        int(note.id),
        "Prefers mail.",
        version=note.version,
        by="staff:2",
        now=later(),
    )
    assert (changed.text, changed.author, changed.created_at) == ("Prefers mail.", "owner:1", NOW)
    assert (changed.edited_by, changed.edited_at) == ("staff:2", later())
    assert changed.version != note.version
    assert texts(mirror, ada) == ["Prefers mail."]


def test_of_two_who_change_the_same_note_the_second_is_refused(mirror: Mirror) -> None:
    ada = add_profile(mirror)
    note = noted(mirror, ada)
    place = (ada, int(note.id))
    seen: dict[str, Any] = {"version": note.version, "now": NOW}
    write(mirror, edit_note, *place, "First.", by="staff:1", **seen)
    with pytest.raises(Conflict) as refused:
        write(mirror, edit_note, *place, "Second.", by="staff:2", **seen)
    assert refused.value.status == 409
    assert refused.value.details["text"] == "First."
    assert refused.value.details["edited_by"] == "staff:1"
    assert texts(mirror, ada) == ["First."]
    again = {**seen, "version": refused.value.details["version"]}
    write(mirror, edit_note, *place, "Second.", by="staff:2", **again)
    assert texts(mirror, ada) == ["Second."]


def test_the_same_text_again_is_no_change(mirror: Mirror) -> None:
    ada = add_profile(mirror)
    note = noted(mirror, ada)
    same = write(mirror, edit_note, ada, int(note.id), note.text, version="x", by="b", now=later())
    assert same == note


def test_a_note_is_taken_back_and_put_back(mirror: Mirror) -> None:
    ada = add_profile(mirror)
    note = noted(mirror, ada)
    gone = write(mirror, delete_note, ada, int(note.id), now=later())
    assert gone.deleted_at == later()
    assert texts(mirror, ada) == []
    assert write(mirror, delete_note, ada, int(note.id), now=later(2)).deleted_at == later()
    with pytest.raises(Conflict):
        write(mirror, edit_note, ada, int(note.id), "New.", version=note.version, by="b", now=NOW)
    assert write(mirror, restore_note, ada, int(note.id)) == note
    assert texts(mirror, ada) == [note.text]


def test_notes_of_joined_profiles_are_one_persons_and_part_again(mirror: Mirror) -> None:
    ada, other = add_profile(mirror), add_profile(mirror, "A. Lovelace")
    noted(mirror, ada, "on ada")
    theirs = noted(mirror, other, "on the other")
    join(mirror, other, ada)
    assert texts(mirror, ada) == texts(mirror, other) == ["on the other", "on ada"]
    late = noted(mirror, other, "on both")
    assert late.profile_id == str(ada)
    changed = write(
        mirror,
        edit_note,
        ada,
        int(theirs.id),
        "on the other, changed",
        version=theirs.version,
        by="b",
        now=NOW,
    )
    assert changed.profile_id == str(ada)
    join(mirror, other, None)
    assert texts(mirror, ada) == ["on both", "on ada"]
    assert texts(mirror, other) == ["on the other, changed"]


def test_what_is_foreign_is_as_if_it_werent_there(mirror: Mirror) -> None:
    ada, eve = add_profile(mirror), add_profile(mirror, "Eve")
    note = noted(mirror, ada)
    elsewhere = Mirror.__new__(Mirror)
    elsewhere.db, elsewhere.workspace_id = mirror.db, make_workspace(mirror.db)
    edit = {"version": note.version, "by": "b", "now": NOW}
    for at, whose in ((elsewhere, ada), (mirror, eve), (mirror, 10**15)):
        with pytest.raises(NotFound):
            write(at, edit_note, whose, int(note.id), "x", **edit)
        with pytest.raises(NotFound):
            write(at, delete_note, whose, int(note.id), now=NOW)
        with pytest.raises(NotFound):
            write(at, restore_note, whose, int(note.id))
    for whose in (ada, 10**15):
        with pytest.raises(NotFound):
            write(elsewhere, add_note, whose, "x", by="b", now=NOW)
        with pytest.raises(NotFound):
            write(elsewhere, notes_of, whose)
    assert texts(mirror, ada) == [note.text]
    assert len(mirror.all(ProfileNote)) == 1


def test_notes_come_in_pages(mirror: Mirror) -> None:
    ada = add_profile(mirror)
    for number in range(5):
        noted(mirror, ada, str(number))
    with mirror.db.workspace(mirror.workspace_id) as session:
        first = notes_of(session, ada, limit=3)
        rest = notes_of(session, ada, limit=3, cursor=first.next)
        assert [note.text for note in first.notes] == ["4", "3", "2"]
        assert [note.text for note in rest.notes] == ["1", "0"]
        assert rest.next is None
        for wrong in ("", "-1", "x", "9" * 30, "٣"):
            with pytest.raises(Invalid):
                notes_of(session, ada, cursor=wrong)


def test_a_person_has_so_many_notes_at_most(mirror: Mirror) -> None:
    ada = add_profile(mirror)
    rows = [
        {"profile_id": ada, "text": "x", "author": "b", "created_at": NOW}
        for _ in range(MOST_NOTES)
    ]
    write(mirror, WorkspaceSession.insert_rows, ProfileNote, rows)
    with pytest.raises(Invalid) as refused:
        noted(mirror, ada)
    assert refused.value.code == "too_many_notes"


def test_notes_go_with_their_profile(mirror: Mirror) -> None:
    ada, eve = add_profile(mirror), add_profile(mirror, "Eve")
    noted(mirror, ada)
    kept = noted(mirror, eve)
    write(mirror, lambda session: session.execute(delete(Profile).where(Profile.id == ada)))
    assert [str(row.id) for row in mirror.all(ProfileNote)] == [kept.id]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\x00b\x1bc\x7f\x9fd", "abcd"),
        ("one\r\ntwo\rthree\u2028four\u0085five", "one\ntwo\nthree\nfour\nfive"),
        ("\u202eevil\u202c \u202dleft\u202c \u202aa\u202bb", "evil left ab"),
        ("שלום \u2068Ada\u2069 \u200fעולם", "שלום \u2068Ada\u2069 \u200fעולם"),
        ("\ud800lone", "lone"),
        ("tab\tstays", "tab\tstays"),
        ("a" + "\n" * 50 + "b", "a\n\n\nb"),
        ("=HYPERLINK(1) <script>", "=HYPERLINK(1) <script>"),
        ("e\u0301", "e\u0301"),
    ],
)
def test_what_is_kept_of_a_note(typed: str, kept: str) -> None:
    assert note_text(typed) == kept


@pytest.mark.parametrize("typed", ["", "  \n\t ", "\x00\u202e", "x" * (LONGEST_NOTE + 1)])
def test_a_note_that_is_none(mirror: Mirror, typed: str) -> None:
    ada = add_profile(mirror)
    with pytest.raises(Invalid):
        noted(mirror, ada, typed)
    assert mirror.all(ProfileNote) == []
    assert note_text("x" * LONGEST_NOTE)
