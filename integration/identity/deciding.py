"""Deciding about identities: each decision replaces the one before and is written down with it."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from integration.identity.history import Action, Event, record, tell_also
from integration.identity.keys import Key
from integration.identity.rulings import (
    BY_RULE,
    Ruled,
    remove_ruling,
    ruling_on,
    write_ruling,
)
from integration.identity.verdicts import Made, Pair, remove_verdict, verdict_on, write_verdict
from integration.models.vocabulary import Ruling, Trust, Verdict

# What follows a ruling's word where a rule made it.
_BY_RULE = " by rule"
SHARED_BY_RULE = Ruling.SHARED.value + _BY_RULE


@dataclass(slots=True)
class Deed:
    """What somebody does at once: one or several decisions, which are undone together.

    `touched` are the profiles that look different by it.
    """

    connection: Connection
    workspace_id: int
    made_by: str
    at: datetime
    reason: str | None = None
    profile_id: int | None = None
    other_profile_id: int | None = None
    trust: Trust = Trust.AGENT
    event_ids: list[int] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)

    def tell_of(self, other_profile_id: int | None) -> None:
        """Tell all that was decided of this other profile too: it is known afterwards only."""
        self.other_profile_id = other_profile_id
        tell_also(self.connection, self.event_ids, other_profile_id)

    @property
    def event_id(self) -> int | None:
        """The event by which all of it can be undone, None while nothing was decided."""
        return self.event_ids[0] if self.event_ids else None

    def decide_pair(
        self, pair: Pair, wanted: Verdict | None, *, undoes_id: int | None = None
    ) -> None:
        """Let a verdict stand on two identities, or none. The same again changes nothing."""
        held = verdict_on(self.connection, self.workspace_id, pair)
        before = None if held is None else Verdict(held.verdict)
        if before == wanted:
            return
        action = _PAIR_ACTIONS[before, wanted]
        event_id = self._record(action, pair.left, pair.right, before, undoes_id)
        if wanted is not None:
            made = Made(wanted, self.made_by, Trust.AGENT, self.reason, event_id, self.at)
            write_verdict(self.connection, self.workspace_id, pair, made)
        elif held is not None:
            remove_verdict(self.connection, self.workspace_id, held.id)

    def decide_one(self, key: Key, wanted: str | None, *, undoes_id: int | None = None) -> None:
        """Let a ruling stand on an identity, or none; `wanted` as an event's `before` tells it."""
        held = ruling_on(self.connection, self.workspace_id, key)
        before = None if held is None else _word(held)
        if before == wanted:
            return
        ruling, made_by = _ruling(wanted, self.made_by)
        spoken_of = ruling if ruling is not None or held is None else Ruling(held.ruling)
        action = _ONE_ACTIONS[spoken_of, ruling is not None]
        event_id = self._record(action, key, None, before, undoes_id)
        if ruling is None:
            remove_ruling(self.connection, self.workspace_id, key)
            return
        ruled = Ruled(ruling, made_by, event_id)
        write_ruling(self.connection, self.workspace_id, key, ruled, reason=self.reason, at=self.at)

    def _record(
        self,
        action: Action,
        left: Key,
        right: Key | None,
        before: str | None,
        undoes_id: int | None,
    ) -> int:
        event = Event(
            action,
            self.at,
            self.made_by,
            profile_id=self.profile_id,
            other_profile_id=self.other_profile_id,
            left=left,
            right=right,
            trust=self.trust,
            reason=self.reason,
            before=before,
            undoes_id=undoes_id,
            deed_id=self.event_id,
        )
        self.event_ids.append(record(self.connection, self.workspace_id, event))
        return self.event_ids[-1]


def stands(connection: Connection, workspace_id: int, event: Event) -> bool:
    """Whether what an event decided is what stands now; False for one that was erased."""
    if event.left is None:
        return False
    if event.right is not None:
        verdict = verdict_on(connection, workspace_id, Pair(event.left, event.right))
        now = None if verdict is None else verdict.verdict
    else:
        ruling = ruling_on(connection, workspace_id, event.left)
        now = None if ruling is None else ruling.ruling
    return now in _DECIDED[event.action]


def _word(held: Ruled) -> str:
    return held.ruling + (_BY_RULE if held.made_by == BY_RULE else "")


def _ruling(word: str | None, made_by: str) -> tuple[Ruling | None, str]:
    if word is None:
        return None, made_by
    by_rule = word.endswith(_BY_RULE)
    return Ruling(word.removesuffix(_BY_RULE)), BY_RULE if by_rule else made_by


_PAIR_ACTIONS = {
    (None, Verdict.SAME): Action.LINKED,
    (Verdict.DIFFERENT, Verdict.SAME): Action.LINKED,
    (Verdict.SAME, None): Action.UNLINKED,
    (Verdict.SAME, Verdict.DIFFERENT): Action.UNLINKED,
    (None, Verdict.DIFFERENT): Action.DISMISSED,
    (Verdict.DIFFERENT, None): Action.RECONSIDERED,
}
# By the ruling, and whether it is made (or taken back).
_ONE_ACTIONS: dict[tuple[Ruling | None, bool], Action] = {
    (Ruling.APART, True): Action.PARTED,
    (Ruling.APART, False): Action.REJOINED,
    (Ruling.SHARED, True): Action.MARKED_SHARED,
    (Ruling.SHARED, False): Action.UNMARKED,
    (Ruling.SINGLE, True): Action.MARKED_SINGLE,
    (Ruling.SINGLE, False): Action.UNMARKED,
}
# What may stand after each.
_DECIDED: dict[Action, tuple[str | None, ...]] = {
    Action.LINKED: (Verdict.SAME,),
    # Where they were dismissed before, that stands again.
    Action.UNLINKED: (None, Verdict.DIFFERENT),
    Action.DISMISSED: (Verdict.DIFFERENT,),
    Action.RECONSIDERED: (None,),
    Action.PARTED: (Ruling.APART,),
    Action.REJOINED: (None,),
    Action.MARKED_SHARED: (Ruling.SHARED,),
    Action.MARKED_SINGLE: (Ruling.SINGLE,),
    Action.UNMARKED: (None,),
    Action.MERGED: (),
    Action.MOVED: (),
}
