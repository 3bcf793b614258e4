"""People who may be one person, told by two stores: what joining and parting is tried on."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from integration.crm.deeds import Decider
from integration.crm.linking import link
from integration.crm.parting import mark_shared
from integration.identity.keys import Key
from integration.models import (
    Customer,
    DueProfile,
    IdentityEvent,
    Order,
    Profile,
    Store,
    StoreSync,
)
from integration.models.vocabulary import StoreStatus
from integration.search.working_off import index
from integration.sync.apply import apply
from integration.sync.sourced import Sourced
from platforms.records import AddressRecord, CustomerRecord, OrderRecord
from tests.factories.records import customer, line, order, told
from tests.ui_embed.world import NOW, World

BY = Decider("shopify-staff:42")
OTHER_AGENT = Decider("shopify-staff:7")
ERMOU = AddressRecord(line1="Ermou 12", postal_code="105 63", city="Athens", country_code="GR")
DIMITRA, HOTEL = "dimitra@example.gr", "info@harbour-hotel.gr"
SHARED_LINE = "+302101234567"


@dataclass(frozen=True, slots=True)
class Cast:
    """The profiles of the story by who they are, and the second store."""

    dimitra: int
    guest: int
    noa: int
    noa_elsewhere: int
    outlet_id: int


def tell(world: World) -> Cast:
    """Dimitra in two stores, the guest who may be she, Noa twice, a hotel's mailbox."""
    outlet = _second_store(world)
    _take(
        world,
        world.store_id,
        _account("7001", "Δήμητρα", "Παπαδοπούλου", DIMITRA, phone="+306972418350", locale="el"),
        _order("1042", 11, 11340, customer_external_id="7001", email=DIMITRA),
        _order("987", 24, 12000, customer_external_id="7001", email=DIMITRA),
        _order("1031", 5, 4350, customer_external_id="7001", email="giorgos@example.gr"),
        _account("7020", "נועה", "בן־דוד", "noa.bendavid@gmail.com", locale="he"),
        _order("1050", 6, 24900, customer_external_id="7020", currency="ILS"),
        *_hotel(),
    )
    _take(
        world,
        outlet,
        _account("311", "Δήμητρα", "Παπαδοπούλου", DIMITRA),
        _order("W-88", 90, 3990, customer_external_id="311", email=DIMITRA),
        _guest("W-97", 2, 8990, "Dimitra Papadopoulou", "d.papadopoulou@example.com"),
        _guest("W-61", 130, 2350, "Dimitra Papadopoulou", "d.papadopoulou@example.com"),
        _guest("W-90", 40, 19900, "Noa Ben David", "noabendavid@googlemail.com", phone=None),
    )
    work_off(world)
    return Cast(
        dimitra=profile_of(world, Customer, "7001"),
        guest=profile_of(world, Order, "W-97"),
        noa=profile_of(world, Customer, "7020"),
        noa_elsewhere=profile_of(world, Order, "W-90"),
        outlet_id=outlet,
    )


def join(world: World, one: int, other: int, by: Decider = BY, reason: str | None = None) -> int:
    """Join two profiles; the entry of the history."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        done = link(session, one, other, by=by, now=NOW - timedelta(hours=2), reason=reason)
    work_off(world)
    assert done.event_id is not None
    return done.event_id


def share(world: World, kind: str, value: str, by: Decider = BY) -> None:
    """Have somebody mark an address or a phone as several people's."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        mark_shared(session, Key(kind, value), by=by, now=NOW - timedelta(days=1))
    work_off(world)


def work_off(world: World) -> None:
    """What the job does with all profiles that are due."""
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        session.lock_workspace()
        index(session, session.execute(select(DueProfile.profile_id)).scalars().all())


def profile_of(world: World, model: Any, external_id: str) -> int:
    """The profile that an account or order is on."""
    with world.services.db.workspace(world.workspace_id) as session:
        found = session.execute(select(model.profile_id).where(model.external_id == external_id))
        profile_id: int = found.scalar_one()
        return profile_id


def events(world: World) -> list[str]:
    """What the history holds, the oldest first."""
    with world.services.db.workspace(world.workspace_id) as session:
        return list(
            session.execute(select(IdentityEvent.action).order_by(IdentityEvent.id)).scalars()
        )


def face_of(world: World, profile_id: int) -> int | None:
    """The profile that this one is joined to, None for one that stands for itself."""
    with world.services.db.workspace(world.workspace_id) as session:
        return session.execute(
            select(Profile.joined_id).where(Profile.id == profile_id)
        ).scalar_one()


def orders_of(world: World, profile_id: int) -> set[str]:
    """The orders that are on a profile."""
    with world.services.db.workspace(world.workspace_id) as session:
        found = select(Order.external_id).where(Order.profile_id == profile_id)
        return set(session.execute(found).scalars())


def _second_store(world: World) -> int:
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        store = Store(
            platform="shopify",
            domain="aegean-outlet.myshopify.com",
            name="Aegean Outlet",
            currency="EUR",
            timezone="Europe/Athens",
            status=StoreStatus.ACTIVE,
            data_key=b"",
            created_at=NOW - timedelta(days=200),
            connected_at=NOW - timedelta(days=200),
        )
        session.add(store)
        session.flush()
        session.add(StoreSync(store_id=store.id, backfill_state="done", as_of=NOW, source="sync"))
        return store.id


def _take(world: World, store_id: int, *records: CustomerRecord | OrderRecord) -> None:
    changes: Sequence[Sourced] = [told(record) for record in records]
    with world.services.db.workspace(world.workspace_id, write=True) as session:
        apply(session, session.get_one(Store, store_id), changes, now=NOW - timedelta(days=3))


def _account(external_id: str, first: str, last: str, email: str, **more: Any) -> CustomerRecord:
    return customer(external_id, first_name=first, last_name=last, email=email, **more)


def _order(external_id: str, days: int, total: int, **more: Any) -> OrderRecord:
    placed = NOW - timedelta(days=days)
    return order(
        external_id,
        name=external_id if external_id.startswith("W") else f"#{external_id}",
        placed_at=placed,
        updated_at=placed,
        total_minor=total,
        current_total_minor=total,
        fulfillment_status="fulfilled",
        lines=(line(title="Aviator sunglasses", unit_price_minor=total, total_minor=total),),
        **more,
    )


def _guest(
    external_id: str,
    days: int,
    total: int,
    name: str,
    email: str | None,
    phone: str | None = "+306972418350",
) -> OrderRecord:
    there = replace(ERMOU, name=name)
    return _order(external_id, days, total, shipping_address=there, email=email, phone=phone)


def _hotel() -> list[OrderRecord]:
    names = ("Maria Kosta", "Nikos Pappas", "Eleni Raptou")
    return [
        _guest(str(800 + number), 20 + number, 3100, name, HOTEL, SHARED_LINE)
        for number, name in enumerate(names)
    ]
