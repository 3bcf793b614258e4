"""What a workspace's database says of persons, to be compared with the oracle and with before."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from integration.db import WorkspaceSession
from integration.identity.normalize import normalize_email, normalize_phone
from integration.models import (
    Customer,
    Identity,
    IdentityEvent,
    IdentityRuling,
    IdentityVerdict,
    Order,
    Profile,
    ProfileNote,
    ProfileTotal,
    Store,
    Tombstone,
)
from integration.statements.bulk import table_of
from tests.integration.identity.oracle import Account, Decided, Known, Member, Purchase

# Of an identity the first who told it is kept, and by which delivery; whose it is may not depend
# on who was first.
_BY_THE_WAY = {
    "id",
    "workspace_id",
    "source",
    "delivery_id",
    "created_at",
    "told_by",
    "store_id",
}


@dataclass(frozen=True, slots=True)
class Seen:
    """Persons as a workspace's database has them.

    `persons` are the profiles that are shown, each with its accounts and orders, head, totals and
    identities; `dormant` are the others by the profile that stands for them. `words` are the
    agents' notes and tags by profile, `decided` verdicts and rulings, `events` the history.
    """

    persons: Mapping[int, Mapping[str, Any]]
    dormant: Mapping[int, int]
    erased: frozenset[Member]
    words: Mapping[str, Any]
    decided: Mapping[str, Any]
    events: tuple[tuple[Any, ...], ...]

    def unlike(self, other: "Seen") -> dict[str, Any]:
        """What differs, as it is here and there, the history apart."""
        return {
            **_unlike(self.persons, other.persons),
            **_unlike({"dormant": self.dormant}, {"dormant": other.dormant}),
            **_unlike(self.words, other.words),
            **_unlike(self.decided, other.decided),
        }

    def by_members(self) -> dict[frozenset[Member], Any]:
        """What is told of each person, whatever their profile is called."""
        return {
            person["members"]: {
                name: told if name != "totals" else sorted(_figures(told))
                for name, told in person.items()
                if name not in ("identities", "own_tags")
            }
            for person in self.persons.values()
        }

    def members(self) -> dict[int, frozenset[Member]]:
        """The accounts and orders of each profile that is shown."""
        return {profile_id: person["members"] for profile_id, person in self.persons.items()}


class Tables:
    """The rows of a workspace's tables, each read once."""

    def __init__(self, session: WorkspaceSession) -> None:
        self._session = session
        self._read: dict[Any, list[dict[str, Any]]] = {}

    def __getitem__(self, model: Any) -> list[dict[str, Any]]:
        if model not in self._read:
            table = table_of(model)
            statement = select(table).where(table.c.workspace_id == self._session.workspace_id)
            found = self._session.connection().execute(statement).mappings()
            self._read[model] = [dict(row) for row in found]
        return self._read[model]

    def by_profile(self, model: Any, *key: str) -> dict[int, dict[Any, dict[str, Any]]]:
        """The rows of each profile by these columns, without what tells how they were heard of."""
        found: dict[int, dict[Any, dict[str, Any]]] = defaultdict(dict)
        for row in self[model]:
            told = {name: value for name, value in row.items() if name not in _BY_THE_WAY}
            found[row["profile_id"]][tuple(row[name] for name in key)] = told
        return found


def known(tables: Tables) -> Known:
    """What the oracle judges by: the newest states that stores told, and what was decided."""
    stores = {row["id"]: row for row in tables[Store]}
    erased = erased_members(tables)
    found = Known()
    for row in tables[Customer]:
        place = row["store_id"], row["external_id"]
        is_told = row["source_updated_at"] is not None and ("account", *place) not in erased
        found.accounts[place] = Account(
            normalize_email(row["email"]), row["merged_into_external_id"], is_told
        )
    for row in tables[Order]:
        place = row["store_id"], row["external_id"]
        if ("order", *place) not in erased:
            country = stores[place[0]]["country_code"]
            found.orders[place] = Purchase(
                row["customer_external_id"],
                normalize_email(row["email"]),
                normalize_phone(row["phone"], country),
            )
    for row in tables[IdentityRuling]:
        found.rulings[row["kind"], row["value"]] = row["ruling"]
    found.verdicts = [
        Decided(
            (row["left_kind"], row["left_value"]),
            (row["right_kind"], row["right_value"]),
            row["verdict"],
        )
        for row in tables[IdentityVerdict]
    ]
    return found


def erased_members(tables: Tables) -> frozenset[Member]:
    """The accounts and orders that an erasure marked."""
    kinds = {"customer": "account", "order": "order"}
    return frozenset(
        (kinds[row["kind"]], row["store_id"], row["external_id"])
        for row in tables[Tombstone]
        if row["erased_at"] is not None and row["kind"] in kinds
    )


def seen(tables: Tables) -> Seen:
    """The persons of a workspace with all that is told of them."""
    members: dict[int | None, set[Member]] = defaultdict(set)
    for kind, model in (("account", Customer), ("order", Order)):
        for row in tables[model]:
            if kind == "order" or row["source_updated_at"] is not None:
                members[row["profile_id"]].add((kind, row["store_id"], row["external_id"]))
    erased = frozenset(members.pop(None, ()))
    profiles = {row["id"]: row for row in tables[Profile]}
    persons = {}
    totals = tables.by_profile(ProfileTotal, "currency")
    identities = tables.by_profile(Identity, "kind", "value")
    for profile_id, row in profiles.items():
        if row["joined_id"] is None:
            persons[profile_id] = {
                **{name: value for name, value in row.items() if name not in _BY_THE_WAY},
                "members": frozenset(members.pop(profile_id, ())),
                "totals": totals.get(profile_id, {}),
                "identities": identities.get(profile_id, {}),
            }
    assert not members, f"on no profile that is shown: {dict(members)}"
    return Seen(
        persons,
        {row["id"]: row["joined_id"] for row in profiles.values() if row["joined_id"] is not None},
        erased,
        {
            "notes": {row["id"]: (row["profile_id"], row["text"]) for row in tables[ProfileNote]},
            "tags": {row["id"]: row["own_tags"] for row in tables[Profile] if row["own_tags"]},
        },
        {
            "verdicts": {
                (row["left_kind"], row["left_value"], row["right_kind"], row["right_value"]): (
                    row["verdict"],
                    row["left_home_id"],
                    row["right_home_id"],
                )
                for row in tables[IdentityVerdict]
            },
            "rulings": {
                (row["kind"], row["value"]): row["ruling"] for row in tables[IdentityRuling]
            },
        },
        tuple(
            tuple(row.values()) for row in sorted(tables[IdentityEvent], key=lambda row: row["id"])
        ),
    )


def _figures(totals: Mapping[Any, Mapping[str, Any]]) -> Iterable[tuple[Any, ...]]:
    return (
        tuple(value for name, value in row.items() if name != "profile_id")
        for row in totals.values()
    )


def _unlike(here: Mapping[Any, Any], there: Mapping[Any, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name in here.keys() | there.keys():
        one, other = here.get(name), there.get(name)
        if isinstance(one, Mapping) and isinstance(other, Mapping):
            inside = _unlike(one, other)
            found |= {f"{name} {key}": told for key, told in inside.items()}
        elif one != other:
            found[str(name)] = one, other
    return found
