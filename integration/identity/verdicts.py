"""What was decided about two identities: that they are one person, or that they are not."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, bindparam, delete, select
from sqlalchemy.engine import Dialect

from integration.identity.keys import Key
from integration.models import IdentityVerdict
from integration.models.vocabulary import Verdict
from integration.statements.bulk import among, table_of, update_rows, write_rows
from integration.statements.prepared import Prepared

_TABLE = table_of(IdentityVerdict)
_PAIR = ("left_kind", "left_value", "right_kind", "right_value")
_COLUMNS = (
    "workspace_id",
    *_PAIR,
    "verdict",
    "left_home_id",
    "right_home_id",
    "trust",
    "made_by",
    "reason",
    "event_id",
    "made_at",
)


class Pair(NamedTuple):
    """Two identities, the smaller one left."""

    left: Key
    right: Key

    @staticmethod
    def of(one: Key, other: Key) -> "Pair":
        """The two in order."""
        return Pair(*sorted((one, other)))


@dataclass(frozen=True, slots=True)
class Standing:
    """A verdict that stands, with the homes that its identities led to when that was last seen."""

    id: int
    verdict: str
    pair: Pair
    homes: tuple[int | None, int | None]
    event_id: int | None

    @property
    def is_same(self) -> bool:
        """Whether it says that they are one person."""
        return self.verdict == Verdict.SAME


@dataclass(frozen=True, slots=True)
class Made:
    """A verdict to be written: what was decided, by whom, how far it can be trusted, and why."""

    verdict: str
    made_by: str
    trust: str
    reason: str | None
    event_id: int
    at: datetime


def has_verdicts(connection: Connection, workspace_id: int) -> bool:
    """Whether anything was decided about two identities in this workspace."""
    return bool(_ANY.rows(connection, of_workspace=workspace_id))


def verdicts_on(
    connection: Connection,
    workspace_id: int,
    *,
    identities: Collection[Key] = (),
    homes: Collection[int] = (),
) -> list[Standing]:
    """The verdicts about any of these identities, or that lead to any of these homes."""
    found: dict[int, Standing] = {}
    values = {identity.value for identity in identities}
    kinds = {identity.kind for identity in identities}
    for side in ("left", "right"):
        if values:
            which = and_(
                _TABLE.c[f"{side}_kind"].in_(sorted(kinds)),
                among(connection, _TABLE.c[f"{side}_value"], values),
            )
            for one in _read(connection, workspace_id, which):
                if getattr(one.pair, side) in identities:
                    found[one.id] = one
        if homes:
            which = among(connection, _TABLE.c[f"{side}_home_id"], homes)
            found |= {one.id: one for one in _read(connection, workspace_id, which)}
    return [found[key] for key in sorted(found)]


def verdict_on(connection: Connection, workspace_id: int, pair: Pair) -> Standing | None:
    """What was decided about these two, None where nothing was."""
    for one in verdicts_on(connection, workspace_id, identities=[pair.left]):
        if one.pair == pair:
            return one
    return None


def write_verdict(connection: Connection, workspace_id: int, pair: Pair, made: Made) -> None:
    """Decide about two identities, instead of what was decided before."""
    row = (
        workspace_id,
        *pair.left,
        *pair.right,
        made.verdict,
        None,
        None,
        made.trust,
        made.made_by,
        made.reason,
        made.event_id,
        made.at,
    )
    write_rows(connection, _TABLE, _COLUMNS, [row], key=("workspace_id", *_PAIR))


def remove_verdict(connection: Connection, workspace_id: int, verdict_id: int) -> None:
    """Take back what was decided."""
    ours = _TABLE.c.workspace_id == workspace_id
    connection.execute(delete(_TABLE).where(ours, _TABLE.c.id == verdict_id))


def note_homes(
    connection: Connection, found: Iterable[tuple[Standing, tuple[int | None, int | None]]]
) -> None:
    """Keep where the identities of these verdicts lead to now."""
    rows = [(*homes, one.id) for one, homes in found if homes != one.homes]
    update_rows(connection, _TABLE, ("left_home_id", "right_home_id"), rows, key=("id",))


def _read(
    connection: Connection, workspace_id: int, which: ColumnElement[bool]
) -> Iterable[Standing]:
    columns = ("id", "verdict", *_PAIR, "left_home_id", "right_home_id", "event_id")
    rows = connection.execute(
        select(*(_TABLE.c[name] for name in columns)).where(
            _TABLE.c.workspace_id == workspace_id, which
        )
    )
    return [_standing(row) for row in rows]


def _standing(row: Row[Any]) -> Standing:
    pair = Pair(Key(row.left_kind, row.left_value), Key(row.right_kind, row.right_value))
    homes = (row.left_home_id, row.right_home_id)
    return Standing(row.id, row.verdict, pair, homes, row.event_id)


def _any(_: Dialect) -> Select[Any]:
    return select(_TABLE.c.id).where(_TABLE.c.workspace_id == bindparam("of_workspace")).limit(1)


_ANY = Prepared(_any)
