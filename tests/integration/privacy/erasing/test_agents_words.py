"""What agents wrote about a person: it stands in their export and goes with their erasure."""

from typing import Any

from sqlalchemy import select

from integration.crm.notes import add_note, delete_note
from integration.crm.own_tags import add_tags
from integration.db import WorkspaceSession
from integration.models import Customer, Profile, ProfileNote, Store
from integration.privacy.erasing.persons import erase_person, find_person
from integration.privacy.exports.records import person_groups
from integration.privacy.subject import PrivacySubject
from tests.factories.mirror import Mirror
from tests.factories.mirror_fixtures import db, mirror
from tests.factories.records import customer, order, told
from tests.factories.stores import NOW
from tests.integration.crm.people import add_profile, join

__all__ = ["db", "mirror"]

ADA = PrivacySubject("1", "ada@example.com", None, ())


def profile_of(mirror: Mirror, external_id: str) -> int:
    (found,) = [row for row in mirror.all(Customer) if row.external_id == external_id]
    assert found.profile_id is not None
    profile_id: int = found.profile_id
    return profile_id


def written(mirror: Mirror) -> tuple[int, int]:
    """Ada and Bea with a note and tags each; Ada's profile and Bea's."""
    mirror.take(
        told(customer("1", 0, email="ada@example.com")),
        told(order("11", 0, customer_external_id="1", email="ada@example.com")),
        told(customer("2", 0, email="bea@example.com")),
    )
    people = profile_of(mirror, "1"), profile_of(mirror, "2")
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        for number in people:
            add_note(session, number, f"about {number}", by="owner:1", now=NOW)
            add_tags(session, number, [f"tag of {number}", "loud"])
    return people


def exported(session: WorkspaceSession, mirror: Mirror) -> dict[str, list[dict[str, str]]]:
    store = session.get_one(Store, mirror.store_id)
    groups, _ = person_groups(session, store, find_person(session, store, ADA), 1)
    told_groups: dict[str, list[dict[str, str]]] = {}
    for group in groups:
        data = {each["name"]: each["value"] for each in group["data"]}
        told_groups.setdefault(group["group_id"], []).append(data)
    return told_groups


def test_notes_and_tags_stand_in_the_persons_export(mirror: Mirror) -> None:
    ada, _ = written(mirror)
    other = add_profile(mirror, "A. Lovelace", own_tags=["elsewhere"])
    join(mirror, other, ada)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        taken_back = add_note(session, ada, "wrong", by="owner:1", now=NOW)
        delete_note(session, ada, int(taken_back.id), now=NOW)
        session.add(ProfileNote(profile_id=other, text="mine too", author="x", created_at=NOW))
        session.flush()
        found = exported(session, mirror)
    moment = "2026-11-22T12:00:00Z"
    assert found["own_tags"] == [{"Tags": f"elsewhere, loud, tag of {ada}"}]
    assert found["notes"] == [
        {"Note": f"about {ada}", "Written at": moment},
        {"Note": "wrong", "Written at": moment, "Taken back at": moment},
        {"Note": "mine too", "Written at": moment},
    ]


def test_they_go_with_whom_they_are_about_and_no_others_do(mirror: Mirror) -> None:
    ada, bea = written(mirror)
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.lock_workspace()
        store = session.get_one(Store, mirror.store_id)
        found = find_person(session, store, ADA)
        assert erase_person(session, store, ADA, found, NOW) == ()
    assert [(row.profile_id, row.text) for row in mirror.all(ProfileNote)] == [
        (bea, f"about {bea}")
    ]
    left: list[Any] = mirror.all(Profile)
    assert [(row.id, row.own_tags) for row in left] == [(bea, ["loud", f"tag of {bea}"])]
    with mirror.db.workspace(mirror.workspace_id) as session:
        assert session.execute(select(Profile.id).where(Profile.id == ada)).all() == []
