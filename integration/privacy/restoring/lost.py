"""Which erasures of the journal a database doesn't hold: those that came after its backup."""

from collections.abc import Iterable
from pathlib import Path

from sqlalchemy import func, select

from integration.errors import Invalid
from integration.identity.erased_names import erased_among
from integration.models import PrivacyRequest, Receipt, Store, Workspace
from integration.privacy.restoring.journal import Line, journal_file, key_check, read
from integration.services import Services

_ERASURES = ("person", "store", "older")
_WHOLE = ("store_erased", "older_erased", "restored")


def journaled(services: Services, more: Iterable[Path] = ()) -> list[Line]:
    """Every erasure of the installation's own journal and of these, each once, oldest first.

    Raises Invalid for a file that is no journal.
    """
    lines: dict[str, Line] = {}
    for file in (journal_file(services.settings.data_dir), *more):
        for line in read(file):
            # A line without names was written for a store that couldn't know the person.
            if line.kind in _ERASURES and (line.kind != "person" or line.names):
                lines[line.text()] = line
    return sorted(lines.values(), key=lambda line: line.at)


def lost_erasures(services: Services, more: Iterable[Path] = ()) -> list[Line]:
    """The erasures that the database doesn't hold, oldest first.

    Raises Invalid, also where one of them was written with another SECRET_KEY: nobody could be
    found by it. Those that are held stay good under any.
    """
    lost = [line for line in journaled(services, more) if not _is_held(services, line)]
    for line in lost:
        _check_key(services, line)
    return lost


def is_behind(services: Services) -> bool:
    """Whether the database lacks an erasure of its journal: of each store the newest is asked for,
    since a backup lacks the newest ones. A store that it lacks as a whole says nothing of the
    others. Raises Invalid.
    """
    newest = {(line.workspace_id, line.store_id): line for line in journaled(services)}
    lost = [line for line in newest.values() if not _is_held(services, line)]
    for line in lost:
        _check_key(services, line)
    return bool(lost)


def _check_key(services: Services, line: Line) -> None:
    if line.check is not None and line.check != key_check(services.db.names_key):
        raise Invalid(
            "The database lacks an erasure that the journal tells of, and the journal was written"
            " with another SECRET_KEY, here or by another installation: nobody can be found by it."
            " Start with that one first, or take the journal away."
        )


def _is_held(services: Services, line: Line) -> bool:
    """Whether a database knows of an erasure, or holds nothing any more that it could be about."""
    with services.db.workspace(line.workspace_id) as session:
        workspace = session.get(Workspace, line.workspace_id)
        store = session.get(Store, line.store_id)
        if workspace is None or store is None or store.created_at > line.at:
            # It never came back; another may have got its id since.
            return True
        if line.kind == "person":
            return line.names <= _names_since(services, line)
        if line.kind == "store" and (not store.data_key or _came_back(store, line)):
            return True
        done = select(func.count()).where(
            Receipt.workspace_id == line.workspace_id,
            Receipt.store_id == line.store_id,
            Receipt.kind.in_(_WHOLE),
            Receipt.made_at >= line.at,
        )
        begun = select(func.count()).where(
            PrivacyRequest.store_id == line.store_id,
            PrivacyRequest.kind == "shop_redact",
            PrivacyRequest.state == "waiting",
        )
        return bool(session.execute(done).scalar_one() or session.execute(begun).scalar_one())


def _came_back(store: Store, line: Line) -> bool:
    """Whether a store was connected again after its erasure was begun, which ended it."""
    return store.connected_at is not None and store.connected_at > line.at


def _names_since(services: Services, line: Line) -> set[bytes]:
    """Those of a line's names that were erased then or later."""
    with services.db.workspace(line.workspace_id) as session:
        known = erased_among(session.connection(), line.workspace_id, line.names)
    return {
        digest
        for (store_id, digest), at in known.items()
        if store_id == line.store_id and at >= line.at
    }
