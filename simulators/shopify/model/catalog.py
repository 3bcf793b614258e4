"""Products, variants, and stock by location. Prices are minor units of the shop's currency."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(slots=True)
class Location:
    id: int
    name: str
    city: str
    country_code: str
    address1: str = ""
    zip: str = ""


@dataclass(slots=True)
class Variant:
    id: int
    product_id: int
    title: str
    sku: str
    price: int
    position: int
    inventory_item_id: int
    created_at: datetime
    updated_at: datetime
    option_name: str = "Title"
    barcode: str | None = None
    grams: int = 200
    tracked: bool = True
    requires_shipping: bool = True
    stock: dict[int, int] = field(default_factory=dict)
    """Available pieces by location id; may fall below zero."""

    @property
    def inventory_quantity(self) -> int:
        return sum(self.stock.values())


@dataclass(slots=True)
class Product:
    id: int
    title: str
    handle: str
    vendor: str
    product_type: str
    created_at: datetime
    updated_at: datetime
    image_id: int | None = None
    image_url: str | None = None
    status: str = "active"
    tags: list[str] = field(default_factory=list)
    variants: list[Variant] = field(default_factory=list)
