"""What of a merchant's mailbox stands in its mails: who we are, and whom we believe."""

import hashlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from channels.email.addresses import domain_of
from channels.records import Account


@dataclass(frozen=True, slots=True)
class Ours:
    """A mailbox as the reading of a mail has to know it; nothing of it is secret.

    `mark` stands in our Message-IDs and is the channel's own. `trusted_server` is the name in the
    Authentication-Results that we believe, None to believe none. `language` helps to guess.
    """

    address: str
    mark: str
    trusted_server: str | None = None
    language: str | None = None

    @property
    def domain(self) -> str:
        """The domain of our Message-IDs."""
        return domain_of(self.address) or "localhost.invalid"

    def as_dict(self) -> dict[str, Any]:
        """All of it, for JSON."""
        return asdict(self)


def ours_of(account: Account) -> Ours:
    """What an account says."""
    settings: Mapping[str, Any] = account.settings
    return Ours(
        address=(account.address or str(settings.get("address") or "")).strip().lower(),
        mark=hashlib.sha256(f"mail:{account.token}".encode()).hexdigest()[:12],
        trusted_server=str(settings.get("authserv_id") or "").strip().lower() or None,
        language=(account.locale or "")[:2] or None,
    )
