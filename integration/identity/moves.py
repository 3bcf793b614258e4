"""The stores' own news that made accounts and guests' orders another person's, written down."""

from collections.abc import Collection, Iterator

from integration.identity.attach import Attachment
from integration.identity.family import Place
from integration.identity.history import Action, Event, record
from integration.identity.keys import Key, account_identity, order_identity
from integration.identity.regroup import Regrouped
from integration.identity.rulings import BY_RULE
from integration.models.vocabulary import Trust

# A batch that moves more (a store's whole address book) tells of these; the links say the rest.
MOST_MOVES = 200


def write_moves(
    place: Place, attachment: Attachment, followed: Regrouped, merged: Collection[str]
) -> None:
    """Write down who was on another profile before: the store merged accounts, or an address
    changed. `merged` are the accounts of which a merge is news. Whoever stays the same person, by
    what somebody decided, didn't move.
    """
    news = {account_identity(place.store_id, external_id) for external_id in merged}
    moves = list(_moves(place, attachment, followed))
    for who, key, before, now in moves[:MOST_MOVES]:
        said = f"{'account' if who.kind == 'customer' else 'order'}:{who.value.partition(':')[2]}"
        origin = place.origin
        event = Event(
            Action.MERGED if who in news else Action.MOVED,
            place.now,
            BY_RULE,
            profile_id=now,
            other_profile_id=before,
            left=who,
            right=key,
            trust=Trust.ASSERTED,
            store_id=place.store_id,
            source=None if origin is None else origin.source,
            delivery_id=None if origin is None else origin.deliveries.get(said),
        )
        record(place.connection, place.workspace_id, event)


def _moves(
    place: Place, attachment: Attachment, followed: Regrouped
) -> Iterator[tuple[Key, Key, int, int]]:
    """Who, their key, the profile before and now. An account's orders go where it goes."""
    later = {who.identity: face for who, face in followed.moved}
    told = set()
    for member in attachment.members:
        is_account = member.kind == "account"
        of = account_identity if is_account else order_identity
        who = of(place.store_id, member.external_id)
        told.add(who)
        ids = attachment.accounts if is_account else attachment.orders
        now = later.get(who, ids[member.external_id])
        is_own = is_account or member.external_id in attachment.guests
        if is_own and member.profile_id is not None and member.profile_id != now:
            yield who, member.key, member.profile_id, now
    for here, face in followed.moved:
        if here.is_own and here.identity not in told:
            yield here.identity, here.key, here.profile_id, face
