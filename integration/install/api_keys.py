"""API keys: made, listed, revoked. Only digests are kept."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from integration.audit.actions import Action
from integration.audit.recording import CONSOLE, record
from integration.crypto import token_digest
from integration.db import WorkspaceSession
from integration.errors import NotFound
from integration.models import ApiKey, Store
from integration.services import Services

_PREFIX = "tsk_"
_HINT_LENGTH = 10


def create_key(services: Services, workspace_id: int, store_id: int, *, by: str = CONSOLE) -> str:
    """A new key of a workspace, in plain; it can't be shown again."""
    key = _PREFIX + secrets.token_urlsafe(32)
    with services.db.workspace(workspace_id, write=True) as session:
        row = ApiKey(
            store_id=store_id,
            key_digest=token_digest(key),
            hint=key[:_HINT_LENGTH],
            created_at=services.now(),
        )
        session.add(row)
        session.flush()
        target = f"api-key:{row.id}"
        record(session, Action.API_KEY_MADE, by=by, now=services.now(), target=target)
    return key


def list_keys(services: Services) -> list[dict[str, Any]]:
    """Every key, for an operator's command."""
    with services.db.across_workspaces() as session:
        rows = session.execute(
            select(ApiKey, Store.domain).join(Store, Store.id == ApiKey.store_id)
        ).all()
    return [
        {
            "id": str(key.id),
            "hint": key.hint,
            "store": domain,
            "created_at": key.created_at,
            "revoked_at": key.revoked_at,
        }
        for key, domain in rows
    ]


@dataclass(frozen=True, slots=True)
class KeyView:
    """A key that opens something, as the team sees it: `hint` is how it begins."""

    id: str
    hint: str
    store: str
    created_at: datetime


def keys_of_workspace(session: WorkspaceSession) -> list[KeyView]:
    """The active keys, the newest first."""
    rows = session.execute(
        select(ApiKey, Store.name)
        .join(Store, Store.id == ApiKey.store_id)
        .where(ApiKey.revoked_at.is_(None))
        .order_by(ApiKey.id.desc())
    )
    return [KeyView(str(key.id), key.hint, name, key.created_at) for key, name in rows]


def revoke_key(services: Services, key_id: int, *, by: str = CONSOLE) -> None:
    """Have a key open nothing from now on. Raises NotFound."""
    with services.db.across_workspaces(write=True) as session:
        workspace_id = session.execute(
            update(ApiKey)
            .where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
            .values(revoked_at=services.now())
            .returning(ApiKey.workspace_id)
            .execution_options(synchronize_session=False)
        ).scalar_one_or_none()
        if workspace_id is None:
            raise NotFound(f"There is no active key {key_id}.")
        target, now = f"api-key:{key_id}", services.now()
        record(
            session, Action.API_KEY_REVOKED, by=by, now=now, target=target,
            workspace_id=workspace_id,
        )  # fmt: skip
