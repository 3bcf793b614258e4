"""The machines' door: what it registers with the house."""

from integration.doors import House
from integration.jobs import JobDefinition
from integration.services import Services
from webhooks import channel_door, drain, pruning, receiver, standing
from webhooks.commands import deliveries


def register(house: House) -> None:
    """The receiver, the jobs and the commands of deliveries."""
    # The longer prefixes first: the front takes the first that fits.
    for prefix in channel_door.prefixes():
        house.mounted[prefix] = channel_door.create
        house.machines.add(prefix)
    house.mounted[receiver.PREFIX] = receiver.create
    house.machines.add(receiver.PREFIX)
    house.add_job(JobDefinition("webhooks.drain", standing.drain_and_stay))
    house.add_job(JobDefinition("webhooks.help", standing.help_out))
    house.add_job(JobDefinition("webhooks.sweep", _sweep, every_seconds=2, timeout_seconds=60))
    house.add_job(
        JobDefinition(
            "webhooks.prune", _prune, queue="bulk", every_seconds=3600, timeout_seconds=1800
        )
    )
    house.commands.append(deliveries)


def _sweep(services: Services) -> None:
    drain.sweep(services)


def _prune(services: Services) -> None:
    pruning.prune(services)
