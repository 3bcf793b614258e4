"""The job of the chats."""

from integration.chat.handover import JOB, hand_over_due
from integration.doors import House
from integration.jobs import JobDefinition


def register(house: House) -> None:
    """Answers that nobody sees go out by mail."""
    house.add_job(JobDefinition(JOB, hand_over_due, every_seconds=30, timeout_seconds=120))
