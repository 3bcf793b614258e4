"""Jobs and commands of privacy."""

import structlog

from integration.doors import House
from integration.jobs import JobDefinition
from integration.privacy.ageing.forgetting import JOB, age_out
from integration.privacy.commands import privacy
from integration.privacy.exports.data_requests import PREPARING, prepare_exports
from integration.privacy.person_commands import OF_PERSONS
from integration.privacy.proof_commands import PROOF
from integration.privacy.requests.deadlines import watch
from integration.privacy.requests.parked import watch_parked
from integration.privacy.requests.timer import start_missing_timers
from integration.privacy.requests.working_off import run_due
from integration.services import Services

log = structlog.get_logger(__name__)


def run(services: Services) -> None:
    """Work off the erasures that wait, and make data ready that was asked for."""
    start_missing_timers(services)
    done = run_due(services)
    made = prepare_exports(services)
    if done or made:
        log.info("privacy.done", requests=done + made)


def look_after(services: Services) -> None:
    """Tell of requests whose time runs out, and of what was asked and couldn't be read."""
    watch(services)
    watch_parked(services)


def register(house: House) -> None:
    """The jobs and the commands of this package."""
    house.add_job(
        JobDefinition("privacy.run", run, queue="bulk", every_seconds=600, timeout_seconds=1800)
    )
    # At once when somebody asks; what that leaves `privacy.run` makes ready.
    house.add_job(JobDefinition(PREPARING, prepare_exports, queue="bulk", timeout_seconds=1800))
    house.add_job(
        JobDefinition(JOB, age_out, queue="bulk", every_seconds=6 * 3600, timeout_seconds=1800)
    )
    house.add_job(JobDefinition("privacy.watch", look_after, every_seconds=600))
    for command in (*OF_PERSONS, *PROOF):
        privacy.add_command(command)
    house.commands.append(privacy)
