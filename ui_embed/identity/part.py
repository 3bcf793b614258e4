"""The part of a person's page that tells how we know them, and who else they may be."""

from dataclasses import dataclass

from integration.crm.evidence import Known, known_of
from integration.crm.faces import face_of
from integration.crm.identity_history import Entry, entry_of, history_of
from integration.identity.suggestions import Suggestion, suggestions_for
from integration.services import Services
from ui_embed.auth import Caller
from ui_embed.beside import note_seen

_USUAL_ENTRIES = 6
_MORE_ENTRIES = 20
MOST_SHOWN = 3


@dataclass(frozen=True, slots=True)
class IdentityPart:
    """All of it. `told` is what was done just now; `older_before` is where the history reads on.

    `crowded` are addresses and phones that so many have that they suggest nobody.
    """

    known: Known
    history: tuple[Entry, ...]
    older_before: int | None
    suggestions: tuple[Suggestion, ...]
    told: Entry | None
    crowded: frozenset[str] = frozenset()


def read_identity(
    services: Services, caller: Caller, profile_id: int, told: str | None = None
) -> IdentityPart:
    """That part of the page. Raises NotFound for who isn't in the caller's workspace.

    `told` is the id of an entry as the address has it; one that isn't of this person is left out,
    and so is one that was undone since.
    """
    with services.db.workspace(caller.workspace_id) as session:
        face = face_of(session, profile_id)
        entries, older_before = history_of(session, face, limit=_USUAL_ENTRIES)
        entry = entry_of(session, face, int(told)) if told and is_number(told) else None
        suggested = suggestions_for(session, face.id)
        return IdentityPart(
            known=known_of(session, face),
            history=tuple(entries),
            older_before=older_before,
            suggestions=suggested.suggestions[:MOST_SHOWN],
            told=None if entry is None or entry.is_undone else entry,
            crowded=frozenset(each.value for each in suggested.shared),
        )


def read_history(
    services: Services, caller: Caller, profile_id: int, before_id: int
) -> tuple[list[Entry], int | None]:
    """Older entries of the history, and where to read on; the view is audited. Raises NotFound."""
    with services.db.workspace(caller.workspace_id) as session:
        face = face_of(session, profile_id)
        found = history_of(session, face, limit=_MORE_ENTRIES, before_id=before_id)
    note_seen(services, caller, face.id)
    return found


def is_number(text: str) -> bool:
    """Whether it can be an id of ours."""
    return text.isascii() and text.isdigit() and len(text) <= 18
