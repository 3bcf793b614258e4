"""Which agents an OpenID Connect provider's person is."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from integration.agents.directory import OWN_DOOR, get_agent
from integration.agents.proof import MOST_WORKSPACES, Proved, proved
from integration.audit.actions import Action
from integration.audit.recording import ITSELF, record
from integration.db import WorkspaceSession
from integration.errors import Conflict
from integration.models import Agent, Workspace
from integration.models.vocabulary import AgentStatus
from integration.services import Services

# Why whoever is in wasn't bound to a person who was proved.
NOT_BOUND = frozenset({"oidc_taken", "oidc_bound"})


@dataclass(frozen=True, slots=True)
class OidcPerson:
    """Somebody as their provider names them; `email` is None where it vouches for none."""

    subject: str
    email: str | None


def bind(session: WorkspaceSession, agent_id: int, person: OidcPerson, *, now: datetime) -> None:
    """Have that person come in as that agent, whatever address they have.

    Raises NotFound, Conflict for a person who is another agent of the workspace, or for an agent
    who is bound to another person.
    """
    session.lock_workspace()
    row = get_agent(session, agent_id)
    other = select(Agent.id).where(Agent.oidc_subject == person.subject, Agent.id != agent_id)
    if session.execute(other).first() is not None:
        raise Conflict("That account is a colleague's here.", code="oidc_taken")
    if row.oidc_subject not in (None, person.subject):
        raise Conflict("Another account is bound already.", code="oidc_bound")
    row.oidc_subject = person.subject
    oneself = f"{OWN_DOOR}{row.id}"
    record(session, Action.SIGN_IN_CHANGED, by=oneself, now=now, target=oneself, way="provider")
    session.flush()


def agents_of(services: Services, person: OidcPerson) -> list[Proved]:
    """The agents that somebody is: those bound to them, and those invited by their address.

    An address that an agent wrote down themselves makes nobody that agent. Who came once is bound:
    the address alone, which may be given to somebody else, is not enough any more.
    """
    with services.db.across_workspaces(write=True) as session:
        if person.email is not None:
            _bind_invited(services, session, person)
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
    return [proved(agent, workspace, "provider") for agent, workspace in rows]


def _bind_invited(services: Services, session: Session, person: OidcPerson) -> None:
    bound = session.execute(
        update(Agent)
        .where(
            Agent.email == person.email,
            Agent.is_email_vouched.is_(True),
            Agent.oidc_subject.is_(None),
            Agent.status != AgentStatus.DISABLED,
        )
        .values(oidc_subject=person.subject)
        .returning(Agent.id, Agent.workspace_id)
        .execution_options(synchronize_session=False)
    ).all()
    for agent_id, workspace_id in bound:
        record(
            session, Action.SIGN_IN_CHANGED, by=ITSELF, now=services.now(),
            target=f"{OWN_DOOR}{agent_id}", workspace_id=workspace_id, way="provider",
        )  # fmt: skip
