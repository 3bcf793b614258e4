"""Writing a deed down, in the transaction of the deed itself."""

from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from integration.audit.actions import Action
from integration.models import AuditEvent

# Who no person is: somebody at the operator's console, what runs by itself, a store's own server,
# and whoever failed to prove who they are.
CONSOLE = "command"
ITSELF = "tillside"
STORE = "store"
STRANGER = "stranger"


def record(
    session: Session,
    action: Action,
    *,
    by: str,
    now: datetime,
    target: str | None = None,
    workspace_id: int | None = None,
    **details: Any,
) -> None:
    """Write down that `by` did that to `target` (`agent:3`); it commits with the deed.

    `by` is a caller's `actor` or one of the words above. `workspace_id` is told where the session
    looks across workspaces. `details` are ids and settings: no secret, no customer's data.
    """
    event = AuditEvent(at=now, actor=by, action=action, target=target, details=details)
    if workspace_id is not None:
        event.workspace_id = workspace_id
    session.add(event)
