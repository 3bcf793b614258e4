"""Notes, tags, segments and exports on a real PostgreSQL: the same tests as on SQLite."""

from dataclasses import replace
from pathlib import Path

import pytest

from integration.db import Database
from integration.services import Services
from tests.conftest import StandingClock
from tests.factories.mirror import Mirror
from tests.integration.crm.test_notes import (
    test_a_changed_note_tells_who_changed_it_and_keeps_its_author,
    test_a_note_is_taken_back_and_put_back,
    test_a_note_tells_who_wrote_it_and_when,
    test_notes_come_in_pages,
    test_notes_go_with_their_profile,
    test_notes_of_joined_profiles_are_one_persons_and_part_again,
    test_of_two_who_change_the_same_note_the_second_is_refused,
    test_what_is_foreign_is_as_if_it_werent_there,
)
from tests.integration.crm.test_own_tags import (
    test_a_tag_stands_once_in_whatever_case_and_form,
    test_tags_are_kept_in_the_order_of_their_names,
    test_tags_of_joined_profiles_are_one_persons_and_part_again,
    test_what_the_store_tells_leaves_them_alone,
)
from tests.integration.privacy.erasing.test_agents_words import (
    test_notes_and_tags_stand_in_the_persons_export,
    test_they_go_with_whom_they_are_about_and_no_others_do,
)
from tests.integration.segments.test_export import (
    test_a_person_has_a_row_for_each_currency,
    test_hostile_texts_are_inert_in_every_column,
    test_it_is_written_down_before_the_first_goes_and_how_many_went,
    test_only_who_is_asked_for_and_shown_goes_out,
)
from tests.integration.segments.test_read import (
    lived,
    test_a_large_segment_is_counted_so_far,
    test_a_store_is_where_somebody_bought,
    test_all_conditions_have_to_hold,
    test_another_workspaces_people_are_in_none,
    test_each_condition_finds_exactly_who_meets_it,
    test_pages_have_everybody_once_in_order,
    test_who_is_joined_to_another_is_in_none_and_lends_their_tags,
)
from tests.integration.segments.test_saved import (
    test_a_name_is_one_segments,
    test_a_segment_is_kept_and_told,
    test_it_is_renamed_and_changed,
    test_what_was_removed_can_be_made_again,
)
from tests.webhooks.parts import make_services

pytestmark = pytest.mark.real

__all__ = [
    "lived",
    "test_a_changed_note_tells_who_changed_it_and_keeps_its_author",
    "test_a_large_segment_is_counted_so_far",
    "test_a_name_is_one_segments",
    "test_a_note_is_taken_back_and_put_back",
    "test_a_note_tells_who_wrote_it_and_when",
    "test_a_person_has_a_row_for_each_currency",
    "test_a_segment_is_kept_and_told",
    "test_a_store_is_where_somebody_bought",
    "test_a_tag_stands_once_in_whatever_case_and_form",
    "test_all_conditions_have_to_hold",
    "test_another_workspaces_people_are_in_none",
    "test_each_condition_finds_exactly_who_meets_it",
    "test_hostile_texts_are_inert_in_every_column",
    "test_it_is_renamed_and_changed",
    "test_it_is_written_down_before_the_first_goes_and_how_many_went",
    "test_notes_and_tags_stand_in_the_persons_export",
    "test_notes_come_in_pages",
    "test_notes_go_with_their_profile",
    "test_notes_of_joined_profiles_are_one_persons_and_part_again",
    "test_of_two_who_change_the_same_note_the_second_is_refused",
    "test_only_who_is_asked_for_and_shown_goes_out",
    "test_pages_have_everybody_once_in_order",
    "test_tags_are_kept_in_the_order_of_their_names",
    "test_tags_of_joined_profiles_are_one_persons_and_part_again",
    "test_they_go_with_whom_they_are_about_and_no_others_do",
    "test_what_is_foreign_is_as_if_it_werent_there",
    "test_what_the_store_tells_leaves_them_alone",
    "test_what_was_removed_can_be_made_again",
    "test_who_is_joined_to_another_is_in_none_and_lends_their_tags",
]


@pytest.fixture(scope="module")
def db(module_db: Database) -> Database:
    """A PostgreSQL database with the schema, for the whole module."""
    return module_db


@pytest.fixture
def mirror(db: Database, request: pytest.FixtureRequest) -> Mirror:
    """A store in a workspace of its own."""
    return Mirror(db, f"{request.node.name}.myshopify.com")


@pytest.fixture
def services(db: Database, tmp_path: Path, clock: StandingClock) -> Services:
    """Services on that database."""
    return replace(make_services(tmp_path, clock), db=db, inbox=db)


@pytest.fixture
def shop(db: Database, request: pytest.FixtureRequest) -> Mirror:
    """A store whose people go out."""
    return Mirror(db, f"{request.node.name}.example")
