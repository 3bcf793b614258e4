"""Erasing persons and stores on PostgreSQL, which minds what still points at what goes."""

from dataclasses import replace
from pathlib import Path

import pytest

from integration.db import Database
from integration.services import Services
from tests.conftest import StandingClock
from tests.integration.privacy.conftest import send, store
from tests.integration.privacy.erasing import (
    test_conversations,
    test_identity_traces,
    test_whole_store,
)
from tests.webhooks.parts import make_services

__all__ = ["send", "services", "store"]

pytestmark = pytest.mark.real

for _module in (test_conversations, test_identity_traces, test_whole_store):
    globals().update(
        {name: value for name, value in vars(_module).items() if name.startswith("test_")}
    )


@pytest.fixture
def services(db: Database, tmp_path: Path, clock: StandingClock) -> Services:
    """Services on a PostgreSQL database of their own."""
    return replace(make_services(tmp_path, clock), db=db, inbox=db)
