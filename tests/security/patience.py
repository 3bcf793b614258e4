"""Calls to Shopify that are tried again at once."""

from typing import Any

from platforms.timing import Timing
from tests.ui_embed.world import World


def without_pauses(world: World) -> None:
    """Let nobody wait between two tries."""
    shopify: Any = world.services.platforms["shopify"]
    shopify._timing = Timing(sleep=lambda _seconds: None)
