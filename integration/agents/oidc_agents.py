"""Which agents an OpenID Connect provider's person is."""

from dataclasses import dataclass

from sqlalchemy import select, update

from integration.agents.proof import MOST_WORKSPACES, Proved, proved
from integration.models import Agent, Workspace
from integration.models.vocabulary import AgentStatus
from integration.services import Services


@dataclass(frozen=True, slots=True)
class OidcPerson:
    """Somebody as their provider names them; `email` is None where it vouches for none."""

    subject: str
    email: str | None


def agents_of(services: Services, person: OidcPerson) -> list[Proved]:
    """The agents that somebody is: those bound to them, and those invited by their address.

    An address that an agent wrote down themselves makes nobody that agent. Who came once is bound:
    the address alone, which may be given to somebody else, is not enough any more.
    """
    with services.db.across_workspaces(write=True) as session:
        if person.email is not None:
            session.execute(
                update(Agent)
                .where(
                    Agent.email == person.email,
                    Agent.is_email_vouched.is_(True),
                    Agent.oidc_subject.is_(None),
                    Agent.status != AgentStatus.DISABLED,
                )
                .values(oidc_subject=person.subject)
                .execution_options(synchronize_session=False)
            )
        rows = session.execute(
            select(Agent, Workspace.name)
            .join(Workspace, Workspace.id == Agent.workspace_id)
            .where(
                Agent.oidc_subject == person.subject,
                Agent.status != AgentStatus.DISABLED,
                Workspace.erased_at.is_(None),
            )
            .order_by(Agent.id)
            .limit(MOST_WORKSPACES)
        ).all()
    return [proved(agent, workspace) for agent, workspace in rows]
