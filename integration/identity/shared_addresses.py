"""Addresses and phones that more people use than one person has names.

A firm's mailbox, the counter's address for whoever walks in, a marketplace's: what stores say under
it is many people's. Such an address links nobody.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, func, literal, select, union

from integration.identity.keys import Key
from integration.identity.rulings import BY_RULE
from integration.models import Customer, Identity, IdentityRuling, Order
from integration.models.vocabulary import Ruling
from integration.statements.bulk import among, table_of
from integration.texts.folding import words
from integration.texts.latin_letters import latin

# A person writes their name in a few ways, and a family shares a mailbox.
MOST_NAMES = 8
# So many ways of writing are looked at, few first: they fold into fewer names.
_FIRST_WRITTEN, _MOST_WRITTEN = 24, 200

_ORDERS, _CUSTOMERS = table_of(Order).c, table_of(Customer).c
_RULINGS, _IDENTITIES = table_of(IdentityRuling).c, table_of(Identity).c
_COLUMNS = {"email": "email_normalized", "phone": "phone_normalized"}


def known_by(connection: Connection, workspace_id: int, profile_ids: Collection[int]) -> set[Key]:
    """The addresses and phones of these profiles."""
    rows = connection.execute(
        select(_IDENTITIES.kind, _IDENTITIES.value)
        .where(
            _IDENTITIES.workspace_id == workspace_id,
            among(connection, _IDENTITIES.profile_id, profile_ids),
            _IDENTITIES.kind.in_(sorted(_COLUMNS)),
            _IDENTITIES.verified,
        )
        .distinct()
    )
    return {Key(kind, value) for kind, value in rows}


def crowded(connection: Connection, workspace_id: int, keys: Collection[Key]) -> Sequence[Key]:
    """Those of these addresses and phones that stand on so many accounts and orders of the
    workspace that they may be shared: whether they are, `is_shared` says.
    """
    found: list[Key] = []
    for kind in _COLUMNS:
        values = {key.value for key in keys if key.kind == kind}
        counts = _counts(connection, workspace_id, kind, values) if values else {}
        found.extend(Key(kind, value) for value, count in counts.items() if count > MOST_NAMES)
    return found


def _counts(
    connection: Connection, workspace_id: int, kind: str, values: Collection[str]
) -> dict[str, int]:
    """On how many accounts and orders each stands."""
    counted: dict[str, int] = {}
    for table in (_ORDERS, _CUSTOMERS):
        column = table[_COLUMNS[kind]]
        rows = connection.execute(
            select(column, func.count())
            .where(
                table.workspace_id == workspace_id,
                among(connection, column, values),
                *_near(connection, workspace_id, table, kind, values),
            )
            .group_by(column)
        )
        for value, count in rows:
            counted[value] = counted.get(value, 0) + count
    return counted


def _near(
    connection: Connection, workspace_id: int, table: Any, kind: str, values: Collection[str]
) -> Iterable[Any]:
    """Where no index leads from a phone to its rows: by the profiles that are known by it."""
    if kind == "phone":
        known = select(_IDENTITIES.profile_id).where(
            _IDENTITIES.workspace_id == workspace_id,
            _IDENTITIES.kind == kind,
            among(connection, _IDENTITIES.value, values),
        )
        yield table.profile_id.in_(known)


def shared_by_rule(connection: Connection, workspace_id: int) -> Sequence[Key]:
    """The addresses and phones that count as shared by this rule alone."""
    rows = connection.execute(
        select(_RULINGS.kind, _RULINGS.value).where(
            _RULINGS.workspace_id == workspace_id,
            _RULINGS.ruling == Ruling.SHARED.value,
            _RULINGS.made_by == BY_RULE,
        )
    )
    return [Key(kind, value) for kind, value in rows]


def is_shared(connection: Connection, workspace_id: int, key: Key) -> bool:
    """Whether more different names stand under it than one person has."""
    for most in (_FIRST_WRITTEN, _MOST_WRITTEN):
        names = _different(connection.execute(_names(connection, workspace_id, key, most)))
        if len(names) > MOST_NAMES:
            return True
    return False


def _different(rows: Iterable[Row[Any]]) -> set[tuple[str, ...]]:
    """The names, however they are written: order, accents and Greek or Latin letters apart."""
    found = set()
    for written in rows:
        said = words(" ".join(filter(None, written)))
        form = tuple(sorted(latin(word) or word for word in said if len(word) > 1))
        if form:
            found.add(form)
    return found


def _names(connection: Connection, workspace_id: int, key: Key, most: int) -> Select[Any]:
    """Accounts' names, and the payers' of guests' orders: a present goes to somebody else."""
    column = _COLUMNS[key.kind]
    of_orders, of_accounts = (
        [
            table.workspace_id == workspace_id,
            table[column] == key.value,
            *_near(connection, workspace_id, table, key.kind, [key.value]),
        ]
        for table in (_ORDERS, _CUSTOMERS)
    )
    accounts = select(_CUSTOMERS.first_name, _CUSTOMERS.last_name).where(*of_accounts)
    payer = _ORDERS.billing_address["name"].as_string()
    guests = select(func.coalesce(payer, _ORDERS.buyer_name), literal(None)).where(
        *of_orders, _ORDERS.customer_external_id.is_(None)
    )
    told = union(accounts, guests).limit(most).subquery()
    return select(*told.c)
