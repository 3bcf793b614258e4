"""All data keys, of stores and of channels: which of the operator's keys wraps each, and wrapping
them anew, a few at a time, so that nobody waits.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import bindparam, func, select, update

from integration.conversations.channels.keys import about_channel_key
from integration.crypto import CannotOpen, Keyring, wrapped_by
from integration.install.keys import about_data_key
from integration.models import Channel, Store
from integration.services import Services

_ROWS_A_COMMIT = 200


@dataclass(frozen=True, slots=True)
class _Kind:
    """A table with data keys, and what they are bound to."""

    model: Any
    columns: tuple[Any, ...]
    about: Callable[[Any], bytes]


_STORES = _Kind(
    Store, (Store.platform, Store.domain), lambda row: about_data_key(row.platform, row.domain)
)
_CHANNELS = _Kind(Channel, (Channel.token_digest,), lambda row: about_channel_key(row.token_digest))


class Rewrapped(NamedTuple):
    """How many data keys were wrapped anew, were current already, and open by no key of ours."""

    changed: int
    kept: int
    lost: int


class Wraps(NamedTuple):
    """How many stores' and channels' data keys one of the operator's keys wraps."""

    stores: int
    channels: int


def rewrap_data_keys(services: Services) -> Rewrapped:
    """Wrap all data keys with the current operator's key. One that can't be opened stops no other;
    it stays as it is.
    """
    told = [_rewrap(services, kind) for kind in (_STORES, _CHANNELS)]
    return Rewrapped(*(sum(each) for each in zip(*told, strict=True)))


def count_wraps(services: Services) -> dict[str, Wraps]:
    """What each of the operator's keys wraps, by its id; ids too that we don't hold any more."""
    stores, channels = (_counted(services, kind) for kind in (_STORES, _CHANNELS))
    ids = {**stores, **channels}
    return {each: Wraps(stores.get(each, 0), channels.get(each, 0)) for each in ids}


def _rewrap(services: Services, kind: _Kind) -> Rewrapped:
    after, told = 0, Rewrapped(0, 0, 0)
    while True:
        with services.db.across_workspaces(write=True) as session:
            rows = session.execute(
                select(kind.model.id, kind.model.data_key, *kind.columns)
                .where(kind.model.id > after)
                .order_by(kind.model.id)
                .limit(_ROWS_A_COMMIT)
                .with_for_update()
            ).all()
            if not rows:
                return told
            after = rows[-1].id
            # One that was destroyed stays so.
            held = [row for row in rows if row.data_key]
            old = [row for row in held if not services.keyring.is_current(row.data_key)]
            fresh = [each for each in (_anew(services.keyring, kind, row) for row in old) if each]
            if fresh:
                session.connection().execute(_statement(kind), fresh)
        lost = len(old) - len(fresh)
        found = Rewrapped(len(fresh), len(held) - len(old), lost)
        told = Rewrapped(*(sum(pair) for pair in zip(told, found, strict=True)))


def _anew(keyring: Keyring, kind: _Kind, row: Any) -> dict[str, Any] | None:
    try:
        return {"row_id": row.id, "wrapped": keyring.rewrap(row.data_key, kind.about(row))}
    except CannotOpen:
        return None


def _statement(kind: _Kind) -> Any:
    table = kind.model.__table__
    chosen = update(table).where(table.c.id == bindparam("row_id"))
    return chosen.values(data_key=bindparam("wrapped"))


def _counted(services: Services, kind: _Kind) -> dict[str, int]:
    found: dict[str, int] = {}
    statement = select(kind.model.data_key).where(func.length(kind.model.data_key) > 0)
    with services.db.across_workspaces() as session:
        rows = session.execute(statement.execution_options(yield_per=1000)).scalars()
        for wrapped in rows:
            key_id = wrapped_by(wrapped)
            found[key_id] = found.get(key_id, 0) + 1
    return found
