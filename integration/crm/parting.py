"""What agents decide about a part of a person: take it out, or say whose an address is."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import and_, func, or_, select

from integration.crm.deeds import (
    Decider,
    Decision,
    begin,
    conclude,
    decision_of,
    pair_of,
)
from integration.crm.faces import Face, face_of
from integration.db import WorkspaceSession
from integration.errors import Conflict, Invalid, NotFound
from integration.identity.anchors import anchor_of
from integration.identity.deciding import Deed
from integration.identity.holders import holders_of, profile_of
from integration.identity.keys import Key
from integration.identity.members import Here, members_of
from integration.identity.verdicts import Pair, Standing, verdicts_on
from integration.models import Identity, Profile
from integration.models.vocabulary import Ruling, Verdict

_NOT_JOINED = "These two aren't joined."


def unlink(
    session: WorkspaceSession,
    profile_id: int,
    what: int | Key,
    *,
    by: Decider,
    now: datetime,
    reason: str | None = None,
) -> Decision:
    """Take something of a person out again.

    `what` is a profile that is joined to it, an account or a guest's order (kinds customer and
    order, `store id:external id`), or the address by which a joined profile is known. Raises
    NotFound for what isn't there, Conflict where nothing ties it, Invalid for an address that is
    all that ties the person together (mark it as shared).
    """
    session.lock_workspace()
    face = face_of(session, profile_id)
    deed = begin(session, by, now, reason, face.id)
    if isinstance(what, int):
        return _cut(session, deed, face, what)
    if what.kind in ("customer", "order"):
        return _part(session, deed, face, what)
    return _cut(session, deed, face, _home_of_address(session, face, what))


def mark_shared(
    session: WorkspaceSession,
    key: Key,
    *,
    by: Decider,
    now: datetime,
    reason: str | None = None,
) -> Decision:
    """Let an address or a phone (kinds email and phone) link nobody: several people use it.

    Whoever it tied together comes apart. Raises NotFound for one that nobody has.
    """
    return _rule(session, key, Ruling.SHARED, by, now, reason)


def mark_single(
    session: WorkspaceSession,
    key: Key,
    *,
    by: Decider,
    now: datetime,
    reason: str | None = None,
) -> Decision:
    """Let an address or a phone be one person's, however many names it has. Raises NotFound."""
    return _rule(session, key, Ruling.SINGLE, by, now, reason)


def _rule(
    session: WorkspaceSession,
    key: Key,
    ruling: Ruling,
    by: Decider,
    now: datetime,
    reason: str | None,
) -> Decision:
    if key.kind not in ("email", "phone"):
        raise Invalid("Only an address or a phone can be several people's.")
    session.lock_workspace()
    holders = holders_of(session.connection(), session.workspace_id, [key])
    if not holders:
        raise NotFound("Nobody has this address or phone.")
    deed = begin(session, by, now, reason, min(holders))
    deed.decide_one(key, ruling)
    conclude(session, deed, holders, [key])
    return decision_of(session, deed)


def _cut(session: WorkspaceSession, deed: Deed, face: Face, home: int) -> Decision:
    """End every tie of one of a person's profiles."""
    if home not in face.homes or len(face.homes) == 1:
        raise Conflict(_NOT_JOINED)
    deed.other_profile_id = home if home != face.id else next(h for h in face.homes if h != home)
    ties = _ties(session, homes=[home])
    if not ties:
        raise Conflict(_NOT_JOINED)
    for tie in ties:
        deed.decide_pair(tie.pair, None)
    ends = {end for tie in ties for end in tie.pair}
    conclude(session, deed, face.homes, ends)
    _keep_together(session, deed, face, home)
    return decision_of(session, deed)


def _part(session: WorkspaceSession, deed: Deed, face: Face, identity: Key) -> Decision:
    """Let an account or a guest's order be a person of its own."""
    connection, workspace_id = session.connection(), session.workspace_id
    members = members_of(connection, workspace_id, [face.id], deed.at)
    who = next((one for one in members if one.identity == identity), None)
    if who is None:
        raise NotFound("This person has no such account or order.")
    if not who.is_own:
        raise Invalid("An account's order goes where the account goes.")
    if _is_tied_by_rule(who, members):
        deed.decide_one(identity, Ruling.APART)
        ties = _ties(session, identities=[identity])
    else:
        ties = [tie for tie in _ties(session, homes=face.homes) if _leads_to(tie, who)]
    for tie in ties:
        deed.decide_pair(tie.pair, None)
    if deed.event_id is None:
        raise Conflict("Nothing ties this to the rest of the person.")
    conclude(session, deed, face.homes, {identity, *(end for tie in ties for end in tie.pair)})
    itself = profile_of(connection, workspace_id, identity)
    if itself is not None and not _is_left(session, deed, itself, members):
        raise Conflict("All of the person goes with it. Take out what was merged into it instead.")
    deed.tell_of(itself)
    _keep_together(session, deed, face, itself)
    _keep_apart(session, deed, face, identity, itself)
    return decision_of(session, deed)


def _is_left(session: WorkspaceSession, deed: Deed, itself: int, members: Collection[Here]) -> bool:
    """Whether anybody of the person isn't where the account or order is now."""
    connection = session.connection()
    there = members_of(connection, session.workspace_id, [itself], deed.at)
    gone = {one.identity for one in there}
    return any(one.is_own and one.identity not in gone for one in members)


def _is_tied_by_rule(who: Here, members: Collection[Here]) -> bool:
    """Whether what an account or order says is what others of the person say too."""
    return who.key != who.identity and any(
        other.is_own and other.key == who.key and other.identity != who.identity
        for other in members
    )


def _leads_to(tie: Standing, who: Here) -> bool:
    return bool({who.identity, who.key} & set(tie.pair))


def _keep_together(session: WorkspaceSession, deed: Deed, face: Face, without: int | None) -> None:
    """Let the rest of a person stay one, where only what was taken out had tied it together."""
    left = [home for home in face.homes if home != without]
    faces = session.execute(
        select(func.coalesce(Profile.joined_id, Profile.id)).where(Profile.id.in_(left)).distinct()
    )
    apart = sorted({each for each in faces.scalars() if each != without})
    for other in apart[1:]:
        pair = pair_of(session, apart[0], other)
        deed.decide_pair(pair, Verdict.SAME)
        conclude(session, deed, {apart[0], other}, pair)


def _keep_apart(
    session: WorkspaceSession, deed: Deed, face: Face, identity: Key, itself: int | None
) -> None:
    """Let nobody be asked whether the rest isn't the same person after all."""
    connection, workspace_id = session.connection(), session.workspace_id
    for home in face.homes:
        anchor = None if home == itself else anchor_of(connection, workspace_id, home)
        if anchor is not None and anchor != identity:
            deed.decide_pair(Pair.of(identity, anchor), Verdict.DIFFERENT)
            conclude(session, deed, {home}, {identity, anchor})
            return


def _ties(
    session: WorkspaceSession,
    *,
    identities: Collection[Key] = (),
    homes: Collection[int] = (),
) -> list[Standing]:
    found = verdicts_on(
        session.connection(), session.workspace_id, identities=identities, homes=homes
    )
    return [one for one in found if one.is_same]


def _home_of_address(session: WorkspaceSession, face: Face, key: Key) -> int:
    named = and_(Identity.kind == key.kind, Identity.value == key.value)
    if key.kind == "phone":
        # What ties guests is their phone in one store.
        of_a_store = Identity.value.endswith(f":{key.value}", autoescape=True)
        named = or_(named, and_(Identity.kind == "guest_phone", of_a_store))
    statement = select(Identity.profile_id, Identity.links).where(
        Identity.profile_id.in_(face.homes), named
    )
    rows = session.execute(statement).all()
    if not rows:
        raise NotFound("This person has no such address or phone.")
    linking = [row.profile_id for row in rows if row.links]
    if not linking:
        raise Conflict("This is shown only: it ties nothing to the person.")
    if len(face.homes) == 1:
        raise Invalid("This is what ties the person together. Mark it as several people's instead.")
    return int(linking[0])
