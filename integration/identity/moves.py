"""The stores' own news that made accounts and guests' orders another person's, written down."""

from collections.abc import Collection

from integration.identity.attach import Attachment, Member
from integration.identity.family import Place
from integration.identity.history import Action, Event, record
from integration.identity.keys import account_identity, order_identity
from integration.identity.rulings import BY_RULE
from integration.models.vocabulary import Trust

# A batch that moves more (a store's whole address book) tells of these; the links say the rest.
MOST_MOVES = 200


def write_moves(place: Place, attachment: Attachment, merged: Collection[str]) -> None:
    """Write down who was on another profile before: the store merged accounts, or an address
    changed. `merged` are the accounts of which a merge is news.
    """
    told = 0
    for member, profile_id in attachment.came:
        if told < MOST_MOVES and _decides(attachment, member):
            _write(place, member, profile_id, member.external_id in merged)
            told += 1


def _decides(attachment: Attachment, member: Member) -> bool:
    """Whether it went by itself: an account's orders go where the account goes."""
    return member.kind == "account" or member.external_id in attachment.guests


def _write(place: Place, member: Member, profile_id: int, is_merged: bool) -> None:
    is_account = member.kind == "account"
    identity = (account_identity if is_account else order_identity)(
        place.store_id, member.external_id
    )
    origin = place.origin
    said = f"{member.kind}:{member.external_id}"
    event = Event(
        Action.MERGED if is_account and is_merged else Action.MOVED,
        place.now,
        BY_RULE,
        profile_id=profile_id,
        other_profile_id=member.profile_id,
        left=identity,
        right=member.key,
        trust=Trust.ASSERTED,
        store_id=place.store_id,
        source=None if origin is None else origin.source,
        delivery_id=None if origin is None else origin.deliveries.get(said),
    )
    record(place.connection, place.workspace_id, event)
