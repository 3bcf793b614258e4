"""Codes by which one more store joins a workspace: single-use, 30 minutes, kept as a digest."""

import secrets
from datetime import datetime, timedelta
from hashlib import sha256

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from integration.audit.actions import Action
from integration.audit.recording import CONSOLE, record
from integration.errors import Invalid
from integration.models import JoinCode
from integration.services import Services

LIFETIME = timedelta(minutes=30)
# No letters or digits that are read as one another.
_ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
_LENGTH = 12


def new_join_code(services: Services, workspace_id: int, *, by: str = CONSOLE) -> str:
    """A code for the owner to carry to another store's install, as XXXX-XXXX-XXXX."""
    code = "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))
    now = services.now()
    with services.db.workspace(workspace_id, write=True) as session:
        session.execute(delete(JoinCode).where(JoinCode.expires_at < now))
        session.add(JoinCode(code_digest=join_code_digest(code), expires_at=now + LIFETIME))
        record(session, Action.JOIN_CODE_MADE, by=by, now=now)
    return "-".join(code[start : start + 4] for start in range(0, _LENGTH, 4))


def check_join_code(session: Session, code: str, now: datetime) -> int:
    """The workspace that a code leads to, without using it up. Raises Invalid."""
    found = session.execute(
        select(JoinCode).where(JoinCode.code_digest == join_code_digest(code))
    ).scalar_one_or_none()
    if found is None or found.used_at is not None or found.expires_at < now:
        raise Invalid(
            "This code is unknown, used or too old. Ask for a new one in the store that "
            "is connected already.",
            code="invalid_join_code",
        )
    return found.workspace_id


def use_join_code(session: Session, code_digest: bytes, now: datetime) -> int | None:
    """The workspace of a code, used up in the caller's transaction; None when it holds no more."""
    return session.execute(
        update(JoinCode)
        .where(
            JoinCode.code_digest == code_digest,
            JoinCode.used_at.is_(None),
            JoinCode.expires_at >= now,
        )
        .values(used_at=now)
        .returning(JoinCode.workspace_id)
        .execution_options(synchronize_session=False)
    ).scalar_one_or_none()


def join_code_digest(code: str) -> bytes:
    """What is kept of a code; case and dashes don't matter."""
    return sha256(code.strip().upper().replace("-", "").encode()).digest()
