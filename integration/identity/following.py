"""What a batch of news does to persons whom verdicts tie together."""

from collections.abc import Collection

from integration.identity.attach import Attachment, Member, faces_among
from integration.identity.family import Place
from integration.identity.keys import Key, account_identity, order_identity
from integration.identity.regroup import Regrouped, regroup
from integration.identity.verdicts import has_verdicts, verdicts_on


def follow(place: Place, attachment: Attachment) -> Regrouped:
    """Part those anew whom the batch can have moved from or to a person of several profiles.

    After the batch's rows are written. Where nothing was decided by anybody it costs one look.
    """
    if not has_verdicts(place.connection, place.workspace_id):
        return Regrouped()
    anchors = {_identity(place, member) for member in attachment.members}
    # Also keys that got a profile, new or another's; and those that a profile no longer stands for.
    anchors |= {member.key for member in attachment.members}
    concerned = verdicts_on(
        place.connection, place.workspace_id, identities=anchors, homes=attachment.renamed
    )
    spoken_of = {end for one in concerned for end in one.pair}
    tied = faces_among(place.connection, _profiles(attachment.members, attachment))
    if not tied and not spoken_of:
        return Regrouped()
    return regroup(place.connection, place.workspace_id, tied, place.now, anchors=spoken_of)


def _identity(place: Place, member: Member) -> Key:
    of = account_identity if member.kind == "account" else order_identity
    return of(place.store_id, member.external_id)


def _profiles(members: Collection[Member], attachment: Attachment) -> set[int]:
    """The profiles of all that was held before, then and now."""
    known = [member for member in members if member.profile_id is not None]
    now = {"account": attachment.accounts, "order": attachment.orders}
    return {member.profile_id for member in known if member.profile_id is not None} | {
        now[member.kind][member.external_id] for member in known
    }
