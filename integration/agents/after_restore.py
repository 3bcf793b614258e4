"""What a restored copy lets in that was ended since it was made."""

from typing import Any

from sqlalchemy import delete, select, update

from integration.models import AgentInvitation, Session, SignInChallenge
from integration.models.vocabulary import SessionKind
from integration.services import Services


def end_restored_access(services: Services) -> int:
    """End the sessions, links and sign-ins under way of a copy that is put back; how many sessions.

    Who signed out, was shut out or had a link taken away since can't be told from who didn't.
    """
    silent: dict[str, Any] = {"synchronize_session": False}
    now = services.now()
    open_ones = [
        Session.kind.in_((SessionKind.BROWSER, SessionKind.PANEL)),
        Session.expires_at > now,
    ]
    with services.db.across_workspaces(write=True) as session:
        held = len(session.execute(select(Session.id).where(*open_ones)).all())
        session.execute(
            update(Session).where(*open_ones).values(expires_at=now).execution_options(**silent)
        )
        for model in (AgentInvitation, SignInChallenge):
            session.execute(delete(model).execution_options(**silent))
    return held
