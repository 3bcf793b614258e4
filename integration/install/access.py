"""The one token gate: how a job or page gets to call a store."""

import secrets
import time
from datetime import datetime, timedelta
from typing import NoReturn

from sqlalchemy import or_, select, update

from integration.crypto import CannotOpen
from integration.install.granting import put_tokens
from integration.install.keys import about_token, store_key
from integration.install.standing import mark_reauthorize
from integration.models import Credential, Installation, Store
from integration.models.vocabulary import StoreStatus
from integration.pacing.urgency import Urgency
from integration.services import Services
from platforms.errors import AuthorizationLost, PlatformError, StoreUnreachable
from platforms.port import Secret, StoreAccess

_CLAIM_LASTS = timedelta(seconds=45)
_WAIT_SECONDS = 60.0
_POLL_SECONDS = 0.1


class _Held:
    """The store's present tokens, opened."""

    def __init__(self, store: Store, credential: Credential, services: Services) -> None:
        key = store_key(services.keyring, store)
        about = credential.installation_id
        opened = key.open(credential.sealed_access_token, about_token(about, "access_token"))
        self.access_token = Secret(opened.decode())
        self.refresh_token: Secret | None = None
        if credential.sealed_refresh_token is not None:
            opened = key.open(credential.sealed_refresh_token, about_token(about, "refresh_token"))
            self.refresh_token = Secret(opened.decode())
        self.generation = credential.generation
        self.installation_id = credential.installation_id
        self.expires_at = credential.expires_at
        self.refresh_at = credential.refresh_at
        self.platform = store.platform
        self.domain = store.domain


def store_access(
    services: Services, *, workspace_id: int, store_id: int, urgency: Urgency = "bulk"
) -> StoreAccess:
    """How to call a store. Its `token` and `renew` raise AuthorizationLost once it is gone.

    Calls of `live` urgency go before those of `bulk`, in all processes.
    """
    with services.db.workspace(workspace_id) as session:
        domain = session.execute(select(Store.domain).where(Store.id == store_id)).scalar_one()
    gate = _TokenGate(services, workspace_id, store_id)
    pacing = services.pacing(urgency)
    return StoreAccess(domain, gate.token, gate.renew, pacing)


class _TokenGate:
    """Gives tokens of one store, refreshing with one claim among all processes."""

    def __init__(self, services: Services, workspace_id: int, store_id: int) -> None:
        self._services = services
        self._workspace_id = workspace_id
        self._store_id = store_id

    def token(self) -> Secret:
        held = self._held()
        if held.refresh_token is None or not _is_due(held.refresh_at, self._services.now()):
            return held.access_token
        try:
            return self._refreshed(held)
        except AuthorizationLost:
            raise
        except PlatformError:
            # The store can't be reached for a new one, but the old one may still hold.
            if held.expires_at is not None and held.expires_at > self._services.now():
                return held.access_token
            raise

    def renew(self, refused: Secret) -> Secret:
        held = self._held()
        if held.access_token != refused:
            return held.access_token
        if held.refresh_token is None:
            self._lost("the store no longer accepts our token")
        return self._refreshed(held)

    def _held(self) -> _Held:
        with self._services.db.workspace(self._workspace_id) as session:
            row = session.execute(
                select(Store, Credential)
                .join(Installation, Installation.store_id == Store.id)
                .join(Credential, Credential.installation_id == Installation.id)
                .where(Store.id == self._store_id, Installation.ended_at.is_(None))
            ).one_or_none()
        if row is None or row[0].status not in (StoreStatus.ACTIVE, StoreStatus.PENDING):
            raise AuthorizationLost("the store isn't connected")
        try:
            return _Held(row[0], row[1], self._services)
        except CannotOpen as error:
            raise AuthorizationLost(str(error)) from None

    def _refreshed(self, held: _Held) -> Secret:
        """A new token: ours when we win the claim, the winner's when somebody else does."""
        deadline = time.monotonic() + _WAIT_SECONDS
        while time.monotonic() < deadline:
            if (claim := self._claimed(held)) is not None:
                return self._refresh(held, claim)
            time.sleep(_POLL_SECONDS)
            present = self._held()
            if present.generation != held.generation:
                return present.access_token
        raise StoreUnreachable("another process is refreshing the store's token for too long")

    def _claimed(self, held: _Held) -> str | None:
        """A claim that is ours alone, also among this process' threads; None while it is held."""
        now, claim = self._services.now(), secrets.token_hex(8)
        with self._services.db.workspace(self._workspace_id, write=True) as session:
            result = session.execute(
                update(Credential)
                .where(
                    Credential.installation_id == held.installation_id,
                    Credential.generation == held.generation,
                    or_(Credential.claimed_until.is_(None), Credential.claimed_until < now),
                )
                .values(claim=claim, claimed_until=now + _CLAIM_LASTS)
                .execution_options(synchronize_session=False)
            )
            return claim if result.rowcount else None  # type: ignore[attr-defined]

    def _refresh(self, held: _Held, claim: str) -> Secret:
        assert held.refresh_token is not None
        installer = self._services.platforms[held.platform].installer
        try:
            grant = installer.refresh(held.domain, held.refresh_token)
        except AuthorizationLost as error:
            present = self._held()
            if present.generation != held.generation:
                # Another process was quicker, and used what it got: ours is refused since.
                return present.access_token
            self._lost(str(error))
        except PlatformError:
            self._release(held, claim)
            raise
        with self._services.db.workspace(self._workspace_id, write=True) as session:
            row = session.execute(
                select(Store, Installation, Credential)
                .join(Installation, Installation.store_id == Store.id)
                .join(Credential, Credential.installation_id == Installation.id)
                .where(
                    Credential.installation_id == held.installation_id,
                    Credential.generation == held.generation,
                )
                # On PostgreSQL the claim's run-out may let a second one come this far.
                .with_for_update(of=Credential)
            ).one_or_none()
            if row is not None:
                store, installation, credential = row
                installation.scopes = list(grant.scopes) or installation.scopes
                key = store_key(self._services.keyring, store)
                put_tokens(credential, grant, key, self._services.now())
                return grant.access_token
        # Another process kept its own pair meanwhile; raises where the store was disconnected.
        return self._held().access_token

    def _release(self, held: _Held, claim: str) -> None:
        with self._services.db.workspace(self._workspace_id, write=True) as session:
            session.execute(
                update(Credential)
                .where(
                    Credential.installation_id == held.installation_id,
                    Credential.claim == claim,
                )
                .values(claim=None, claimed_until=None)
                .execution_options(synchronize_session=False)
            )

    def _lost(self, reason: str) -> NoReturn:
        mark_reauthorize(self._services, self._workspace_id, self._store_id, reason)
        raise AuthorizationLost(reason)


def _is_due(refresh_at: datetime | None, now: datetime) -> bool:
    return refresh_at is not None and refresh_at <= now
