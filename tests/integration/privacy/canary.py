"""A person who must not be found any more, and where to look."""

from pathlib import Path
from typing import Any

from integration.models import Customer, Identity, Order, Profile
from integration.services import Services
from tests.webhooks.bodies import customer
from tests.webhooks.parts import rows

CANARY = "canary.kanarini@example.com"
OTHER = "other-shop.myshopify.com"


def person(number: int = 7) -> dict[str, Any]:
    return customer(
        number, email=CANARY, first_name="Κανάρια", last_name="Canary", phone="+306912345678"
    )


def anybody(services: Services, tmp_path: Path) -> bool:
    """Whether the canary's address stands anywhere in the main database."""
    del tmp_path
    for model in (Customer, Order, Identity, Profile):
        for row in rows(services, model):
            if CANARY in repr(vars(row)):
                return True
    return False
