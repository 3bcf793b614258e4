"""Signing in by an address and a password."""

from dataclasses import dataclass

from sqlalchemy import update

from integration.agents.failing import add_failed
from integration.agents.passwords import hash_password, is_dated, matching
from integration.agents.proof import Proved, agents_by_email, proved
from integration.agents.throttle import count_attempt, failed, succeeded
from integration.errors import Invalid, Unauthorized
from integration.identity.normalize import normalize_email
from integration.models import Agent
from integration.models.vocabulary import AgentStatus
from integration.services import Services

_LONGEST_TYPED = 320


@dataclass(frozen=True, slots=True)
class TypedSignIn:
    """What somebody typed, and where it came from.

    `place` is the network address, `known_browser` the mark of a browser in which this account has
    signed in before, None where it hasn't.
    """

    email: str
    password: str
    place: str
    known_browser: str | None


@dataclass(frozen=True, slots=True)
class Fitting:
    """The agents that an address and password are of: one a workspace.

    `is_whole`: nobody else has that address, whose tries would be counted apart by this browser.
    """

    agents: list[Proved]
    is_whole: bool


def by_password(services: Services, typed: TypedSignIn) -> Fitting:
    """The agents that this address and password are of.

    Raises Unauthorized in the same words and time for whoever is unknown and what is wrong,
    Throttled after too many failures.
    """
    email = normalize_email(typed.email)
    account = email or typed.email[:_LONGEST_TYPED]
    attempt = count_attempt(services, account, typed.place, known_browser=typed.known_browser)
    found = _who_may(services, email) if email is not None else []
    hashes = [agent.password_hash or "" for agent, _ in found]
    fitting = [found[place] for place in matching(typed.password, hashes)]
    if not fitting:
        with failed(services, attempt) as session:
            add_failed(services, session, [agent for agent, _ in found], "password")
        raise Unauthorized("This address and password don't fit.", code="wrong_password")
    is_whole = len(fitting) == len(found)
    succeeded(services, attempt, is_whole=is_whole)
    for agent, _ in fitting:
        _renew(services, agent, typed.password)
    agents = [proved(agent, workspace, "password") for agent, workspace in fitting]
    return Fitting(agents, is_whole)


def _who_may(services: Services, email: str) -> list[tuple[Agent, str]]:
    return [
        (agent, workspace)
        for agent, workspace in agents_by_email(services, email)
        if agent.password_hash and agent.status == AgentStatus.ACTIVE
    ]


def _renew(services: Services, agent: Agent, password: str) -> None:
    """Keep the password by today's parameters."""
    former = agent.password_hash or ""
    if not is_dated(former):
        return
    try:
        renewed = hash_password(password)
    except Invalid:
        # One from before it had to be so long: it stays as it is.
        return
    with services.db.workspace(agent.workspace_id, write=True) as session:
        session.execute(
            update(Agent)
            .where(Agent.id == agent.id, Agent.password_hash == former)
            .values(password_hash=renewed)
            .execution_options(synchronize_session=False)
        )
