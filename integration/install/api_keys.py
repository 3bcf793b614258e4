"""API keys: made, listed, revoked. Only digests are kept."""

import secrets
from typing import Any

from sqlalchemy import select, update

from integration.crypto import token_digest
from integration.errors import NotFound
from integration.models import ApiKey, Store
from integration.services import Services

_PREFIX = "tsk_"
_HINT_LENGTH = 10


def create_key(services: Services, workspace_id: int, store_id: int) -> str:
    """A new key of a workspace, in plain; it can't be shown again."""
    key = _PREFIX + secrets.token_urlsafe(32)
    with services.db.workspace(workspace_id, write=True) as session:
        session.add(
            ApiKey(
                store_id=store_id,
                key_digest=token_digest(key),
                hint=key[:_HINT_LENGTH],
                created_at=services.now(),
            )
        )
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


def revoke_key(services: Services, key_id: int) -> None:
    """Have a key open nothing from now on. Raises NotFound."""
    with services.db.across_workspaces(write=True) as session:
        result = session.execute(
            update(ApiKey)
            .where(ApiKey.id == key_id, ApiKey.revoked_at.is_(None))
            .values(revoked_at=services.now())
            .execution_options(synchronize_session=False)
        )
    if not result.rowcount:  # type: ignore[attr-defined]
        raise NotFound(f"There is no active key {key_id}.")
