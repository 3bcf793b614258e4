"""Which encryption keys are in use, for the doctor."""

from collections.abc import Mapping, Sequence

from integration.crypto import Keys
from integration.operations.data_keys import Wraps
from integration.operations.findings import Finding, finding
from integration.operations.known_keys import Knower


def of_keys(keys: Keys, wraps: Mapping[str, Wraps], known: Sequence[Knower]) -> Finding:
    """What each key wraps; ill where a key is missing, here or in a process that runs."""
    missing = sorted(set(wraps) - set(keys.by_id))
    mark = keys.marks[keys.current]
    unknowing = [one.name for one in known if mark not in one.marks]
    told = [f"{each} wraps {_count(wraps.get(each))}" for each in (*keys.by_id, *missing)]
    if missing:
        does = f"put {', '.join(missing)} back into ENCRYPTION_KEYS: what it wraps can't be opened"
    else:
        does = f"restart {', '.join(unknowing)} with the keys as they are here"
    says = "; ".join(told)
    if unknowing:
        says += f"; {len(unknowing)} of {len(known)} processes don't know {keys.current}"
    return finding("encryption keys", not missing and not unknowing, says, does)


def _count(held: Wraps | None) -> str:
    return f"{held.stores} stores and {held.channels} channels" if held else "nothing"
