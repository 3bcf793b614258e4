"""Why two profiles may be one person: what they share, told as their stores wrote it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from integration.db import WorkspaceSession
from integration.identity.clue_holders import Clue, capped_holders, clues_held, own_addresses
from integration.identity.mailboxes import is_mistyped, mailbox_of
from integration.identity.ruled_out import ruled_shared, taken_apart
from integration.identity.two import Two
from integration.identity.weights import MOST_HOLDERS, ClueKind

Own = Mapping[int, Collection[str]]
_ORDER = list(ClueKind)
_OF_ADDRESSES = frozenset({ClueKind.MAILBOX, ClueKind.TYPED})


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for it.

    `values`: of a phone its E.164, of a mailbox and a mistyped domain the address of the left one
    and that of the right one, of a typed address that address, of a place how it is compared.
    `typed_by` is the profile on whose order a typed address stands.
    """

    kind: ClueKind
    values: tuple[str, ...]
    typed_by: int | None = None


def clues_between(session: WorkspaceSession, pairs: Collection[Two]) -> dict[Two, set[Clue]]:
    """The clues that each of these pairs shares, of those that few hold."""
    ids = {profile_id for pair in pairs for profile_id in pair}
    held = clues_held(session, ids)
    typed = {each for clues in held.values() for each in clues if each.kind == ClueKind.TYPED}
    own = own_addresses(session, ids) if typed else {}
    found = {pair: _between(held, own, pair) for pair in pairs}
    holders = capped_holders(session, set().union(*found.values()))
    many = {clue for clue, some in holders.items() if len(some) > MOST_HOLDERS}
    return {pair: clues - many for pair, clues in found.items() if clues - many}


def _between(held: Mapping[int, set[Clue]], own: Own, pair: Two) -> set[Clue]:
    left, right = (held.get(each, set()) for each in pair)
    typed = {
        clue
        for clues, other in ((left, pair.right), (right, pair.left))
        for clue in clues
        if clue.kind == ClueKind.TYPED and clue.value in own.get(other, ())
    }
    return (left & right) | typed


def reasons_of(
    session: WorkspaceSession, shared: Mapping[Two, Collection[Clue]]
) -> dict[Two, tuple[Reason, ...]]:
    """What speaks for each pair; pairs that nothing is left for are left out.

    An address that both own is why they were one, not a reason to be: somebody took them apart, or
    it is shared by several.
    """
    ids = {profile_id for pair in shared for profile_id in pair}
    apart = taken_apart(session, ids)
    by_address = {
        profile_id
        for pair, clues in shared.items()
        if not apart.isdisjoint(pair) or any(clue.kind in _OF_ADDRESSES for clue in clues)
        for profile_id in pair
    }
    own = own_addresses(session, by_address) if by_address else {}
    ruled = ruled_shared(session, {clue for clues in shared.values() for clue in clues})
    found = {}
    for pair, clues in shared.items():
        if not apart.isdisjoint(pair) and _common(own, pair):
            continue
        reasons = _reasons(pair, [clue for clue in clues if clue not in ruled], own)
        if reasons:
            found[pair] = reasons
    return found


def _reasons(pair: Two, clues: Collection[Clue], own: Own) -> tuple[Reason, ...]:
    found: list[Reason] = []
    places = sorted(clue.value for clue in clues if clue.kind == ClueKind.PLACE)
    if places:
        found.append(Reason(ClueKind.PLACE, tuple(places)))
    for clue in sorted(clues):
        if clue.kind == ClueKind.PHONE:
            found.append(Reason(ClueKind.PHONE, (clue.value,)))
        elif clue.kind == ClueKind.MAILBOX:
            found += _of_mailbox(pair, clue.value, own)
        elif clue.kind == ClueKind.TYPED:
            found += _of_typed(pair, clue.value, own)
    return tuple(sorted(found, key=lambda reason: (_ORDER.index(reason.kind), reason.values)))


def _of_mailbox(pair: Two, mailbox: str, own: Own) -> list[Reason]:
    left, right = (
        [address for address in own.get(each, ()) if mailbox_of(address) == mailbox]
        for each in pair
    )
    if not left or not right or not set(left).isdisjoint(right):
        return []
    mistyped = is_mistyped(left[0]) or is_mistyped(right[0])
    kind = ClueKind.MISTYPED if mistyped else ClueKind.MAILBOX
    return [Reason(kind, (left[0], right[0]))]


def _of_typed(pair: Two, address: str, own: Own) -> list[Reason]:
    owning = [each for each in pair if address in own.get(each, ())]
    if len(owning) != 1:
        return []
    typing = pair.left if owning[0] == pair.right else pair.right
    return [Reason(ClueKind.TYPED, (address,), typed_by=typing)]


def _common(own: Own, pair: Two) -> bool:
    return not set(own.get(pair.left, ())).isdisjoint(own.get(pair.right, ()))
