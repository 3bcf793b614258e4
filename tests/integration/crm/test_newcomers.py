"""Profiles that are written whole, and figures that grow, are what working out again gives."""

from random import Random

import pytest
from sqlalchemy import select

from integration.crm.heads import refresh_heads
from integration.crm.totals import refresh_totals
from integration.db import Database
from integration.identity.identities import refresh_identities
from integration.models import Profile
from platforms.records import OrderRecord
from tests.factories.mirror import Mirror
from tests.factories.records import at, customer, order, told
from tests.factories.stores import NOW
from tests.integration.sync.mirror_view import profiles

_EMAILS = (None, "a@example.com", "b@example.com", "c@example.com")
_PHONES = (None, "+49 30 1234567", "+49 30 7654321")


def _order(random: Random, number: int) -> OrderRecord:
    """An order of a guest or of one of three accounts, with an address of its own or theirs."""
    who = random.choice((None, "7", "8", "9"))
    account = customer(
        who or "7",
        email=random.choice(_EMAILS),
        phone=random.choice(_PHONES),
        locale=random.choice((None, "de")),
        first_name=random.choice((None, "Ada")),
        last_name=None,
    )
    return order(
        str(number),
        seconds=number,
        placed_at=at(random.randrange(-50, 50)),
        customer=account if who and random.random() < 0.7 else None,
        customer_external_id=who,
        email=random.choice(_EMAILS),
        phone=random.choice(_PHONES),
        locale=random.choice((None, "el", "cs")),
        is_test=random.random() < 0.2,
        currency=random.choice(("EUR", "CZK")),
        financial_status=random.choice(("paid", "pending")),
    )


@pytest.mark.parametrize("seed", range(8))
def test_they_are_what_working_them_out_again_gives(
    db: Database, mirror: Mirror, seed: int
) -> None:
    random = Random(seed)
    for batch in range(3):
        mirror.take(*(told(_order(random, batch * 10 + number)) for number in range(12)))
        with db.workspace(mirror.workspace_id, write=True) as session:
            written = profiles(session)
            assert len(written) > 1
            ids = session.execute(select(Profile.id)).scalars().all()
            connection = session.connection()
            refresh_identities(connection, mirror.workspace_id, ids, NOW)
            refresh_totals(connection, mirror.workspace_id, ids)
            refresh_heads(connection, mirror.workspace_id, ids)
            session.expire_all()
            assert profiles(session) == written
