"""The door's way to what agents decide about persons: do it, or look at what it would come to."""

from collections.abc import Callable
from dataclasses import dataclass

from flask import Response, redirect, url_for

from integration.crm.deeds import LONGEST_REASON, Decider, Decision
from integration.crm.faces import face_of
from integration.crm.person_heads import PersonHead, person_heads
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.events import Event
from integration.identity.holders import profile_of
from integration.identity.keys import Key
from integration.identity.suggestions import Suggestion, suggestions_for
from integration.search.due import mark_due
from integration.search.working_off import index
from integration.services import Services
from ui_embed.auth import Caller
from ui_embed.beside import note_seen
from ui_embed.identity.part import is_number
from ui_embed.request_context import caller, single_fields

# More than anybody has open; an address of thousands changes thousands.
_MOST_TOLD = 100

Deed = Callable[[WorkspaceSession], Decision]


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a decision would come to: the person as they would be, and who would be apart."""

    person: PersonHead | None
    other: PersonHead | None


def decide(services: Services, who: Caller, deed: Deed) -> Decision:
    """Do it in one transaction and tell open panels. Raises what the use case raises.

    What the two are found and suggested by is worked out at once: the next page counts on it.
    """
    with services.db.workspace(who.workspace_id, write=True) as session:
        done = deed(session)
        about = sorted(done.touched)[:_MOST_TOLD]
        index(session, about)
        # The job still looks at them: news of the stores may wait there too.
        mark_due(session.connection(), who.workspace_id, about)
    services.events.publish(*(Event(who.workspace_id, "profile", each) for each in about))
    return done


def foresee(services: Services, who: Caller, deed: Deed, identity: Key | None = None) -> Foreseen:
    """What it would come to, by doing it and taking it back: nothing of it stays.

    `identity` is the account or order that would be somebody else's. Raises what the use case
    raises.
    """
    with services.db.workspace(who.workspace_id, write=True) as session:
        done = deed(session)
        other_id = done.other_profile_id
        if identity is not None:
            other_id = profile_of(session.connection(), session.workspace_id, identity)
        heads = person_heads(session, [each for each in (done.profile_id, other_id) if each])
        session.rollback()
    return Foreseen(heads.get(done.profile_id), heads.get(other_id or 0))


def head_of(services: Services, who: Caller, profile_id: int) -> PersonHead:
    """The person that a profile is part of. Raises NotFound."""
    with services.db.workspace(who.workspace_id) as session:
        face_id = face_of(session, profile_id).id
        found = person_heads(session, [face_id])
    if face_id not in found:
        raise NotFound("There is no such person.")
    return found[face_id]


def look_at(services: Services, who: Caller, *profile_ids: int) -> list[PersonHead]:
    """These persons to be shown: that the caller looks at each is written down.

    Raises NotFound, and then nobody was looked at.
    """
    heads = [head_of(services, who, each) for each in profile_ids]
    for head in heads:
        note_seen(services, who, int(head.id))
    return heads


def suggestion_of(
    services: Services, who: Caller, profile_id: int, other_id: int
) -> Suggestion | None:
    """What suggests that these two are one, None where nothing does. Raises NotFound."""
    with services.db.workspace(who.workspace_id) as session:
        other = str(face_of(session, other_id).id)
        found = suggestions_for(session, profile_id).suggestions
    return next((each for each in found if each.other.id == other), None)


def decider() -> Decider:
    """Who decides: the caller, by the name that the audit keeps."""
    return Decider(caller().viewer)


def reason_given() -> str | None:
    """The reason that stands in the posted form."""
    return single_fields().get("reason", "").strip()[: LONGEST_REASON + 1] or None


def profile_number(text: str) -> int:
    """An id of ours out of an address. Raises NotFound for what can be none."""
    if not is_number(text):
        raise NotFound("There is no such person.")
    return int(text)


def told_page(profile_id: int, event_id: int | None) -> Response:
    """The way to a person's page that tells what was done just now, and how to undo it."""
    there = url_for("people.profile", profile_id=profile_id, told=event_id)
    response = redirect(there, 303)
    assert isinstance(response, Response)
    return response
