"""What tests of suggestions share: a write session, the job's work, whose an account is."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import select

from integration.crm.deeds import Decider
from integration.db import WorkspaceSession
from integration.models import Customer, DueProfile
from integration.search.working_off import index
from platforms.records import AddressRecord
from tests.factories.mirror import Mirror

BY = Decider("shopify-staff:7")
PHONE = "+493018274659"
ERMOU = AddressRecord(line1="Ermou 12", postal_code="105 63", city="Athens", country_code="GR")


@contextmanager
def writing(mirror: Mirror) -> Iterator[WorkspaceSession]:
    """A write session that holds the workspace's lock."""
    with mirror.db.workspace(mirror.workspace_id, write=True) as session:
        session.lock_workspace()
        yield session


def work_off(mirror: Mirror) -> None:
    """What the job does with all that is due."""
    with writing(mirror) as session:
        index(session, session.execute(select(DueProfile.profile_id)).scalars().all())


def profile_of(mirror: Mirror, external_id: str) -> int:
    """The profile that an account is on."""
    (found,) = [row for row in mirror.all(Customer) if row.external_id == external_id]
    assert found.profile_id is not None
    profile_id: int = found.profile_id
    return profile_id
