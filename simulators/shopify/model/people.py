"""Customers, their addresses, and the staff of a shop."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Address:
    id: int = 0
    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    address1: str | None = None
    address2: str | None = None
    city: str | None = None
    province: str | None = None
    province_code: str | None = None
    country: str | None = None
    country_code: str | None = None
    zip: str | None = None
    phone: str | None = None

    @property
    def name(self) -> str:
        return " ".join(part for part in (self.first_name, self.last_name) if part)


@dataclass(slots=True)
class Customer:
    id: int
    first_name: str | None
    last_name: str | None
    email: str | None
    phone: str | None
    locale: str
    created_at: datetime
    updated_at: datetime
    note: str | None = None
    tags: list[str] = field(default_factory=list)
    addresses: list[Address] = field(default_factory=list)
    state: str = "disabled"
    verified_email: bool = True
    tax_exempt: bool = False
    email_marketing: str = "not_subscribed"
    sms_marketing: str = "not_subscribed"

    @property
    def default_address(self) -> Address | None:
        return self.addresses[0] if self.addresses else None

    @property
    def display_name(self) -> str:
        name = " ".join(part for part in (self.first_name, self.last_name) if part)
        return name or self.email or self.phone or ""


@dataclass(slots=True)
class Staff:
    """A person who signs in to the shop's admin."""

    id: int
    first_name: str
    last_name: str
    email: str
    locale: str = "en"
    owner: bool = False

    @property
    def name(self) -> str:
        return f"{self.first_name} {self.last_name}"
