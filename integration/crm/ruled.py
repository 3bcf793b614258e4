"""What was decided about single identities, for whoever shows it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from integration.db import WorkspaceSession
from integration.identity.keys import Key
from integration.models import Customer, IdentityRuling, Order

_MOST_NAMES = 200


@dataclass(frozen=True, slots=True)
class Ruled:
    """What was decided about one identity (`vocabulary.Ruling`), by whom and when."""

    ruling: str
    made_by: str
    reason: str | None
    event_id: int | None
    made_at: datetime


def ruled_key(kind: str, value: str) -> Key:
    """The identity that is ruled on: a guest's phone in a store is ruled on as the phone."""
    return Key("phone", value.partition(":")[2]) if kind == "guest_phone" else Key(kind, value)


def rulings_on(session: WorkspaceSession, keys: Iterable[Key]) -> dict[Key, Ruled]:
    """The rulings on these identities; those without one are left out."""
    asked = set(keys)
    rows = session.execute(
        select(
            IdentityRuling.kind,
            IdentityRuling.value,
            IdentityRuling.ruling,
            IdentityRuling.made_by,
            IdentityRuling.reason,
            IdentityRuling.event_id,
            IdentityRuling.made_at,
        ).where(IdentityRuling.value.in_({key.value for key in asked}))
    )
    found = {Key(row.kind, row.value): Ruled(*row[2:]) for row in rows}
    return {key: ruled for key, ruled in found.items() if key in asked}


def names_under(session: WorkspaceSession, key: Key) -> int:
    """Under how many different names stores know an address or phone, at most a few hundred."""
    column = "email_normalized" if key.kind == "email" else "phone_normalized"
    accounts = select(Customer.first_name + " " + Customer.last_name).where(
        getattr(Customer, column) == key.value
    )
    buyers = select(Order.buyer_name).where(getattr(Order, column) == key.value)
    seen = {
        name.casefold().strip()
        for statement in (accounts, buyers)
        for (name,) in session.execute(statement.distinct().limit(_MOST_NAMES))
        if name and name.strip()
    }
    return len(seen)
