"""By what an erasure or export knows a person, and what of that is nobody else's.

Whoever types another's address or number, on an order or in an account, gets nothing of theirs to
see and takes nothing of theirs away.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from sqlalchemy import literal, or_, select

from integration.db import WorkspaceSession
from integration.identity.keys import Key, account_identity, order_identity
from integration.models import Customer, Identity, Order, Store
from integration.privacy.subject import Asked
from integration.statements.bulk import among, table_of

_IDENTITIES = table_of(Identity)


@dataclass(frozen=True, slots=True)
class Traces:
    """By what decisions may know a person: their own profiles, accounts, orders and contacts.

    `names` are all that is held of them, `own` is without what is another's as well: an address or
    number that an account only typed on an order, and one that somebody else is told to have too.
    """

    profile_ids: frozenset[int]
    names: frozenset[Key]
    own: frozenset[Key]


def traces_of(
    session: WorkspaceSession,
    store: Store,
    asked: Asked,
    customer_ids: Collection[str],
    order_ids: Collection[str],
) -> Traces:
    """The traces of whoever has these accounts and orders; before they are blanked."""
    told = [
        *_told(session, store, Customer, customer_ids),
        *_told(session, store, Order, order_ids),
    ]
    accounts, orders = {*customer_ids, *asked.accounts}, {*order_ids, *asked.orders}
    objects = frozenset(
        {
            *(account_identity(store.id, external_id) for external_id in accounts),
            *(order_identity(store.id, external_id) for external_id in orders),
        }
    )
    named = named_contacts(store, asked)
    theirs = {key for each in told if not each.is_typed for key in each.own(store)}
    others = _anothers(session, theirs, {each.profile_id for each in told})
    own = objects | named | (theirs - others)
    return Traces(
        _homes(session, own),
        objects | named | {key for each in told for key in each.contacts(store)},
        own,
    )


def named_contacts(store: Store, asked: Asked) -> frozenset[Key]:
    """The addresses and numbers by which somebody was asked for in a store."""
    phones = {*([asked.phone] if asked.phone else []), *asked.guest_phones}
    return frozenset(
        {*(Key("email", each) for each in asked.emails), *_numbers(store, phones)},
    )


def tellable(store: Store, asked: Asked, traces: Traces) -> frozenset[Key]:
    """By what conversations are known that may be told to the person: of numbers those that were
    asked for, since families share one, and anybody can give another's.
    """
    named = named_contacts(store, asked)
    return frozenset(key for key in traces.own if not _is_number(key) or key in named)


@dataclass(frozen=True, slots=True)
class _Told:
    """What an account or order tells of its person; `is_typed`: an account's order."""

    profile_id: int | None
    email: str | None
    phone: str | None
    is_typed: bool
    is_account: bool

    def contacts(self, store: Store) -> Iterator[Key]:
        if self.email:
            yield Key("email", self.email)
        yield from _numbers(store, [self.phone] if self.phone else [])

    def own(self, store: Store) -> Iterator[Key]:
        """Without the number that a guest gave beside an address: families share one."""
        is_enough = self.is_account or not self.email
        return (key for key in self.contacts(store) if is_enough or not _is_number(key))


def _told(
    session: WorkspaceSession,
    store: Store,
    model: type[Customer] | type[Order],
    external_ids: Collection[str],
) -> Iterator[_Told]:
    account = Order.customer_external_id if model is Order else literal(None)
    statement = select(model.profile_id, model.email_normalized, model.phone_normalized, account)
    which = model.store_id == store.id, model.external_id.in_(external_ids)
    for profile_id, email, phone, owner in session.execute(statement.where(*which)):
        yield _Told(profile_id, email, phone, owner is not None, model is Customer)


def _anothers(
    session: WorkspaceSession, keys: Collection[Key], profile_ids: Collection[int | None]
) -> set[Key]:
    """Those of these contacts that stores tell of other profiles, or by which those are one."""
    own = {each for each in profile_ids if each is not None}
    rows = session.connection().execute(
        select(_IDENTITIES.c.profile_id, _IDENTITIES.c.kind, _IDENTITIES.c.value).where(
            _IDENTITIES.c.workspace_id == session.workspace_id,
            or_(_IDENTITIES.c.links, _IDENTITIES.c.evidence == "store"),
            among(session.connection(), _IDENTITIES.c.value, {key.value for key in keys}),
        )
    )
    return {Key(kind, value) for home, kind, value in rows if home not in own} & set(keys)


def _homes(session: WorkspaceSession, names: Collection[Key]) -> frozenset[int]:
    """The profiles that are one person by one of these."""
    own = session.connection().execute(
        select(_IDENTITIES.c.profile_id, _IDENTITIES.c.kind, _IDENTITIES.c.value).where(
            _IDENTITIES.c.workspace_id == session.workspace_id,
            _IDENTITIES.c.links,
            among(session.connection(), _IDENTITIES.c.value, {name.value for name in names}),
        )
    )
    return frozenset(home for home, kind, value in own if Key(kind, value) in names)


def _numbers(store: Store, phones: Iterable[str]) -> Iterator[Key]:
    for phone in phones:
        yield Key("phone", phone)
        yield Key("guest_phone", f"{store.id}:{phone}")


def _is_number(key: Key) -> bool:
    return key.kind in ("phone", "guest_phone")
