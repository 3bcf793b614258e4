"""The SQLite file that lists are measured in."""

from contextlib import AbstractContextManager
from pathlib import Path

from bench import inbox_people, inbox_world, search_names
from bench.kept_file import own_copy
from integration.conversations.lists import terms

_WRITTEN_BY = (search_names, inbox_people, inbox_world, terms)


def inbox_file(conversations: int) -> AbstractContextManager[Path]:
    """A file of one's own with so many conversations."""
    return own_copy("inbox", conversations, fill=inbox_world.fill, written_by=_WRITTEN_BY)
