"""Changing the operator's keys while everything runs: no step is taken before everybody who runs
can bear it.
"""

from collections.abc import Callable, Sequence

from redis import Redis

from integration.crypto import Keys
from integration.errors import Conflict
from integration.operations.data_keys import Rewrapped, count_wraps, rewrap_data_keys
from integration.operations.key_place import KeyPlace, fresh_key
from integration.operations.known_keys import await_knowers
from integration.services import Services

_Holds = Callable[[Sequence[str]], bool]


class Rotation:
    """The steps. `connection` is to the Valkey in which processes tell what they know, None where
    there is none to ask.
    """

    def __init__(self, services: Services, connection: "Redis | None") -> None:
        self._services = services
        self._connection = connection

    def rewrap(self) -> Rewrapped:
        """Wrap all data keys with the current key, once everybody knows it. Raises Conflict, with
        nothing changed, when somebody who runs doesn't; RedisError.
        """
        keys = self._services.keyring.look_again()
        mark = keys.marks[keys.current]
        self._demand(
            lambda marks: mark in marks,
            f"know {keys.current}: restart them with the keys as they are here, then run this "
            "again. Nothing was changed.",
        )
        return rewrap_data_keys(self._services)

    def add_new(self, place: KeyPlace) -> str:
        """Put a fresh key in front, first behind the others until everybody knows it; its id.

        Raises Conflict, with the keys as they were, when somebody who runs doesn't come to know it;
        RedisError.
        """
        before = place.parts()
        new = fresh_key(before, count_wraps(self._services))
        keys = Keys.of(new)
        mark = keys.marks[keys.current]
        place.write([*before, new])
        left = self._left(lambda marks: mark in marks)
        if left:
            place.write(before)
            raise Conflict(
                f"{_named(left)} didn't come to know the new key: do they read {place.name}? "
                "It was taken away again, and nothing was changed."
            )
        place.write([new, *before])
        self._demand(
            lambda marks: marks[0] == mark,
            f"wrap with {keys.current} yet, though it stands in front: run `tillside keys rotate` "
            "once they do.",
        )
        self._services.keyring.look_again()
        return keys.current

    def retire(self, place: KeyPlace, key_id: str) -> None:
        """Take a key away that wraps nothing. Raises Conflict with the reason why it has to stay;
        RedisError.
        """
        before = place.parts()
        ids = [part.partition(":")[0] for part in before]
        if key_id not in ids:
            raise Conflict(f"There is no key {key_id} in {place.name}: {', '.join(ids)}.")
        if ids[0] == key_id:
            raise Conflict(f"{key_id} is the key that wraps; `tillside keys rotate --new` first.")
        mark = Keys.of(before[ids.index(key_id)]).marks[key_id]
        self._demand(
            lambda marks: marks[0] != mark,
            f"wrap with the first key here yet, but with {key_id}: restart them. Nothing was "
            "changed.",
        )
        held = count_wraps(self._services).get(key_id)
        if held is not None:
            raise Conflict(
                f"{key_id} still wraps the keys of {held.stores} stores and {held.channels} "
                "channels: run `tillside keys rotate` first."
            )
        place.write([part for part in before if not part.startswith(f"{key_id}:")])

    def _left(self, holds: _Holds) -> list[str]:
        return [] if self._connection is None else await_knowers(self._connection, holds)

    def _demand(self, holds: _Holds, otherwise: str) -> None:
        left = self._left(holds)
        if left:
            raise Conflict(f"{_named(left)} don't {otherwise}")


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
