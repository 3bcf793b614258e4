"""Whom a caller asks about."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Subject:
    """Exactly one of `customer`, `order`, `email`, `phone` or `profile_id`; `store` narrows it.

    `customer` is an external id; `order` an external id or a name (`#1042` or `1042`); `store` is
    our id, a domain or a site URL.
    """

    customer: str | None = None
    order: str | None = None
    email: str | None = None
    phone: str | None = None
    profile_id: int | None = None
    store: str | None = None

    def texts(self) -> tuple[str | None, ...]:
        """What was typed."""
        return self.customer, self.order, self.email, self.phone, self.store
