"""How a site's host behaves: its cron, what it loses, what it strips."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Switches:
    """Chances are from 0 to 1."""

    cron: str = "auto"
    """auto (delivers by itself), visits (only when somebody asks the site for something), off."""
    cron_delay_seconds: float = 0.0
    """From an event until its webhook is due; the real one takes up to a minute."""
    answers_within_seconds: float = 60.0
    """How long a delivery waits for its answer: `MINUTE_IN_SECONDS` in WC_Webhook::deliver."""
    drop: float = 0.0
    double: float = 0.0
    shuffle: float = 0.0
    """That a run of cron delivers in any order."""
    strips_authorization: bool = False
    """The web server never passes the Authorization header on."""
