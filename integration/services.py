"""The parts of a running process, handed to use cases and jobs instead of globals."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from channels.port import Channel
from integration.clock import Clock, utc_now
from integration.crypto import Keyring
from integration.db import Database
from integration.events import Events
from integration.jobs import Jobs
from integration.pacing.urgency import PacingFor, not_shared
from integration.presence.quiet import QuietPresence
from integration.presence.records import Presence
from integration.settings import Settings
from platforms.port import OutboundHttp, StorePlatform


@dataclass(frozen=True, slots=True)
class Services:
    """What a use case may need. Built once a process by `integration.app.build_services`.

    `inbox` is the database that holds the deliveries: the same as `db` on PostgreSQL, a file of its
    own on SQLite, where only the receiver writes it.
    """

    settings: Settings
    db: Database
    inbox: Database
    keyring: Keyring
    http: OutboundHttp
    platforms: Mapping[str, StorePlatform]
    jobs: Jobs
    events: Events
    now: Clock = field(default=utc_now)
    pacing: PacingFor = field(default=not_shared)
    channels: Mapping[str, Channel] = field(default_factory=dict)
    presence: Presence = field(default_factory=QuietPresence)
