"""Suggestions on a real PostgreSQL: the same stories and the same labelled pairs."""

from collections.abc import Callable
from typing import Any

import pytest

from integration.db import Database
from tests.factories.databases import sqlite_database, sqlite_template
from tests.factories.mirror import Mirror
from tests.integration.identity import test_pairing, test_suggestions
from tests.integration.identity.pairs.judged import judge
from tests.integration.identity.pairs.records import read_pairs

pytestmark = pytest.mark.real

_SOME = read_pairs()[::8]
_STORIES: tuple[Callable[..., None], ...] = (
    test_suggestions.test_one_mailbox_is_told_by_the_addresses_as_they_are,
    test_suggestions.test_the_same_name_at_the_same_place_in_two_scripts,
    test_suggestions.test_an_address_on_anothers_order_is_told_whichever_is_heard_of_first,
    test_suggestions.test_a_clue_of_many_suggests_nobody_and_is_told_as_shared,
    test_suggestions.test_what_was_dismissed_stays_dismissed_until_it_is_taken_back,
    test_suggestions.test_who_is_dismissed_for_one_is_dismissed_for_whom_they_are_joined_to,
    test_suggestions.test_the_strongest_come_first_and_pages_leave_none_out,
    test_pairing.test_working_it_out_again_changes_nothing,
    test_pairing.test_erasing_a_person_removes_what_was_suggested,
)


def test_stories_of_suggestions_hold(db: Database) -> None:
    for story in _STORIES:
        story(Mirror(db, f"{story.__name__}.myshopify.com"))
    beside: Any = Mirror(db, "order.myshopify.com")
    test_pairing.test_it_is_the_same_whatever_the_order_of_the_news(beside, db)


def test_labelled_pairs_end_as_on_sqlite(
    db: Database, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("pairs")
    small = sqlite_database(sqlite_template(folder), folder)
    for number, pair in enumerate(_SOME):
        assert judge(db, pair, number) == judge(small, pair, number)
    small.dispose()
