"""The profiles that somebody decided are one person with the one that is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select

from integration.crm.faces import Face
from integration.crm.home_names import names_of_keys
from integration.db import WorkspaceSession
from integration.identity.keys import KINDS_OF_ONE_STORE, Key
from integration.models import Identity, IdentityVerdict, Profile
from integration.models.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class Linked:
    """A profile that somebody decided is the same person. `profile_id` is its own, dormant id."""

    profile_id: int
    display_name: str | None
    known_by: str
    kind: str
    made_by: str
    reason: str | None
    made_at: datetime


def linked_profiles(session: WorkspaceSession, face: Face) -> tuple[Linked, ...]:
    """The profiles that are joined to a person's, each with the decision that ties it."""
    others = [profile_id for profile_id in face.homes if profile_id != face.id]
    if not others:
        return ()
    verdicts = _verdicts(session, others)
    profiles = session.execute(
        select(Profile.id, Profile.display_name, Identity.kind, Identity.value)
        .join(Identity, Identity.links & (Identity.profile_id == Profile.id))
        .where(Profile.id.in_(others))
        .order_by(Profile.id)
    )
    found = [row for row in profiles if row.id in verdicts]
    names = names_of_keys(session, (Key(row.kind, row.value) for row in found))
    return tuple(_linked(row, verdicts[row.id], names) for row in found)


def _verdicts(session: WorkspaceSession, others: list[int]) -> dict[int, IdentityVerdict]:
    """The first verdict of each of these homes."""
    found = session.execute(
        select(IdentityVerdict)
        .where(
            IdentityVerdict.verdict == Verdict.SAME,
            or_(
                IdentityVerdict.left_home_id.in_(others), IdentityVerdict.right_home_id.in_(others)
            ),
        )
        .order_by(IdentityVerdict.id)
    ).scalars()
    by_home: dict[int, IdentityVerdict] = {}
    for verdict in found:
        for home_id in (verdict.left_home_id, verdict.right_home_id):
            if home_id is not None:
                by_home.setdefault(home_id, verdict)
    return by_home


def _linked(row: Any, verdict: IdentityVerdict, names: Mapping[Key, str]) -> Linked:
    bare = row.value.partition(":")[2] if row.kind in KINDS_OF_ONE_STORE else row.value
    return Linked(
        profile_id=row.id,
        display_name=row.display_name or names.get(Key(row.kind, row.value)),
        known_by=bare,
        kind=row.kind,
        made_by=verdict.made_by,
        reason=verdict.reason,
        made_at=verdict.made_at,
    )
