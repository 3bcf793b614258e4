"""What a batch of news does to persons whom verdicts tie together."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from integration.identity.attach import Attachment, Member, faces_among
from integration.identity.family import Place
from integration.identity.keys import Key, account_identity, guest_key, order_identity
from integration.identity.regroup import Before, Regrouped, regroup
from integration.identity.verdicts import has_verdicts, verdicts_on


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """Whose address, phone or merge is news: accounts with the address that they had, guests'
    orders with address and phone.
    """

    accounts: Mapping[str, str | None] = field(default_factory=dict)
    orders: Mapping[str, tuple[str | None, str | None]] = field(default_factory=dict)

    def concerns(self, member: Member) -> bool:
        """Whether it is about that account or order."""
        of = self.accounts if member.kind == "account" else self.orders
        return member.external_id in of

    def key_before(self, place: Place, member: Member) -> Key:
        """What an account or order that it is about belonged to, decisions apart."""
        if member.kind == "account":
            email = self.accounts[member.external_id]
            itself = account_identity(place.store_id, member.external_id)
            return Key("email", email) if email else itself
        return guest_key(place.store_id, member.external_id, *self.orders[member.external_id])


def follow(place: Place, attachment: Attachment, rekeyed: Rekeyed) -> Regrouped:
    """Part those anew whom the batch can have moved from or to a person of several profiles.

    After the batch's rows are written. Where nothing was decided by anybody it costs one look.
    """
    if not has_verdicts(place.connection, place.workspace_id):
        return Regrouped()
    changed = [member for member in attachment.members if rekeyed.concerns(member)]
    anchors = {_identity(place, member) for member in changed} | {member.key for member in changed}
    anchors |= attachment.new.keys() | attachment.kept.keys()
    # Who went along: with the account of an order, with the one that an account was merged into.
    anchors |= {_identity(place, who) for who, _ in attachment.came}
    concerned = verdicts_on(
        place.connection, place.workspace_id, identities=anchors, homes=attachment.renamed
    )
    tied = faces_among(place.connection, _profiles(changed, attachment) | attachment.left)
    if not tied and not concerned:
        return Regrouped()
    before = Before(
        newborn=set(attachment.new.values()),
        keys={
            _identity(place, member): rekeyed.key_before(place, member)
            for member in changed
            if member.profile_id is not None
        },
    )
    ends = {end for one in concerned for end in one.pair}
    now = _now(attachment, [one for one in changed if one.profile_id in tied])
    return regroup(
        place.connection,
        place.workspace_id,
        tied | now,
        place.now,
        anchors=ends,
        before=before,
    )


def _identity(place: Place, member: Member) -> Key:
    of = account_identity if member.kind == "account" else order_identity
    return of(place.store_id, member.external_id)


def _profiles(members: Collection[Member], attachment: Attachment) -> set[int]:
    """The profiles of what was held before, then and now."""
    known = [member for member in members if member.profile_id is not None]
    then = {member.profile_id for member in known if member.profile_id is not None}
    return then | _now(attachment, known)


def _now(attachment: Attachment, members: Collection[Member]) -> set[int]:
    ids = {"account": attachment.accounts, "order": attachment.orders}
    return {ids[member.kind][member.external_id] for member in members}
