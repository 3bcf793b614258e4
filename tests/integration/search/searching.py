"""Working off what is due, and who is found then."""

from types import SimpleNamespace
from typing import Any, cast

from sqlalchemy import select

from integration.db import Database
from integration.models import Customer
from integration.recorded_jobs import RecordedJobs
from integration.search.find import People, search_people
from integration.search.working_off import work_off_batch
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.mirror import Mirror


def services_on(db: Database, jobs: RecordedJobs | None = None) -> Services:
    """What the job of the search needs of a process' parts."""
    parts = SimpleNamespace(db=db, jobs=jobs or RecordedJobs(), now=StandingClock())
    return cast(Services, parts)


def work_off(mirror: Mirror) -> int:
    """Work off everything that is due in the mirror's workspace; how many profiles."""
    done = 0
    while some := work_off_batch(services_on(mirror.db), mirror.workspace_id):
        done += some
    return done


def search(mirror: Mirror, text: str, **how: Any) -> People:
    """A page of what is found."""
    with mirror.db.workspace(mirror.workspace_id) as session:
        return search_people(session, text, **how)


def numbers(mirror: Mirror, text: str) -> tuple[int, ...]:
    """The accounts of the people that are found."""
    with mirror.db.workspace(mirror.workspace_id) as session:
        rows = session.execute(select(Customer.profile_id, Customer.external_id))
        accounts = {str(profile_id): int(external_id) for profile_id, external_id in rows}
    return tuple(accounts[one.id] for one in search(mirror, text).found)
