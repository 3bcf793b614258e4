"""The job that keeps what people are found by up to date."""

from integration.doors import House
from integration.jobs import JobDefinition
from integration.search.working_off import JOB, work_off_due


def register(house: House) -> None:
    """The job of this package."""
    house.add_job(JobDefinition(JOB, work_off_due, every_seconds=2, timeout_seconds=60))
