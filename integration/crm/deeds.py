"""How a decision about persons begins and ends: written down, then everything worked out by it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from integration.crm.agents_text import one_line
from integration.crm.rework import rework
from integration.db import WorkspaceSession
from integration.errors import Invalid, NotFound
from integration.identity.anchors import anchor_of
from integration.identity.deciding import Deed
from integration.identity.keys import Key
from integration.identity.regroup import regroup
from integration.identity.verdicts import Pair
from integration.models import Profile
from integration.search.due import mark_due

LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Decider:
    """Who decides, by the name that the audit keeps (`operator`, `shopify-staff:7`)."""

    who: str


@dataclass(frozen=True, slots=True)
class Decision:
    """What was done. `event_id` is what `undo` takes, None where nothing changed.

    `profile_id` is the person's profile now, `other_profile_id` the other one that it was about:
    joined to it, or a person again. `touched` are all profiles that look different now.
    """

    event_id: int | None
    profile_id: int
    other_profile_id: int | None
    changed: bool
    touched: frozenset[int] = frozenset()

    def as_answer(self) -> dict[str, str | bool | None]:
        """As the API and the commands tell it: ids are text."""
        ids = {
            "event_id": self.event_id,
            "profile_id": self.profile_id,
            "other_profile_id": self.other_profile_id,
        }
        told = {name: None if each is None else str(each) for name, each in ids.items()}
        return {**told, "changed": self.changed}


def begin(
    session: WorkspaceSession,
    by: Decider,
    now: datetime,
    reason: str | None,
    profile_id: int | None,
    other_id: int | None = None,
) -> Deed:
    """A deed, nothing decided yet. Raises Invalid for a reason that is too long."""
    said = one_line(reason or "") or None
    if said is not None and len(said) > LONGEST_REASON:
        raise Invalid(
            f"A reason has at most {LONGEST_REASON} characters.",
            code="reason_too_long",
            details={"most": LONGEST_REASON, "length": len(said)},
        )
    connection, workspace_id = session.connection(), session.workspace_id
    return Deed(connection, workspace_id, by.who, now, said, profile_id, other_id)


def pair_of(session: WorkspaceSession, one_id: int, other_id: int) -> Pair:
    """The identities by which two persons are remembered. Raises NotFound for one without any."""
    found = [
        anchor_of(session.connection(), session.workspace_id, face_id)
        for face_id in (one_id, other_id)
    ]
    if found[0] is None or found[1] is None:
        raise NotFound("There is no such person.")
    return Pair.of(found[0], found[1])


def conclude(
    session: WorkspaceSession,
    deed: Deed,
    profile_ids: Collection[int],
    anchors: Collection[Key] = (),
) -> None:
    """Part the persons anew by what stands now, and work out whatever changed."""
    connection, workspace_id = session.connection(), session.workspace_id
    done = regroup(connection, workspace_id, profile_ids, deed.at, anchors=anchors)
    rework(connection, workspace_id, done.changed, deed.at)
    # A dismissal changes nobody, but whom they are suggested with.
    mark_due(connection, workspace_id, done.changed | done.removed | set(profile_ids))
    deed.touched |= done.changed | done.removed


def decision_of(session: WorkspaceSession, deed: Deed) -> Decision:
    """What a deed came to, once all of it is concluded."""
    about = (deed.profile_id, deed.other_profile_id, *sorted(deed.touched))
    known = [each for each in about if each is not None]
    faces = (_face(session, each) for each in known)
    face = next((each for each in faces if each is not None), 0)
    return Decision(
        deed.event_id,
        face,
        deed.other_profile_id,
        changed=deed.event_id is not None,
        touched=frozenset(deed.touched | {face}),
    )


def _face(session: WorkspaceSession, profile_id: int) -> int | None:
    face = func.coalesce(Profile.joined_id, Profile.id)
    return session.execute(select(face).where(Profile.id == profile_id)).scalar_one_or_none()
