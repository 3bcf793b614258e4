"""Addresses that many people use link nobody."""

from integration.crm.shared import judge_addresses
from integration.identity.shared_addresses import MOST_NAMES
from integration.models import IdentityEvent, IdentityRuling, Order, Profile
from platforms.records import AddressRecord
from tests.factories.mirror import Mirror
from tests.factories.records import order, told
from tests.factories.stores import NOW

NAMES = ("Ada", "Bea", "Cleo", "Dora", "Eva", "Fay", "Gia", "Hana", "Ida", "Jana", "Kaja")
DESK = "info@firm.example"


def address(name: str) -> AddressRecord:
    return AddressRecord(name=name)


def judge(mirror: Mirror) -> None:
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.lock_workspace()
        judge_addresses(session, [row.id for row in mirror.all(Profile)], NOW)


def buy(mirror: Mirror, external_id: str, name: str, seconds: float = 0) -> None:
    mirror.take(
        told(
            order(external_id, seconds=seconds, email=DESK, billing_address=address(name)),
        )
    )


def people(mirror: Mirror) -> int:
    return len({row.profile_id for row in mirror.all(Order)})


def test_a_firms_mailbox_is_flagged_and_no_person(mirror: Mirror) -> None:
    for number, name in enumerate(NAMES):
        buy(mirror, str(number), f"{name} Novak")
    assert people(mirror) == 1
    judge(mirror)
    assert people(mirror) == len(NAMES)
    (ruling,) = mirror.all(IdentityRuling)
    assert (ruling.kind, ruling.value, ruling.ruling, ruling.made_by) == (
        "email",
        DESK,
        "shared",
        "rule",
    )
    (event,) = mirror.all(IdentityEvent)
    assert (event.action, event.made_by, event.trust) == ("marked_shared", "rule", "asserted")
    judge(mirror)
    assert people(mirror) == len(NAMES)


def test_it_is_one_persons_again_when_the_names_are_gone(mirror: Mirror) -> None:
    for number, name in enumerate(NAMES):
        buy(mirror, str(number), f"{name} Novak")
    judge(mirror)
    for number in range(len(NAMES)):
        buy(mirror, str(number), "Ada Novak", seconds=9)
    judge(mirror)
    assert people(mirror) == 1
    assert mirror.all(IdentityRuling) == []
    assert len(mirror.all(Profile)) == 1


def test_one_persons_ways_of_writing_a_name_are_one(mirror: Mirror) -> None:
    ways = ("Δημήτρης Παπάς", "DIMITRIS PAPAS", "Papas Dimitris", "δημητρης παπας") * 4
    for number, name in enumerate(ways):
        buy(mirror, str(number), name)
    judge(mirror)
    assert people(mirror) == 1
    assert mirror.all(IdentityRuling) == []


def test_a_family_shares_a_mailbox(mirror: Mirror) -> None:
    for number in range(20):
        buy(mirror, str(number), f"{NAMES[number % MOST_NAMES]} Novak")
    judge(mirror)
    assert people(mirror) == 1


def test_presents_to_many_are_one_payers(mirror: Mirror) -> None:
    for number, name in enumerate(NAMES):
        present = order(
            str(number),
            email=DESK,
            billing_address=address("Ada Novak"),
            shipping_address=address(f"{name} Svoboda"),
        )
        mirror.take(told(present))
    judge(mirror)
    assert people(mirror) == 1
