"""The jobs of the inbox's workflows."""

from integration.conversations.changes import INDEXING
from integration.conversations.hours import escalating, snoozing
from integration.conversations.lists.indexing import index_due
from integration.conversations.routing import giving_back
from integration.doors import House
from integration.jobs import JobDefinition


def register(house: House) -> None:
    """The jobs that keep words, sleep, targets and who has what."""
    for name, function, seconds in (
        (INDEXING, index_due, 5),
        (snoozing.JOB, snoozing.wake_due, 20),
        (escalating.JOB, escalating.escalate_due, 30),
        (giving_back.JOB, giving_back.give_back_due, 60),
    ):
        house.add_job(JobDefinition(name, function, every_seconds=seconds, timeout_seconds=120))
