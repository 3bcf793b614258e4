"""What lets others in, and whom the site tells of changes."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class ApiKey:
    """`permissions` is read, write or read_write."""

    id: int
    user_id: int
    description: str
    permissions: str
    consumer_key: str
    consumer_secret: str
    nonces: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class ApplicationPassword:
    """`password` without its blanks."""

    user_id: int
    name: str
    password: str


@dataclass(slots=True)
class Webhook:
    """`status` is active, paused or disabled."""

    id: int
    user_id: int
    name: str
    topic: str
    delivery_url: str
    secret: str
    created_at: datetime
    modified_at: datetime | None = None
    status: str = "active"
    failures: int = 0
    """Consecutive ones."""
    ping_status: int | None = None

    @property
    def resource(self) -> str:
        return self.topic.partition(".")[0]

    @property
    def event(self) -> str:
        return self.topic.partition(".")[2]
