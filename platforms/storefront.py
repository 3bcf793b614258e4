"""The port's role for a store's own pages; `platforms.port` re-exports it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from platforms.outbound import Secret
from platforms.shapes import StorefrontVisit


class Storefront(Protocol):
    """The store's own pages, on which a chat of ours stands, and its word for who looks at them."""

    def origins(self, domain: str, url: str | None) -> tuple[str, ...]:
        """The exact origins of the store's pages; `url` is its home, where the store told one."""
        ...

    def passed_on(self, query: Sequence[tuple[str, str]], *, now: datetime) -> StorefrontVisit:
        """Who looks, from a request of their browser's that the store passed on to us.

        Raises SessionRefused, whatever the input.
        """
        ...

    def printed(self, proof: str, *, now: datetime, secret: Secret) -> StorefrontVisit:
        """Who looks, from a proof that the store printed into its page, signed by its own secret.

        `AdminHost.installation_of` says which secret. Raises SessionRefused, whatever the input.
        """
        ...
