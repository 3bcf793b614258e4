"""What a browser began and has to bring back: once, in time, and in the same browser."""

import secrets
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from sqlalchemy import delete

from integration.crypto import token_digest
from integration.models import SignInChallenge
from integration.services import Services


class ChallengeKind(StrEnum):
    """What was begun."""

    PASSKEY = "passkey"
    NEW_PASSKEY = "new_passkey"
    OIDC = "oidc"
    NEW_OIDC = "new_oidc"
    WORKSPACE = "workspace"


LIFETIMES = {
    ChallengeKind.PASSKEY: timedelta(minutes=5),
    ChallengeKind.NEW_PASSKEY: timedelta(minutes=5),
    ChallengeKind.OIDC: timedelta(minutes=10),
    ChallengeKind.NEW_OIDC: timedelta(minutes=10),
    ChallengeKind.WORKSPACE: timedelta(minutes=10),
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What was kept with a challenge that came back."""

    secret: str
    agent_id: int | None


def begin_challenge(
    services: Services,
    kind: ChallengeKind,
    browser: str,
    *,
    secret: str = "",
    agent_id: int | None = None,
) -> str:
    """A new challenge's text. `secret` stays here until it comes back from that browser."""
    challenge = secrets.token_urlsafe(32)
    with services.db.across_workspaces(write=True) as session:
        session.add(
            SignInChallenge(
                challenge_digest=token_digest(challenge),
                kind=kind,
                browser_digest=token_digest(browser),
                agent_id=agent_id,
                secret=secret,
                expires_at=services.now() + LIFETIMES[kind],
            )
        )
    return challenge


def take_challenge(
    services: Services, kind: ChallengeKind, challenge: str, browser: str
) -> Taken | None:
    """What was kept with it, this once; None for one that is unknown, used, late or another's.

    One that another browser brings stays: whoever began it can still bring it.
    """
    with services.db.across_workspaces(write=True) as session:
        row = session.execute(
            delete(SignInChallenge)
            .where(
                SignInChallenge.challenge_digest == token_digest(challenge),
                SignInChallenge.browser_digest == token_digest(browser),
                SignInChallenge.kind == kind,
                SignInChallenge.expires_at > services.now(),
            )
            .returning(SignInChallenge.secret, SignInChallenge.agent_id)
            .execution_options(synchronize_session=False)
        ).one_or_none()
    return Taken(row.secret or "", row.agent_id) if row is not None else None


def sweep_challenges(services: Services) -> None:
    """Forget challenges that are over."""
    with services.db.across_workspaces(write=True) as session:
        session.execute(
            delete(SignInChallenge)
            .where(SignInChallenge.expires_at <= services.now())
            .execution_options(synchronize_session=False)
        )
