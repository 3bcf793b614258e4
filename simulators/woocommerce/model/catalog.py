"""What is on sale."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal


@dataclass(slots=True)
class Product:
    """A product, or (with `parent_id`) one variation of a variable product."""

    id: int
    name: str
    slug: str
    sku: str
    price: Decimal
    created_at: datetime
    modified_at: datetime
    parent_id: int = 0
    option: str = ""
    """Of a variation: its value of the attribute Style."""
    stock: int = 100
    total_sales: int = 0
    category: str = "Uncategorized"
    variations: list[int] = field(default_factory=list)

    @property
    def kind(self) -> str:
        if self.parent_id:
            return "variation"
        return "variable" if self.variations else "simple"
