"""What each role may do."""

from enum import IntEnum
from typing import Protocol

from integration.models.vocabulary import Role


class Deed(IntEnum):
    """What somebody wants to do, from the least to the most; whoever may one may those before it.

    `READ` changes nothing. `ANSWER`: conversations, notes, tags, links, segments. `SET_UP`:
    channels, rules, agents. `OWN`: stores, people taken out as files, other owners.
    """

    READ = 1
    ANSWER = 2
    SET_UP = 3
    OWN = 4


_MOST = {
    Role.READ_ONLY: Deed.READ,
    Role.AGENT: Deed.ANSWER,
    Role.ADMIN: Deed.SET_UP,
    Role.OWNER: Deed.OWN,
}


class HasRole(Protocol):
    """An agent, or whoever calls."""

    @property
    def role(self) -> str:
        """A Role."""
        ...


def may(who: HasRole, deed: Deed) -> bool:
    """Whether their role lets them. A word that is no role lets nobody do anything."""
    most = _MOST.get(Role(who.role)) if who.role in set(Role) else None
    return most is not None and deed <= most


def outranks(who: HasRole, other: str) -> bool:
    """Whether somebody may give or take that role: an owner any, an admin all but an owner's."""
    if not may(who, Deed.SET_UP):
        return False
    return who.role == Role.OWNER or other != Role.OWNER
