"""Exports of a person's data that were made and wait to be fetched: they go with the person."""

from collections.abc import Collection

from sqlalchemy import select, update

from integration.db import WorkspaceSession
from integration.identity.erased_names import name_hash
from integration.identity.keys import Key
from integration.models import PersonExport, PrivacyRequest


def subject_digests(session: WorkspaceSession, names: Collection[Key]) -> str:
    """By what an export is found when its person is erased: keyed hashes of what they go by."""
    hashes = name_hash(session)
    return " ".join(sorted({hashes.of_sender(name).hex() for name in names}))


def erase_exports(session: WorkspaceSession, names: Collection[Key]) -> int:
    """Take the files of whoever has one of these names away; how many."""
    theirs = set(subject_digests(session, names).split())
    columns = select(PersonExport.id, PersonExport.subject_digests)
    rows = session.execute(columns.where(PersonExport.sealed_file.is_not(None))).all()
    ids = [row.id for row in rows if theirs.intersection(row.subject_digests.split())]
    session.execute(
        update(PersonExport)
        .where(PersonExport.id.in_(ids))
        .values(sealed_file=None)
        .execution_options(synchronize_session=False)
    )
    return len(ids)


def drop_exports(session: WorkspaceSession) -> None:
    """Take all files away, since a store that they may tell of is erased.

    What wasn't fetched yet is made anew of what is left.
    """
    held = PersonExport.sealed_file.is_not(None)
    unfetched = select(PersonExport.request_id).where(held)
    silent = {"synchronize_session": False}
    session.execute(
        update(PrivacyRequest)
        .where(
            PrivacyRequest.id.in_(unfetched),
            PrivacyRequest.workspace_id == session.workspace_id,
            PrivacyRequest.state == "ready",
        )
        .values(state="waiting")
        .execution_options(**silent)
    )
    session.execute(
        update(PersonExport).where(held).values(sealed_file=None).execution_options(**silent)
    )
