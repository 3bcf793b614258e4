"""What signing in leaves behind is forgotten on a schedule."""

from integration.agents.challenges import sweep_challenges
from integration.agents.invitations import sweep_invitations
from integration.agents.throttle import sweep_failures
from integration.doors import House
from integration.jobs import JobDefinition
from integration.services import Services


def sweep(services: Services) -> None:
    """Forget challenges, links and failures that no longer count."""
    sweep_challenges(services)
    sweep_invitations(services)
    sweep_failures(services)


def register(house: House) -> None:
    """The jobs of this package."""
    house.add_job(JobDefinition("agents.sweep", sweep, queue="bulk", every_seconds=900))
