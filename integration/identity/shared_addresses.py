"""Addresses and phones that more people use than one person has names.

A firm's mailbox, the counter's address for whoever walks in, a marketplace's: what stores say under
it is many people's. Such an address links nobody.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, literal, select, union, union_all
from sqlalchemy.engine import Dialect

from integration.bulk import table_of
from integration.folding import words
from integration.identity.keys import Key
from integration.identity.rulings import BY_RULE
from integration.latin_letters import latin
from integration.models import Customer, IdentityRuling, Order
from integration.models.vocabulary import Ruling
from integration.prepared import Prepared, listed, several

# A person writes their name in a few ways, and a family shares a mailbox.
MOST_NAMES = 8
# So many ways of writing are looked at: they fold into fewer names.
_MOST_WRITTEN = 200

_ORDERS, _CUSTOMERS = table_of(Order).c, table_of(Customer).c
_RULINGS = table_of(IdentityRuling).c
_COLUMNS = {"email": "email_normalized", "phone": "phone_normalized"}


def crowded(
    connection: Connection, workspace_id: int, profile_ids: Collection[int]
) -> Sequence[Key]:
    """The addresses and phones on these profiles that stand on so many rows that they may be
    shared: whether they are, `is_shared` says.
    """
    given = {
        "of_workspace": workspace_id,
        "profiles": several(connection, profile_ids),
        "most": MOST_NAMES,
    }
    return [
        Key(kind, value)
        for kind, prepared in _CROWDED.items()
        for (value,) in prepared.rows(connection, **given)
    ]


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
    rows = connection.execute(_names(workspace_id, key))
    return len(_different(rows)) > MOST_NAMES


def _different(rows: Iterable[Row[Any]]) -> set[tuple[str, ...]]:
    """The names, however they are written: order, accents and Greek or Latin letters apart."""
    found = set()
    for written in rows:
        said = words(" ".join(filter(None, written)))
        form = tuple(sorted(latin(word) or word for word in said if len(word) > 1))
        if form:
            found.add(form)
    return found


def _names(workspace_id: int, key: Key) -> Select[Any]:
    """Accounts' names, and the payers' of guests' orders: a present goes to somebody else."""
    column = _COLUMNS[key.kind]
    accounts = select(_CUSTOMERS.first_name, _CUSTOMERS.last_name).where(
        _CUSTOMERS.workspace_id == workspace_id, _CUSTOMERS[column] == key.value
    )
    payer = _ORDERS.billing_address["name"].as_string()
    guests = select(func.coalesce(payer, _ORDERS.buyer_name), literal(None)).where(
        _ORDERS.workspace_id == workspace_id,
        _ORDERS[column] == key.value,
        _ORDERS.customer_external_id.is_(None),
    )
    told = union(accounts, guests).limit(_MOST_WRITTEN).subquery()
    return select(*told.c)


def _crowded(column: str) -> Prepared:
    def build(dialect: Dialect) -> Select[Any]:
        here = union_all(
            *(
                select(table[column].label("value")).where(
                    table.workspace_id == bindparam("of_workspace"),
                    listed(dialect, table.profile_id, "profiles"),
                    table[column].is_not(None),
                )
                for table in (_ORDERS, _CUSTOMERS)
            )
        ).subquery()
        return select(here.c.value).group_by(here.c.value).having(func.count() > bindparam("most"))

    return Prepared(build)


_CROWDED = {kind: _crowded(column) for kind, column in _COLUMNS.items()}
