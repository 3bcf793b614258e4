"""The jobs of the inbox's workflows."""

from integration.conversations.changes import INDEXING
from integration.conversations.indexing import index_due
from integration.doors import House
from integration.jobs import JobDefinition


def register(house: House) -> None:
    """The jobs that keep words, sleep and targets."""
    house.add_job(JobDefinition(INDEXING, index_due, every_seconds=5, timeout_seconds=60))
