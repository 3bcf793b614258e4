"""F5 on PostgreSQL: a token ends amid the reads of eight workers: one refresh, whatever happens."""

from collections.abc import Iterator

import pytest

from tests.faults.scenarios.tokens import Connected, connected
from tests.faults.test_f5_tokens import (
    test_a_refresh_whose_answer_is_lost_is_asked_for_again,
    test_a_token_that_ends_is_refreshed_once_for_all,
    test_a_worker_killed_while_it_refreshes_leaves_it_to_another,
)

pytestmark = pytest.mark.real

__all__ = [
    "test_a_refresh_whose_answer_is_lost_is_asked_for_again",
    "test_a_token_that_ends_is_refreshed_once_for_all",
    "test_a_worker_killed_while_it_refreshes_leaves_it_to_another",
]


@pytest.fixture
def store(schema_url: str) -> Iterator[Connected]:
    with connected(schema_url) as made:
        yield made
