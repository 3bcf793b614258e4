"""What a round over a store's webhook subscriptions finds and mends."""

from platforms.records import SubscriptionReport


class Mending:
    """Notes each topic as the round comes to it; `failed` with the store's reason."""

    def __init__(self) -> None:
        self.standing: list[str] = []
        self.created: list[str] = []
        self.mended: list[str] = []
        self.failed: list[tuple[str, str]] = []

    def report(self) -> SubscriptionReport:
        """All that was noted."""
        return SubscriptionReport(
            standing=tuple(self.standing),
            created=tuple(self.created),
            mended=tuple(self.mended),
            failed=tuple(self.failed),
        )
