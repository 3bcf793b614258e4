"""What an app holds on a shop: its installation, tokens and webhook subscriptions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class AccessToken:
    value: str
    scopes: frozenset[str]
    expires_at: datetime | None
    user_id: int | None = None
    """Set for online tokens."""


@dataclass(slots=True)
class RefreshToken:
    value: str
    access_token: str
    expires_at: datetime
    expiring: bool = True
    replaced_by: str | None = None
    retired: bool = False


@dataclass(slots=True)
class AuthorizationCode:
    value: str
    scopes: frozenset[str]
    redirect_uri: str
    expires_at: datetime
    user_id: int
    online: bool = False


@dataclass(slots=True)
class Installation:
    client_id: str
    installation_id: int
    scopes: frozenset[str]
    installed_at: datetime
    uninstalled_at: datetime | None = None
    access_tokens: dict[str, AccessToken] = field(default_factory=dict)
    refresh_tokens: dict[str, RefreshToken] = field(default_factory=dict)

    @property
    def active(self) -> bool:
        return self.uninstalled_at is None


@dataclass(slots=True)
class Subscription:
    """Topic in REST words (`orders/create`). App-specific ones (from the TOML) never go away."""

    id: int
    topic: str
    uri: str
    created_at: datetime
    updated_at: datetime
    api_version: str
    format: str = "JSON"
    include_fields: list[str] = field(default_factory=list)
    filter: str | None = None
    name: str | None = None
    app_specific: bool = False
