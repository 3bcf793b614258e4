"""Jobs and commands of privacy."""

import structlog

from integration.doors import House
from integration.jobs import JobDefinition
from integration.privacy.commands import privacy
from integration.privacy.requests import run_due
from integration.services import Services

log = structlog.get_logger(__name__)


def run(services: Services) -> None:
    """Work off the erasures that wait."""
    done = run_due(services)
    if done:
        log.info("privacy.done", requests=done)


def register(house: House) -> None:
    """The job and the command of this package."""
    house.add_job(
        JobDefinition("privacy.run", run, queue="bulk", every_seconds=600, timeout_seconds=1800)
    )
    house.commands.append(privacy)
